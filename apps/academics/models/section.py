"""Groups that are taught, who teaches them, and who sits in them."""

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from apps.academics import access
from apps.core.audit import audited
from apps.core.models import DatedRow, SchoolRow, VersionedRow
from apps.core.privacy import NO_PERSON, Basis, Privacy


class SectionKind(models.TextChoices):
    HOMEROOM = "homeroom", _("Homeroom")
    SCHEDULED = "scheduled", _("Lessons")


@audited()
class Section(SchoolRow, VersionedRow):
    """A group of pupils: a homeroom ("9A") or the taught group of a course ("Mathematics 9A").

    `seats_taken` counts the open enrollments; the database refuses more than `capacity`.
    """

    campus = models.ForeignKey(
        "accounts.Campus",
        on_delete=models.PROTECT,
        related_name="sections",
        verbose_name=_("campus"),
    )
    session = models.ForeignKey(
        "academics.AcademicSession",
        on_delete=models.PROTECT,
        related_name="sections",
        verbose_name=_("academic session"),
    )
    kind = models.CharField(
        _("kind"), max_length=12, choices=SectionKind.choices, default=SectionKind.SCHEDULED
    )
    name = models.CharField(_("name"), max_length=150)
    code = models.CharField(_("code"), max_length=60)
    course = models.ForeignKey(
        "academics.Course",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="sections",
        verbose_name=_("course"),
    )
    grade_level = models.ForeignKey(
        "academics.GradeLevel",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="sections",
        verbose_name=_("grade level"),
    )
    homeroom = models.ForeignKey(
        "self", on_delete=models.SET_NULL, null=True, blank=True, related_name="taught_sections"
    )
    capacity = models.PositiveSmallIntegerField(_("capacity"), default=40)
    seats_taken = models.PositiveSmallIntegerField(default=0, editable=False)
    sourced_id = models.CharField(max_length=255, blank=True)
    is_active = models.BooleanField(_("active"), default=True)

    policy: ClassVar = access.SECTION_POLICY
    privacy = NO_PERSON

    class Meta:
        verbose_name = _("section")
        verbose_name_plural = _("sections")
        ordering = ["grade_level__position", "name"]
        constraints = [
            models.UniqueConstraint(fields=["campus", "session", "code"], name="academics_section_code"),
            models.UniqueConstraint(
                fields=["school", "sourced_id"],
                condition=~Q(sourced_id=""),
                name="academics_section_sourced_id",
            ),
            models.CheckConstraint(
                condition=Q(seats_taken__lte=F("capacity")),
                name="academics_section_capacity",
                violation_error_message=_("The section is full."),
            ),
            models.CheckConstraint(
                condition=Q(kind=SectionKind.HOMEROOM) | Q(course__isnull=False),
                name="academics_section_scheduled_has_course",
            ),
        ]
        indexes = [models.Index(fields=["campus", "session"], name="academics_section_list")]

    def __str__(self) -> str:
        return self.name

    @property
    def seats_free(self) -> int:
        return self.capacity - self.seats_taken

    @property
    def claim(self) -> uuid.UUID:
        """The same for all sections of which a pupil has one place a session."""
        course = None if self.kind == SectionKind.HOMEROOM else self.course_id
        return uuid.uuid5(self.session_id, f"{self.kind}:{course or ''}")


