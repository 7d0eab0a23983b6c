"""The lists of this app."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, ClassVar

from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django_filters import ChoiceFilter, FilterSet, ModelChoiceFilter

from apps.academics import models, selectors
from apps.academics.web import invitations, many
from apps.accounts.models import Campus
from apps.core.templatetags.ui import avatar
from apps.core.web.cells import Badge, Column
from apps.core.web.tables import BulkAction, Empty, Table

EVERYONE = "all"
STATUS_TONES: dict[str, Any] = {"active": "success", "withdrawn": "plain", "graduated": "info"}


def permitted(model: Any, *narrow: Any) -> Any:
    """Choices of a filter: the rows the reader may see."""

    def rows(request: HttpRequest) -> Any:
        return model.objects.permitted(request.actor).filter(*narrow)  # type: ignore[attr-defined]  # ActorMiddleware

    return rows


def _homerooms(request: HttpRequest) -> Any:
    actor = request.actor  # type: ignore[attr-defined]  # set by ActorMiddleware
    return selectors.running_homerooms(models.Section.objects.permitted(actor), actor.today)


def _status(row: Any) -> Badge:
    return Badge(row.get_status_display(), STATUS_TONES[row.status])


def _faced(row: Any) -> Any:
    return format_html(
        '<span class="person">{} <span>{}</span></span>', avatar(row.full_name, css="face-sm"), row.full_name
    )


class StudentFilter(FilterSet):
    campus = ModelChoiceFilter(queryset=permitted(Campus), label=_("Campus"), empty_label=_("All"))
    grade = ModelChoiceFilter(
        field_name="grade_level",
        queryset=permitted(models.GradeLevel),
        label=_("Grade"),
        empty_label=_("All"),
    )
    section = ModelChoiceFilter(
        queryset=_homerooms, method="in_section", label=_("Homeroom"), empty_label=_("All")
    )
    status = ChoiceFilter(
        method="of_status",
        label=_("Status"),
        empty_label=_("Enrolled"),
        choices=[*models.StudentStatus.choices[1:], (EVERYONE, _("Everyone"))],
    )

    class Meta:
        model = models.Student
        fields = ["campus", "grade", "section", "status"]

    def in_section(self, rows: QuerySet[Any], name: str, section: models.Section) -> QuerySet[Any]:
        return rows.filter(pk__in=selectors.seated_in(self.request.actor, section.pk))

    def of_status(self, rows: QuerySet[Any], name: str, status: str) -> QuerySet[Any]:
        """Asked for a status only; without one the view shows who is enrolled."""
        return rows if status == EVERYONE else rows.filter(status=status)


class StudentTable(Table):
    name = "students"
    caption = _("Students")
    columns: ClassVar[Sequence[Column]] = (
        Column(
            "full_name",
            _("Name"),
            sort=("given_name", "family_name"),
            link=lambda row: reverse("academics:student-detail", args=[row.pk]),
            html=_faced,
        ),
        Column("admission_number", _("Admission number"), sort="admission_number"),
        Column("roll_number", _("Roll number"), sort="roll_number", wide_only=True),
        Column(
            "grade", _("Grade"), value=lambda row: str(row.grade_level or ""), sort="grade_level__position"
        ),
        Column("homeroom", _("Homeroom"), value=lambda row: row.homeroom_name),
        Column("campus", _("Campus"), value=lambda row: row.campus.name, sort="campus__name", wide_only=True),
        Column("status", _("Status"), value=_status, sort="status"),
    )
    search_fields: ClassVar[Sequence[str]] = ("given_name", "middle_name", "family_name", "admission_number")
    search_label = _("Name or admission number")
    filterset: ClassVar[type[FilterSet] | None] = StudentFilter
    default_sort = "full_name"
    actions = (
        *many.ACTIONS,
        BulkAction(
            "invite-families",
            _("Invite the families"),
            "mail",
            invitations.invite_families,
            confirm=_("Send their guardians an invitation to sign in?"),
            allowed=lambda actor: models.Guardian.policy.allows(actor, "invite"),
        ),
    )
    empty = Empty(_("No pupils yet"), _("Admit the first one, or import a roster."), icon="users-group")
    exports = False

    def prepare(self, rows: list[Any]) -> list[Any]:
        """The homerooms of all of them in one query."""
        actor = self.request.actor  # type: ignore[attr-defined]  # set by ActorMiddleware
        names = selectors.homeroom_names([row.pk for row in rows], actor.today)
        for row in rows:
            row.homeroom_name = names.get(row.pk, "")
        return rows


class ExportableStudentTable(StudentTable):
    exports = True


class FamilyTable(StudentTable):
    """The few rows of a family: nothing to search, to narrow or to sort."""

    caption = _("My children")
    columns = tuple(replace(column, sort=()) for column in StudentTable.columns)
    search_fields = ()
    filterset = None
    actions = ()


class OnlyChildTable(FamilyTable):
    caption = _("My child")


class OwnTable(FamilyTable):
    caption = _("My record")


class StaffFilter(FilterSet):
    campus = ModelChoiceFilter(queryset=permitted(Campus), label=_("Campus"), empty_label=_("All"))
    status = ChoiceFilter(
        method="of_status",
        label=_("Status"),
        empty_label=_("Working here"),
        choices=[("left", _("Left")), (EVERYONE, _("Everyone"))],
    )

    class Meta:
        model = models.StaffMember
        fields = ["campus", "status"]

    def of_status(self, rows: QuerySet[Any], name: str, status: str) -> QuerySet[Any]:
        return rows if status == EVERYONE else rows.filter(left_date__isnull=False)


class StaffTable(Table):
    name = "staff"
    caption = _("Staff")
    columns = (
        Column(
            "full_name",
            _("Name"),
            sort=("given_name", "family_name"),
            link=lambda row: reverse("academics:staff-detail", args=[row.pk]),
            html=_faced,
        ),
        Column("employee_id", _("Employee id"), sort="employee_id"),
        Column("job_title", _("Job title"), sort="job_title"),
        Column("department", _("Department"), sort="department"),
        Column("email", _("Email"), sort="email", wide_only=True),
        Column("campus", _("Campus"), value=lambda row: row.campus.name, sort="campus__name", wide_only=True),
    )
    search_fields = ("given_name", "family_name", "employee_id", "department", "job_title")
    filterset = StaffFilter
    default_sort = "full_name"
    actions = (
        BulkAction(
            "invite",
            _("Invite to sign in"),
            "mail",
            invitations.invite_staff,
            confirm=_("Send them an invitation to sign in?"),
            allowed=lambda actor: models.StaffMember.policy.allows(actor, "invite"),
        ),
    )
    empty = Empty(_("No staff yet"), _("Add the first one, or import a roster."), icon="users")
    exports = False


class ExportableStaffTable(StaffTable):
    exports = True


class SectionFilter(FilterSet):
    campus = ModelChoiceFilter(queryset=permitted(Campus), label=_("Campus"), empty_label=_("All"))
    session = ModelChoiceFilter(
        queryset=permitted(models.AcademicSession), label=_("Session"), empty_label=_("Running")
    )
    grade = ModelChoiceFilter(
        field_name="grade_level",
        queryset=permitted(models.GradeLevel),
        label=_("Grade"),
        empty_label=_("All"),
    )
    kind = ChoiceFilter(choices=models.SectionKind.choices, label=_("Kind"), empty_label=_("All"))

    class Meta:
        model = models.Section
        fields = ["campus", "session", "grade", "kind"]


def _seats(row: Any) -> str:
    return f"{row.seats_taken} / {row.capacity}"


class SectionTable(Table):
    name = "sections"
    caption = _("Sections")
    columns = (
        Column(
            "name",
            _("Name"),
            sort="name",
            link=lambda row: reverse("academics:section-detail", args=[row.pk]),
        ),
        Column("code", _("Code"), sort="code", wide_only=True),
        Column("kind", _("Kind"), value=lambda row: row.get_kind_display(), sort="kind"),
        Column("course", _("Course"), value=lambda row: str(row.course or ""), sort="course__name"),
        Column(
            "grade", _("Grade"), value=lambda row: str(row.grade_level or ""), sort="grade_level__position"
        ),
        Column("teachers", _("Teachers"), value=lambda row: row.teacher_names),
        Column("seats", _("Seats"), value=_seats, sort="seats_taken", numeric=True),
    )
    search_fields = ("name", "code", "course__name")
    filterset = SectionFilter
    default_sort = "name"
    empty = Empty(_("No sections yet"), _("Open the first one, or import a roster."), icon="chalkboard")

    def prepare(self, rows: list[Any]) -> list[Any]:
        """The teachers of all of them in one query."""
        actor = self.request.actor  # type: ignore[attr-defined]  # set by ActorMiddleware
        names = selectors.teacher_names([row.pk for row in rows], actor.today)
        for row in rows:
            row.teacher_names = names.get(row.pk, "")
        return rows


def _edit(url_name: str) -> Any:
    return lambda row: reverse(url_name, args=[row.pk])


class SubjectTable(Table):
    name = "subjects"
    caption = _("Subjects")
    columns = (
        Column("name", _("Name"), sort="name", link=_edit("academics:subject-change"), verb="change"),
        Column("code", _("Code"), sort="code"),
        Column("department", _("Department"), sort="department"),
    )
    search_fields = ("name", "code", "department")
    default_sort = "name"
    empty = Empty(
        _("No subjects yet"), _("A subject is a field of knowledge, such as Mathematics."), icon="book"
    )


class GradeLevelTable(Table):
    name = "grade-levels"
    caption = _("Grade levels")
    columns = (
        Column("name", _("Name"), sort="name", link=_edit("academics:grade-level-change"), verb="change"),
        Column("code", _("Code"), sort="code"),
        Column("position", _("Position"), sort="position", numeric=True),
    )
    default_sort = "position"
    empty = Empty(
        _("No grades yet"), _("Grades are the steps of the school, in order."), icon="sort-ascending"
    )


class CourseFilter(FilterSet):
    subject = ModelChoiceFilter(queryset=permitted(models.Subject), label=_("Subject"), empty_label=_("All"))
    grade = ModelChoiceFilter(
        field_name="grade_level",
        queryset=permitted(models.GradeLevel),
        label=_("Grade"),
        empty_label=_("All"),
    )

    class Meta:
        model = models.Course
        fields = ["subject", "grade"]


class CourseTable(Table):
    name = "courses"
    caption = _("Courses")
    columns = (
        Column("name", _("Name"), sort="name", link=_edit("academics:course-detail")),
        Column("code", _("Code"), sort="code"),
        Column("subject", _("Subject"), value=lambda row: str(row.subject or ""), sort="subject__name"),
        Column(
            "grade", _("Grade"), value=lambda row: str(row.grade_level or ""), sort="grade_level__position"
        ),
        Column("credits", _("Credits"), sort="credits", numeric=True),
        Column("is_active", _("Is offered"), sort="is_active"),
    )
    search_fields = ("name", "code")
    filterset = CourseFilter
    default_sort = "name"
    empty = Empty(
        _("No courses yet"), _("A course is what can be taken, such as Mathematics 9."), icon="book-2"
    )


class ProgramTable(Table):
    name = "programs"
    caption = _("Programs")
    columns = (
        Column("name", _("Name"), sort="name", link=_edit("academics:program-detail")),
        Column("code", _("Code"), sort="code"),
        Column("term_structure", _("Terms"), value=lambda row: row.get_term_structure_display()),
        Column("is_active", _("Is offered"), sort="is_active"),
    )
    search_fields = ("name", "code")
    default_sort = "name"
    empty = Empty(_("No programs yet"), _("A program is a way through the school."), icon="route")


class CustomFieldTable(Table):
    name = "custom-fields"
    caption = _("The school's own fields")
    columns = (
        Column("label", _("Label"), sort="label", link=_edit("academics:custom-field-change"), verb="change"),
        Column("target", _("Belongs to"), value=lambda row: row.get_target_display(), sort="target"),
        Column("kind", _("Kind"), value=lambda row: row.get_kind_display()),
        Column("is_required", _("Must be filled in")),
        Column("families_may_see", _("Families may see it")),
        Column("is_active", _("In use"), sort="is_active"),
    )
    default_sort = "label"
    empty = Empty(
        _("No fields of your own yet"),
        _("Add what your school keeps and this form does not ask."),
        icon="forms",
    )


class RequestTable(Table):
    name = "contact-requests"
    caption = _("Requests for new contact data")
    columns = (
        Column(
            "student",
            _("Student"),
            value=lambda row: row.student.full_name,
            link=_edit("academics:request-detail"),
            sort=("student__given_name", "student__family_name"),
        ),
        Column("whose", _("Whose data"), value=lambda row: str(row.guardian or row.student)),
        Column("asked_by", _("Asked by"), value=lambda row: row.requested_by.name),
        Column("created_at", _("Asked"), sort="created_at"),
        Column("state", _("State"), value=lambda row: row.get_state_display(), sort="state"),
    )
    default_sort = "-created_at"
    empty = Empty(_("No requests"), _("Wishes for new contact data show here."), icon="inbox")
