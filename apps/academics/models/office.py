"""What the office adds and decides: custom fields and families' requests for change."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.academics import access
from apps.core.audit import audited
from apps.core.models import SchoolRow
from apps.core.privacy import NO_PERSON, Basis, Privacy


class CustomFieldTarget(models.TextChoices):
    STUDENT = "student", _("Student")
    STAFF = "staff", _("Staff member")


class CustomFieldKind(models.TextChoices):
    TEXT = "text", _("Text")
    NUMBER = "number", _("Number")
    DATE = "date", _("Date")
    CHOICE = "choice", _("Choice")
    YES_NO = "yes_no", _("Yes or no")


@audited()
class CustomField(SchoolRow):
    """A field a school adds without code; its values stand in the person's `custom` under `code`."""

    target = models.CharField(_("belongs to"), max_length=10, choices=CustomFieldTarget.choices)
    code = models.SlugField(_("code"), max_length=40)
    label = models.CharField(_("label"), max_length=100)
    kind = models.CharField(_("kind"), max_length=10, choices=CustomFieldKind.choices)
    choices = models.JSONField(_("choices"), default=list, blank=True)
    is_required = models.BooleanField(_("required"), default=False)
    families_may_see = models.BooleanField(_("families may see it"), default=False)
    position = models.PositiveSmallIntegerField(_("position"), default=1)
    is_active = models.BooleanField(_("active"), default=True)

    policy: ClassVar = access.OFFICE_ONLY_POLICY
    privacy = NO_PERSON

    class Meta:
        verbose_name = _("custom field")
        verbose_name_plural = _("custom fields")
        ordering = ["target", "position", "label"]
        constraints = [
            models.UniqueConstraint(fields=["school", "target", "code"], name="academics_custom_field_code"),
        ]

    def __str__(self) -> str:
        return self.label


class RequestState(models.TextChoices):
    OPEN = "open", _("Waiting for the office")
    ACCEPTED = "accepted", _("Accepted")
    DECLINED = "declined", _("Declined")
    WITHDRAWN = "withdrawn", _("Withdrawn")


@audited()
class ContactChangeRequest(SchoolRow):
    """A family asks for new contact data; the office sees before and after and decides.

    `guardian` is set when the guardian's own data is meant, otherwise it is the pupil's.
    """

    student = models.ForeignKey("academics.Student", on_delete=models.CASCADE, related_name="change_requests")
    guardian = models.ForeignKey(
        "academics.Guardian",
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="change_requests",
    )
    requested_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    before = models.JSONField(_("before"))
    after = models.JSONField(_("after"))
    state = models.CharField(
        _("state"), max_length=10, choices=RequestState.choices, default=RequestState.OPEN
    )
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    decision_note = models.CharField(_("note"), max_length=200, blank=True)

    policy: ClassVar = access.CHANGE_REQUEST_POLICY
    privacy = Privacy("keeps contact data right", Basis.EDUCATION, 1, ("before", "after"))

    class Meta:
        verbose_name = _("change request")
        verbose_name_plural = _("change requests")
        ordering = ["-created_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["student", "guardian", "requested_by"],
                condition=Q(state=RequestState.OPEN),
                nulls_distinct=False,
                name="academics_change_request_one_open",
            ),
        ]

    def __str__(self) -> str:
        return self.get_state_display()
