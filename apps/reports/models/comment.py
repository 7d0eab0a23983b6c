"""What teachers write on report cards, and the second pair of eyes on it."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.core.audit import audited
from apps.core.models import SchoolRow, VersionedRow
from apps.core.privacy import NO_PERSON, Basis, Privacy
from apps.reports import access


class CommentState(models.TextChoices):
    DRAFT = "draft", _("Draft")
    SUBMITTED = "submitted", _("To be proof-read")
    RETURNED = "returned", _("Returned with changes")
    ACCEPTED = "accepted", _("Accepted")


@audited()
class ReportComment(SchoolRow, VersionedRow):
    """What a section's teacher says about a pupil this term; of a homeroom, the general comment.

    `proposal` is the proof-reader's wording, until the writer takes or declines it. Only accepted
    comments are printed.
    """

    section = models.ForeignKey("academics.Section", on_delete=models.PROTECT, related_name="report_comments")
    session = models.ForeignKey(
        "academics.AcademicSession", on_delete=models.PROTECT, related_name="report_comments"
    )
    student = models.ForeignKey("academics.Student", on_delete=models.PROTECT, related_name="report_comments")
    text = models.TextField(_("comment"), max_length=1500, blank=True)
    proposal = models.TextField(_("proposed wording"), max_length=1500, blank=True)
    note = models.CharField(_("note to the writer"), max_length=300, blank=True)
    state = models.CharField(
        _("state"), max_length=10, choices=CommentState.choices, default=CommentState.DRAFT
    )
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    proofread_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )

    policy: ClassVar = access.COMMENT_POLICY
    privacy = Privacy(
        "says how the pupil is doing", Basis.EDUCATION, 10, ("student", "text", "proposal", "note")
    )

    class Meta:
        verbose_name = _("report comment")
        verbose_name_plural = _("report comments")
        ordering = ["section", "student"]
        constraints = [
            models.UniqueConstraint(fields=["section", "session", "student"], name="reports_comment_once"),
        ]

    def __str__(self) -> str:
        return f"{self.student_id} in {self.section_id}"


@audited()
class CommentBankEntry(SchoolRow):
    """A sentence to begin from: the school's, or one's own. `{name}` stands for the pupil's given name."""

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, null=True, blank=True, related_name="+"
    )
    subject = models.ForeignKey(
        "academics.Subject",
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("subject"),
    )
    heading = models.CharField(_("heading"), max_length=60, blank=True)
    text = models.CharField(_("text"), max_length=600)

    policy: ClassVar = access.BANK_POLICY
    privacy = NO_PERSON

    class Meta:
        verbose_name = _("line of the comment bank")
        verbose_name_plural = _("comment bank")
        ordering = ["heading", "text"]

    def __str__(self) -> str:
        return self.text
