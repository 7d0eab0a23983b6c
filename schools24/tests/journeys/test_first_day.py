"""The first day of a school, from the roster to the mother who is told, on the real application."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from django.utils import timezone

from apps.academics.models import Section, StaffMember, Student
from apps.accounts.models import User
from apps.accounts.tests.factories import PASSWORD
from apps.attendance.models import AttendanceEvent
from apps.portals.services import open_school
from apps.timetable.models import Meeting
from apps.timetable.tests.factories import MeetingFactory
from schools24.tests.journeys.conftest import Postbox, Visit, wait_until
from schools24.tests.journeys.roster import MOTHER, PUPILS, TEACHER, write_roster

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("worker")]
Look = Callable[["Page"], None]


@pytest.fixture
def office(transactional_db: None) -> User:
    now = timezone.now()
    open_school(
        name="Roster School", code="roster", campus="Main", admin_name="Asha Menon",
        email="office@roster.test", password=PASSWORD, now=now, today=timezone.localdate(),
    )  # fmt: skip
    admin: User = User.objects.get(email="office@roster.test")
    return admin


def bring_in(page: "Page", roster: Path, looked_at: Look) -> None:
    page.get_by_role("link", name="Imports").first.click()
    page.get_by_role("link", name="Bring a roster in").first.click()
    page.get_by_label("Files").set_input_files(roster)
    page.get_by_label("Only for campus").select_option("Main")
    page.get_by_role("button", name="Check the files").click()
    page.get_by_text("What would change").wait_for(timeout=20_000)
    looked_at(page)
    page.get_by_role("button", name="Apply").click()
    page.locator("#confirm-yes").click()
    page.get_by_text("Brought in on").wait_for(timeout=20_000)


def invite(page: "Page", menu: str, name: str) -> None:
    """From the menu to the person to the button."""
    page.get_by_role("navigation").get_by_role("link", name=menu, exact=True).first.click()
    page.get_by_role("link", name=name).first.click()
    if menu == "Students":
        page.get_by_role("link", name="Guardians", exact=True).click()
        page.get_by_role("link", name="Gita Anand").click()
    page.get_by_role("link", name="Sign-in", exact=True).click()
    page.get_by_role("button", name="Invite to sign in").click()
    page.get_by_text("has not answered yet").wait_for()


def accept(page: "Page", postbox: Postbox, address: str) -> None:
    """The link in the mail, a password, the first sign-in."""
    page.goto(wait_until(page, lambda: postbox.link(address)))
    fields = page.locator("input[type=password]")
    for number in range(fields.count()):
        fields.nth(number).fill("a much better password")
    page.get_by_role("button", name="Set my password").click()
    if "/login" in page.url:
        page.get_by_label("Email").fill(address)
        page.get_by_label("Password", exact=True).fill("a much better password")
        page.get_by_role("button", name="Sign in", exact=True).click()
    page.get_by_role("heading", name="Good").wait_for()


def has_a_lesson(day: date) -> Meeting:
    """One section, one teacher, one lesson at ten."""
    section, teacher = Section.objects.get(), StaffMember.objects.get()
    lesson: Meeting = MeetingFactory.create(school=section.school, section=section, teacher=teacher, date=day)
    return lesson


def take_register(page: "Page", absent: tuple[int, int]) -> None:
    """From Today in four clicks: the register, one tap for each who is missing, save."""
    page.get_by_role("link", name="Take register").click()
    taps = page.locator("[data-tap]")
    for place in absent:
        taps.nth(place).click()
    page.get_by_role("button", name="Save").click()
    page.locator('[data-state][data-kind="saved"]').wait_for()


def test_from_the_roster_to_the_mother_who_is_told(
    office: User, visit: Visit, postbox: Postbox, looked_at: Look, tmp_path: Path
) -> None:
    today = timezone.localdate()
    desk = visit(office)
    bring_in(desk, write_roster(tmp_path, today), looked_at)
    assert Student.objects.count() == 30
    lesson = has_a_lesson(today)
    invite(desk, "Staff", "Tara Sen")
    invite(desk, "Students", PUPILS[0])
    desk.goto(desk.url.split("/academics")[0] + "/attendance/board/")
    desk.get_by_role("heading", name="Not arrived").wait_for()
    looked_at(desk)

    mother, teacher = visit(None, phone=True), visit(None, phone=True)
    for page, address in ((mother, MOTHER), (teacher, TEACHER)):
        accept(page, postbox, address)
        looked_at(page)
    take_register(teacher, absent=(0, 11))
    assert AttendanceEvent.objects.filter(register__meeting=lesson).count() == 30
    assert AttendanceEvent.objects.filter(register__meeting=lesson, code__letter="A").count() == 2
    looked_at(teacher)

    # The board moves by itself: nobody touched it since the register was taken.
    desk.get_by_role("link", name=PUPILS[0]).first.wait_for(timeout=5_000)
    looked_at(desk)

    told = wait_until(mother, lambda: "not in class" in (postbox.text(MOTHER) or "") and postbox.text(MOTHER))
    assert "Aarav" in told
    mother.reload()
    mother.get_by_role("link", name="Notifications").first.click()
    mother.get_by_text("Aarav is not in class").wait_for()
    looked_at(mother)
