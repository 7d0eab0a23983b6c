"""From sheets to a whole plan, kind after kind, so that only one kind is in memory at a time."""

import uuid
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any, Final

from apps.accounts.models import School
from apps.core import jobs
from apps.interop.services import formats
from apps.interop.services.bundles import Sheet
from apps.interop.services.planning.classes import Classes
from apps.interop.services.planning.gradebooks import Gradebooks
from apps.interop.services.planning.people import People
from apps.interop.services.planning.places import Campuses, Sessions, Shelves
from apps.interop.services.planning.plan import Plan, Sink
from apps.interop.services.planning.transcripts import Transcripts
from apps.interop.services.reading.bundle import Reading
from apps.interop.services.tables import PLAIN

_PERSONS: Final = ("student", "staff", "guardian")


def draw_up(
    sheets: Sequence[Sheet],
    *,
    school: School,
    campus_id: uuid.UUID | None,
    mapping: Mapping[str, Any],
    date_order: str,
    today: date,
    sink: Sink,
) -> tuple[Plan, Classes]:
    """Read, compare, hand effects to the sink. The order of kinds is that in which they refer to each
    other.
    """
    total = sum(sheet.part.rows for sheet in sheets)
    steps = _Steps(2 * total)
    reading = Reading(
        sheets, mapping=mapping, date_order=date_order, country=school.country, tick=steps.forward
    )
    stage = reading.run()
    formats.check_manifest(sheets, [sheet.part for sheet in sheets], stage.problems)
    plan = Plan(stage, school, campus_id, today, sink)
    for sheet in sheets:
        part = sheet.part
        meanings = mapping.get(sheet.name, {}).get("columns", {}) if part.table == PLAIN else {}
        plan.name_columns(sheet.name, dict(zip(part.keys, part.headers, strict=True)), meanings)
    classes, work = _planners(plan)
    for kind, planned in work:
        size = len(stage.records[kind])
        planned()
        steps.forward(size)
    _check_pointers(plan)
    steps.forward(steps.total)
    return plan, classes


def _planners(plan: Plan) -> tuple[Classes, tuple[tuple[str, Callable[[], None]], ...]]:
    """Kind after kind, in the order in which they refer to each other."""
    campuses, sessions, shelves = Campuses(plan), Sessions(plan), Shelves(plan)
    people, classes = People(plan, campuses, sessions, shelves), Classes(plan, campuses, sessions, shelves)
    gradebooks = Gradebooks(plan, sessions, classes)
    return classes, (
        ("campus", campuses.plan_all),
        ("session", sessions.plan_all),
        ("course", classes.plan_courses),
        ("section", classes.plan_sections),
        ("student", people.plan_students),
        ("staff", people.plan_staff),
        ("guardian", people.plan_guardians),
        ("guardianship", people.plan_guardianships),
        ("teaching", classes.plan_teaching),
        ("enrollment", lambda: classes.plan_enrollments(people)),
        ("line_item", gradebooks.plan_line_items),
        ("result", gradebooks.plan_results),
        ("transcript", Transcripts(plan, sessions, classes).plan_all),
    )


class _Steps:
    """Progress in rows, told to whoever waits."""

    def __init__(self, total: int) -> None:
        self.total, self.done = total, 0

    def forward(self, count: int) -> None:
        self.done = min(self.done + count, self.total)
        jobs.report(self.done, self.total)


def _check_pointers(plan: Plan) -> None:
    """Rows of tables that stay outside are told of when they point at nobody."""
    for pointer in plan.stage.pointers:
        kinds = _PERSONS if pointer.kind == "person" else (pointer.kind,)
        known = any(plan.ids[kind] for kind in kinds)
        if known and not any(pointer.value in plan.ids[kind] for kind in kinds):
            bad = plan.stage.bad
            waits = any(pointer.value in bad[kind] for kind in (*kinds, "person"))
            code = "DEPENDS_ON_SKIPPED" if waits else "REFERENCE_UNKNOWN"
            plan.stage.problems.add(pointer.file, pointer.line, pointer.column, code, pointer.value)
