"""The year's end in steps: choose years, look at what would happen, decide, apply, and undo if need be."""

import uuid
from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_GET, require_POST

from apps.academics.models import AcademicSession, Rollover, RolloverDecision, RolloverLine, SessionKind
from apps.academics.services import rollover as year_end
from apps.academics.web.fetch import Answer, actor_of, form_page, found
from apps.academics.web.fields import ActorForm, Choice
from apps.academics.web.forms import text
from apps.academics.web.rollover_tables import LineTable, RolloverTable, decision_badge, editable, state_badge
from apps.accounts.models import Campus
from apps.core import jobs
from apps.core.errors import DomainError, Missing
from apps.core.policy import may, require_verb
from apps.core.web.responses import go, is_partial, say, show_form
from apps.core.web.tables import table_view

DETAIL = "academics:rollover-detail"
JOINS = ("from_year", "to_year", "job", "rehearsed_by", "applied_by", "undone_by")
_PUPIL = ("promote", "repeat", "graduate", "leave", "skip")
_OTHER = ("make", "skip")


def _years(rows: Any) -> Any:
    return rows.filter(kind=SessionKind.SCHOOL_YEAR).order_by("-begin_date")


class YearsForm(ActorForm):
    from_year = Choice(AcademicSession, narrow=_years, label=lazy("School year that ends"), empty_label=None)
    to_year = Choice(
        AcademicSession,
        narrow=_years,
        label=lazy("School year that begins"),
        required=False,
        empty_label=lazy("The one that follows; it is made if there is none"),
    )


