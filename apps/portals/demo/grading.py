"""Gradebooks, and what is marked in them term by term: FA and SA up to grade 10, weighted work above."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

from apps.academics.models import AcademicSession, Enrollment, Section, SectionKind, TeachingAssignment
from apps.accounts.models import Campus, School, User
from apps.core.models import uuid7
from apps.gradebook.models import Category, Gradebook, GradingScheme, LineItem, MarkingRules, RankMethod
from apps.gradebook.selectors.years import Years, years_of
from apps.gradebook.services.gradebooks import install_grading
from apps.gradebook.services.history import write_marks
from apps.portals.demo.plan import Plan
from apps.portals.demo.scores import Work

SENIOR_FROM: Final = 11
CBSE, WEIGHTED = "cbse", "weighted"
_SUNDAY: Final = 7
_WORKS: Final[dict[tuple[str, int], tuple[Work, ...]]] = {
    (CBSE, 1): (
        Work("FA1: oral work", "FA1", 10, 0.04),
        Work("FA1: class test", "FA1", 25, 0.25),
        Work("FA2: project", "FA2", 20, 0.5, is_written_at_home=True),
        Work("SA1: half-yearly examination", "SA1", 80, 0.9),
    ),
    (CBSE, 2): (
        Work("FA3: oral work", "FA3", 10, 0.04),
        Work("FA3: class test", "FA3", 25, 0.25),
        Work("FA4: project", "FA4", 20, 0.5, is_written_at_home=True),
        Work("SA2: annual examination", "SA2", 80, 0.9),
    ),
}
_WEIGHTED: Final = (
    Work("First homework", "homework", 10, 0.04, is_written_at_home=True),
    Work("First quiz", "quizzes", 20, 0.2),
    Work("Second homework", "homework", 10, 0.26, is_written_at_home=True),
    Work("Second quiz", "quizzes", 20, 0.6),
    Work("Examination", "exams", 70, 0.9),
)


@dataclass(frozen=True)
class Pupil:
    """A pupil's time in a section; `number` is the admission number, which every draw begins with."""

    pk: UUID
    number: str
    begin: date
    end: date | None

    def is_there(self, day: date) -> bool:
        return self.begin <= day and (self.end is None or day < self.end)


@dataclass
class Shelf:
    """What marking a school needs to know, read once."""

    school: School
    plan: Plan
    today: date
    now: datetime
    years: Years
    sections: list[Section]
    books: dict[UUID, Gradebook] = field(default_factory=dict)
    pupils: dict[UUID, list[Pupil]] = field(default_factory=dict)
    teachers: dict[UUID, UUID] = field(default_factory=dict)
    demo_teacher: UUID | None = None

    def terms_of(self, section: Section) -> list[tuple[int, AcademicSession]]:
        """The terms of a section that have begun, with their numbers."""
        terms = enumerate(self.years.terms_in(section.session_id), 1)
        return [(number, term) for number, term in terms if term.begin_date <= self.today]

    def key_of(self, section: Section) -> str:
        return f"{section.campus.code}:{section.code}"

    def at(self, section: Section, day: date, hour: int = 16) -> datetime:
        return datetime.combine(day, time(hour), ZoneInfo(section.campus.time_zone))


def shelf_of(school: School, plan: Plan, today: date, now: datetime) -> Shelf:
    rows = Section.objects.filter(school=school, kind=SectionKind.SCHEDULED, is_active=True)
    sections = rows.select_related("campus", "grade_level", "course__subject").order_by(
        "campus__code", "code"
    )
    shelf = Shelf(school, plan, today, now, years_of(school.pk), list(sections))
    places = Enrollment.objects.filter(section__in=shelf.sections).order_by("student__admission_number")
    for section, *place in places.values_list(
        "section", "student", "student__admission_number", "begin_date", "end_date"
    ):
        shelf.pupils.setdefault(section, []).append(Pupil(*place))
    taught = TeachingAssignment.objects.filter(section__in=shelf.sections, staff__user__isnull=False)
    demo = User.objects.filter(email=f"teacher@{plan.domain}").values_list("pk", flat=True)
    shelf.demo_teacher = demo.first()
    shelf.teachers = dict(taught.values_list("section", "staff__user"))
    return shelf


