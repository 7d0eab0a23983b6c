"""Terms that are over are posted, but for a few teachers who are late; what came before is on record."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from psycopg.types.json import Jsonb

from apps.academics.models import AcademicSession, Course, Section, SessionKind, Student
from apps.academics.services import roster
from apps.core.models import uuid7
from apps.gradebook.models import Attempt, CourseTranscript, LineItem, PostedGrade, Posting, Result
from apps.gradebook.selectors.marks import by_place, marks_of, total_of
from apps.gradebook.selectors.rules import Band, Rules, band_for, rules_of
from apps.gradebook.selectors.totals import Total
from apps.gradebook.services.history import write_marks
from apps.portals.demo.grading import Shelf
from apps.portals.demo.scores import percent_of, seeded

LATE: Final = 0.025
_POSTED_AFTER, _OUT_AFTER = timedelta(days=6), timedelta(days=10)


def post_terms(shelf: Shelf) -> None:
    """Each section's terms that are over and not posted."""
    known = set(Posting.objects.filter(section__in=shelf.sections).values_list("section", "session"))
    due = [
        (section, term)
        for section in shelf.sections
        for _number, term in shelf.terms_of(section)
        if term.end_date is not None
        and term.end_date <= shelf.today
        and (section.pk, term.pk) not in known
        and section.pk in shelf.books
        and not _is_late(shelf, section)
    ]
    _post(shelf, due)


def _is_late(shelf: Shelf, section: Section) -> bool:
    return seeded(shelf.plan.seed, "late", shelf.key_of(section)).random() < LATE


def _post(shelf: Shelf, due: Sequence[tuple[Section, AcademicSession]]) -> None:
    rules = rules_of(shelf.books[section.pk] for section, _ in due)
    postings = [_posting(shelf, section, term, rules[section.pk]) for section, term in due]
    roster.create_rows(Posting, postings, school_id=shelf.school.pk, now=shelf.now)
    items, results = _marked(due)
    grades: list[dict[str, Any]] = []
    for posting, (section, term) in zip(postings, due, strict=True):
        mine = items.get((section.pk, term.pk), [])
        grades += _grades(shelf, posting, term, rules[section.pk], mine, results)
    grades += _one_resit(grades, rules)
    roster.create_rows(PostedGrade, grades, school_id=shelf.school.pk, now=shelf.now)


def _posting(shelf: Shelf, section: Section, term: AcademicSession, rules: Rules) -> dict[str, Any]:
    ends = term.end_date or shelf.today
    return {
        "id": uuid7(),
        "section_id": section.pk,
        "session_id": term.pk,
        "scheme_name": rules.name,
        "scheme_version": rules.version,
        "rules": Jsonb(rules.as_json()),
        "posted_at": min(shelf.at(section, ends + _POSTED_AFTER), shelf.now),
        "posted_by_id": shelf.teachers.get(section.pk),
    }


_Items = dict[tuple[UUID, UUID], list[LineItem]]


def _marked(due: Sequence[tuple[Section, AcademicSession]]) -> tuple[_Items, dict[Any, Result]]:
    terms = {term.pk for _, term in due}
    sections = [section.pk for section, _ in due]
    items: defaultdict[tuple[UUID, UUID], list[LineItem]] = defaultdict(list)
    rows = LineItem.objects.filter(section__in=sections, session__in=terms).select_related("category")
    for item in rows.order_by("position"):
        items[item.section_id, item.session_id].append(item)
    marked = Result.objects.filter(line_item__section__in=sections, line_item__session__in=terms)
    return items, by_place(marked)


def _grades(
    shelf: Shelf,
    posting: dict[str, Any],
    term: AcademicSession,
    rules: Rules,
    items: Sequence[LineItem],
    results: dict[Any, Result],
) -> Iterator[dict[str, Any]]:
    last = (term.end_date or shelf.today) - timedelta(days=1)
    for pupil in shelf.pupils.get(posting["section_id"], ()):
        if pupil.is_there(last):
            total = total_of(rules, marks_of(pupil.pk, items, results, shelf.years), term, shelf.years)
            yield _grade(posting, pupil.pk, total, shelf.now)


