"""Where each pupil goes: what is proposed, what a person decided, and which homeroom has a seat."""

import uuid
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from apps.academics.models import GradeLevel, RolloverDecision, Section, Student
from apps.academics.services.rollover import problems
from apps.academics.services.rollover.facts import Facts
from apps.academics.services.rollover.plan import (
    GOING_ON,
    PUPIL,
    Decided,
    Draft,
    Line,
    PlannedSection,
    key_of,
)
from apps.academics.services.rollover.sections import again, default_home, taught_by_homeroom

PROMOTE, REPEAT, GRADUATE = (
    RolloverDecision.PROMOTE,
    RolloverDecision.REPEAT,
    RolloverDecision.GRADUATE,
)


@dataclass
class Way:
    """One pupil's way on, while it is being found."""

    pupil: Student
    home: Section | None
    proposal: str
    exception: str
    said: Decided | None
    decision: str = ""
    target: PlannedSection | None = None

    @property
    def key(self) -> str:
        return key_of(PUPIL, self.pupil.pk)

    @property
    def may_overfill(self) -> bool:
        """A reason lets a pupil in past the last seat."""
        return self.said is not None and bool(self.said.reason) and self.said.decision in GOING_ON


def find_ways(facts: Facts, draft: Draft, decided: Mapping[str, Decided]) -> list[Way]:
    """Everybody's way; who was decided about takes a seat first, then who repeats, then the others."""
    ways = [_way(facts, one, decided.get(key_of(PUPIL, one.pk))) for one in facts.pupils]
    ways.sort(key=_class_of)
    for way in ways:
        way.decision = way.said.decision if way.said else way.proposal
        if way.decision in GOING_ON:
            way.target = _target(facts, draft, way)
    taken: dict[str, int] = defaultdict(int)
    for way in sorted(ways, key=lambda way: (way.said is None, way.decision != REPEAT)):
        _settle(way, taken)
    return ways


def comers_of(ways: list[Way], facts: Facts) -> dict[str, set[uuid.UUID | None]]:
    """The programs of who goes into each homeroom."""
    found: dict[str, set[uuid.UUID | None]] = defaultdict(set)
    for way in ways:
        if way.target is not None:
            found[way.target.key].add(program_of(facts, way))
    return found


def pupil_lines(facts: Facts, draft: Draft, ways: list[Way]) -> Iterator[Line]:
    """Who goes where, with the sections of the new year each will sit in."""
    taught = taught_by_homeroom(draft)
    load: dict[str, int] = defaultdict(int)
    for way in ways:
        yield Line(
            PUPIL, way.key, way.pupil.full_name, way.pupil.campus_id, way.pupil.pk,
            way.home.pk if way.home else None,
            source=_now(way), goal=_then(facts, way), target=way.target.key if way.target else "",
            proposal=way.proposal, decision=way.decision, exception=way.exception,
            detail=_detail(facts, way, _courses(facts, way, taught, load)),
        )  # fmt: skip


def grade_of(facts: Facts, way: Way) -> GradeLevel | None:
    """The grade of the new year."""
    grade = way.pupil.grade_level
    if grade is None or way.decision not in GOING_ON:
        return None
    if way.target is not None and way.target.grade_level_id is not None:
        return facts.grade_by_id[way.target.grade_level_id]
    return facts.grade_after(grade) if way.decision == PROMOTE else grade


def program_of(facts: Facts, way: Way) -> uuid.UUID | None:
    """The pupil's own program while it covers the new grade, else the homeroom's."""
    own, grade = way.pupil.program_id, grade_of(facts, way)
    if grade is None or way.target is None:
        return own
    covered = facts.covers.get(own, set()) if own else set()
    if own is not None and (not covered or grade.pk in covered):
        return own
    theirs = way.target.program_id
    return theirs if theirs and grade.pk in facts.covers.get(theirs, set()) else own


def _class_of(way: Way) -> tuple[str, int, str]:
    """Classes together; within one the order of the facts, which is by roll number and name."""
    grade = way.pupil.grade_level
    return way.pupil.campus.code, grade.position if grade else 0, way.home.name if way.home else ""


def _way(facts: Facts, pupil: Student, said: Decided | None) -> Way:
    home_id = facts.homerooms.get(pupil.pk)
    home = facts.section_by_id.get(home_id) if home_id else None
    return Way(pupil, home, *_proposed(facts, pupil, home), said)


