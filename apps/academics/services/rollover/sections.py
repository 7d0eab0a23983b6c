"""Sections of the new year: last year's again, those a class moves into, what the curriculum asks for."""

import uuid
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from apps.academics.models import Course, GradeLevel, RolloverDecision, Section, SectionKind
from apps.academics.services.rollover.facts import Facts
from apps.academics.services.rollover.plan import SECTION, Decided, Draft, Line, PlannedSection, key_of

_LONGEST = 60


def plan_homerooms(facts: Facts, draft: Draft, decided: Mapping[str, Decided]) -> None:
    """Each homeroom again, and a fresh one where a class would otherwise move up into nothing."""
    homerooms = [one for one in facts.sections if one.kind == SectionKind.HOMEROOM]
    for one in homerooms:
        _add(draft, _copy(facts, one), decided)
    for one in facts.existing:
        if one.kind == SectionKind.HOMEROOM and not _is_known(draft, one):
            _add(draft, _as_it_is(facts, one), decided)
    _link_existing(facts, draft)
    for one in homerooms:
        if (grade := _opened_by(facts, draft, one)) is not None:
            _add(draft, _moved_up(facts, draft, one, grade), decided)


def plan_taught(facts: Facts, draft: Draft, decided: Mapping[str, Decided]) -> None:
    """Each taught section again; one whose homeroom is left out goes with it."""
    for one in facts.sections:
        if one.kind == SectionKind.SCHEDULED:
            _add(draft, _copy(facts, one), decided)
    for one in facts.existing:
        if one.kind == SectionKind.SCHEDULED and not _is_known(draft, one):
            _add(draft, _as_it_is(facts, one), decided)
    _link_existing(facts, draft)
    for planned in draft.sections.values():
        home = draft.sections.get(planned.homeroom_key)
        if home is not None and home.is_left_out:
            planned.is_left_out = True


def plan_curriculum(
    facts: Facts, draft: Draft, comers: Mapping[str, set[uuid.UUID | None]], decided: Mapping[str, Decided]
) -> None:
    """Sections of required courses that no homeroom's copy brings along. `comers`: programs by homeroom."""
    taught = taught_by_homeroom(draft)
    for key, programs in comers.items():
        home = draft.sections[key]
        known = {one.course_id for one in taught.get(key, ())}
        for program in sorted(filter(None, programs)):
            for line in facts.curriculum.get((program, home.grade_level_id or program), ()):
                if line.is_required and line.course_id not in known:
                    known.add(line.course_id)
                    _add(draft, _of_course(draft, home, line.course), decided)


def taught_by_homeroom(draft: Draft) -> dict[str, list[PlannedSection]]:
    found: dict[str, list[PlannedSection]] = defaultdict(list)
    for one in draft.sections.values():
        if one.kind == SectionKind.SCHEDULED and one.homeroom_key and not one.is_left_out:
            found[one.homeroom_key].append(one)
    return found


def section_lines(facts: Facts, draft: Draft) -> Iterator[Line]:
    """What would be opened; sections that are there already are no news."""
    for one in draft.sections.values():
        if one.existing_id is not None:
            continue
        source = facts.section_by_id.get(one.source_id) if one.source_id else None
        grade = facts.grade_by_id.get(one.grade_level_id) if one.grade_level_id else None
        yield Line(
            SECTION, one.key, one.name, one.campus_id, section_id=one.source_id,
            source=source.name if source else "", goal=str(grade or ""),
            decision=RolloverDecision.SKIP if one.is_left_out else RolloverDecision.MAKE,
            detail={"kind": one.kind, "seats": one.capacity, "code": one.code},
        )  # fmt: skip


def default_home(draft: Draft, home: Section | None, grade: GradeLevel) -> PlannedSection | None:
    """Where a class goes: its own name one grade on, else the only homeroom of that grade on the campus."""
    if home is None:
        return None
    among = [
        one for one in draft.sections.values()
        if one.kind == SectionKind.HOMEROOM and not one.is_left_out
        and one.campus_id == home.campus_id and one.grade_level_id == grade.pk
    ]  # fmt: skip
    if opened := draft.sections.get(f"up:{home.pk}"):
        return None if opened.is_left_out else opened
    ending = _ending(home.name, home.grade_level)
    same = [one for one in among if _ending(one.name, grade) == ending]
    return same[0] if same else among[0] if len(among) == 1 else None


def again(draft: Draft, home: Section | None) -> PlannedSection | None:
    """The same homeroom in the new year, for who repeats."""
    planned = draft.sections.get(key_of(SECTION, home.pk)) if home else None
    return None if planned is None or planned.is_left_out else planned


def _add(draft: Draft, planned: PlannedSection, decided: Mapping[str, Decided]) -> None:
    said = decided.get(planned.key)
    planned.is_left_out = said is not None and said.decision == RolloverDecision.SKIP
    draft.sections[planned.key] = planned