def make_gradebooks(shelf: Shelf) -> None:
    """Those that are not there yet."""
    install_grading(school=shelf.school)
    _marking_rules(shelf.school)
    schemes = {one.code: one for one in GradingScheme.objects.filter(school=shelf.school, section=None)}
    known = set(Gradebook.objects.filter(section__in=shelf.sections).values_list("section", flat=True))
    Gradebook.objects.bulk_create(
        Gradebook(school=shelf.school, section=one, scheme=schemes[_scheme_of(one)])
        for one in shelf.sections
        if one.pk not in known and _scheme_of(one) in schemes
    )
    books = Gradebook.objects.filter(section__in=shelf.sections).select_related("scheme")
    shelf.books = {book.section_id: book for book in books}


def make_items(shelf: Shelf) -> None:
    """The work of every term that has begun, where the section does not have it."""
    categories = {
        (scheme, code): pk
        for pk, scheme, code in Category.objects.filter(school=shelf.school).values_list(
            "pk", "scheme", "code"
        )
    }
    known = set(LineItem.objects.filter(section__in=shelf.sections).values_list("section", "title"))
    rows = [
        row
        for section in shelf.sections
        for row in _items_of(shelf, section, categories)
        if (section.pk, row["title"]) not in known
    ]
    write_marks(LineItem, created=rows, changed=(), school_id=shelf.school.pk, now=shelf.now)


def works_of(code: str, number: int) -> Sequence[Work]:
    """What a scheme marks in a term; nothing where it knows no such term."""
    if code != WEIGHTED:
        return _WORKS.get((code, number), ())
    return [Work(f"{one.title}, term {number}", *_rest(one)) for one in _WEIGHTED]


def due_in(term: AcademicSession, work: Work) -> date:
    """No work is due on a Sunday."""
    ends = term.end_date or term.begin_date + timedelta(days=180)
    day = term.begin_date + timedelta(days=int((ends - term.begin_date).days * work.place))
    return day + timedelta(days=1) if day.isoweekday() == _SUNDAY else day


def _rest(work: Work) -> tuple[Any, ...]:
    return work.category, work.maximum, work.place, work.is_written_at_home


def _items_of(
    shelf: Shelf, section: Section, categories: dict[tuple[UUID, str], UUID]
) -> Iterator[dict[str, Any]]:
    book = shelf.books.get(section.pk)
    if book is None:
        return
    for number, term in shelf.terms_of(section):
        for position, work in enumerate(works_of(book.scheme.code, number), 1):
            due = due_in(term, work)
            yield {
                "id": uuid7(),
                "section_id": section.pk,
                "session_id": term.pk,
                "category_id": categories.get((book.scheme_id, work.category)),
                "title": work.title,
                "assigned_date": due - timedelta(days=7 if work.is_written_at_home else 0),
                "due_date": due,
                "maximum": work.maximum,
                "position": 10 * number + position,
            }


def _scheme_of(section: Section) -> str:
    code = section.grade_level.code if section.grade_level else ""
    return WEIGHTED if code.isdigit() and int(code) >= SENIOR_FROM else CBSE


def _marking_rules(school: School) -> None:
    """The first campus takes five percent a day and ranks; the others keep the defaults."""
    campus = Campus.objects.filter(school=school).order_by("created_at").first()
    if campus is not None and not MarkingRules.objects.filter(campus=campus).exists():
        MarkingRules.objects.create(
            school=school, campus=campus, late_percent_per_day=5, late_floor_percent=50,
            rank_method=RankMethod.COMPETITION, shows_live_average=True,
        )  # fmt: skip
