from django.urls import path

from apps.messaging.api.viewsets import ChannelView, NotificationViewSet

urlpatterns = [
    path("notifications", NotificationViewSet.as_view({"get": "list"}), name="notification-list"),
    path("notifications/read", NotificationViewSet.as_view({"post": "read"}), name="notification-read"),
    path("notifications/email", ChannelView.as_view(channel="email"), name="notification-email"),
    path("notifications/sms", ChannelView.as_view(channel="sms"), name="notification-sms"),
    path("notifications/push", ChannelView.as_view(channel="push"), name="notification-push"),
    path(
        "notifications/<uuid:user_id>",
        NotificationViewSet.as_view({"get": "of_user"}),
        name="notification-of-user",
    ),
]
