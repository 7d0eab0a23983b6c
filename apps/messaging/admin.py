"""The back office of telling people: what went out and what did not; only a failed try can be repeated."""

from typing import Any

from django.contrib import admin
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.core.admin import PermittedModelAdmin, ReadOnlyInline, service_action
from apps.messaging import services
from apps.messaging.models import Delivery, Notification

_OVERSEEN = {"view": "oversee"}


class DeliveryInline(ReadOnlyInline):
    model = Delivery
    verbs = _OVERSEEN
    fields = ("channel", "state", "attempts", "due_at", "sent_at", "error_code")


@admin.register(Notification)
class NotificationAdmin(PermittedModelAdmin):
    """That somebody was told, of what kind, and how it went; the text is the recipient's."""

    verbs = _OVERSEEN
    list_display = ("created_at", "kind", "recipient", "email", "read_at")
    list_select_related = ("recipient",)
    list_filter = ("kind",)
    search_fields = ("recipient__name", "recipient__email", "email")
    date_hierarchy = "created_at"
    fields = ("kind", "recipient", "name", "email", "language", "created_at", "read_at")
    inlines = (DeliveryInline,)


@admin.register(Delivery)
class DeliveryAdmin(PermittedModelAdmin):
    verbs = _OVERSEEN
    list_display = ("created_at", "kind", "recipient", "channel", "state", "attempts", "error_code")
    list_select_related = ("notification__recipient",)
    list_filter = ("state", "channel", "error_code")
    date_hierarchy = "created_at"
    fields = ("channel", "state", "attempts", "due_at", "sent_at", "error_code")
    actions = (
        service_action(
            "retry",
            lambda actor, row: services.retry_delivery(actor=actor, delivery=row, now=timezone.now()),
            _("Send again what could not be sent"),
        ),
    )

    @admin.display(description=_("kind"))
    def kind(self, row: Any) -> str:
        return str(row.notification.kind)

    @admin.display(description=_("recipient"))
    def recipient(self, row: Any) -> str:
        return str(row.notification.recipient or row.notification.email)
