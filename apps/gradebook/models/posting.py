"""Grades that stand: frozen with a name on them, and what was earned elsewhere or before."""

from typing import ClassVar

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from apps.core.audit import audited
from apps.core.models import SchoolRow
from apps.core.policy import PermittedQuerySet
from apps.core.privacy import Basis, Privacy
from apps.gradebook import access


@audited()
class Posting(SchoolRow):
    """The moment a section's grades of a term (or year) were frozen: who, when, by which rules, why."""

    section = models.ForeignKey("academics.Section", on_delete=models.PROTECT, related_name="postings")
    session = models.ForeignKey(
        "academics.AcademicSession", on_delete=models.PROTECT, related_name="postings"
    )
    scheme_name = models.CharField(_("scheme"), max_length=100)
    scheme_version = models.PositiveIntegerField(_("version of the scheme"))
    rules = models.JSONField(
        _("rules"), help_text=_("The scheme, its scale and the campus rules as they were.")
    )
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    posted_at = models.DateTimeField(_("posted"))
    posted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )

    policy: ClassVar = access.POSTING_POLICY
    privacy = Privacy("says who froze grades and why", Basis.LAW, 10, ("posted_by", "reason"))

    class Meta:
        verbose_name = _("posting")
        verbose_name_plural = _("postings")
        ordering = ["-posted_at"]
        indexes = [models.Index(fields=["section", "session"], name="gradebook_posting_section")]
        triggers = [
            pgtrigger.Protect(name="never_deleted", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(name="frozen", exclude=["updated_at"]),
        ]

    def __str__(self) -> str:
        return f"{self.section_id} on {self.posted_at:%Y-%m-%d}"


class Attempt(models.TextChoices):
    REGULAR = "regular", _("Regular")
    RESIT = "resit", _("Resit")


class PostedGradeQuerySet(PermittedQuerySet["PostedGrade"]):
    def standing(self) -> "PostedGradeQuerySet":
        """Those nothing has replaced."""
        return self.filter(replaced_at__isnull=True)

    def waiting(self) -> "PostedGradeQuerySet":
        """Those nobody outside the school sees yet, with or without a time set."""
        return self.exclude(release_at__isnull=False, release_at__lte=Now())


@audited()
class PostedGrade(SchoolRow):
    """A pupil's grade in a section for a term or year, as it was posted. A change is a new row with a reason.

    `replaced_at` is empty on the one that stands. `percent` is empty for a pupil who had nothing to count.
    `workings` are the steps that made it. Families see it from `release_at` on.
    """

    posting = models.ForeignKey(Posting, on_delete=models.PROTECT, related_name="grades")
    student = models.ForeignKey("academics.Student", on_delete=models.PROTECT, related_name="posted_grades")
    section = models.ForeignKey("academics.Section", on_delete=models.PROTECT, related_name="posted_grades")
    session = models.ForeignKey(
        "academics.AcademicSession", on_delete=models.PROTECT, related_name="posted_grades"
    )
    attempt = models.CharField(_("attempt"), max_length=8, choices=Attempt.choices, default=Attempt.REGULAR)
    percent = models.DecimalField(_("percent"), max_digits=7, decimal_places=4, null=True, blank=True)
    label = models.CharField(_("grade"), max_length=20, blank=True)
    points = models.DecimalField(_("grade points"), max_digits=5, decimal_places=2, null=True, blank=True)
    is_passing = models.BooleanField(_("passed"), null=True, blank=True)
    credits_attempted = models.DecimalField(_("credits attempted"), max_digits=5, decimal_places=2, default=0)
    credits_earned = models.DecimalField(_("credits earned"), max_digits=5, decimal_places=2, default=0)
    is_override = models.BooleanField(_("set by hand"), default=False)
    workings = models.JSONField(_("workings"), default=list, blank=True)
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    release_at = models.DateTimeField(_("families see it from"), null=True, blank=True)
    replaced_at = models.DateTimeField(_("replaced"), null=True, blank=True)

    policy: ClassVar = access.POSTED_POLICY
    privacy = Privacy("is the grade that stands", Basis.LAW, 30, ("student", "percent", "label", "reason"))
    objects = PostedGradeQuerySet.as_manager()  # type: ignore[misc]  # a richer manager than SchoolRow's

    class Meta:
        verbose_name = _("posted grade")
        verbose_name_plural = _("posted grades")
        ordering = ["section", "student", "-created_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["student", "section", "session", "attempt"],
                condition=Q(replaced_at__isnull=True),
                name="gradebook_posted_one_stands",
                violation_error_message=_("A grade has been posted for this meanwhile. Load the page again."),
            ),
            models.CheckConstraint(
                condition=~Q(is_override=True) | ~Q(reason=""),
                name="gradebook_posted_override_reason",
                violation_error_message=_("Say why the grade is set by hand."),
            ),
        ]
        indexes = [
            models.Index(fields=["student", "session"], name="gradebook_posted_pupil"),
            models.Index(fields=["section", "session"], name="gradebook_posted_section"),
        ]
        triggers = [
            pgtrigger.Protect(name="never_deleted", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(name="frozen", exclude=["release_at", "replaced_at", "updated_at"]),
        ]

    def __str__(self) -> str:
        return f"{self.student_id}: {self.label or self.percent}"


@audited()
class CourseTranscript(SchoolRow):
    """A grade from before or elsewhere, as the other school gave it (Ed-Fi's CourseTranscript)."""

    student = models.ForeignKey(
        "academics.Student", on_delete=models.PROTECT, related_name="course_transcripts"
    )
    school_name = models.CharField(_("school"), max_length=200, blank=True)
    year_label = models.CharField(_("school year"), max_length=40, blank=True)
    term_label = models.CharField(_("term"), max_length=60, blank=True)
    course = models.ForeignKey(
        "academics.Course", on_delete=models.SET_NULL, null=True, blank=True, related_name="transcripts"
    )
    course_code = models.CharField(_("course code"), max_length=100, blank=True)
    course_title = models.CharField(_("course"), max_length=200)
    percent = models.DecimalField(_("percent"), max_digits=7, decimal_places=4, null=True, blank=True)
    label = models.CharField(_("grade"), max_length=20, blank=True)
    points = models.DecimalField(_("grade points"), max_digits=5, decimal_places=2, null=True, blank=True)
    is_final = models.BooleanField(_("final"), default=True)
    credits_attempted = models.DecimalField(
        _("credits attempted"), max_digits=6, decimal_places=2, null=True, blank=True
    )
    credits_earned = models.DecimalField(
        _("credits earned"), max_digits=6, decimal_places=2, null=True, blank=True
    )
    credit_type = models.CharField(_("kind of credit"), max_length=60, blank=True)
    sourced_id = models.CharField(max_length=255, blank=True)

    policy: ClassVar = access.TRANSCRIPT_POLICY
    privacy = Privacy("is the pupil's record from elsewhere", Basis.LAW, 30, ("student", "percent", "label"))

    class Meta:
        verbose_name = _("course transcript")
        verbose_name_plural = _("course transcripts")
        ordering = ["year_label", "term_label", "course_title"]
        constraints = [
            models.UniqueConstraint(
                fields=["school", "sourced_id"],
                condition=~Q(sourced_id=""),
                name="gradebook_transcript_sourced_id",
            ),
            models.CheckConstraint(
                condition=Q(percent__isnull=False) | ~Q(label=""),
                name="gradebook_transcript_has_grade",
                violation_error_message=_("Give a percentage or a grade."),
            ),
        ]
        indexes = [models.Index(fields=["student"], name="gradebook_transcript_pupil")]

    def __str__(self) -> str:
        return f"{self.student_id}: {self.course_title}"
