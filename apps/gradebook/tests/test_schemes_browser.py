"""A scheme is tried while it is written: the total follows each key, a wrong formula is told at once."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from apps.accounts.models import Role
from apps.accounts.tests.factories import SchoolFactory, user_with
from apps.gradebook.models import GradingScheme, ScoreScale
from apps.gradebook.services.gradebooks import install_grading

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def school(transactional_db: None) -> Any:
    school = SchoolFactory.create()
    install_grading(school=school)
    return school


def sign_in(page: "Page", site: str, school: Any) -> None:
    client = Client()
    client.force_login(user_with(Role.SCHOOL_ADMIN, school=school))
    name = settings.SESSION_COOKIE_NAME
    page.context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": site}])


def open_scheme(page: "Page", site: str, school: Any) -> None:
    sign_in(page, site, school)
    scheme = GradingScheme.objects.get(school=school, code="weighted")
    page.goto(site + reverse("gradebook:scheme-change", args=[scheme.pk]))
    page.locator("#tried strong").wait_for()


def test_the_total_follows_what_is_written(school: Any, site: str, page: "Page") -> None:
    open_scheme(page, site, school)
    page.get_by_label("Try with scores").nth(0).fill("100")
    page.locator("#tried strong", has_text="82.0%").wait_for()
    page.get_by_label("A term's total is made").select_option("formula")
    formula = page.get_by_label("Formula of a term")
    formula.fill("homework + exam")
    page.get_by_text("“exam” is no category, item or term here. Did you mean exams?").wait_for()
    formula.fill("avg(homework, exams)")
    page.locator("#tried strong", has_text="88.8%").wait_for()
    page.get_by_role("button", name="Save").click()
    page.wait_for_url(f"**{reverse('gradebook:schemes')}")
    scheme = GradingScheme.objects.get(school=school, code="weighted")
    assert (scheme.weighting, scheme.formula, scheme.version) == ("formula", "avg(homework, exams)", 2)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("size", [(1440, 900), (360, 740)], ids=["desk", "phone"])
def test_pages_are_for_everybody(
    school: Any,
    site: str,
    open_page: "Callable[..., Page]",
    axe: "Callable[[Page], list[str]]",
    size: tuple[int, int],
    theme: str,
) -> None:
    page = open_page(*size, color_scheme=theme)
    open_scheme(page, site, school)
    scale = ScoreScale.objects.get(school=school, code="cbse")
    assert axe(page) == []
    for name, args in (
        ("schemes", []),
        ("scheme-add", []),
        ("scales", []),
        ("scale-change", [scale.pk]),
    ):
        page.goto(site + reverse(f"gradebook:{name}", args=args))
        page.wait_for_load_state("networkidle")
        assert axe(page) == []
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
