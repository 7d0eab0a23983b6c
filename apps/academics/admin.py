"""The back office of people, sections and what is taught. Forms and actions call services."""

from typing import Any

from django.contrib import admin
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.academics import models, services
from apps.accounts.models import Campus
from apps.core.admin import PermittedModelAdmin, ReadOnlyInline, service_action
from apps.core.policy import Actor, permitted_or_missing


class GuardianshipInline(ReadOnlyInline):
    model = models.Guardianship
    fields = ("guardian", "relation", "is_primary", "may_contact", "begin_date", "end_date")


class EnrollmentInline(ReadOnlyInline):
    model = models.Enrollment
    fields = ("section", "status", "begin_date", "end_date")


class TeachingInline(ReadOnlyInline):
    model = models.TeachingAssignment
    fields = ("staff", "is_primary", "begin_date", "end_date")


@admin.register(models.Student)
class StudentAdmin(PermittedModelAdmin):
    """Master data; campus, grade and status move on the pages, where the day and the reason are asked for."""

    list_display = ("full_name", "admission_number", "roll_number", "grade_level", "campus", "status")
    list_select_related = ("grade_level", "campus")
    list_filter = ("status", "campus", "grade_level")
    search_fields = ("given_name", "family_name", "admission_number")
    fields = (
        "given_name", "middle_name", "family_name", "email", "phone", "address", "admission_number",
        "roll_number", "program", "birth_date", "sex", "blood_group",
    )  # fmt: skip
    guarded = {
        "view_details": ("birth_date", "sex", "blood_group"),
        "view_contacts": ("email", "phone", "address"),
    }
    inlines = (GuardianshipInline, EnrollmentInline)

    def update(self, actor: Actor, row: Any, data: dict[str, Any]) -> models.Student:
        return services.change_student(
            actor=actor, student=row, expected=row.version, today=actor.today, **data
        )


@admin.register(models.Guardian)
class GuardianAdmin(PermittedModelAdmin):
    list_display = ("full_name", "phone", "email")
    search_fields = ("given_name", "family_name", "email", "phone")
    fields = ("given_name", "middle_name", "family_name", "email", "phone", "address")
    inlines = (GuardianshipInline,)

    def update(self, actor: Actor, row: Any, data: dict[str, Any]) -> models.Guardian:
        return services.change_guardian(actor=actor, guardian=row, expected=row.version, **data)


@admin.register(models.StaffMember)
class StaffAdmin(PermittedModelAdmin):
    list_display = ("full_name", "employee_id", "job_title", "department", "campus", "left_date")
    list_select_related = ("campus",)
    list_filter = ("campus", "department")
    search_fields = ("given_name", "family_name", "employee_id")
    fields = (
        "given_name", "middle_name", "family_name", "email", "phone", "address", "campus", "employee_id",
        "department", "job_title", "qualifications", "joined_date",
    )  # fmt: skip
    guarded = {"view_private": ("phone", "address", "qualifications", "joined_date")}

    def create(self, actor: Actor, data: dict[str, Any]) -> models.StaffMember:
        return services.hire_staff_member(actor=actor, **data)

    def update(self, actor: Actor, row: Any, data: dict[str, Any]) -> models.StaffMember:
        permitted_or_missing(Campus.objects.all(), actor, "place", pk=data["campus"].pk)
        return services.change_staff_member(actor=actor, staff=row, expected=row.version, **data)


@admin.register(models.Section)
class SectionAdmin(PermittedModelAdmin):
    list_display = (
        "name",
        "code",
        "kind",
        "course",
        "session",
        "campus",
        "seats_taken",
        "capacity",
        "is_active",
    )
    list_select_related = ("course", "session", "campus")
    list_filter = ("kind", "is_active", "campus", "session")
    search_fields = ("name", "code")
    fields = ("name", "code", "capacity", "grade_level", "is_active")
    inlines = (TeachingInline, EnrollmentInline)

    def update(self, actor: Actor, row: Any, data: dict[str, Any]) -> models.Section:
        return services.change_section(actor=actor, section=row, expected=row.version, **data)

    def remove(self, actor: Actor, row: Any) -> None:
        services.delete_section(actor=actor, section=row)


def _complete(actor: Actor, row: models.Enrollment) -> models.Enrollment:
    return services.complete_enrollment(actor=actor, enrollment=row, effective_date=actor.today)


def _withdraw(actor: Actor, row: models.Enrollment) -> models.Enrollment:
    return services.withdraw_enrollment(actor=actor, enrollment=row, effective_date=actor.today)


@admin.register(models.Enrollment)
class EnrollmentAdmin(PermittedModelAdmin):
    list_display = ("student", "section", "status", "begin_date", "end_date")
    list_select_related = ("student", "section")
    list_filter = ("status",)
    search_fields = ("student__given_name", "student__family_name", "section__name")
    actions = (
        service_action("change", _complete, _("Complete as of today")),
        service_action("withdraw", _withdraw, _("Withdraw as of today")),
    )


