"""Which term of the school year a day belongs to."""

from datetime import date

import pytest

from apps.academics.models import AcademicSession, SessionKind
from apps.academics.selectors import school_year_of, term_on, terms_of
from apps.academics.tests.factories import AcademicSessionFactory

pytestmark = pytest.mark.django_db


def make(parent: AcademicSession | None, kind: SessionKind, begin: date, end: date) -> AcademicSession:
    more = {"school": parent.school} if parent else {}
    session: AcademicSession = AcademicSessionFactory.create(
        parent=parent, kind=kind, begin_date=begin, end_date=end, **more
    )
    return session


def a_year() -> tuple[AcademicSession, AcademicSession, AcademicSession]:
    year = make(None, SessionKind.SCHOOL_YEAR, date(2026, 4, 1), date(2027, 4, 1))
    second = make(year, SessionKind.TERM, date(2026, 10, 10), date(2027, 4, 1))
    first = make(year, SessionKind.TERM, date(2026, 4, 1), date(2026, 10, 1))
    return year, first, second


def test_terms_are_in_order_whichever_part_is_asked() -> None:
    year, first, second = a_year()
    period = make(first, SessionKind.GRADING_PERIOD, date(2026, 4, 1), date(2026, 6, 1))
    assert terms_of(year) == terms_of(second) == terms_of(period) == [first, second]
    assert school_year_of(period) == year


def test_an_undivided_year_is_its_own_term() -> None:
    year = make(None, SessionKind.SCHOOL_YEAR, date(2026, 4, 1), date(2027, 4, 1))
    assert terms_of(year) == [year]


@pytest.mark.parametrize(
    ("day", "place"),
    [
        (date(2026, 3, 1), 0),
        (date(2026, 4, 1), 0),
        (date(2026, 10, 5), 0),
        (date(2026, 10, 10), 1),
        (date(2028, 1, 1), 1),
    ],
)
def test_a_day_between_terms_belongs_to_the_one_that_ended(day: date, place: int) -> None:
    terms = terms_of(a_year()[0])
    assert term_on(terms, day) == terms[place]
