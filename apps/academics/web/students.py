"""Pages of pupils."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from apps.academics import models, selectors, services
from apps.academics.services import PHOTO
from apps.academics.web import forms, tables
from apps.academics.web.fetch import Answer, actor_of, form_page, found, photo_of
from apps.academics.web.history import entries
from apps.academics.web.tabs import tabs_of
from apps.accounts.access import STAFF, Role
from apps.core import files
from apps.core.policy import Actor, may, reached, require_verb
from apps.core.web.tables import asks_export, table_view

JOINS = ("campus", "grade_level", "program", "photo")
FIELDS = tuple(name for name in forms.StudentForm.base_fields if name != "photo")


def student_list(request: HttpRequest) -> Answer:
    """Who is enrolled, unless another status is asked for."""
    actor = actor_of(request)
    require_verb(actor, "view", models.Student)
    if not actor.has(*STAFF):
        return _family_list(request, actor)
    exports = models.Student.policy.allows(actor, "export")
    verb = "export" if asks_export(request) and exports else "view"
    rows = models.Student.objects.permitted(actor, verb).select_related("grade_level", "campus")
    if not request.GET.get("status"):
        rows = rows.filter(status=models.StudentStatus.ACTIVE)
    table = tables.ExportableStudentTable if exports else tables.StudentTable
    context = {"may_admit": models.Student.policy.allows(actor, "add")}
    return table_view(request, table, rows, template="academics/student_list.html", context=context)


def _family_list(request: HttpRequest, actor: Actor) -> Answer:
    """A family's own: everybody, whatever became of them since."""
    rows = models.Student.objects.permitted(actor).select_related("grade_level", "campus")
    return table_view(request, _family_table(actor), rows, template="academics/student_list.html")


def _family_table(actor: Actor) -> type[tables.FamilyTable]:
    if not actor.has(Role.GUARDIAN):
        return tables.OwnTable
    children = models.Student.objects.permitted(actor).count()
    return tables.OnlyChildTable if children == 1 else tables.FamilyTable


def student_page(
    request: HttpRequest, student: models.Student, tab: str, template: str, context: dict[str, Any]
) -> HttpResponse:
    """A tab of a pupil's page: head, tabs, and what the template brings. Apps above use it too."""
    actor = actor_of(request)
    head = {
        "student": student,
        "list_name": (tables.StudentTable if actor.has(*STAFF) else _family_table(actor)).caption,
        "photo": photo_of(student, actor),
        "tabs": tabs_of("student", student.pk, tab, actor),
        "may_change": may(actor, "change", student),
    }
    return render(request, template, {**head, **context})


def student_detail(request: HttpRequest, pk: Any) -> HttpResponse:
    student = found(request, models.Student, pk, joins=JOINS)
    actor = actor_of(request)
    details, contacts = may(actor, "view_details", student), may(actor, "view_contacts", student)
    context = {
        "details": details,
        "contacts": contacts,
        "own_fields": selectors.shown_custom(actor, student) if contacts else [],
        "emergency_contacts": models.EmergencyContact.objects.permitted(actor).filter(student=student),
        "may_ask": may(actor, "request_change", student),
        "homeroom": selectors.homeroom_names([student.pk], actor.today).get(student.pk, ""),
    }
    return student_page(request, student, "overview", "academics/student_detail.html", context)


def student_guardians(request: HttpRequest, pk: Any) -> HttpResponse:
    student = found(request, models.Student, pk, joins=JOINS)
    rows = models.Guardianship.objects.permitted(actor_of(request)).filter(student=student)
    links = rows.filter(end_date__isnull=True).select_related("guardian").order_by("order", "begin_date")
    context = {"links": links}
    return student_page(request, student, "guardians", "academics/student_guardians.html", context)


def student_sections(request: HttpRequest, pk: Any) -> HttpResponse:
    student = found(request, models.Student, pk, joins=JOINS)
    actor = actor_of(request)
    places = models.Enrollment.objects.permitted(actor).filter(student=student)
    places = places.select_related("section__session", "section__course").order_by("status", "section__name")
    waiting = models.WaitingListEntry.objects.permitted(actor).filter(
        student=student, state=models.WaitingState.WAITING
    )
    waiting = waiting.select_related("section")
    stays = models.CampusEnrollment.objects.permitted(actor).filter(student=student)
    context = {
        "places": places,
        "waiting": waiting,
        "stays": stays.select_related("campus", "grade_level"),
        "doors": reached(actor, "view", models.Section, [row.section_id for row in (*places, *waiting)]),
    }
    return student_page(request, student, "sections", "academics/student_sections.html", context)


