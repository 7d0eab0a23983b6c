"""Saving marks: what fits is written, what somebody else changed first is not, nothing is lost."""

import threading
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.core.audit import history
from apps.core.errors import DomainError, Missing, StaleVersion
from apps.gradebook.models import Result
from apps.gradebook.selectors.entries import Entry
from apps.gradebook.services.results import MOST_CELLS, Cell, Saved, save_all_results
from apps.gradebook.tests.factories import PostingFactory, ScoreBandFactory, ScoreScaleFactory
from apps.gradebook.tests.marking import NOW, Book

pytestmark = pytest.mark.django_db


@pytest.fixture
def book() -> Book:
    return Book()


def states(saved: Saved) -> list[str]:
    return [one.state for one in saved.outcomes]


def codes(saved: Saved) -> list[str]:
    return [one.problem.code for one in saved.outcomes if one.problem]


def test_cells_are_saved_with_who_and_when(book: Book) -> None:
    saved = book.save(book.cell(0, 0, "17.5", comment=" well   done "), book.cell(1, 1, "ex"))
    assert states(saved) == ["saved", "saved"]
    row = book.result()
    assert (row.score, row.status, row.comment) == (Decimal("17.5"), "graded", "well done")
    assert (row.version, row.graded_by, row.graded_at) == (1, book.staff.user, NOW)
    assert book.result(1, 1).status == "exempt"


def test_the_same_again_changes_nothing_whatever_the_version(book: Book) -> None:
    book.save(book.cell(0, 0, "17"))
    assert states(book.save(book.cell(0, 0, "17.0", 9))) == ["unchanged"]
    assert book.result().version == 1


def test_an_emptied_cell_keeps_its_row_and_its_history(book: Book) -> None:
    book.save(book.cell(0, 0, "17"))
    book.save(book.cell(0, 0, "", 1))
    row = book.result()
    assert (row.status, row.score, row.version) == ("unmarked", None, 2)
    assert [one["score"] for one in history(row)] == [None, Decimal(17)]


def test_an_untouched_cell_emptied_makes_no_row(book: Book) -> None:
    assert states(book.save(book.cell(0, 0, ""))) == ["unchanged"]
    assert not Result.objects.exists()


def test_who_saved_first_wins_and_the_other_sees_both(book: Book) -> None:
    book.save(book.cell(0, 0, "17"))
    saved = book.save(book.cell(0, 0, "12"), book.cell(1, 0, "13"))
    assert states(saved) == ["conflict", "saved"]
    [conflict] = saved.of("conflict")
    assert conflict.result is not None
    assert (conflict.result.score, book.result().score) == (Decimal(17), Decimal(17))
    assert conflict.result.graded_by == book.staff.user
    assert states(book.save(book.cell(0, 0, "12", 1))) == ["saved"]


def test_all_or_nothing_tells_both_values(book: Book) -> None:
    book.save(book.cell(0, 0, "17"))
    cells = [book.cell(1, 0, "13"), book.cell(0, 0, "12")]
    with pytest.raises(StaleVersion) as stale:
        save_all_results(actor=book.teacher, section=book.section, cells=cells, now=NOW)
    place = f"{book.items[0].pk}:{book.pupils[0].pk}"
    assert stale.value.values["yours"][place]["entry"] == "12"
    assert (stale.value.values["theirs"][place]["entry"], Result.objects.count()) == ("17", 1)


def test_more_than_the_maximum_wants_a_second_look(book: Book) -> None:
    assert codes(book.save(book.cell(0, 0, "25"))) == ["ABOVE_MAXIMUM"]
    assert states(book.save(book.cell(0, 0, "25", is_confirmed=True))) == ["saved"]
    # A comment on a mark that stands asks nothing again.
    assert states(book.save(book.cell(0, 0, None, 1, comment="bonus"))) == ["saved"]
    book.items.append(book.item(is_extra_credit=True))
    assert states(book.save(book.cell(0, 2, "25"))) == ["saved"]


