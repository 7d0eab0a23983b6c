"""Applying what was rehearsed: the new year's rows at once, the pupils' moves on its first day."""

import uuid
from collections.abc import Iterator, Mapping
from datetime import date, datetime, time
from typing import Any, Final
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from apps.academics.models import (
    AcademicSession,
    Enrollment,
    EnrollmentStatus,
    EnrollmentStatusChange,
    Rollover,
    Section,
    TeachingAssignment,
)
from apps.academics.services.rollover.drawing import Drawn
from apps.academics.services.rollover.effects import Effects
from apps.academics.services.rollover.plan import (
    GOING_ON,
    PUPIL,
    SESSION,
    TEACHING,
    Line,
    PlannedSection,
    Work,
    contributors,
    key_of,
)
from apps.academics.services.roster import count_seats
from apps.academics.services.statistics import figures_changed
from apps.core import jobs
from apps.core.models import uuid7

TURN: Final = "academics.turn_rollover"
# Sessions, sections, teaching, what upper floors add, places, pupils.
STEPS: Final = 6
_Row = dict[str, Any]


def write_new_year(rollover: Rollover, drawn: Drawn, *, now: datetime) -> dict[str, int]:
    """Everything that belongs to the new year, in the caller's transaction."""
    effects = Effects(rollover, now)
    sessions = _sessions(rollover, drawn, effects)
    jobs.report(1, STEPS, _("Sections"))
    sections = _sections(drawn, effects, sessions)
    jobs.report(2, STEPS, _("Teachers"))
    work = Work(rollover.school_id, drawn.draft, drawn.lines, effects, sessions, sections, now)
    effects.create(TeachingAssignment, _teaching(work))
    jobs.report(3, STEPS, _("Timetable and gradebooks"))
    for one in contributors():
        one.write(work)
    jobs.report(4, STEPS, _("Places"))
    places = list(_places(work))
    effects.create(Enrollment, places)
    effects.create(EnrollmentStatusChange, (_begun(row) for row in places))
    count_seats(sorted({row["section_id"] for row in places}))
    figures_changed(rollover.school_id)
    jobs.report(5, STEPS, _("Pupils"))
    return {"sections": sum(one.is_made for one in drawn.draft.sections.values()), "places": len(places)}


def turn_later(rollover: Rollover) -> None:
    """Have the pupils moved when the new year begins, by the clock of the school."""
    zone = ZoneInfo(rollover.school.time_zone)
    first = datetime.combine(rollover.next_begin, time(), tzinfo=zone)
    jobs.enqueue(
        TURN,
        school_id=rollover.school_id,
        run_after=first,
        dedupe=f"rollover:{rollover.pk}",
        rollover_id=str(rollover.pk),
    )


def _sessions(rollover: Rollover, drawn: Drawn, effects: Effects) -> dict[uuid.UUID, uuid.UUID]:
    """The year's counterparts by old id; a year that is not there yet is made with all its parts."""
    ids = {key: one.existing_id or uuid7() for key, one in drawn.facts.next.items()}
    fresh = {one.key for one in drawn.lines.values() if one.kind == SESSION}
    rows: list[_Row] = []
    for row in drawn.facts.sessions:
        if key_of(SESSION, row.pk) not in fresh:
            continue
        one = drawn.facts.next[row.pk]
        rows.append(
            {
                "id": ids[row.pk],
                "parent_id": ids[row.parent_id] if row.parent_id else None,
                "kind": row.kind,
                "name": one.name,
                "code": one.code,
                "begin_date": one.begin,
                "end_date": one.end,
            }
        )
    effects.create(AcademicSession, rows)
    rollover.to_year_id = ids[rollover.from_year_id]
    # Sections that were open in the new year before name its sessions themselves.
    return ids | {row.pk: row.pk for row in drawn.facts.there}


def _sections(
    drawn: Drawn, effects: Effects, sessions: Mapping[uuid.UUID, uuid.UUID]
) -> dict[str, uuid.UUID]:
    planned = drawn.draft.sections
    ids = {key: one.existing_id or uuid7() for key, one in planned.items() if not one.is_left_out}
    seats = _wanted_seats(drawn)
    made = [one for one in planned.values() if one.is_made]
    effects.create(Section, (_section(one, ids, sessions, seats.get(one.key, 0)) for one in made))
    wider: dict[uuid.UUID, int] = {
        one.existing_id: one.seats_taken + seats[key]
        for key, one in planned.items()
        if one.existing_id and one.seats_taken + seats.get(key, 0) > one.capacity
    }
    effects.change(Section, list(wider), ("capacity",), lambda: _widen(wider))
    return ids


def _section(
    one: PlannedSection, ids: Mapping[str, uuid.UUID], sessions: Mapping[uuid.UUID, uuid.UUID], seats: int
) -> _Row:
    return {
        "id": ids[one.key],
        "campus_id": one.campus_id,
        "session_id": sessions[one.session_key],
        "kind": one.kind,
        "name": one.name,
        "code": one.code,
        "course_id": one.course_id,
        "grade_level_id": one.grade_level_id,
        "homeroom_id": ids.get(one.homeroom_key),
        # Who was let in past the last seat has one.
        "capacity": max(one.capacity, seats),
    }


def _widen(wider: Mapping[uuid.UUID, int]) -> None:
    for pk, seats in wider.items():
        Section.objects.filter(pk=pk).update(capacity=seats)


def _wanted_seats(drawn: Drawn) -> dict[str, int]:
    seats: dict[str, int] = {}
    for line in drawn.lines.values():
        for key in _sits_in(line):
            seats[key] = seats.get(key, 0) + 1
    return seats


def _sits_in(line: Line) -> list[str]:
    """The homeroom and taught sections of a pupil who goes on."""
    if line.kind != PUPIL or line.decision not in GOING_ON or not line.target:
        return []
    return [line.target, *line.detail["courses"]]


def _teaching(work: Work) -> Iterator[_Row]:
    for line in work.wanted(TEACHING):
        planned = work.draft.sections[f"section:{line.section_id}"]
        yield {
            "section_id": work.section_after(line.section_id),
            "staff_id": uuid.UUID(line.detail["staff"]),
            "is_primary": line.detail["is_primary"],
            "begin_date": work.draft.spans[planned.session_key][0],
            "end_date": date.fromisoformat(line.detail["end"]) if line.detail["end"] else None,
        }


def _places(work: Work) -> Iterator[_Row]:
    """One row a pupil and section; they hold from the first day of the section's session."""
    claims = {key: _claim(work, key) for key in work.sections}
    for line in work.lines.values():
        for key in _sits_in(line):
            begin, end = work.draft.spans[work.draft.sections[key].session_key]
            yield {
                "id": uuid7(),
                "student_id": line.student_id,
                "section_id": work.sections[key],
                "status": EnrollmentStatus.ACTIVE.value,
                "begin_date": begin,
                "end_date": end,
                "claim": claims[key],
            }


def _claim(work: Work, key: str) -> uuid.UUID:
    one = work.draft.sections[key]
    return Section(session_id=work.sessions[one.session_key], kind=one.kind, course_id=one.course_id).claim


def _begun(row: _Row) -> _Row:
    return {
        "enrollment_id": row["id"],
        "status": EnrollmentStatus.ACTIVE.value,
        "effective_date": row["begin_date"],
        "reason": _("rolled over"),
    }
