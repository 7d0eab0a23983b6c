"""What a new school year gets of the timetable: calendars without dates, weekly plans without lessons."""

import uuid
from collections import defaultdict
from collections.abc import Iterator
from typing import Any, Final

from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from apps.academics.services.rollover import Contributor, Draft, Line, Work, key_of
from apps.timetable.models import Calendar, MeetingPattern

CALENDAR: Final = "calendar"
PLAN: Final = "weekly_plan"


def draw(draft: Draft) -> Iterator[Line]:
    yield from _calendars(draft)
    yield from _plans(draft)


def write(work: Work) -> None:
    """Bells belong to a campus, not to a year, so the plan rings by the same ones; it is laid out later."""
    year = work.sessions[work.draft.year.pk]
    work.create(
        Calendar,
        (
            {"campus_id": line.campus_id, "session_id": year, "weekdays": line.detail["weekdays"]}
            for line in work.wanted(CALENDAR)
        ),
    )
    work.create(MeetingPattern, _patterns(work))


def _calendars(draft: Draft) -> Iterator[Line]:
    """A campus that has one for the new year keeps it."""
    rows = Calendar.objects.filter(session=draft.year).select_related("campus").order_by("campus__code")
    there = set(
        Calendar.objects.filter(session=draft.to_year_id).values_list("campus_id", flat=True)
        if draft.to_year_id
        else ()
    )
    for row in rows:
        if row.campus_id not in there:
            yield Line(
                CALENDAR, key_of(CALENDAR, row.pk), row.campus.name, row.campus_id, source=draft.year.name,
                detail={"weekdays": row.weekdays},
            )  # fmt: skip


def _plans(draft: Draft) -> Iterator[Line]:
    """The lines of a section's plan that held to the end, as one thing to copy."""
    copied = dict(draft.copied())
    last = F("section__session__end_date")
    rows = MeetingPattern.objects.filter(
        Q(end_date__isnull=True) | Q(end_date__gte=last), section__in=copied
    ).order_by("section_id", "weekday", "period_id", "pk")
    by_section: dict[uuid.UUID, list[uuid.UUID]] = defaultdict(list)
    for row in rows:
        by_section[row.section_id].append(row.pk)
    for section, planned in copied.items():
        if section in by_section:
            yield Line(
                PLAN, key_of(PLAN, section), planned.name, planned.campus_id, section_id=section,
                source=planned.name, goal=planned.name,
                detail={"lines": [str(pk) for pk in by_section[section]]},
            )  # fmt: skip


def _patterns(work: Work) -> Iterator[dict[str, Any]]:
    lines = {uuid.UUID(pk): line for line in work.wanted(PLAN) for pk in line.detail["lines"]}
    for row in MeetingPattern.objects.filter(pk__in=lines).select_related("teacher"):
        planned = work.draft.sections[key_of("section", row.section_id)]
        begin, end = work.draft.spans[planned.session_key]
        left = row.teacher.left_date if row.teacher else None
        yield {
            "section_id": work.section_after(row.section_id),
            "weekday": row.weekday,
            "period_id": row.period_id,
            "teacher_id": None if left and left <= begin else row.teacher_id,
            "room_id": row.room_id,
            "begin_date": begin,
            "end_date": end,
        }


CONTRIBUTOR: Final = Contributor(
    "timetable", kinds={CALENDAR: _("Calendars"), PLAN: _("Weekly plans")}, draw=draw, write=write
)
