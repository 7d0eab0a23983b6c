"""Imports of rosters, under /interop/."""

from django.urls import path

from apps.interop.web import views

urlpatterns = [
    path("imports/", views.import_list, name="import-list"),
    path("imports/add/", views.import_add, name="import-add"),
    path("imports/<uuid:pk>/", views.import_detail, name="import-detail"),
    path("imports/<uuid:pk>/columns/", views.import_mapping, name="import-mapping"),
    path("imports/<uuid:pk>/progress/", views.import_progress, name="import-progress"),
    path("imports/<uuid:pk>/cancel/", views.import_cancel, name="import-cancel"),
    path("imports/<uuid:pk>/apply/", views.import_apply, name="import-apply"),
    path("imports/<uuid:pk>/check/", views.import_check, name="import-check"),
    path("imports/<uuid:pk>/discard/", views.import_discard, name="import-discard"),
    path("imports/<uuid:pk>/problems/", views.import_problems, name="import-problems"),
    path("imports/<uuid:pk>/effects/", views.import_lines, name="import-lines"),
]
