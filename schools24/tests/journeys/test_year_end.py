"""The year turns: rehearsed, looked at, decided, applied while one waits, and taken back with one click."""

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from apps.academics.models import Rollover, Section, Student
from apps.academics.tests.year_end import YearEnd, checksum
from apps.accounts.models import Role
from apps.accounts.tests.factories import user_with
from schools24.tests.journeys.conftest import Visit

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser
Look = Callable[["Page"], None]


@pytest.fixture
def school(transactional_db: None) -> YearEnd:
    """One pupil has lost the homeroom, so somebody has to decide."""
    school = YearEnd(grades=(8, 9))
    pupil = school.pupils["8A"][0]
    Student.objects.filter(pk=pupil.pk).update(given_name="Zoya", family_name="Khan")
    pupil.enrollments.filter(section__kind="homeroom").delete()
    Section.objects.filter(pk=school.homerooms["8A"].pk).update(seats_taken=2)
    return school


@pytest.mark.usefixtures("worker")
def test_a_year_is_rehearsed_applied_and_taken_back(school: YearEnd, visit: Visit, looked_at: Look) -> None:
    before = checksum()
    office = visit(user_with(Role.SCHOOL_ADMIN, school=school.school), "/academics/rollovers/")
    looked_at(office)
    with office.expect_navigation():
        office.get_by_role("link", name="Rehearse a rollover").first.click()
    looked_at(office)
    office.get_by_role("button", name="Rehearse").click()
    office.get_by_text("1 pupil needs your decision").wait_for()
    looked_at(office)
    assert checksum() == before

    with office.expect_navigation():
        office.get_by_role("link", name="One by one").click()
    looked_at(office)
    office.get_by_role("link", name="Zoya Khan").click()
    office.get_by_label("Decision").select_option(label="Moves up")
    office.get_by_label("Homeroom of the new year").select_option(label="9B")
    looked_at(office)
    office.get_by_role("button", name="Save").click()
    office.get_by_text("Decided.").wait_for()

    office.goto(office.url.replace("lines/", ""))
    office.get_by_role("button", name="Apply").click()
    office.get_by_role("dialog").locator("#confirm-yes").click()
    office.get_by_text("The new year is prepared").wait_for(timeout=20_000)
    looked_at(office)
    assert school.place_after(school.pupils["8A"][0]).name == "9B"

    office.get_by_role("button", name="Undo").click()
    office.get_by_role("dialog").locator("#confirm-yes").click()
    office.get_by_text("The school is as it was before").wait_for(timeout=20_000)
    looked_at(office)
    assert Rollover.objects.get().state == "undone"
    assert checksum() == before


def test_many_are_decided_on_a_telephone_in_the_dark(school: YearEnd, visit: Visit, looked_at: Look) -> None:
    rollover = school.rehearsed()
    phone = visit(
        user_with(Role.SCHOOL_ADMIN, school=school.school), f"/academics/rollovers/{rollover.pk}/", phone=True
    )
    phone.emulate_media(color_scheme="dark", reduced_motion="reduce")
    looked_at(phone)
    with phone.expect_navigation():
        phone.get_by_role("link", name="All pupils").click()
    looked_at(phone)
    phone.get_by_label("Choose this page").check()
    phone.get_by_role("button", name="Decide together").click()
    phone.get_by_role("heading", name="Decide for 12").wait_for()
    looked_at(phone)
    phone.get_by_label("Decision").select_option(label="Left as it is")
    phone.get_by_role("button", name="Decide").click()
    phone.get_by_text("Decided for 12.").wait_for()
    looked_at(phone)
    assert rollover.lines.filter(kind="pupil", decision="skip").count() == 12
