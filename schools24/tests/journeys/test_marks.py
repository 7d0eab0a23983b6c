"""From the teacher's first mark to the grade a mother reads: typed, let out, told, posted, let out."""

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
from django.urls import reverse
from pypdf import PdfReader

from apps.accounts.models import Role
from apps.gradebook.models import PostedGrade, Result
from apps.gradebook.tests.term import Term
from apps.reports.models import IssuedDocument
from schools24.tests.journeys.conftest import Postbox, Visit, wait_until

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("worker")]
Look = Callable[["Page"], None]


@pytest.fixture
def term(transactional_db: None) -> Term:
    term = Term()
    term.item("FA1")
    term.rules(shows_live_average=True)
    return term


def type_marks(page: "Page", marks: tuple[str, ...]) -> None:
    """Down the first column, by keyboard alone."""
    page.locator(".book-table tbody tr").first.locator("td").first.click()
    for mark in marks:
        page.keyboard.type(mark)
        page.keyboard.press("Enter")
    page.locator('[data-saving][data-kind="saved"]').wait_for()


def press(page: "Page", button: str) -> None:
    """A button that asks first."""
    page.get_by_role("button", name=button).click()
    page.locator("#confirm-yes").click()


def test_from_the_mark_to_the_grade_at_home(
    term: Term, visit: Visit, postbox: Postbox, looked_at: Look
) -> None:
    pupil, mother_of = term.pupils[0], term.guardian(term.pupils[0])
    mother = visit(mother_of.user, reverse("gradebook:mine"), phone=True)
    mother.get_by_text("Nothing is out yet").wait_for()

    teacher = visit(term.staff.user, reverse("gradebook:grid", args=[term.section.pk]))
    type_marks(teacher, ("17", "9"))
    assert set(Result.objects.values_list("score", flat=True)) == {9, 17}
    mother.reload()
    mother.get_by_text("Nothing is out yet").wait_for()

    teacher.goto(teacher.url.split("/gradebook")[0] + reverse("gradebook:posting", args=[term.section.pk]))
    looked_at(teacher)
    press(teacher, "Let results out")
    teacher.get_by_text("told once").wait_for()
    mail = wait_until(mother, lambda: postbox.text(mother_of.email), seconds=20)
    assert pupil.given_name in mail
    assert "17" not in mail.replace(str(pupil.pk), "")
    mother.reload()
    mother.get_by_text("Why is this 85?").click()
    mother.get_by_text("FA1: 17 of 20").wait_for()
    looked_at(mother)

    press(teacher, "Post grades")
    teacher.get_by_text("Every grade that stands says what the marks say").wait_for()
    looked_at(teacher)
    assert PostedGrade.objects.count() == 2

    head = visit(term.login(Role.CAMPUS_ADMIN), reverse("gradebook:overview"))
    let_grades_out(head, term, looked_at)
    mother.reload()
    mother.locator("a.grade").first.click()
    mother.get_by_text("Posted on").wait_for()
    mother.get_by_text("FA1: 17 of 20").wait_for()
    looked_at(mother)

    card = report_card(head, mother, looked_at)
    grade = PostedGrade.objects.get(student=pupil)
    assert grade.percent == 85
    assert all(text in card for text in (pupil.full_name, "Physics", "85"))


def let_grades_out(head: "Page", term: Term, looked_at: Look) -> None:
    head.get_by_text("Posted", exact=True).wait_for()
    looked_at(head)
    head.get_by_role("link", name=term.section.name).click()
    press(head, "Let grades out")
    head.get_by_text("Families see every grade that stands").wait_for()


def report_card(head: "Page", mother: "Page", looked_at: Look) -> str:
    """The office prints and shows the papers; the mother downloads hers, and a stranger checks it."""
    home = head.url.split("/gradebook")[0]
    head.goto(home + reverse("reports:templates"))
    head.get_by_role("button", name="Put the usual templates there").click()
    head.goto(home + reverse("reports:run-add"))
    looked_at(head)
    head.get_by_role("button", name="Begin").click()
    head.get_by_role("button", name="Show to the families").wait_for(timeout=60_000)
    press(head, "Show to the families")
    mother.goto(home + reverse("reports:documents"))
    looked_at(mother)
    with mother.expect_navigation():
        mother.get_by_role("link", name="Report card").first.click()
    looked_at(mother)
    with mother.expect_download() as taken:
        mother.get_by_role("link", name="Download").click()
    code = IssuedDocument.objects.order_by("issued_at").values_list("code", flat=True)
    stranger = mother.context.browser.new_page()  # type: ignore[union-attr]  # a context of a browser
    stranger.goto(home + reverse("verify:document", args=[code[0]]))
    looked_at(stranger)
    stranger.close()
    return "\n".join(page.extract_text() for page in PdfReader(taken.value.path()).pages)
