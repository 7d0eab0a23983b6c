"""Comments in a real browser: a sentence from the bank, kept while typing, returned in colours, accepted."""

from typing import TYPE_CHECKING, Any

import pytest
from django.urls import reverse
from django.utils import timezone

from apps.attendance.tests.walking import sign_in
from apps.reports import services
from apps.reports.models import ReportComment
from apps.reports.tests.staffroom import Staffroom

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def room(transactional_db: None) -> Staffroom:
    return Staffroom(today=timezone.localdate())


def test_a_comment_from_the_bank_to_the_printer(
    room: Staffroom, site: str, phone: "Page", page: "Page", axe: Any
) -> None:
    services.add_bank_entry(actor=room.actor(room.writer), text="{name} reads with joy.", heading="Effort")
    sign_in(phone, site, room.writer)
    phone.goto(site + reverse("reports:comment-sheet", args=[room.section.pk]))
    line = phone.locator("li.comment").first
    line.locator("select").select_option(label="{name} reads with joy.")
    line.get_by_text("Draft", exact=True).wait_for()
    assert ReportComment.objects.get().text == "Asha reads with joy."
    line.get_by_role("textbox").fill("Asha reads with joy. He sings.")
    line.get_by_role("button", name="Hand in").click()
    phone.locator("li.comment").first.get_by_text("To be proof-read").wait_for()
    assert phone.evaluate("document.documentElement.scrollWidth") <= 360
    assert axe(phone) == []

    sign_in(page, site, room.tutor)
    page.goto(site + reverse("reports:proofread"))
    page.get_by_role("textbox", name="Asha").fill("Asha reads with joy. She sings.")
    page.get_by_role("button", name="Return").click()
    page.get_by_text("Returned with changes").wait_for()
    assert axe(page) == []

    phone.reload()
    assert phone.locator("del").inner_text().endswith("He")
    assert axe(phone) == []
    phone.get_by_role("button", name="Take this wording").click()
    phone.get_by_text("Accepted").wait_for()
    assert ReportComment.objects.get().text == "Asha reads with joy. She sings."
