"""A rehearsal drawn from what the school holds now and what was decided; how it differs from another."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from apps.academics.models import AcademicSession, RolloverDecision, RolloverLine
from apps.academics.services.rollover import problems
from apps.academics.services.rollover.facts import Facts, read_facts
from apps.academics.services.rollover.plan import (
    PUPIL,
    SECTION,
    SESSION,
    TEACHING,
    Decided,
    Draft,
    Line,
    contributors,
    key_of,
)
from apps.academics.services.rollover.pupils import comers_of, find_ways, pupil_lines
from apps.academics.services.rollover.sections import (
    plan_curriculum,
    plan_homerooms,
    plan_taught,
    section_lines,
)
from apps.academics.services.rollover.years import end_of

# What makes a line another one; who decided it when is told apart.
COMPARED = (
    "kind", "name", "campus_id", "student_id", "section_id", "source", "goal", "target", "proposal",
    "decision", "exception", "detail",
)  # fmt: skip


@dataclass
class Drawn:
    """The lines by key, in the order of the list, and what they were drawn from."""

    facts: Facts
    draft: Draft
    lines: dict[str, Line] = field(default_factory=dict)

    @property
    def undecided(self) -> int:
        return sum(one.decision == RolloverDecision.UNDECIDED for one in self.lines.values())


@dataclass(frozen=True)
class Difference:
    """What has come, gone or changed between two drawings of one rehearsal."""

    added: tuple[str, ...]
    gone: tuple[str, ...]
    changed: tuple[str, ...]

    def __bool__(self) -> bool:
        return bool(self.added or self.gone or self.changed)


def draw(year: AcademicSession, to_year: AcademicSession | None, decided: Mapping[str, Decided]) -> Drawn:
    """A pure reading: nothing is written."""
    facts = read_facts(year, to_year)
    draft = Draft(year, facts.begin, facts.end, to_year_id=to_year.pk if to_year else None)
    draft.spans = {row.pk: (row.begin_date, end_of(row)) for row in facts.there}
    draft.spans |= {key: (one.begin, one.end) for key, one in facts.next.items()}
    plan_homerooms(facts, draft, decided)
    ways = find_ways(facts, draft, decided)
    plan_taught(facts, draft, decided)
    plan_curriculum(facts, draft, comers_of(ways, facts), decided)
    lines = [
        *_session_lines(facts),
        *pupil_lines(facts, draft, ways),
        *section_lines(facts, draft),
        *_teaching_lines(facts, draft),
    ]
    for one in contributors():
        lines.extend(one.draw(draft))
    for line in lines:
        _decide(line, decided)
    return Drawn(facts, draft, {one.key: one for one in sorted(lines, key=_order)})


def difference(stored: Iterable[RolloverLine], drawn: Mapping[str, Line]) -> Difference:
    """By key and by everything people read on a line."""
    before = {one.key: one for one in stored}
    return Difference(
        tuple(one.name for key, one in drawn.items() if key not in before),
        tuple(one.name for key, one in before.items() if key not in drawn),
        tuple(
            one.name for key, one in drawn.items()
            if key in before and any(getattr(before[key], name) != getattr(one, name) for name in COMPARED)
        ),
    )  # fmt: skip


def _session_lines(facts: Facts) -> Iterator[Line]:
    for one in {id(each): each for each in facts.next.values()}.values():
        if one.existing_id is None:
            yield Line(
                SESSION, key_of(SESSION, one.source.pk), one.name, source=one.source.name,
                goal=one.code, detail={"begin": one.begin.isoformat(), "end": one.end.isoformat()},
            )  # fmt: skip


def _teaching_lines(facts: Facts, draft: Draft) -> Iterator[Line]:
    """Who teaches a section goes on teaching its counterpart."""
    copied = dict(draft.copied())
    for one in facts.assignments:
        planned = copied.get(one.section_id)
        if planned is None:
            continue
        begin, end = draft.spans[planned.session_key]
        has_left = one.staff.left_date is not None and one.staff.left_date <= begin
        yield Line(
            TEACHING, key_of(TEACHING, one.pk), one.staff.full_name, planned.campus_id,
            section_id=one.section_id, source=facts.section_by_id[one.section_id].name, goal=planned.name,
            proposal=RolloverDecision.SKIP if has_left else RolloverDecision.MAKE,
            exception=problems.TEACHER_LEFT if has_left else "",
            detail={
                "staff": str(one.staff_id),
                "is_primary": one.is_primary,
                "end": end.isoformat() if one.end_date else "",
            },
        )  # fmt: skip


def _decide(line: Line, decided: Mapping[str, Decided]) -> None:
    """Pupils and sections have been decided while they were drawn; a year is made or there is none."""
    if line.kind == PUPIL or line.decision:
        return
    said = decided.get(line.key) if line.kind != SESSION else None
    line.decision = said.decision if said else line.proposal


def _order(line: Line) -> tuple[int, int]:
    """Exceptions first, those that stop before those to look at; then as it comes."""
    if line.exception:
        return (0 if line.decision == RolloverDecision.UNDECIDED else 1, 0)
    return (2, (SESSION, PUPIL, SECTION, TEACHING).index(line.kind) if line.kind in _OWN else 9)


_OWN = frozenset({SESSION, PUPIL, SECTION, TEACHING})
