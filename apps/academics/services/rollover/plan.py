"""What a rehearsal is made of, and the door by which upper floors join in.

An app above registers a Contributor from `ready()`. It may judge pupils (`standings`), add lines of kinds of
its own (`draw`), write rows for the lines that stand (`write`), and say why a rollover cannot be undone any
more (`blockers`). What `write` makes goes through `Work.create`, so the undo finds it again by itself.
"""

import uuid
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Final

from apps.academics.models import AcademicSession, RolloverDecision

if TYPE_CHECKING:
    from apps.academics.services.rollover.effects import Effects

SESSION: Final = "session"
SECTION: Final = "section"
TEACHING: Final = "teaching"
PUPIL: Final = "pupil"
GOING_ON: Final = frozenset({RolloverDecision.PROMOTE, RolloverDecision.REPEAT})
GOING: Final = frozenset({RolloverDecision.GRADUATE, RolloverDecision.LEAVE})


@dataclass(frozen=True)
class Decided:
    """What a person has said about a line."""

    decision: str
    chosen: str = ""
    reason: str = ""


@dataclass
class Line:
    """One thing that would be done. `name` says what, `source` what is now, `goal` what comes."""

    kind: str
    key: str
    name: str
    campus_id: uuid.UUID | None = None
    student_id: uuid.UUID | None = None
    section_id: uuid.UUID | None = None
    source: str = ""
    goal: str = ""
    target: str = ""
    proposal: str = RolloverDecision.MAKE
    decision: str = ""
    exception: str = ""
    detail: dict[str, Any] = field(default_factory=dict)

    @property
    def stands(self) -> bool:
        return self.decision == RolloverDecision.MAKE


@dataclass
class PlannedSection:
    """A section of the new year. `existing_id` where somebody has opened it already.

    `session_key` is the session of the old year it follows; of a section nobody had last year, its own.
    """

    key: str
    session_key: uuid.UUID
    campus_id: uuid.UUID
    kind: str
    name: str
    code: str
    capacity: int
    grade_level_id: uuid.UUID | None = None
    course_id: uuid.UUID | None = None
    homeroom_key: str = ""
    source_id: uuid.UUID | None = None
    existing_id: uuid.UUID | None = None
    program_id: uuid.UUID | None = None
    seats_taken: int = 0
    is_left_out: bool = False

    @property
    def is_made(self) -> bool:
        return self.existing_id is None and not self.is_left_out


@dataclass(frozen=True)
class Standing:
    """How a pupil has done in the year; `failed` names the courses without which nobody moves up."""

    has_passed: bool
    failed: tuple[str, ...] = ()


Standings = Mapping[uuid.UUID, Standing]


@dataclass(frozen=True)
class Blocker:
    """Why a rollover cannot be undone, and where to look at it."""

    text: str
    url: str = ""


@dataclass
class Draft:
    """The rehearsal while it is drawn, as contributors see it."""

    year: AcademicSession
    begin: date
    end: date
    sections: dict[str, PlannedSection] = field(default_factory=dict)
    # The first day and the end of what stands for an old session, and of sessions of a year that is there.
    spans: dict[uuid.UUID, tuple[date, date]] = field(default_factory=dict)
    to_year_id: uuid.UUID | None = None

    def copied(self) -> Iterator[tuple[uuid.UUID, PlannedSection]]:
        """Sections of the old year that get a fresh counterpart."""
        for one in self.sections.values():
            if one.source_id is not None and one.is_made and one.key == key_of(SECTION, one.source_id):
                yield one.source_id, one


@dataclass
class Work:
    """Applying, as contributors see it: the lines that stand, and the ids of what has been made."""

    school_id: uuid.UUID
    draft: Draft
    lines: Mapping[str, Line]
    effects: "Effects"
    sessions: Mapping[uuid.UUID, uuid.UUID]
    sections: Mapping[str, uuid.UUID]
    now: datetime

    def wanted(self, kind: str) -> Iterator[Line]:
        return (one for one in self.lines.values() if one.kind == kind and one.stands)

    def section_after(self, section_id: uuid.UUID | None) -> uuid.UUID:
        """The counterpart of a section of the old year."""
        return self.sections[f"{SECTION}:{section_id}"]

    def create(self, model: Any, rows: Iterable[Mapping[str, Any]]) -> None:
        self.effects.create(model, rows)


@dataclass(frozen=True)
class Contributor:
    """What an upper floor adds to a rollover; everything in it is optional.

    `kinds` maps the kinds of its lines to what people call them. `standings` answers None where the app
    cannot judge the year at all, and leaves out single pupils it knows nothing about.
    """

    name: str
    kinds: Mapping[str, Any] = field(default_factory=dict)
    standings: Callable[[AcademicSession, Collection[uuid.UUID]], Standings | None] = lambda year, ids: None
    draw: Callable[[Draft], Iterable[Line]] = lambda draft: ()
    write: Callable[[Work], None] = lambda work: None
    blockers: Callable[[AcademicSession], Iterable[Blocker]] = lambda year: ()


_contributors: dict[str, Contributor] = {}


def register_contributor(contributor: Contributor) -> None:
    """Call from `ready()`; floors are ready from the bottom up, so lines come in that order."""
    _contributors[contributor.name] = contributor


def contributors() -> tuple[Contributor, ...]:
    return tuple(_contributors.values())


def key_of(kind: str, row_id: uuid.UUID) -> str:
    return f"{kind}:{row_id}"