def test_letters_are_those_of_the_scale(book: Book) -> None:
    scale = ScoreScaleFactory.create(school=book.school)
    for label, lower in (("A", 80), ("B", 0)):
        ScoreBandFactory.create(school=book.school, scale=scale, label=label, lower=lower)
    book.items.append(book.item(scale=scale))
    saved = book.save(book.cell(0, 2, "a"), book.cell(1, 2, "17"), book.cell(2, 2, Entry(text_score="B")))
    assert states(saved) == ["saved", "refused", "saved"]
    row = book.result(0, 2)
    assert (row.text_score, row.score) == ("A", Decimal(18))


def test_an_entry_taken_apart_is_checked_too(book: Book) -> None:
    saved = book.save(
        book.cell(0, 0, Entry("graded", Decimal(12), "", 2)),
        book.cell(1, 0, Entry("graded", None, "", 999)),
        book.cell(2, 0, Entry("graded", None, "A", 0)),
    )
    assert states(saved) == ["saved", "refused", "refused"]
    assert book.result().days_late == 2


def test_only_pupils_of_the_term_and_items_of_the_section(book: Book) -> None:
    other = Book(1)
    later = book.enroll(begin_date=date(2026, 9, 1))
    cells = [
        other.cell(0, 0, "5"),
        Cell(book.items[0].pk, other.pupils[0].pk, 0, "5"),
        Cell(book.items[0].pk, later.pk, 0, "5"),
    ]
    assert codes(book.save(*cells)) == ["NO_ITEM", "NOT_IN_SECTION", "NOT_IN_SECTION"]
    with pytest.raises(Missing):
        book.save(actor=other.teacher)


def test_who_left_is_marked_only_for_what_was_due_before(book: Book) -> None:
    book.pupils.append(book.enroll(end_date=date(2026, 6, 1)))
    book.items = [book.item(due_date=date(2026, 5, 20)), book.item(due_date=date(2026, 6, 10))]
    assert states(book.save(book.cell(3, 0, "9"), book.cell(3, 1, "9"))) == ["saved", "refused"]


def test_a_posted_term_wants_a_reason_which_stays_in_the_history(book: Book) -> None:
    PostingFactory.create(school=book.school, section=book.section, session=book.terms[0])
    with pytest.raises(DomainError) as refused:
        book.save(book.cell(0, 0, "5"))
    assert refused.value.code == "REASON_NEEDED"
    book.save(book.cell(0, 0, "5"), reason="counted wrongly")
    assert history(book.result())[0]["pgh_context"]["reason"] == "counted wrongly"


def test_what_cannot_be_sent(book: Book) -> None:
    for cells in ([book.cell(0, 0, "1")] * 2, [book.cell(0, 0, "1")] * (MOST_CELLS + 1)):
        with pytest.raises(DomainError):
            book.save(*cells)


@pytest.mark.parametrize(("pupils", "items"), [(1, 1), (40, 5)])
def test_saving_costs_the_same_for_one_cell_and_for_many(pupils: int, items: int) -> None:
    book = Book(pupils, items)
    cells = [book.cell(p, i, "5") for p in range(pupils) for i in range(items)]
    with CaptureQueriesContext(connection) as queries:
        book.save(*cells)
    assert len(queries) == 8
    assert Result.objects.count() == pupils * items


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("is_on", [True, False])
def test_a_thousand_interleaved_edits_lose_none(is_on: bool, settings: Any) -> None:
    """Two writers add one to what they see, again and again; without the check of versions some are lost."""
    if not is_on:
        settings.PROTECTIONS_OFF = ("result_version",)
    book = Book(1, 1)
    times = 500 if is_on else 100
    book.items[0].maximum = Decimal(5000)
    book.items[0].save()
    book.save(book.cell(0, 0, "0"))
    both = threading.Barrier(2)
    writers = [threading.Thread(target=_add_up, args=(book, times, both)) for _ in range(2)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    found = book.result().score
    assert (found == 2 * times) is is_on


def _add_up(book: Book, times: int, both: threading.Barrier) -> None:
    try:
        both.wait()
        for _ in range(times):
            saved = None
            while saved is None or not saved.is_whole:
                seen = book.result()
                wanted = str((seen.score or 0) + 1)
                saved = book.save(book.cell(0, 0, wanted, seen.version))
                if saved.of("unchanged"):
                    # The other wrote the same number meanwhile: this one is still to be added.
                    saved = None
    finally:
        connection.close()