def student_history(request: HttpRequest, pk: Any) -> HttpResponse:
    student = found(request, models.Student, pk, "change", joins=JOINS)
    context = {"entries": entries(student)}
    return student_page(request, student, "history", "academics/student_history.html", context)


def student_admit(request: HttpRequest) -> HttpResponse:
    actor = actor_of(request)
    require_verb(actor, "add", models.Student)
    form = forms.AdmissionForm(
        *given(request), actor=actor, initial={"begin_date": actor.today, "sex": models.Sex.UNSTATED}
    )
    return form_page(
        request,
        form,
        with_photo(services.admit_student),
        title=_("Admit a student"),
        back=reverse("academics:student-list"),
        done=_("Admitted."),
        then=lambda student: reverse("academics:student-detail", args=[student.pk]),
        new=True,
        context={"is_multipart": True},
    )


def student_change(request: HttpRequest, pk: Any) -> HttpResponse:
    student = found(request, models.Student, pk, "change")
    actor = actor_of(request)
    initial = {name: getattr(student, name) for name in FIELDS}
    form = forms.StudentForm(*given(request), actor=actor, kept=student.custom, initial=initial)
    expected = seen_version(request, student)

    def service(**values: Any) -> models.Student:
        return services.change_student(student=student, expected=expected, today=actor.today, **values)

    return form_page(
        request,
        form,
        with_photo(service),
        title=_("Change {name}").format(name=student),
        back=_home(student),
        done=_("Saved."),
        context={"version": student.version if request.method == "GET" else expected},
    )


def student_withdraw(request: HttpRequest, pk: Any) -> HttpResponse:
    title = _("Withdraw {name}")
    return _move(request, pk, "withdraw", forms.WithdrawalForm, services.withdraw_student, title)


def student_transfer(request: HttpRequest, pk: Any) -> HttpResponse:
    title = _("Transfer {name}")
    return _move(request, pk, "transfer", forms.TransferForm, services.transfer_student, title)


def student_promote(request: HttpRequest, pk: Any) -> HttpResponse:
    title = _("Promote {name}")
    return _move(request, pk, "promote", forms.PromotionForm, services.promote_student, title)


def student_readmit(request: HttpRequest, pk: Any) -> HttpResponse:
    title = _("Readmit {name}")
    return _move(request, pk, "enroll", forms.ReadmissionForm, services.readmit_student, title)


def with_photo(service: Any) -> Any:
    return with_file("photo", PHOTO, service)


def with_file(name: str, purpose: str, service: Any) -> Any:
    """Store an uploaded file first; without one the kept file stays."""

    def call(*, actor: Any, **values: Any) -> Any:
        if upload := values.pop(name, None):
            values[name] = files.store(
                upload, school_id=actor.school_id, owner_id=actor.user_id, purpose=purpose
            )
        return service(actor=actor, **values)

    return call


def seen_version(request: HttpRequest, row: Any) -> int:
    """The version the form was shown with; a form without one is taken as out of date."""
    given = request.POST.get("version", "")
    return (
        int(given)
        if given.isdecimal() and len(given) < 10
        else (0 if request.method == "POST" else row.version)
    )


def given(request: HttpRequest) -> tuple[Any, Any]:
    return (request.POST, request.FILES) if request.method == "POST" else (None, None)


def _home(student: models.Student) -> str:
    return reverse("academics:student-detail", args=[student.pk])


def _move(
    request: HttpRequest, pk: Any, verb: str, form_class: Any, service: Any, title: str
) -> HttpResponse:
    student = found(request, models.Student, pk, verb)
    actor = actor_of(request)
    day = {"effective_date": actor.today, "begin_date": actor.today}
    form = form_class(request.POST or None, actor=actor, initial=day)
    return form_page(
        request,
        form,
        lambda **values: service(student=student, **values),
        title=title.format(name=student),
        back=_home(student),
        done=_("Done."),
    )