def _grade(posting: dict[str, Any], student: UUID, total: Total, now: datetime) -> dict[str, Any]:
    return {
        "id": uuid7(),
        "posting_id": posting["id"],
        "student_id": student,
        "section_id": posting["section_id"],
        "session_id": posting["session_id"],
        "percent": total.percent,
        "label": total.label,
        "points": total.points,
        "is_passing": total.is_passing,
        "workings": Jsonb([step.as_json() for step in total.steps]),
        "release_at": min(posting["posted_at"] + (_OUT_AFTER - _POSTED_AFTER), now),
    }


def _one_resit(grades: Sequence[dict[str, Any]], rules: dict[UUID, Rules]) -> list[dict[str, Any]]:
    """The first who did not pass sat again; both grades stand."""
    failed = next((one for one in grades if one["is_passing"] is False), None)
    if failed is None:
        return []
    bands = rules[failed["section_id"]].bands
    percent = Decimal(46)
    band = band_for(percent, bands)
    return [
        {
            **failed,
            "id": uuid7(),
            "attempt": Attempt.RESIT.value,
            "percent": percent,
            "label": band.label if band else "",
            "points": band.points if band else None,
            "is_passing": True,
            "workings": Jsonb([]),
            "reason": "Resit after the remedial week",
        }
    ]


# --- earlier years ---


def record_earlier(shelf: Shelf) -> None:
    """Last year term by term, the year before as one line; some of it from other schools."""
    if CourseTranscript.objects.filter(school=shelf.school).exists():
        return
    years = [one for one in shelf.years.by_id.values() if one.kind == SessionKind.SCHOOL_YEAR]
    if years:
        rows = list(_earlier(shelf, years[-1]))
        write_marks(CourseTranscript, created=rows, changed=(), school_id=shelf.school.pk, now=shelf.now)


def _earlier(shelf: Shelf, year: AcademicSession) -> Iterator[dict[str, Any]]:
    bands = next(iter(rules_of(list(shelf.books.values())[:1]).values())).bands
    courses: defaultdict[str, list[Course]] = defaultdict(list)
    for course in Course.objects.filter(school=shelf.school).select_related("subject", "grade_level"):
        courses[course.grade_level.code if course.grade_level else ""].append(course)
    pupils = Student.objects.filter(school=shelf.school, grade_level__isnull=False)
    for pupil in pupils.select_related("grade_level", "program").order_by("admission_number"):
        grade = int(pupil.grade_level.code) if pupil.grade_level and pupil.grade_level.code.isdigit() else 0
        elsewhere = _elsewhere(shelf, pupil)
        for back, whens in ((1, ("Term 1", "Term 2", "")), (2, ("",))):
            label = f"{year.begin_date.year - back}-{(year.begin_date.year - back + 1) % 100:02}"
            for course in courses.get(str(grade - back), ()):
                if grade - back <= 10:  # the senior programs part after the tenth grade
                    for when in whens:
                        yield _transcript(shelf, pupil, course, label, when, bands, elsewhere)


def _elsewhere(shelf: Shelf, pupil: Student) -> str:
    rng = seeded(shelf.plan.seed, "elsewhere", pupil.admission_number)
    schools = ("St. Mary's High School, Nagpur", "Kendriya Vidyalaya, Nashik", "Green Valley School, Thane")
    return rng.choice(schools) if rng.random() < 0.04 else ""


def _transcript(
    shelf: Shelf,
    pupil: Student,
    course: Course,
    year: str,
    term: str,
    bands: Sequence[Band],
    elsewhere: str,
) -> dict[str, Any]:
    subject = course.subject.code if course.subject else ""
    percent = percent_of(shelf.plan.seed, pupil.admission_number, subject, f"{year} {term}")
    band = band_for(percent, bands)
    is_passing = band is not None and band.is_passing
    worth = None if term else course.credits
    return {
        "id": uuid7(),
        "student_id": pupil.pk,
        "school_name": elsewhere or shelf.school.name,
        "year_label": year,
        "term_label": term,
        "course_id": course.pk,
        "course_code": course.code,
        "course_title": course.name,
        "percent": percent,
        "label": band.label if band else "",
        "points": band.points if band else None,
        "is_final": not term,
        "credits_attempted": worth,
        "credits_earned": worth if is_passing or worth is None else Decimal(0),
    }
