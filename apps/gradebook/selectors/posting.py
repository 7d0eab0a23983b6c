"""What posting would change, and what stands posted beside the live totals."""

import uuid
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from hashlib import sha256
from typing import Final

from django.core.serializers.json import DjangoJSONEncoder
from django.db.models.functions import Length
from django.utils.translation import gettext as _

from apps.academics.models import AcademicSession, Section, Student
from apps.core.errors import Conflict, DomainError
from apps.gradebook.models import (
    Attempt,
    Gradebook,
    LineItem,
    PostedGrade,
    Posting,
    Result,
    ScoreStatus,
)
from apps.gradebook.selectors.marks import by_place, marks_of, same_number, total_of
from apps.gradebook.selectors.places import LEFT, places_of
from apps.gradebook.selectors.rules import Rules, rules_of
from apps.gradebook.selectors.totals import Mark, Total
from apps.gradebook.selectors.years import Years, years_of

NEW: Final = "new"
CHANGED: Final = "changed"
SAME: Final = "same"
BY_HAND: Final = "by_hand"
_WAITS: Final = frozenset({ScoreStatus.UNMARKED, ScoreStatus.SUBMITTED})


@dataclass(frozen=True)
class Posted:
    """What stands posted for a pupil; a resit stands beside the regular grade."""

    regular: PostedGrade | None = None
    resit: PostedGrade | None = None

    @property
    def best(self) -> PostedGrade | None:
        """The better of the two counts; of equals the resit, which came later."""
        both = [one for one in (self.resit, self.regular) if one is not None]
        return max(both, key=_merit, default=None)


@dataclass(frozen=True)
class Change:
    """A pupil's line: what stood, what would stand, and what speaks against posting it now."""

    student: Student
    before: PostedGrade | None
    total: Total
    unmarked: int = 0
    missing: int = 0

    @cached_property
    def kind(self) -> str:
        if self.before is None:
            return NEW
        if self.before.is_override:
            return BY_HAND
        return SAME if says_same(self.before, self.total) else CHANGED

    @property
    def is_written(self) -> bool:
        return self.kind in {NEW, CHANGED}

    @cached_property
    def concerns(self) -> list[str]:
        """Why somebody should look again, the gravest first."""
        return [words for is_so, words in self._asked if is_so]

    @property
    def gravity(self) -> int:
        """How early it is looked at: the place of its gravest concern, behind all for none."""
        places = [place for place, (is_so, _words) in enumerate(self._asked) if is_so]
        return min(places, default=len(self._asked))

    @property
    def _asked(self) -> list[tuple[bool, str]]:
        return [
            (self.total.percent is None, _("nothing to count")),
            (self.kind == CHANGED, _("changes a posted grade")),
            (self.kind == BY_HAND, _("set by hand, stays as it is")),
            (self.total.is_passing is False, _("does not pass")),
            (self.unmarked > 0, _("%d not marked") % self.unmarked),
            (self.missing > 0, _("%d missing") % self.missing),
        ]


@dataclass(frozen=True)
class PostingPreview:
    """The answer to "what will change if I post?"; `fingerprint` says which answer somebody agreed to."""

    section: Section
    session: AcademicSession
    years: Years
    rules: Rules
    changes: list[Change]
    unreleased: list[LineItem] = field(default_factory=list)

    @property
    def written(self) -> list[Change]:
        return [one for one in self.changes if one.is_written]

    @property
    def replaces(self) -> bool:
        """Whether a grade that stands would be replaced, so that a reason is needed."""
        return any(one.kind == CHANGED for one in self.changes)

    @property
    def exceptions(self) -> list[Change]:
        return [one for one in self.changes if one.concerns]

    @property
    def counts(self) -> dict[str, int]:
        kinds = [one.kind for one in self.changes]
        return {kind: kinds.count(kind) for kind in (NEW, CHANGED, SAME, BY_HAND)}

    @property
    def is_final(self) -> bool:
        """Whether it closes the section, and so brings the credits of the course."""
        return self.session.pk == self.section.session_id

    @cached_property
    def fingerprint(self) -> str:
        lines = sorted(
            (str(one.student.pk), str(one.before and one.before.pk), _said(one.total)) for one in self.changes
        )
        said = DjangoJSONEncoder(sort_keys=True).encode([self.rules.as_json(), lines])
        return sha256(said.encode()).hexdigest()[:32]


