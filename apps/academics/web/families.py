"""Pages of guardians, emergency contacts, and families' wishes for new contact data."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from apps.academics import models, services
from apps.academics.services import COURT_DOCUMENT
from apps.academics.web import forms, tables
from apps.academics.web.fetch import Answer, actor_of, done, form_page, found
from apps.academics.web.students import given, seen_version, with_file
from apps.core import files
from apps.core.errors import Missing
from apps.core.policy import may, require_verb
from apps.core.web.responses import go
from apps.core.web.tables import table_view


def guardian_detail(request: HttpRequest, pk: Any) -> HttpResponse:
    guardian = found(request, models.Guardian, pk)
    actor = actor_of(request)
    links = models.Guardianship.objects.permitted(actor).filter(guardian=guardian, end_date__isnull=True)
    context = {
        "guardian": guardian,
        "links": links.select_related("student__grade_level", "student__campus"),
        "may_change": may(actor, "change", guardian),
        "may_ask": may(actor, "request_change", guardian),
    }
    return render(request, "academics/guardian_detail.html", context)


def guardian_change(request: HttpRequest, pk: Any) -> HttpResponse:
    guardian = found(request, models.Guardian, pk, "change")
    initial = {name: getattr(guardian, name) for name in forms.PersonForm.base_fields}
    form = forms.PersonForm(request.POST or None, actor=actor_of(request), initial=initial)
    expected = seen_version(request, guardian)
    return form_page(
        request,
        form,
        lambda **values: services.change_guardian(guardian=guardian, expected=expected, **values),
        title=_("Change {name}").format(name=guardian),
        back=reverse("academics:guardian-detail", args=[guardian.pk]),
        done=_("Saved."),
        context={"version": guardian.version if request.method == "GET" else expected},
    )


def guardian_add(request: HttpRequest, pk: Any) -> HttpResponse:
    student = found(request, models.Student, pk, "change")

    def service(**values: Any) -> models.Guardianship:
        link: Any = {name: values.pop(name) for name in forms.RIGHTS}
        return services.add_guardian(student=student, link=link, **values)

    form = forms.NewGuardianForm(request.POST or None, actor=actor_of(request), initial=_begins(request))
    title = _("Add a guardian of {name}").format(name=student)
    return form_page(
        request, form, service, title=title, back=_guardians(student), done=_("Added."), new=True
    )


def guardian_link(request: HttpRequest, pk: Any) -> HttpResponse:
    student = found(request, models.Student, pk, "change")
    form = forms.LinkForm(request.POST or None, actor=actor_of(request), initial=_begins(request))
    return form_page(
        request,
        form,
        lambda **values: services.link_guardian(student=student, **values),
        title=_("Link a guardian the school knows with {name}").format(name=student),
        back=_guardians(student),
        done=_("Linked."),
        new=True,
    )


def guardianship_change(request: HttpRequest, pk: Any) -> HttpResponse:
    link = found(request, models.Guardianship, pk, "change", joins=("student", "guardian"))
    initial = {name: getattr(link, name) for name in forms.RIGHTS}
    form = forms.PaperForm(*given(request), actor=actor_of(request), initial=initial)
    service = with_file("document", COURT_DOCUMENT, services.change_guardianship)
    return form_page(
        request,
        form,
        lambda **values: service(guardianship=link, **values),
        title=_("Rights of {name}").format(name=link.guardian),
        back=_guardians(link.student),
        done=_("Saved."),
        context={"is_multipart": True},
    )


def guardianship_document(request: HttpRequest, pk: Any) -> HttpResponse:
    """On to the paper itself, by a short link of the reader's own."""
    link = found(request, models.Guardianship, pk, "view_document", joins=("document",))
    if link.document is None:
        raise Missing
    return go(request, files.link(link.document, actor_of(request)))


def guardianship_end(request: HttpRequest, pk: Any) -> HttpResponse:
    link = found(request, models.Guardianship, pk, "change", joins=("student", "guardian"))
    form = forms.EndForm(
        request.POST or None, actor=actor_of(request), initial={"end_date": actor_of(request).today}
    )
    return form_page(
        request,
        form,
        lambda **values: services.end_guardianship(guardianship=link, **values),
        title=_("{guardian} no longer answers for {student}").format(
            guardian=link.guardian, student=link.student
        ),
        back=_guardians(link.student),
        done=_("Ended."),
    )


def emergency_contact_add(request: HttpRequest, pk: Any) -> HttpResponse:
    student = found(request, models.Student, pk, "change")
    form = forms.EmergencyContactForm(request.POST or None, actor=actor_of(request))
    return form_page(
        request,
        form,
        lambda **values: services.add_emergency_contact(student=student, **values),
        title=_("Whom to ring for {name}").format(name=student),
        back=reverse("academics:student-detail", args=[student.pk]),
        done=_("Added."),
        new=True,
    )


def emergency_contact_change(request: HttpRequest, pk: Any) -> HttpResponse:
    contact = found(request, models.EmergencyContact, pk, "change", joins=("student",))
    initial = {name: getattr(contact, name) for name in forms.EmergencyContactForm.base_fields}
    form = forms.EmergencyContactForm(request.POST or None, actor=actor_of(request), initial=initial)
    return form_page(
        request,
        form,
        lambda **values: services.change_emergency_contact(contact=contact, **values),
        title=_("Whom to ring for {name}").format(name=contact.student),
        back=reverse("academics:student-detail", args=[contact.student_id]),
        done=_("Saved."),
    )


