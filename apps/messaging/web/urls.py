from django.urls import path

from apps.messaging.web import views

urlpatterns = [
    path("", views.inbox, name="inbox"),
    path("count/", views.inbox_count, name="inbox-count"),
    path("read/", views.inbox_read, name="inbox-read"),
    path("preferences/", views.preferences, name="preferences"),
    path("<uuid:pk>/", views.notification_open, name="notification-open"),
    path("<uuid:pk>/read/", views.notification_read, name="notification-read"),
]