class DecisionForm(ActorForm):
    """What becomes of some lines. `homerooms` are those of the new year, with their campus."""

    decision = forms.ChoiceField(label=lazy("Decision"))
    target = forms.ChoiceField(label=lazy("Homeroom of the new year"), required=False)
    reason = text(
        lazy("Reason"),
        200,
        help_text=lazy(
            "Needed for who leaves, and for who moves up without having passed. With a reason a pupil gets"
            " a seat in a full homeroom too."
        ),
    )

    def __init__(self, *args: Any, pupils: bool, homerooms: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = dict(RolloverDecision.choices)
        decision, target = self._choices("decision"), self._choices("target")
        decision.choices = [
            ("", _("As proposed")),
            *((one, known[one]) for one in (_PUPIL if pupils else _OTHER)),
        ]
        decision.required = False
        target.choices = [("", _("As proposed")), *homerooms]
        if not pupils:
            del self.fields["target"]

    def _choices(self, name: str) -> forms.ChoiceField:
        field: Any = self.fields[name]
        return field  # type: ignore[no-any-return]  # both are choices


def rollover_list(request: HttpRequest) -> Answer:
    actor = actor_of(request)
    require_verb(actor, "view", Rollover)
    rows = Rollover.objects.permitted(actor).select_related("from_year", "job")
    context = {"may_add": Rollover.policy.allows(actor, "add")}
    return table_view(request, RolloverTable, rows, template="academics/rollover_list.html", context=context)


def rollover_add(request: HttpRequest) -> HttpResponse:
    actor = actor_of(request)
    require_verb(actor, "add", Rollover)
    form = YearsForm(request.POST or None, actor=actor, initial={"from_year": _running(actor)})
    return form_page(
        request,
        form,
        _rehearse_first,
        title=_("Rehearse a rollover"),
        back=reverse("academics:rollover-list"),
        then=lambda row: reverse(DETAIL, args=[row.pk]),
        new=True,
        context={
            "lead": _("It shows what would happen to every pupil, and changes nothing."),
            "submit_label": _("Rehearse"),
        },
    )


@require_GET
def rollover_detail(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    rollover = found(request, Rollover, pk, joins=JOINS)
    return render(request, "academics/rollover_detail.html", _shown(request, rollover))


@require_GET
def rollover_progress(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """The bar while work is under way; once it is over the whole page has something new to say."""
    rollover = found(request, Rollover, pk, joins=("job",))
    if rollover.job is None or not rollover.job.is_open:
        refresh = HttpResponse(headers={"HX-Refresh": "true"})
        return refresh if is_partial(request) else go(request, DETAIL, pk)
    return render(request, "components/job_progress.html", _progress(rollover))


@require_POST
def rollover_rehearse(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    return _do(request, pk, "change", _again, _("Rehearsed anew."))


@require_POST
def rollover_apply(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    return _do(request, pk, "apply", year_end.apply_rollover)


@require_POST
def rollover_undo(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    return _do(request, pk, "undo", year_end.undo_rollover)


@require_POST
def rollover_discard(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    return _do(request, pk, "change", year_end.discard_rollover, _("The rehearsal is forgotten."), gone=True)


def rollover_lines(request: HttpRequest, pk: uuid.UUID) -> Answer:
    """Everything the rollover does, exceptions first; who may decides about many at once."""
    rollover = found(request, Rollover, pk, joins=("from_year", "job"))
    actor = actor_of(request)
    rows = RolloverLine.objects.permitted(actor).filter(rollover=rollover)
    rows = rows.select_related("decided_by", "campus", "student")
    decides = rollover.state == "rehearsed" and may(actor, "change", rollover)
    table = editable(_ask_many, _restore_many) if decides else LineTable
    context = {"rollover": rollover, "title": table.caption}
    return table_view(request, table, rows, template="academics/rollover_lines.html", context=context)


def rollover_line(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    line = found(request, RolloverLine, pk, "change", joins=("rollover__from_year", "rollover__to_year"))
    initial = {"decision": line.asked, "target": line.chosen, "reason": line.reason}
    form = _form(request, line.rollover, [line], request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid() and _decided(request, form, line.rollover, [line]):
        say(request, _("Decided."))
        return go(request, "academics:rollover-lines", line.rollover_id)
    return show_form(request, "academics/rollover_line.html", form, _about(line))


@require_POST
def rollover_decide(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """The chosen lines, with what becomes of them."""
    rollover = found(request, Rollover, pk, "change", joins=("from_year", "to_year"))
    keys = [one for one in request.POST.get("chosen", "").split(",") if one]
    lines = list(RolloverLine.objects.permitted(actor_of(request), "change").filter(
        rollover=rollover, pk__in=[key for key in keys if _is_uuid(key)]
    ))  # fmt: skip
    if not lines:
        raise Missing
    form = _form(request, rollover, lines, request.POST)
    if form.is_valid() and _decided(request, form, rollover, lines):
        say(request, _("Decided for %d.") % len(lines))
        return go(request, "academics:rollover-lines", rollover.pk)
    return _many_page(request, rollover, lines, form)


def _rehearse_first(**values: Any) -> Rollover:
    return year_end.rehearse_rollover(now=timezone.now(), **values)


def _again(**values: Any) -> Rollover:
    return year_end.rehearse_again(now=timezone.now(), **values)


def _running(actor: Any) -> Any:
    """The school year of today, else the last one."""
    years = _years(AcademicSession.objects.permitted(actor))
    return years.filter(begin_date__lte=actor.today).first() or years.first()


def _do(
    request: HttpRequest,
    pk: uuid.UUID,
    verb: str,
    service: Callable[..., Any],
    done: str = "",
    *,
    gone: bool = False,
) -> HttpResponse:
    rollover = found(request, Rollover, pk, verb)
    try:
        service(actor=actor_of(request), rollover=rollover)
    except DomainError as refusal:
        say(request, refusal, level=messages.ERROR)
        return go(request, DETAIL, pk)
    if done:
        say(request, done)
    return go(request, "academics:rollover-list") if gone else go(request, DETAIL, pk)


def _shown(request: HttpRequest, rollover: Rollover) -> dict[str, Any]:
    actor = actor_of(request)
    lines = RolloverLine.objects.permitted(actor).filter(rollover=rollover)
    total = year_end.overview(lines)
    kinds = year_end.kinds()
    decisions = dict(RolloverDecision.choices)
    is_applied = rollover.state == "applied"
    return {
        "rollover": rollover,
        "badge": state_badge(rollover).__html__(),
        "total": total,
        "pupils": [
            (one, decisions[one], total.pupils[one])
            for one in ("promote", "repeat", "graduate", "leave", "skip", "undecided")
            if total.pupils[one]
        ],
        "kinds": [(kind, label, total.kinds[kind]) for kind, label in kinds.items() if total.kinds[kind]],
        "blockers": year_end.undo_blockers(rollover) if is_applied else [],
        "may_change": may(actor, "change", rollover),
        "is_begun": rollover.turned_at is not None,
        **_progress(rollover),
    }


def _progress(rollover: Rollover) -> dict[str, Any]:
    if rollover.job is None:
        return {}
    done, total, note = jobs.progress(rollover.job)
    return {
        "job": rollover.job,
        "job_title": jobs.label_of(rollover.job.task),
        "progress": {"done": done, "total": total, "note": note},
        "job_url": reverse("academics:rollover-progress", args=[rollover.pk]),
    }


def _form(
    request: HttpRequest, rollover: Rollover, lines: list[RolloverLine], data: Any, **kwargs: Any
) -> DecisionForm:
    """For pupils with the homerooms they may go to; for anything else only whether it is made."""
    pupils = all(line.student_id is not None for line in lines)
    homerooms = _homerooms(request, rollover) if pupils else []
    return DecisionForm(data, actor=actor_of(request), pupils=pupils, homerooms=homerooms, **kwargs)


def _homerooms(request: HttpRequest, rollover: Rollover) -> list[tuple[str, str]]:
    names = dict(Campus.objects.permitted(actor_of(request)).values_list("pk", "name"))
    planned = year_end.homerooms_to_choose(rollover)
    several = len({one.campus_id for one in planned}) > 1
    return [
        (one.key, f"{one.name} ({names.get(one.campus_id, '')})" if several else one.name) for one in planned
    ]


def _decided(request: HttpRequest, form: DecisionForm, rollover: Rollover, lines: list[RolloverLine]) -> bool:
    row = form.call(
        year_end.decide_lines,
        actor=actor_of(request),
        rollover=rollover,
        lines=lines,
        now=timezone.now(),
        **form.cleaned_data,
    )
    return row is not None


def _ask_many(request: HttpRequest, rows: Any) -> HttpResponse:
    lines = list(rows.order_by("position"))
    rollover = found(request, Rollover, lines[0].rollover_id, "change", joins=("from_year", "to_year"))
    return _many_page(request, rollover, lines, _form(request, rollover, lines, None))


def _restore_many(request: HttpRequest, rows: Any) -> None:
    lines = list(rows)
    rollover = found(request, Rollover, lines[0].rollover_id, "change")
    try:
        year_end.decide_lines(
            actor=actor_of(request), rollover=rollover, lines=lines, decision="", now=timezone.now()
        )
    except DomainError as refusal:
        say(request, refusal, level=messages.ERROR)


def _many_page(
    request: HttpRequest, rollover: Rollover, lines: list[RolloverLine], form: DecisionForm
) -> HttpResponse:
    context = {
        "title": _("Decide for %d") % len(lines),
        "lines": lines,
        "chosen": ",".join(str(line.pk) for line in lines),
        "url": reverse("academics:rollover-decide", args=[rollover.pk]),
        "cancel_url": reverse("academics:rollover-lines", args=[rollover.pk]),
    }
    return show_form(request, "academics/rollover_decide.html", form, context)


def _about(line: RolloverLine) -> dict[str, Any]:
    return {
        "title": line.name,
        "line": line,
        "badge": decision_badge(line).__html__(),
        "words": year_end.words_of(line.exception, line.detail) if line.exception else "",
        "remedy": year_end.remedy_of(line.exception),
        "cancel_url": reverse("academics:rollover-lines", args=[line.rollover_id]),
    }


def _is_uuid(text: str) -> bool:
    try:
        uuid.UUID(text)
    except ValueError:
        return False
    return True
