"""A registrar brings a roster in, in a real browser; no axe finding, no console error, no CSP report."""

import threading
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connection

from apps.academics.models import Student
from apps.accounts.models import Role
from apps.accounts.tests.factories import PASSWORD, RoleAssignmentFactory, SchoolFactory, UserFactory
from apps.core import jobs
from apps.interop.models import ImportRun
from apps.interop.tests.test_rostered import USERS, bundle

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser


def work(run: ImportRun) -> None:
    """As a worker does: in another thread, with a connection of its own."""

    def run_job() -> None:
        job = ImportRun.objects.select_related("plan_job", "apply_job").get(pk=run.pk).job
        assert job is not None
        jobs.run(job.pk)
        connection.close()

    thread = threading.Thread(target=run_job)
    thread.start()
    thread.join()


def test_a_roster_comes_in_by_the_page(
    site: str, page: "Page", axe: Callable[["Page"], list[str]], tmp_path: Path
) -> None:
    school = SchoolFactory.create()
    user = UserFactory.create(school=school, email="registrar@school.test")
    RoleAssignmentFactory.create(user=user, role=Role.REGISTRAR, campus=None)
    roster = tmp_path / "roster.zip"
    roster.write_bytes(
        bundle(users=USERS.replace("s2,,true", "s2,odd,true").replace("parent", "wizard")).read()
    )
    page.goto(f"{site}/accounts/login/?next=/interop/imports/")
    page.get_by_label("Email").fill("registrar@school.test")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Imports").wait_for()
    seen(page, axe, "list")
    page.get_by_role("link", name="Bring a roster in").first.click()
    seen(page, axe, "upload")
    page.get_by_label("Files").set_input_files(roster)
    page.get_by_role("button", name="Check the files").click()
    page.get_by_text("You may leave this page").wait_for()
    seen(page, axe, "progress")
    run = ImportRun.objects.get(school=school)
    work(run)
    page.get_by_text("What would change").wait_for(timeout=10_000)
    seen(page, axe, "report")
    page.goto(f"{site}/interop/imports/{run.pk}/problems/")
    seen(page, axe, "problems")
    page.goto(f"{site}/interop/imports/{run.pk}/")
    page.get_by_role("button", name="Apply").click()
    page.locator("#confirm-yes").click()
    page.get_by_text("You may leave this page").wait_for()
    work(run)
    page.get_by_text("Brought in on").wait_for(timeout=10_000)
    seen(page, axe, "result")
    assert Student.objects.filter(school=school).count() == 2


def test_columns_are_named_on_a_phone(
    site: str, phone: "Page", axe: Callable[["Page"], list[str]], tmp_path: Path
) -> None:
    user = UserFactory.create(email="admin@school.test")
    RoleAssignmentFactory.create(user=user, role=Role.SCHOOL_ADMIN, campus=None)
    table = tmp_path / "pupils.csv"
    table.write_text("Admission No,Name,Class,Section,Father Name\nA1,Asha Rao,9,A,Ravi Rao\n")
    phone.goto(f"{site}/accounts/login/?next=/interop/imports/add/")
    phone.get_by_label("Email").fill("admin@school.test")
    phone.get_by_label("Password", exact=True).fill(PASSWORD)
    phone.keyboard.press("Enter")
    phone.get_by_role("heading", name="Bring a roster in").wait_for()
    phone.get_by_label("Files").set_input_files(table)
    phone.get_by_role("button", name="Check the files").click()
    phone.get_by_text("What the columns mean").first.wait_for()
    assert phone.get_by_label("Admission number").input_value() == "Admission No"
    seen(phone, axe, "mapping")
    phone.get_by_label("Each row is one of").select_option("staff")
    phone.get_by_label("Employee id").wait_for()


def seen(page: "Page", axe: Callable[["Page"], list[str]], name: str) -> None:
    """Nothing for axe to find; a picture where SCREENSHOTS names a folder."""
    import os

    if folder := os.environ.get("SCREENSHOTS"):
        page.screenshot(path=f"{folder}/import_{name}.png", full_page=True)
    found: Any = axe(page)
    assert found == []
