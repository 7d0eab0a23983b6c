"""What somebody was told, and how it went out."""

from datetime import datetime
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.core.models import SchoolRow
from apps.core.privacy import Basis, Privacy
from apps.messaging import access


class Notification(SchoolRow):
    """One thing one person is told. Without `recipient` it is for somebody on paper, reached at `email` only.

    `dedupe` names the occasion ("absent:<pupil>:<day>"); the same occasion never tells the same person twice.
    The words are kept in the recipient's language, as they were said.
    """

    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="notifications",
        verbose_name=_("recipient"),
    )
    name = models.CharField(_("name"), max_length=200, blank=True)
    email = models.EmailField(_("email"), blank=True)
    language = models.CharField(_("language"), max_length=10)
    kind = models.CharField(_("kind"), max_length=60)
    title = models.CharField(_("title"), max_length=200)
    body = models.TextField(_("text"), blank=True)
    url = models.CharField(_("link"), max_length=300, blank=True)
    dedupe = models.CharField(max_length=200, blank=True, editable=False)
    read_at = models.DateTimeField(_("read"), null=True, blank=True)

    policy: ClassVar = access.NOTIFICATION_POLICY
    privacy: ClassVar = Privacy(
        "tells people what concerns them", Basis.EDUCATION, 1, ("recipient", "name", "email", "title", "body")
    )

    class Meta:
        verbose_name = _("notification")
        verbose_name_plural = _("notifications")
        constraints = [
            models.UniqueConstraint(
                fields=["recipient", "dedupe"],
                condition=Q(recipient__isnull=False) & ~Q(dedupe=""),
                name="messaging_notification_once_per_user",
            ),
            models.UniqueConstraint(
                fields=["school", "email", "dedupe"],
                condition=Q(recipient__isnull=True) & ~Q(dedupe=""),
                name="messaging_notification_once_per_address",
            ),
            models.CheckConstraint(
                condition=Q(recipient__isnull=False) | ~Q(email=""), name="messaging_notification_reachable"
            ),
        ]
        indexes = [
            models.Index(fields=["recipient", "-created_at"], name="messaging_inbox"),
            models.Index(fields=["recipient"], condition=Q(read_at__isnull=True), name="messaging_unread"),
        ]

    def __str__(self) -> str:
        """Not the title: whoever oversees notices does not read them."""
        return self.kind

    @property
    def is_unread(self) -> bool:
        return self.read_at is None


class DeliveryState(models.TextChoices):
    QUEUED = "queued", _("Waiting")
    SENT = "sent", _("Sent")
    FAILED = "failed", _("Could not be sent")
    SKIPPED = "skipped", _("No longer wanted")


class Delivery(SchoolRow):
    """One notification on its way through one channel. Sent means handed over; nobody can promise reading.

    The address is not kept here: it is looked up when the delivery goes out, so a change counts at once.
    """

    notification = models.ForeignKey(Notification, on_delete=models.CASCADE, related_name="deliveries")
    channel = models.CharField(_("channel"), max_length=10)
    state = models.CharField(
        _("state"), max_length=10, choices=DeliveryState.choices, default=DeliveryState.QUEUED
    )
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    due_at = models.DateTimeField(_("not before"), null=True, blank=True)
    sent_at = models.DateTimeField(_("sent"), null=True, blank=True)
    error_code = models.CharField(_("error"), max_length=100, blank=True)

    policy: ClassVar = access.DELIVERY_POLICY
    privacy: ClassVar = Privacy("shows whether a notice went out", Basis.EDUCATION, 1, ("notification",))

    class Meta:
        verbose_name = _("delivery")
        verbose_name_plural = _("deliveries")
        constraints = [
            models.UniqueConstraint(
                fields=["notification", "channel"], name="messaging_delivery_once_per_channel"
            ),
            models.CheckConstraint(
                condition=Q(state=DeliveryState.SENT, sent_at__isnull=False)
                | (~Q(state=DeliveryState.SENT) & Q(sent_at__isnull=True)),
                name="messaging_delivery_sent_has_time",
            ),
        ]
        indexes = [
            models.Index(
                fields=["created_at"], condition=Q(state="queued"), name="messaging_delivery_waiting"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.channel} ({self.get_state_display()})"

    def close(self, state: DeliveryState, *, now: datetime, error_code: str = "") -> None:
        """Note how it ended; the caller saves."""
        self.state = state
        self.sent_at = now if state == DeliveryState.SENT else None
        self.error_code = error_code