@require_POST
def emergency_contact_remove(request: HttpRequest, pk: Any) -> HttpResponse:
    contact = found(request, models.EmergencyContact, pk, "delete")
    return done(
        request,
        lambda: services.remove_emergency_contact(actor=actor_of(request), contact=contact),
        reverse("academics:student-detail", args=[contact.student_id]),
        _("Removed."),
    )


def request_list(request: HttpRequest) -> Answer:
    """The office's inbox; a family sees its own wishes and what became of them."""
    actor = actor_of(request)
    require_verb(actor, "view", models.ContactChangeRequest)
    rows = models.ContactChangeRequest.objects.permitted(actor)
    decides = models.ContactChangeRequest.policy.allows(actor, "decide")
    everything = "all" in request.GET or not decides
    if not everything:
        rows = rows.filter(state=models.RequestState.OPEN)
    rows = rows.select_related("student", "guardian", "requested_by")
    context = {"everything": everything, "decides": decides}
    return table_view(
        request, tables.RequestTable, rows, template="academics/request_list.html", context=context
    )


def request_detail(request: HttpRequest, pk: Any) -> HttpResponse:
    """Before and after, side by side; the office decides here."""
    row = found(
        request, models.ContactChangeRequest, pk, joins=("student", "guardian", "requested_by", "decided_by")
    )
    actor = actor_of(request)
    is_open = row.state == models.RequestState.OPEN
    context = {
        "row": row,
        "lines": [(_label(name), row.before.get(name, ""), value) for name, value in row.after.items()],
        "may_decide": is_open and may(actor, "decide", row),
        "may_withdraw": is_open and may(actor, "withdraw", row),
    }
    return render(request, "academics/request_detail.html", context)


@require_POST
def request_decide(request: HttpRequest, pk: Any) -> HttpResponse:
    row = found(request, models.ContactChangeRequest, pk, "decide")
    accepts = request.POST.get("decision") == "accept"
    verb: Any = services.accept_contact_change if accepts else services.decline_contact_change
    note = request.POST.get("note", "")[:200]
    return done(
        request,
        lambda: verb(actor=actor_of(request), request=row, now=timezone.now(), note=note),
        reverse("academics:request-detail", args=[row.pk]),
        _("The new data stands.") if accepts else _("Declined; the family sees your note."),
    )


@require_POST
def request_withdraw(request: HttpRequest, pk: Any) -> HttpResponse:
    row = found(request, models.ContactChangeRequest, pk, "withdraw")
    return done(
        request,
        lambda: services.withdraw_contact_change(actor=actor_of(request), request=row),
        reverse("academics:request-list"),
        _("Taken back."),
    )


def student_contact_request(request: HttpRequest, pk: Any) -> HttpResponse:
    student = found(request, models.Student, pk, "request_change", joins=("campus",))
    return _ask(request, student, student, None)


def guardian_contact_request(request: HttpRequest, pk: Any) -> HttpResponse:
    """A guardian's own data; the wish goes to the office of the first child."""
    guardian = found(request, models.Guardian, pk, "request_change")
    links = models.Guardianship.objects.permitted(actor_of(request)).filter(guardian=guardian)
    link = links.filter(end_date__isnull=True).select_related("student__campus").first()
    if link is None:
        return render(request, "academics/no_child.html", {"guardian": guardian})
    return _ask(request, link.student, guardian, guardian)


def my_contact(request: HttpRequest) -> HttpResponse:
    """ "Change my contact data": the guardian's own card, the pupil's otherwise."""
    actor = actor_of(request)
    guardian = models.Guardian.objects.permitted(actor, "request_change").filter(user=actor.user_id).first()
    if guardian is not None:
        return guardian_contact_request(request, guardian.pk)
    require_verb(actor, "request_change", models.Student)
    student = models.Student.objects.permitted(actor, "request_change").filter(user=actor.user_id).first()
    return student_contact_request(request, student.pk if student else None)


def _ask(request: HttpRequest, student: models.Student, target: Any, guardian: Any) -> HttpResponse:
    initial = {name: getattr(target, name) for name in forms.ContactForm.base_fields}
    form = forms.ContactForm(request.POST or None, actor=actor_of(request), initial=initial)

    def service(*, actor: Any, **after: Any) -> models.ContactChangeRequest:
        return services.request_contact_change(actor=actor, student=student, guardian=guardian, after=after)

    return form_page(
        request,
        form,
        service,
        title=_("New contact data of {name}").format(name=target),
        back=reverse("academics:request-list"),
        done=_("Sent. The office looks at it and you are told."),
        new=False,
        context={"lead": _("The office compares this with what it has and then takes it over.")},
    )


def _label(name: str) -> str:
    field: Any = models.Guardian._meta.get_field(name)
    return str(field.verbose_name)


def _begins(request: HttpRequest) -> dict[str, Any]:
    return {"begin_date": actor_of(request).today}


def _guardians(student: models.Student) -> str:
    return reverse("academics:student-guardians", args=[student.pk])
