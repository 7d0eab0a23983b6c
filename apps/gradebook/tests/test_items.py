"""What a section is marked for: what fits stands, what is marked already keeps its sense."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from apps.academics.tests.factories import AcademicSessionFactory
from apps.core.errors import Conflict, DomainError, Missing, StaleVersion
from apps.gradebook.models import Category, LineItem
from apps.gradebook.services.items import add_item, change_item, delete_item, move_item
from apps.gradebook.tests.factories import (
    CategoryFactory,
    PostingFactory,
    ResultFactory,
    ScoreScaleFactory,
)
from apps.gradebook.tests.marking import Book

pytestmark = pytest.mark.django_db


@pytest.fixture
def book() -> Book:
    return Book()


def titles(book: Book) -> list[str]:
    return list(LineItem.objects.filter(section=book.section).values_list("title", flat=True))


def test_a_new_item_stands_last(book: Book) -> None:
    row = add_item(actor=book.teacher, section=book.section, session=book.terms[1], title=" Essay ")
    assert (row.title, int(row.maximum), row.release_at) == ("Essay", 100, None)
    assert titles(book)[-1] == "Essay"


def test_terms_categories_and_scales_of_others_do_not_fit(book: Book) -> None:
    other_year = AcademicSessionFactory.create(school=book.school)
    foreign = {"category": CategoryFactory.create(), "scale": ScoreScaleFactory.create()}
    for session, values in (
        (other_year, {}),
        *((book.terms[0], {name: row}) for name, row in foreign.items()),
    ):
        with pytest.raises(DomainError):
            add_item(actor=book.teacher, section=book.section, session=session, title="x", **values)
    with pytest.raises(Missing):
        add_item(actor=Book(0).teacher, section=book.section, session=book.terms[0], title="x")
    assert len(titles(book)) == 2


def test_a_category_is_of_the_sections_scheme(book: Book) -> None:
    own = CategoryFactory.create(school=book.school, scheme=book.book.scheme)
    other = Category.objects.filter(school=book.school).exclude(pk=own.pk)[0]
    assert change(book, category=own).category == own
    with pytest.raises(DomainError, match="not one of this section"):
        change(book, expected=2, category=other)


def change(book: Book, expected: int = 1, **changes: object) -> LineItem:
    return change_item(actor=book.teacher, item=book.items[0], expected=expected, **changes)


def test_two_who_change_one_item(book: Book) -> None:
    change(book, title="Essay")
    with pytest.raises(StaleVersion):
        change(book, title="Exam")


def test_what_is_marked_keeps_its_sense(book: Book) -> None:
    book.save(book.cell(0, 0, "17"))
    with pytest.raises(DomainError, match="A mark of 17"):
        change(book, maximum=Decimal(10))
    with pytest.raises(DomainError, match="how it is marked stays"):
        change(book, scale=ScoreScaleFactory.create(school=book.school))
    assert change(book, maximum=Decimal(17)).maximum == 17
    assert change(book, expected=2, maximum=Decimal(10), is_extra_credit=True).maximum == 10


def test_marked_work_of_a_posted_term_stays_in_it(book: Book) -> None:
    item = book.items[0]
    PostingFactory.create(school=book.school, section=book.section, session=item.session)
    moved: dict[str, Any] = {
        "actor": book.teacher,
        "item": item,
        "expected": item.version,
        "session": book.terms[1],
    }
    assert change_item(**moved).session == book.terms[1]
    back = change_item(**{**moved, "expected": item.version, "session": book.terms[0]})
    ResultFactory.create(school=book.school, line_item=back, student=book.pupils[0])
    with pytest.raises(Conflict, match="stays in it"):
        change_item(**{**moved, "expected": back.version})


def test_dates_in_order(book: Book) -> None:
    with pytest.raises(DomainError, match="due before it is assigned"):
        change(book, assigned_date=date(2026, 5, 2), due_date=date(2026, 5, 1))


def test_items_are_put_in_order(book: Book) -> None:
    book.items.append(book.item(title="Last"))
    first, second, last = book.items
    move_item(actor=book.teacher, item=last, before=first)
    assert titles(book) == ["Last", first.title, second.title]
    move_item(actor=book.teacher, item=last, before=None)
    assert titles(book) == [first.title, second.title, "Last"]


def test_only_an_untouched_item_is_deleted(book: Book) -> None:
    book.save(book.cell(0, 0, "17"))
    with pytest.raises(DomainError, match="Take it out of the totals"):
        delete_item(actor=book.teacher, item=book.items[0])
    delete_item(actor=book.teacher, item=book.items[1])
    assert titles(book) == [book.items[0].title]