def _proposed(facts: Facts, pupil: Student, home: Section | None) -> tuple[str, str]:
    """What suits the pupil, and what somebody should look at."""
    grade = pupil.grade_level
    standing = facts.standings.get(pupil.pk) if facts.standings is not None else None
    after = facts.grade_after(grade) if grade else None
    if pupil.pk in facts.already:
        return RolloverDecision.SKIP, problems.ALREADY_ENROLLED
    if grade is None:
        return RolloverDecision.UNDECIDED, problems.NO_GRADE
    if standing is not None and not standing.has_passed:
        return REPEAT, problems.FAILED
    if after is None:
        ends = facts.ends_with(pupil.program_id, grade)
        return GRADUATE, "" if ends else problems.NO_NEXT_GRADE
    if home is None:
        return PROMOTE, problems.NO_HOMEROOM
    if facts.standings is not None and standing is None:
        return PROMOTE, problems.NO_YEAR_GRADE
    return PROMOTE, problems.PROGRAM_ENDS if facts.ends_with(pupil.program_id, grade) else ""


def _target(facts: Facts, draft: Draft, way: Way) -> PlannedSection | None:
    if way.said is not None and way.said.chosen:
        chosen = draft.sections.get(way.said.chosen)
        return None if chosen is None or chosen.is_left_out else chosen
    grade = way.pupil.grade_level
    if way.decision == REPEAT:
        return again(draft, way.home)
    after = facts.grade_after(grade) if grade else None
    return default_home(draft, way.home, after) if after else None


def _settle(way: Way, taken: dict[str, int]) -> None:
    """Give the pupil a seat, or say that somebody has to decide."""
    if way.decision not in GOING_ON:
        return
    if way.target is None:
        # Who was sent on by a person without a homeroom goes without one.
        if way.said is None or way.said.chosen:
            way.exception = way.exception if problems.stops(way.exception) else problems.NO_SECTION
            way.decision = RolloverDecision.UNDECIDED
        return
    free = way.target.capacity - way.target.seats_taken - taken[way.target.key]
    if free < 1 and not way.may_overfill:
        way.exception, way.decision = problems.SECTION_FULL, RolloverDecision.UNDECIDED
        way.target = None
        return
    taken[way.target.key] += 1
    if way.said is not None and way.exception in {problems.NO_HOMEROOM, problems.NO_SECTION}:
        way.exception = ""


def _courses(
    facts: Facts, way: Way, taught: Mapping[str, list[PlannedSection]], load: dict[str, int]
) -> list[str]:
    """The taught sections of the homeroom the pupil has to take; of parallel groups the emptier one."""
    grade = grade_of(facts, way)
    if way.target is None or grade is None:
        return []
    program = program_of(facts, way)
    lines = facts.curriculum.get((program, grade.pk)) if program else None
    required = {line.course_id for line in lines if line.is_required} if lines else None
    groups: dict[tuple[uuid.UUID, uuid.UUID | None], list[PlannedSection]] = defaultdict(list)
    for one in taught.get(way.target.key, ()):
        if required is None or one.course_id in required:
            groups[one.session_key, one.course_id].append(one)
    chosen = [min(group, key=lambda one: (load[one.key], one.code)) for group in groups.values()]
    for one in chosen:
        load[one.key] += 1
    return [one.key for one in chosen]


def _detail(facts: Facts, way: Way, courses: list[str]) -> dict[str, object]:
    grade, standing = grade_of(facts, way), (facts.standings or {}).get(way.pupil.pk)
    program = program_of(facts, way)
    return {
        "from_grade": _text(way.pupil.grade_level_id),
        "to_grade": _text(grade.pk if grade else None),
        "campus": _text(way.target.campus_id if way.target else way.pupil.campus_id),
        "program": _text(program),
        "courses": courses,
        "failed": list(standing.failed) if standing else [],
    }


def _text(value: uuid.UUID | None) -> str:
    return str(value) if value else ""


def _now(way: Way) -> str:
    if way.home is not None:
        return way.home.name
    return str(way.pupil.grade_level or "")


def _then(facts: Facts, way: Way) -> str:
    if way.target is not None:
        return way.target.name
    return str(grade_of(facts, way) or "")