@audited()
class TeachingAssignment(DatedRow):
    """Who teaches a section from when until when; one of them is primary."""

    section = models.ForeignKey(Section, on_delete=models.CASCADE, related_name="teaching_assignments")
    staff = models.ForeignKey(
        "academics.StaffMember", on_delete=models.PROTECT, related_name="teaching_assignments"
    )
    is_primary = models.BooleanField(_("primary"), default=True)
    sourced_id = models.CharField(max_length=255, blank=True)

    policy: ClassVar = access.TEACHING_POLICY
    privacy = Privacy("says who teaches whom", Basis.CONTRACT, 7, ("staff",))

    class Meta:
        verbose_name = _("teaching assignment")
        verbose_name_plural = _("teaching assignments")
        ordering = ["-is_primary", "begin_date"]
        constraints = [
            models.CheckConstraint(
                condition=Q(end_date__isnull=True) | Q(end_date__gt=F("begin_date")),
                name="academics_teaching_dates",
            ),
            models.UniqueConstraint(
                fields=["section", "staff", "begin_date"], name="academics_teaching_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.staff_id} teaches {self.section_id}"


@audited()
class CampusEnrollment(DatedRow):
    """A pupil's time on a campus in a grade, year by year; the open one says where the pupil is now."""

    student = models.ForeignKey(
        "academics.Student", on_delete=models.CASCADE, related_name="campus_enrollments"
    )
    campus = models.ForeignKey("accounts.Campus", on_delete=models.PROTECT, related_name="+")
    grade_level = models.ForeignKey(
        "academics.GradeLevel", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    entry_reason = models.CharField(_("reason of entry"), max_length=100, blank=True)
    exit_reason = models.CharField(_("reason of leaving"), max_length=100, blank=True)

    policy: ClassVar = access.CAMPUS_ENROLLMENT_POLICY
    privacy = Privacy("says where the pupil was when", Basis.LAW, 10, ("student",))

    class Meta:
        verbose_name = _("campus enrollment")
        verbose_name_plural = _("campus enrollments")
        ordering = ["-begin_date"]
        constraints = [
            models.CheckConstraint(
                # Equal dates: withdrawn before the first day, so never there.
                condition=Q(end_date__isnull=True) | Q(end_date__gte=F("begin_date")),
                name="academics_campus_enrollment_dates",
            ),
            models.UniqueConstraint(
                fields=["student"],
                condition=Q(end_date__isnull=True),
                name="academics_campus_enrollment_one_open",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.student_id} at {self.campus_id}"


class EnrollmentStatus(models.TextChoices):
    ACTIVE = "active", _("Active")
    COMPLETED = "completed", _("Completed")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    TRANSFERRED = "transferred", _("Transferred")


@audited()
class Enrollment(DatedRow):
    """A pupil's place in a section. While it is active `end_date` lies ahead (the session's end)."""

    student = models.ForeignKey("academics.Student", on_delete=models.CASCADE, related_name="enrollments")
    section = models.ForeignKey(Section, on_delete=models.PROTECT, related_name="enrollments")
    status = models.CharField(
        _("status"),
        max_length=12,
        choices=EnrollmentStatus.choices,
        default=EnrollmentStatus.ACTIVE,
    )
    override_reason = models.CharField(_("let in because"), max_length=200, blank=True)
    sourced_id = models.CharField(max_length=255, blank=True)
    # What a pupil has once a session: a homeroom, a course. Empty where the office let somebody in twice, and
    # for rosters of other systems, whose word counts.
    claim = models.UUIDField(null=True, editable=False)

    policy: ClassVar = access.ENROLLMENT_POLICY
    privacy = Privacy("says who learns what", Basis.LAW, 10, ("student",))

    class Meta:
        verbose_name = _("enrollment")
        verbose_name_plural = _("enrollments")
        ordering = ["-begin_date"]
        constraints = [
            models.CheckConstraint(
                # Equal dates: withdrawn before the first day, so never there.
                condition=Q(end_date__isnull=True) | Q(end_date__gte=F("begin_date")),
                name="academics_enrollment_dates",
            ),
            models.UniqueConstraint(
                fields=["student", "section"],
                condition=Q(status=EnrollmentStatus.ACTIVE),
                name="academics_enrollment_active_once",
            ),
            models.UniqueConstraint(
                fields=["student", "claim"],
                condition=Q(status=EnrollmentStatus.ACTIVE),
                name="academics_enrollment_claim_once",
                violation_error_message=_("The pupil has a place in another section of this already."),
            ),
        ]
        indexes = [models.Index(fields=["section", "status"], name="academics_enrollment_roster")]

    def __str__(self) -> str:
        return f"{self.student_id} in {self.section_id}"


@audited()
class EnrollmentStatusChange(SchoolRow):
    """One step in the life of an enrollment, with the day it counts from and why."""

    enrollment = models.ForeignKey(Enrollment, on_delete=models.CASCADE, related_name="status_changes")
    status = models.CharField(_("status"), max_length=12, choices=EnrollmentStatus.choices)
    effective_date = models.DateField(_("counts from"))
    reason = models.CharField(_("reason"), max_length=200, blank=True)

    policy: ClassVar = access.STATUS_CHANGE_POLICY
    privacy = Privacy("explains a pupil's way", Basis.LAW, 10, ("reason",))

    class Meta:
        verbose_name = _("status change")
        verbose_name_plural = _("status history")
        ordering = ["effective_date", "created_at"]

    def __str__(self) -> str:
        return self.get_status_display()


class WaitingState(models.TextChoices):
    WAITING = "waiting", _("Waiting")
    ENROLLED = "enrolled", _("Got a seat")
    REMOVED = "removed", _("Taken off")


@audited()
class WaitingListEntry(SchoolRow):
    """A pupil waiting for a seat; the earliest entry moves up by itself when a seat falls free."""

    section = models.ForeignKey(Section, on_delete=models.CASCADE, related_name="waiting_list")
    student = models.ForeignKey(
        "academics.Student", on_delete=models.CASCADE, related_name="waiting_list_entries"
    )
    state = models.CharField(
        _("state"), max_length=10, choices=WaitingState.choices, default=WaitingState.WAITING
    )

    policy: ClassVar = access.ENROLLMENT_POLICY
    privacy = Privacy("keeps the queue fair", Basis.EDUCATION, 1, ("student",))

    class Meta:
        verbose_name = _("waiting list entry")
        verbose_name_plural = _("waiting list")
        ordering = ["created_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["section", "student"],
                condition=Q(state=WaitingState.WAITING),
                name="academics_waiting_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.student_id} waits for {self.section_id}"