def posting_preview(section: Section, session: AcademicSession, today: date) -> PostingPreview:
    """Of all in the section on the term's last day (or today), exceptions first; the queries are fixed."""
    years = years_of(section.school_id)
    _require_postable(section, session, years, today)
    rules = _rules(section)
    items = list(_items(section, session, years))
    results = by_place(Result.objects.filter(line_item__in=items))
    before = posted_beside(section, session)
    ahead = {one.pk for one in items if one.due_date is not None and one.due_date > today}
    changes = [
        _change(
            one,
            before.get(one.pk, Posted()).regular,
            rules,
            session,
            years,
            marks_of(one.pk, items, results, years),
            ahead,
        )
        for one in _pupils(section, session, today)
    ]
    changes.sort(key=lambda one: one.gravity)
    return PostingPreview(section, session, years, rules, changes, _unreleased(results.values()))


def posted_beside(section: Section, session: AcademicSession) -> dict[uuid.UUID, Posted]:
    """What stands posted for each pupil of a section, to be shown beside the live totals."""
    return standing_by(PostedGrade.objects.filter(section=section, session=session, replaced_at__isnull=True))


def standing_by(grades: Iterable[PostedGrade]) -> dict[uuid.UUID, Posted]:
    """Standing grades of one section and session, by pupil."""
    by_pupil: defaultdict[uuid.UUID, dict[str, PostedGrade]] = defaultdict(dict)
    for one in grades:
        by_pupil[one.student_id][one.attempt] = one
    return {pk: Posted(both.get(Attempt.REGULAR), both.get(Attempt.RESIT)) for pk, both in by_pupil.items()}


def says_same(grade: PostedGrade, total: Total) -> bool:
    """Whether a posted grade says what the live total says now."""
    return (
        same_number(grade.percent, total.percent)
        and grade.label == total.label
        and same_number(grade.points, total.points)
        and grade.is_passing == total.is_passing
    )


def latest_posting(section: Section, session: AcademicSession) -> Posting | None:
    """The posting that still holds a grade, newest first."""
    rows = Posting.objects.filter(section=section, session=session, grades__replaced_at__isnull=True)
    return rows.select_related("posted_by").order_by("-posted_at").first()


def _require_postable(section: Section, session: AcademicSession, years: Years, today: date) -> None:
    if session not in years.postable(section.session_id):
        raise DomainError("OTHER_TERM", _("The section is not graded in that term."), "session")
    if today < session.begin_date:
        raise DomainError("NOT_BEGUN", _("That term has not begun."), "session")


def _rules(section: Section) -> Rules:
    book = Gradebook.objects.filter(section=section).first()
    if book is None:
        raise Conflict("NO_GRADEBOOK", _("The section has no gradebook yet. Open it first."), "section")
    return rules_of([book])[section.pk]


def _items(section: Section, session: AcademicSession, years: Years) -> Iterable[LineItem]:
    rows = LineItem.objects.filter(section=section, session__in=years.inside(session.pk))
    return rows.select_related("category").order_by("position", "created_at")


def _pupils(section: Section, session: AcademicSession, today: date) -> list[Student]:
    there = [
        pk
        for pk, place in places_of(section.pk).items()
        if place.covers(session) and place.state(session, today) != LEFT
    ]
    rows = Student.objects.filter(pk__in=there)
    return list(rows.order_by(Length("roll_number"), "roll_number", "given_name", "family_name"))


def _change(
    student: Student,
    before: PostedGrade | None,
    rules: Rules,
    session: AcademicSession,
    years: Years,
    marks: list[Mark],
    ahead: Collection[uuid.UUID],
) -> Change:
    counted = [one for one in marks if one.is_counted]
    return Change(
        student,
        before,
        total_of(rules, marks, session, years),
        unmarked=sum(one.status in _WAITS and one.item_id not in ahead for one in counted),
        missing=sum(one.status == ScoreStatus.MISSING for one in counted),
    )


def _unreleased(results: Iterable[Result]) -> list[LineItem]:
    marked = {one.line_item_id for one in results if one.status == ScoreStatus.GRADED}
    return list(LineItem.objects.filter(pk__in=marked).waiting())


def _said(total: Total) -> Mapping[str, object]:
    return {
        "percent": total.percent,
        "label": total.label,
        "points": total.points,
        "passing": total.is_passing,
    }


def _merit(grade: PostedGrade) -> tuple[bool, object, object]:
    return (bool(grade.is_passing), grade.points or -1, grade.percent if grade.percent is not None else -1)
