"""Pupils, their guardians, and staff. A person is not a login: `user` is empty for who does not enter."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from apps.academics import access
from apps.core.audit import audited
from apps.core.models import DatedRow, SchoolRow, VersionedRow
from apps.core.privacy import Basis, Privacy


class Sex(models.TextChoices):
    FEMALE = "female", _("Female")
    MALE = "male", _("Male")
    OTHER = "other", _("Other")
    UNSTATED = "unstated", _("Not stated")


BLOOD_GROUPS = tuple((group, group) for group in ("A+", "A-", "B+", "B-", "AB+", "AB-", "O+", "O-"))


class StudentStatus(models.TextChoices):
    ACTIVE = "active", _("Enrolled")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    GRADUATED = "graduated", _("Graduated")


class Person(SchoolRow, VersionedRow):
    """The name and contact data every person has, in the form that sorts and searches."""

    given_name = models.CharField(_("given name"), max_length=100)
    middle_name = models.CharField(_("middle name"), max_length=100, blank=True)
    family_name = models.CharField(_("family name"), max_length=100, blank=True)
    email = models.EmailField(_("email"), blank=True)
    phone = models.CharField(_("phone"), max_length=40, blank=True)
    address = models.TextField(_("address"), blank=True)
    sourced_id = models.CharField(max_length=255, blank=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.full_name

    @property
    def full_name(self) -> str:
        return " ".join(filter(None, (self.given_name, self.middle_name, self.family_name)))

    @property
    def initials(self) -> str:
        return (self.given_name[:1] + self.family_name[:1]).upper()


@audited()
class Student(Person):
    """A pupil. `campus` and `grade_level` say where the pupil is now; CampusEnrollment keeps the history."""

    campus = models.ForeignKey(
        "accounts.Campus",
        on_delete=models.PROTECT,
        related_name="students",
        verbose_name=_("campus"),
    )
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="student",
    )
    admission_number = models.CharField(_("admission number"), max_length=60)
    roll_number = models.CharField(_("roll number"), max_length=20, blank=True)
    grade_level = models.ForeignKey(
        "academics.GradeLevel",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="students",
        verbose_name=_("grade level"),
    )
    program = models.ForeignKey(
        "academics.Program",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="students",
        verbose_name=_("program"),
    )
    birth_date = models.DateField(_("birth date"), null=True, blank=True)
    sex = models.CharField(_("sex"), max_length=10, choices=Sex.choices, default=Sex.UNSTATED)
    blood_group = models.CharField(_("blood group"), max_length=5, blank=True)
    photo = models.ForeignKey(
        "core.StoredFile", on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    status = models.CharField(
        _("status"),
        max_length=12,
        choices=StudentStatus.choices,
        default=StudentStatus.ACTIVE,
    )
    custom = models.JSONField(_("more fields"), default=dict, blank=True)

    policy: ClassVar = access.STUDENT_POLICY
    privacy = Privacy(
        "teaches the child and keeps it safe",
        Basis.EDUCATION,
        5,
        (
            "given_name",
            "middle_name",
            "family_name",
            "email",
            "phone",
            "address",
            "birth_date",
            "sex",
            "blood_group",
            "photo",
            "custom",
        ),
    )

    class Meta:
        verbose_name = _("student")
        verbose_name_plural = _("students")
        ordering = ["given_name", "family_name", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["school", "admission_number"], name="academics_student_admission_number"
            ),
            models.UniqueConstraint(
                fields=["school", "sourced_id"],
                condition=~Q(sourced_id=""),
                name="academics_student_sourced_id",
            ),
        ]
        indexes = [
            models.Index(fields=["campus", "status", "grade_level"], name="academics_student_list"),
        ]


@audited()
class Guardian(Person):
    """Somebody who answers for a pupil: parent, grandparent, carer."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="guardian",
    )

    policy: ClassVar = access.GUARDIAN_POLICY
    privacy = Privacy(
        "reaches who answers for the child",
        Basis.EDUCATION,
        1,
        ("given_name", "middle_name", "family_name", "email", "phone", "address"),
    )

    class Meta:
        verbose_name = _("guardian")
        verbose_name_plural = _("guardians")
        ordering = ["given_name", "family_name", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["school", "sourced_id"],
                condition=~Q(sourced_id=""),
                name="academics_guardian_sourced_id",
            ),
        ]


class Relation(models.TextChoices):
    MOTHER = "mother", _("Mother")
    FATHER = "father", _("Father")
    GRANDPARENT = "grandparent", _("Grandparent")
    RELATIVE = "relative", _("Relative")
    GUARDIAN = "guardian", _("Guardian")
    OTHER = "other", _("Other")


