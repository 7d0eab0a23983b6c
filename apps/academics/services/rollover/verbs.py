"""The verbs of a rollover: rehearse, decide, apply, undo, forget."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, Final

from django.db import connection, transaction
from django.utils.translation import gettext as _

from apps.academics.models import (
    AcademicSession,
    GradeLevel,
    Rollover,
    RolloverDecision,
    RolloverLine,
    RolloverState,
    Section,
    SessionKind,
    Student,
    StudentStatus,
)
from apps.academics.services.rollover import problems
from apps.academics.services.rollover.drawing import COMPARED, Drawn, difference, draw
from apps.academics.services.rollover.notices import tell_owner
from apps.academics.services.rollover.overview import decided_of
from apps.academics.services.rollover.plan import GOING_ON, PUPIL, SESSION, Line
from apps.academics.services.rollover.turning import turn_pupils
from apps.academics.services.rollover.undoing import take_all_back
from apps.academics.services.rollover.writing import STEPS, turn_later, write_new_year
from apps.academics.services.rollover.years import end_of, following, within
from apps.core import jobs
from apps.core.audit import acting
from apps.core.errors import Conflict, Denied, DomainError, Missing
from apps.core.policy import Actor, may
from apps.core.protections import stands
from apps.core.rows import of_school, school_of, told_as_rule

APPLY: Final = "academics.apply_rollover"
UNDO: Final = "academics.undo_rollover"
_BATCH: Final = 1000
_SHOWN: Final = 20


class RehearsalStale(Conflict):
    """The school has moved on since the rehearsal; `values` says what is new, gone and changed."""

    def __init__(self, found: Any) -> None:
        named = {"added": found.added, "gone": found.gone, "changed": found.changed}
        words = {"added": _("new: %s"), "gone": _("gone: %s"), "changed": _("changed: %s")}
        parts = [words[kind] % _listed(names) for kind, names in named.items() if names]
        super().__init__(
            "REHEARSAL_STALE",
            _("The school has changed since the rehearsal (%s). Rehearse again and look at it.")
            % "; ".join(parts),
            values={kind: list(names[:_SHOWN]) for kind, names in named.items()},
        )


def rehearse_rollover(
    *, actor: Actor, from_year: AcademicSession, to_year: AcademicSession | None = None, now: datetime
) -> Rollover:
    """Draw up what a rollover would do. Without `to_year`: the year that follows, or one made for it."""
    of_school(actor, from_year)
    if to_year is not None:
        of_school(actor, to_year)
    to_year = to_year or following(from_year)
    _require_years(from_year, to_year)
    with transaction.atomic():
        drawn = draw(from_year, to_year, {})
        following_year = drawn.facts.next[from_year.pk]
        rollover = Rollover(
            school_id=school_of(actor),
            from_year=from_year,
            to_year=to_year,
            next_name=following_year.name,
            next_begin=following_year.begin,
            next_end=following_year.end,
            rehearsed_at=now,
            rehearsed_by_id=actor.user_id,
        )
        rollover.save(force_insert=True)
        _store(rollover, drawn, now)
    return rollover


def rehearse_again(*, actor: Actor, rollover: Rollover, now: datetime) -> Rollover:
    """Draw it anew from the school as it is now; what people decided stays decided."""
    with transaction.atomic():
        rollover = _locked(actor, rollover)
        _require_state(rollover, RolloverState.REHEARSED)
        rollover.to_year = rollover.to_year or following(rollover.from_year)
        drawn = draw(rollover.from_year, rollover.to_year, decided_of(rollover.lines.all()))
        following_year = drawn.facts.next[rollover.from_year_id]
        rollover.next_name, rollover.job = following_year.name, None
        rollover.next_begin, rollover.next_end = following_year.begin, following_year.end
        rollover.rehearsed_at, rollover.rehearsed_by_id = now, actor.user_id
        rollover.save()
        _store(rollover, drawn, now)
    return rollover


def decide_lines(
    *,
    actor: Actor,
    rollover: Rollover,
    lines: Sequence[RolloverLine],
    decision: str,
    now: datetime,
    target: str = "",
    reason: str = "",
) -> Rollover:
    """Say what becomes of these lines; an empty decision goes back to the proposal.

    A reason lets a pupil up who has failed, and in past the last seat. Whoever finds no seat without one is
    still to be decided afterwards.
    """
    with transaction.atomic():
        rollover = _locked(actor, rollover)
        _require_state(rollover, RolloverState.REHEARSED)
        for line in lines:
            _require_fitting(rollover, line, decision, reason)
        rows = RolloverLine.objects.filter(rollover=rollover, pk__in=[line.pk for line in lines])
        rows.update(
            asked=decision,
            chosen=target if decision in GOING_ON else "",
            reason=reason.strip(),
            decided_by=actor.user_id if decision else None,
            decided_at=now if decision else None,
            updated_at=now,
        )
        drawn = draw(rollover.from_year, rollover.to_year, decided_of(rollover.lines.all()))
        _require_still_there(drawn, lines)
        if target:
            _require_target(drawn, lines, decision, target)
        _store(rollover, drawn, now)
    return rollover


def apply_rollover(*, actor: Actor, rollover: Rollover) -> Rollover:
    """Begin to apply what was rehearsed; refused at once when it is stale or something is undecided."""
    with transaction.atomic():
        rollover = _locked(actor, rollover)
        _require_not_rolled(rollover.from_year)
        _require_state(rollover, RolloverState.REHEARSED)
        _redrawn(rollover)
        rollover.job = _enqueue(APPLY, rollover, actor)
        rollover.save(update_fields=["job", "updated_at"])
    return rollover


def undo_rollover(*, actor: Actor, rollover: Rollover) -> Rollover:
    """Begin to take an applied rollover back."""
    with transaction.atomic():
        rollover = _locked(actor, rollover)
        _require_state(rollover, RolloverState.APPLIED)
        rollover.job = _enqueue(UNDO, rollover, actor)
        rollover.save(update_fields=["job", "updated_at"])
    return rollover


def discard_rollover(*, actor: Actor, rollover: Rollover) -> None:
    """Forget a rehearsal."""
    with transaction.atomic():
        rollover = _locked(actor, rollover)
        _require_state(rollover, RolloverState.REHEARSED)
        rollover.delete()


# --- the work of the jobs, each in one transaction ---


def carry_out(*, rollover: Rollover, today: date, now: datetime) -> dict[str, int]:
    """Apply: all of it, or nothing. Everybody who changes pupils or sections of the year waits meanwhile."""
    actor = _who(rollover, today, "apply")
    with acting(actor, cause="rollover", reason=str(rollover.pk)), transaction.atomic():
        rollover = _held(rollover)
        _hold_school(rollover)
        _require_not_rolled(rollover.from_year)
        jobs.report(0, STEPS, _("Sections"))
        drawn = _redrawn(rollover)
        rollover.applied_at, rollover.applied_by_id = now, actor.user_id
        with told_as_rule(), transaction.atomic():
            rollover.save(update_fields=["applied_at", "applied_by", "updated_at"])
        result = write_new_year(rollover, drawn, now=now)
        if today >= rollover.next_begin:
            result |= turn_pupils(rollover, now=now)
        else:
            turn_later(rollover)
        rollover.result = result
        rollover.save()
        jobs.report(STEPS, STEPS, _("Done"))
        tell_owner(rollover, "applied", now)
    return result


def turn(*, rollover: Rollover, now: datetime) -> dict[str, int]:
    """The first day has come: move the pupils, unless it was undone."""
    with acting(cause="rollover", reason=str(rollover.pk)), transaction.atomic():
        rollover = _held(rollover)
        if rollover.applied_at is None or rollover.undone_at or rollover.turned_at:
            return {}
        _hold_school(rollover)
        result = turn_pupils(rollover, now=now)
        rollover.result = {**rollover.result, **result}
        rollover.save()
    return result


def take_back_all(*, rollover: Rollover, today: date, now: datetime) -> dict[str, int]:
    """Undo: the school is as it was, or nothing has changed."""
    actor = _who(rollover, today, "undo")
    with acting(actor, cause="rollover undone", reason=str(rollover.pk)), transaction.atomic():
        rollover = _held(rollover)
        _require_applied(rollover)
        _hold_school(rollover)
        take_all_back(rollover, now=now)
        rollover.undone_at, rollover.undone_by_id = now, actor.user_id
        rollover.save()
        tell_owner(rollover, "undone", now)
    return {}


def _redrawn(rollover: Rollover) -> Drawn:
    """The rehearsal as it would be drawn now, if that is still what people looked at."""
    drawn = draw(rollover.from_year, rollover.to_year, decided_of(rollover.lines.all()))
    found = difference(rollover.lines.all(), drawn.lines)
    if found and stands("rollover_fresh"):
        raise RehearsalStale(found)
    if drawn.undecided:
        raise Conflict("UNDECIDED", _("Decide first about those who need it: %d.") % drawn.undecided)
    return drawn


def _store(rollover: Rollover, drawn: Drawn, now: datetime) -> None:
    """Write only the lines that differ, so that lines keep their ids while somebody works on them."""
    before = {row.key: row for row in rollover.lines.all()}
    fresh: list[RolloverLine] = []
    changed: list[RolloverLine] = []
    for position, line in enumerate(drawn.lines.values()):
        row = before.pop(line.key, None)
        values = {**_values(line), "position": position}
        if row is None:
            fresh.append(RolloverLine(school_id=rollover.school_id, rollover=rollover, **values))
        elif any(getattr(row, name) != value for name, value in values.items()):
            for name, value in values.items():
                setattr(row, name, value)
            row.updated_at = now
            changed.append(row)
    RolloverLine.objects.filter(pk__in=[row.pk for row in before.values()]).delete()
    RolloverLine.objects.bulk_create(fresh, batch_size=_BATCH)
    RolloverLine.objects.bulk_update(changed, [*COMPARED, "key", "position", "updated_at"], batch_size=_BATCH)


def _values(line: Line) -> Mapping[str, Any]:
    return {"key": line.key, **{name: getattr(line, name) for name in COMPARED}}


def _require_years(from_year: AcademicSession, to_year: AcademicSession | None) -> None:
    if from_year.kind != SessionKind.SCHOOL_YEAR:
        raise DomainError("NOT_A_YEAR", _("Only a whole school year is rolled over."), "from_year")
    if to_year is not None and (
        to_year.kind != SessionKind.SCHOOL_YEAR or to_year.begin_date < end_of(from_year)
    ):
        raise DomainError("NOT_LATER", _("Choose a school year that begins after the old one."), "to_year")
    _require_not_rolled(from_year)


def _require_not_rolled(from_year: AcademicSession) -> None:
    applied = Rollover.objects.filter(from_year=from_year, applied_at__isnull=False, undone_at__isnull=True)
    if applied.exists():
        raise Conflict("ALREADY_APPLIED", _("This year has been rolled over already."))


def _require_fitting(rollover: Rollover, line: RolloverLine, decision: str, reason: str) -> None:
    """Whether the decision suits the line, and has the reason it needs."""
    if line.rollover_id != rollover.pk:
        raise Missing
    of_a_pupil = {*GOING_ON, RolloverDecision.GRADUATE, RolloverDecision.LEAVE, RolloverDecision.SKIP}
    allowed = of_a_pupil if line.kind == PUPIL else {RolloverDecision.MAKE, RolloverDecision.SKIP}
    if line.kind == SESSION or (decision and decision not in allowed):
        raise DomainError("NOT_FOR_THIS", _("That cannot be decided for %s.") % line.name, "decision")
    if decision and line.exception == problems.NO_GRADE and decision in GOING_ON:
        raise DomainError("NO_GRADE", problems.words_of(line.exception, line.detail), "decision")
    promotes_failed = decision == RolloverDecision.PROMOTE and line.exception == problems.FAILED
    if not reason.strip() and (promotes_failed or decision == RolloverDecision.LEAVE):
        raise DomainError("REASON_NEEDED", _("Say why: %s.") % line.name, "reason")


def _require_still_there(drawn: Drawn, lines: Sequence[RolloverLine]) -> None:
    if gone := next((line for line in lines if line.key not in drawn.lines), None):
        raise Conflict("LINE_GONE", _("%s is not part of it any more. Rehearse again.") % gone.name)


def _require_target(drawn: Drawn, lines: Sequence[RolloverLine], decision: str, target: str) -> None:
    """A homeroom of a later grade for who moves up, of the same grade for who repeats."""
    planned = drawn.draft.sections.get(target)
    if planned is None or planned.is_left_out:
        raise DomainError("NO_SUCH_HOMEROOM", _("That homeroom is not planned."), "target")
    grade = drawn.facts.grade_by_id.get(planned.grade_level_id) if planned.grade_level_id else None
    pupils = {one.pk: one for one in drawn.facts.pupils}
    for line in lines:
        pupil = pupils.get(line.student_id) if line.student_id else None
        if grade is None or pupil is None or pupil.grade_level is None:
            continue
        if not _suits(pupil.grade_level, grade, decision):
            raise DomainError(
                "OTHER_GRADE",
                _("%(section)s is %(grade)s, which does not suit %(student)s.")
                % {"section": planned.name, "grade": grade, "student": line.name},
                "target",
            )


def _suits(now: GradeLevel, then: GradeLevel, decision: str) -> bool:
    return then.position > now.position if decision == RolloverDecision.PROMOTE else then.pk == now.pk


def _require_state(rollover: Rollover, wanted: RolloverState) -> None:
    state = rollover.state
    if state == wanted:
        return
    if state in {RolloverState.APPLYING, RolloverState.UNDOING}:
        raise Conflict("BUSY", _("Work on this rollover is under way; wait for it."))
    if state == RolloverState.APPLIED:
        raise Conflict("ALREADY_APPLIED", _("This year has been rolled over already."))
    _require_applied(rollover)
    raise Conflict("NOT_REHEARSED", _("Rehearse it first."))


def _require_applied(rollover: Rollover) -> None:
    if rollover.undone_at is not None:
        raise Conflict("UNDONE", _("This rollover has been undone; begin a new one."))
    if rollover.applied_at is None:
        raise Conflict("NOT_APPLIED", _("This rollover has not been applied."))


def _enqueue(name: str, rollover: Rollover, actor: Actor) -> Any:
    return jobs.enqueue(
        name, school_id=rollover.school_id, owner_id=actor.user_id, rollover_id=str(rollover.pk)
    )


def _who(rollover: Rollover, today: date, verb: str) -> Actor:
    """Who pressed the button, with the rights they still have."""
    owner = rollover.job.owner if rollover.job else None
    if owner is None:
        return Actor(user_id=None, school_id=rollover.school_id, today=today)
    actor = owner.actor(today)
    if not may(actor, verb, rollover):
        raise Denied
    return actor


def _locked(actor: Actor, rollover: Rollover) -> Rollover:
    return _held(of_school(actor, rollover))


def _held(rollover: Rollover) -> Rollover:
    """The row as it is now, held until the transaction ends."""
    rows = Rollover.objects.select_for_update(of=("self",))
    found = rows.select_related("job", "school", "from_year", "to_year").filter(pk=rollover.pk).first()
    if found is None:
        raise Missing
    return found


def _hold_school(rollover: Rollover) -> None:
    """Pupils first, then sections, each in one order: as every writer does, so nobody waits in a circle."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [f"rollover:{rollover.school_id}"])
    pupils = Student.objects.select_for_update(of=("self",)).filter(
        school=rollover.school_id, status=StudentStatus.ACTIVE
    )
    sections = Section.objects.select_for_update(of=("self",)).filter(within(rollover.from_year))
    for rows in (pupils, sections):
        list(rows.order_by("pk").values_list("pk", flat=True))


def _listed(names: Sequence[str]) -> str:
    shown = ", ".join(names[:3])
    return f"{shown} +{len(names) - 3}" if len(names) > 3 else shown
