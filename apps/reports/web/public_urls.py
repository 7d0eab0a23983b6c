"""Where anybody checks a paper, under /verify/."""

from django.urls import path

from apps.reports.web import public

urlpatterns = [
    path("", public.start, name="start"),
    path("<str:code>/", public.document, name="document"),
]
