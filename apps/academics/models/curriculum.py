"""What is taught: grade levels, subjects, programs and courses."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from apps.academics import access
from apps.core.audit import audited
from apps.core.models import SchoolRow
from apps.core.privacy import NO_PERSON


@audited()
class GradeLevel(SchoolRow):
    """A step of the school ("Grade 9"); `position` orders the steps and says who comes next."""

    name = models.CharField(_("name"), max_length=60)
    code = models.CharField(_("code"), max_length=20)
    position = models.PositiveSmallIntegerField(_("position"))

    policy: ClassVar = access.SHARED_POLICY
    privacy = NO_PERSON

    class Meta:
        verbose_name = _("grade level")
        verbose_name_plural = _("grade levels")
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["school", "code"], name="academics_grade_code"),
        ]

    def __str__(self) -> str:
        return self.name


@audited()
class Subject(SchoolRow):
    """A field of knowledge ("Mathematics"), whoever teaches it and in whatever grade."""

    name = models.CharField(_("name"), max_length=100)
    code = models.CharField(_("code"), max_length=40)
    department = models.CharField(_("department"), max_length=100, blank=True)

    policy: ClassVar = access.SHARED_POLICY
    privacy = NO_PERSON

    class Meta:
        verbose_name = _("subject")
        verbose_name_plural = _("subjects")
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["school", "code"], name="academics_subject_code"),
        ]

    def __str__(self) -> str:
        return self.name


class TermStructure(models.TextChoices):
    YEAR = "year", _("Whole year")
    SEMESTERS = "semesters", _("Two semesters")
    TERMS = "terms", _("Three terms")


@audited()
class Program(SchoolRow):
    """A way through the school ("Senior Secondary, Science") with its curriculum and how its year is cut."""

    name = models.CharField(_("name"), max_length=150)
    code = models.CharField(_("code"), max_length=40)
    description = models.TextField(_("description"), blank=True)
    term_structure = models.CharField(
        _("term structure"),
        max_length=20,
        choices=TermStructure.choices,
        default=TermStructure.TERMS,
    )
    grade_levels = models.ManyToManyField(GradeLevel, related_name="programs", blank=True)
    credits_required = models.DecimalField(_("credits required"), max_digits=6, decimal_places=2, default=0)
    is_active = models.BooleanField(_("active"), default=True)

    policy: ClassVar = access.PROGRAM_POLICY
    privacy = NO_PERSON

    class Meta:
        verbose_name = _("program")
        verbose_name_plural = _("programs")
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["school", "code"], name="academics_program_code"),
        ]

    def __str__(self) -> str:
        return self.name


@audited()
class Course(SchoolRow):
    """What can be taken ("Mathematics 9"); sections of it are taught."""

    name = models.CharField(_("name"), max_length=150)
    code = models.CharField(_("code"), max_length=60)
    subject = models.ForeignKey(
        Subject, on_delete=models.PROTECT, null=True, blank=True, related_name="courses"
    )
    grade_level = models.ForeignKey(
        GradeLevel, on_delete=models.PROTECT, null=True, blank=True, related_name="courses"
    )
    credits = models.DecimalField(_("credits"), max_digits=5, decimal_places=2, default=0)
    description = models.TextField(_("description"), blank=True)
    sourced_id = models.CharField(max_length=255, blank=True)
    is_active = models.BooleanField(_("active"), default=True)

    policy: ClassVar = access.SHARED_POLICY
    privacy = NO_PERSON

    class Meta:
        verbose_name = _("course")
        verbose_name_plural = _("courses")
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["school", "code"], name="academics_course_code"),
            models.UniqueConstraint(
                fields=["school", "sourced_id"],
                condition=~Q(sourced_id=""),
                name="academics_course_sourced_id",
            ),
        ]

    def __str__(self) -> str:
        return self.name


@audited()
class ProgramCourse(SchoolRow):
    """A line of a program's curriculum: the course, in which grade, and whether everyone takes it."""

    program = models.ForeignKey(Program, on_delete=models.CASCADE, related_name="curriculum")
    course = models.ForeignKey(Course, on_delete=models.PROTECT, related_name="curriculum_lines")
    grade_level = models.ForeignKey(
        GradeLevel, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    is_required = models.BooleanField(_("required"), default=True)

    policy: ClassVar = access.SHARED_POLICY
    privacy = NO_PERSON

    class Meta:
        verbose_name = _("curriculum line")
        verbose_name_plural = _("curriculum")
        ordering = ["grade_level__position", "course__name"]
        constraints = [
            models.UniqueConstraint(fields=["program", "course"], name="academics_program_course"),
        ]

    def __str__(self) -> str:
        return f"{self.program_id}: {self.course_id}"


@audited()
class CoursePrerequisite(SchoolRow):
    """`course` opens to who has completed `requires`; the registrar may let others in with a reason."""

    course = models.ForeignKey(Course, on_delete=models.CASCADE, related_name="prerequisites")
    requires = models.ForeignKey(Course, on_delete=models.PROTECT, related_name="opens")

    policy: ClassVar = access.SHARED_POLICY
    privacy = NO_PERSON

    class Meta:
        verbose_name = _("prerequisite")
        verbose_name_plural = _("prerequisites")
        constraints = [
            models.UniqueConstraint(fields=["course", "requires"], name="academics_prerequisite_once"),
            models.CheckConstraint(
                condition=~Q(course=F("requires")), name="academics_prerequisite_not_itself"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.course_id} < {self.requires_id}"