@audited(reads=True)
class Guardianship(DatedRow):
    """The dated link of a guardian to a pupil, and what it allows: equal rights unless there is evidence."""

    student = models.ForeignKey(Student, on_delete=models.CASCADE, related_name="guardianships")
    guardian = models.ForeignKey(Guardian, on_delete=models.CASCADE, related_name="guardianships")
    relation = models.CharField(
        _("relation"), max_length=20, choices=Relation.choices, default=Relation.GUARDIAN
    )
    is_primary = models.BooleanField(_("first to call"), default=False)
    lives_with = models.BooleanField(_("pupil lives with them"), default=True)
    may_contact = models.BooleanField(_("may be told and may write"), default=True)
    may_see_marks = models.BooleanField(_("may see marks"), default=True)
    may_collect = models.BooleanField(_("may collect the pupil"), default=True)
    pays_share = models.DecimalField(
        _("share of the fees, percent"), max_digits=5, decimal_places=2, default=0
    )
    order = models.PositiveSmallIntegerField(_("order of calling"), default=1)
    document = models.ForeignKey(
        "core.StoredFile",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("court order or agreement"),
    )

    policy: ClassVar = access.GUARDIANSHIP_POLICY
    privacy = Privacy("says who may do what for the child", Basis.EDUCATION, 5, ("relation", "document"))

    class Meta:
        verbose_name = _("guardianship")
        verbose_name_plural = _("guardianships")
        ordering = ["order", "begin_date"]
        constraints = [
            models.CheckConstraint(
                condition=Q(end_date__isnull=True) | Q(end_date__gt=F("begin_date")),
                name="academics_guardianship_dates",
            ),
            models.UniqueConstraint(
                fields=["student", "guardian"],
                condition=Q(end_date__isnull=True),
                name="academics_guardianship_open_once",
            ),
            models.CheckConstraint(
                condition=Q(pays_share__gte=0) & Q(pays_share__lte=100),
                name="academics_guardianship_share",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_relation_display()}"


@audited()
class EmergencyContact(SchoolRow):
    """Whom to ring when no guardian answers."""

    student = models.ForeignKey(Student, on_delete=models.CASCADE, related_name="emergency_contacts")
    name = models.CharField(_("name"), max_length=200)
    relation = models.CharField(_("relation"), max_length=60, blank=True)
    phone = models.CharField(_("phone"), max_length=40)
    order = models.PositiveSmallIntegerField(_("order of calling"), default=1)

    policy: ClassVar = access.EMERGENCY_CONTACT_POLICY
    privacy = Privacy("keeps the child safe", Basis.EDUCATION, 0, ("name", "relation", "phone"))

    class Meta:
        verbose_name = _("emergency contact")
        verbose_name_plural = _("emergency contacts")
        ordering = ["order", "name"]

    def __str__(self) -> str:
        return self.name


@audited()
class StaffMember(Person):
    """Somebody who works for the school."""

    campus = models.ForeignKey(
        "accounts.Campus", on_delete=models.PROTECT, related_name="staff", verbose_name=_("campus")
    )
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="staff_member",
    )
    employee_id = models.CharField(_("employee id"), max_length=60)
    department = models.CharField(_("department"), max_length=100, blank=True)
    job_title = models.CharField(_("job title"), max_length=100, blank=True)
    qualifications = models.TextField(_("qualifications"), blank=True)
    subjects = models.ManyToManyField("academics.Subject", related_name="staff", blank=True)
    joined_date = models.DateField(_("joined"), null=True, blank=True)
    left_date = models.DateField(_("left"), null=True, blank=True)
    photo = models.ForeignKey(
        "core.StoredFile", on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    custom = models.JSONField(_("more fields"), default=dict, blank=True)

    policy: ClassVar = access.STAFF_POLICY
    privacy = Privacy(
        "employs the person",
        Basis.CONTRACT,
        7,
        (
            "given_name",
            "middle_name",
            "family_name",
            "email",
            "phone",
            "address",
            "qualifications",
            "photo",
            "custom",
        ),
    )

    class Meta:
        verbose_name = _("staff member")
        verbose_name_plural = _("staff")
        ordering = ["given_name", "family_name", "id"]
        constraints = [
            models.UniqueConstraint(fields=["school", "employee_id"], name="academics_staff_employee_id"),
            models.UniqueConstraint(
                fields=["school", "sourced_id"],
                condition=~Q(sourced_id=""),
                name="academics_staff_sourced_id",
            ),
        ]