def _copy(facts: Facts, row: Section) -> PlannedSection:
    return PlannedSection(
        key=key_of(SECTION, row.pk),
        session_key=row.session_id,
        campus_id=row.campus_id,
        kind=row.kind,
        name=row.name,
        code=row.code,
        capacity=row.capacity,
        grade_level_id=row.grade_level_id,
        course_id=row.course_id,
        homeroom_key=key_of(SECTION, row.homeroom_id) if row.homeroom_id else "",
        source_id=row.pk,
        program_id=facts.program_of_section.get(row.pk),
    )


def _as_it_is(facts: Facts, row: Section) -> PlannedSection:
    """A section somebody has opened in the new year, without a counterpart in the old one."""
    planned = _copy(facts, row)
    key, home = f"there:{row.pk}", f"there:{row.homeroom_id}" if row.homeroom_id else ""
    return replace(
        planned, key=key, homeroom_key=home, source_id=None, existing_id=row.pk, seats_taken=row.seats_taken
    )


def _link_existing(facts: Facts, draft: Draft) -> None:
    """A section of the same campus, session and code is the counterpart, whoever opened it."""
    there: dict[Any, Section] = {(one.campus_id, one.session_id, one.code): one for one in facts.existing}
    for planned in draft.sections.values():
        row = there.get(_place(facts, planned)) if planned.existing_id is None else None
        if row is not None:
            planned.existing_id, planned.capacity, planned.seats_taken = row.pk, row.capacity, row.seats_taken


def _is_known(draft: Draft, row: Section) -> bool:
    """Whether a copy of an old section stands for it already (by campus and code)."""
    return any(
        one.campus_id == row.campus_id and one.code == row.code and one.kind == row.kind
        for one in draft.sections.values()
    )


def _place(facts: Facts, planned: PlannedSection) -> tuple[uuid.UUID, uuid.UUID | None, str]:
    return planned.campus_id, facts.next[planned.session_key].existing_id, planned.code


def _opened_by(facts: Facts, draft: Draft, home: Section) -> GradeLevel | None:
    """The next grade, if the campus has no homeroom in it and pupils of this class would move there."""
    grade = facts.grade_after(home.grade_level) if home.grade_level else None
    if grade is None or home.pk not in set(facts.homerooms.values()):
        return None
    there = any(
        one.campus_id == home.campus_id and one.grade_level_id == grade.pk and one.kind == home.kind
        and not one.key.startswith("up:")
        for one in draft.sections.values()
    )  # fmt: skip
    elsewhere = any(one.grade_level_id == grade.pk and one.kind == home.kind for one in facts.sections)
    return None if there or elsewhere else grade


def _moved_up(facts: Facts, draft: Draft, home: Section, grade: GradeLevel) -> PlannedSection:
    planned = _copy(facts, home)
    code = _free_code(draft, planned, _renamed(home.code, home.grade_level, grade)[:_LONGEST])
    name = _renamed(home.name, home.grade_level, grade)[:150]
    return replace(planned, key=f"up:{home.pk}", name=name, code=code, grade_level_id=grade.pk)


def _of_course(draft: Draft, home: PlannedSection, course: Course) -> PlannedSection:
    key = f"course:{course.pk}:{home.key}"
    subject = course.subject.name if course.subject else course.name
    planned = replace(
        home, key=key, kind=SectionKind.SCHEDULED, name=f"{subject} {home.name}"[:150],
        course_id=course.pk, homeroom_key=home.key, source_id=None, existing_id=None, seats_taken=0,
    )  # fmt: skip
    planned.code = _free_code(draft, planned, f"{course.code}-{home.code}"[:_LONGEST])
    return planned


def _free_code(draft: Draft, planned: PlannedSection, code: str) -> str:
    taken = {one.code for one in draft.sections.values() if one.campus_id == planned.campus_id}
    free, number = code, 2
    while free in taken:
        free, number = f"{code[: _LONGEST - 4]}-{number}", number + 1
    return free


def _ending(name: str, grade: GradeLevel | None) -> str:
    """What tells the class from its parallels: "A" of "8A", "8-A" or "Grade 8 A"."""
    return name[len(_beginning(name, grade)) :].strip(" -_/.·").casefold()


def _beginning(name: str, grade: GradeLevel | None) -> str:
    words = (grade.name, grade.code) if grade else ()
    return next((name[: len(one)] for one in words if name.casefold().startswith(one.casefold())), "")


def _renamed(name: str, old: GradeLevel | None, new: GradeLevel) -> str:
    """ "8A" of grade 8 becomes "9A" of grade 9; a name without its grade keeps what it says."""
    beginning = _beginning(name, old)
    if not beginning or old is None:
        return f"{new.code} {name}"
    by_name = beginning.casefold() == old.name.casefold()
    return (new.name if by_name else new.code) + name[len(beginning) :]