def _take_off(actor: Actor, row: models.WaitingListEntry) -> models.WaitingListEntry:
    return services.leave_waiting_list(actor=actor, entry=row)


@admin.register(models.WaitingListEntry)
class WaitingAdmin(PermittedModelAdmin):
    list_display = ("student", "section", "state", "created_at")
    list_select_related = ("student", "section")
    list_filter = ("state",)
    actions = (service_action("withdraw", _take_off, _("Take off the list")),)


def _accept(actor: Actor, row: models.ContactChangeRequest) -> models.ContactChangeRequest:
    return services.accept_contact_change(actor=actor, request=row, now=timezone.now())


@admin.register(models.ContactChangeRequest)
class ContactChangeRequestAdmin(PermittedModelAdmin):
    list_display = ("student", "guardian", "requested_by", "state", "created_at")
    list_select_related = ("student", "guardian", "requested_by")
    list_filter = ("state",)
    actions = (service_action("decide", _accept, _("Take the new data over")),)


@admin.register(models.AcademicSession)
class AcademicSessionAdmin(PermittedModelAdmin):
    list_display = ("name", "kind", "begin_date", "end_date", "parent")
    list_select_related = ("parent",)
    list_filter = ("kind",)
    fields = ("kind", "name", "code", "begin_date", "end_date", "parent")

    def create(self, actor: Actor, data: dict[str, Any]) -> models.AcademicSession:
        return services.save_session(actor=actor, **data)

    def update(self, actor: Actor, row: Any, data: dict[str, Any]) -> models.AcademicSession:
        return services.save_session(actor=actor, session=row, **data)

    def remove(self, actor: Actor, row: Any) -> None:
        services.delete_session(actor=actor, session=row)


class _SetupAdmin(PermittedModelAdmin):
    search_fields = ("name", "code")

    def remove(self, actor: Actor, row: Any) -> None:
        services.delete_setup(actor=actor, row=row)


@admin.register(models.Subject)
class SubjectAdmin(_SetupAdmin):
    list_display = ("name", "code", "department")

    def create(self, actor: Actor, data: dict[str, Any]) -> models.Subject:
        return services.save_subject(actor=actor, **data)

    def update(self, actor: Actor, row: Any, data: dict[str, Any]) -> models.Subject:
        return services.save_subject(actor=actor, subject=row, **data)


@admin.register(models.GradeLevel)
class GradeLevelAdmin(_SetupAdmin):
    list_display = ("name", "code", "position")

    def create(self, actor: Actor, data: dict[str, Any]) -> models.GradeLevel:
        return services.save_grade_level(actor=actor, **data)

    def update(self, actor: Actor, row: Any, data: dict[str, Any]) -> models.GradeLevel:
        return services.save_grade_level(actor=actor, grade_level=row, **data)


@admin.register(models.Course)
class CourseAdmin(_SetupAdmin):
    list_display = ("name", "code", "subject", "grade_level", "credits", "is_active")
    list_select_related = ("subject", "grade_level")
    list_filter = ("is_active", "grade_level")
    fields = ("name", "code", "subject", "grade_level", "credits", "description", "is_active")

    def create(self, actor: Actor, data: dict[str, Any]) -> models.Course:
        return services.save_course(actor=actor, **data)

    def update(self, actor: Actor, row: Any, data: dict[str, Any]) -> models.Course:
        return services.save_course(actor=actor, course=row, **data)


class CurriculumInline(ReadOnlyInline):
    model = models.ProgramCourse
    fields = ("course", "grade_level", "is_required")


@admin.register(models.Program)
class ProgramAdmin(_SetupAdmin):
    list_display = ("name", "code", "term_structure", "is_active")
    inlines = (CurriculumInline,)

    def create(self, actor: Actor, data: dict[str, Any]) -> models.Program:
        return services.save_program(actor=actor, **data)

    def update(self, actor: Actor, row: Any, data: dict[str, Any]) -> models.Program:
        return services.save_program(actor=actor, program=row, **data)


@admin.register(models.Rollover)
class RolloverAdmin(PermittedModelAdmin):
    """To look at; a year is rolled over on its own page."""

    list_display = ("from_year", "next_name", "stage", "rehearsed_at", "applied_at", "undone_at")
    list_select_related = ("from_year", "job")
    exclude = ("job", "result")

    @admin.display(description=_("state"))
    def stage(self, row: models.Rollover) -> Any:
        return row.state.label


@admin.register(models.RolloverLine)
class RolloverLineAdmin(PermittedModelAdmin):
    list_display = ("name", "kind", "source", "goal", "decision", "exception", "decided_by", "decided_at")
    list_select_related = ("decided_by",)
    list_filter = ("decision", "exception", "kind", "campus")
    search_fields = ("name", "source", "goal")
    exclude = ("detail", "key", "target", "chosen")
