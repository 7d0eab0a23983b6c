"""The pages of the year's end, as the office meets them."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from apps.academics import models
from apps.academics.tests.year_end import YearEnd, fresh
from apps.accounts.models import Role
from apps.accounts.tests.factories import user_with
from apps.core import jobs

pytestmark = pytest.mark.django_db


def signed_in(user: Any) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def school() -> YearEnd:
    return YearEnd(grades=(8, 9))


@pytest.fixture
def admin(school: YearEnd) -> Client:
    return signed_in(user_with(Role.SCHOOL_ADMIN, school=school.school))


def page(client: Client, name: str, row: Any, **query: str) -> Any:
    return client.get(reverse(f"academics:{name}", args=[row.pk]), query)


def press(client: Client, name: str, row: Any, **data: Any) -> Any:
    return client.post(reverse(f"academics:{name}", args=[row.pk]), data, follow=True)


def test_choosing_the_years_shows_the_rehearsal(school: YearEnd, admin: Client) -> None:
    answer = admin.post(
        reverse("academics:rollover-add"), {"from_year": str(school.year.pk), "to_year": ""}, follow=True
    )

    text = answer.content.decode()
    assert "2026-27 → 2027-28" in text
    assert "Nothing has changed yet. Look at the exceptions, then apply." in text
    assert models.Rollover.objects.get().rehearsed_by is not None


def test_apply_and_undo_by_their_buttons(school: YearEnd, admin: Client) -> None:
    rollover = school.rehearsed()

    press(admin, "rollover-apply", rollover)
    job = fresh(rollover).job
    assert job is not None
    assert "Rolling the school year over" in page(admin, "rollover-detail", rollover).content.decode()
    assert page(admin, "rollover-progress", rollover).status_code == 200
    jobs.run(job.pk)

    assert page(admin, "rollover-progress", rollover).status_code == 302
    assert "The new year is prepared" in page(admin, "rollover-detail", rollover).content.decode()
    press(admin, "rollover-undo", rollover)
    undoing = fresh(rollover).job
    assert undoing is not None
    jobs.run(undoing.pk)
    assert "The school is as it was before" in page(admin, "rollover-detail", rollover).content.decode()


def test_a_stale_rehearsal_says_so_on_the_page(school: YearEnd, admin: Client) -> None:
    rollover = school.rehearsed()
    school.admit("8A", given_name="Zoya", family_name="Khan")

    assert "Zoya Khan" in press(admin, "rollover-apply", rollover).content.decode()
    assert "Rehearsed anew" in press(admin, "rollover-rehearse", rollover).content.decode()


def test_one_pupil_is_decided_on_a_page_of_its_own(school: YearEnd, admin: Client) -> None:
    rollover = school.rehearsed()
    line = school.line(rollover, school.pupils["8A"][0])
    assert "Proposed" in page(admin, "rollover-line", line).content.decode()

    refused = press(admin, "rollover-line", line, decision="leave", target="", reason="")
    assert refused.status_code == 422
    press(admin, "rollover-line", line, decision="leave", target="", reason="moves to another town")

    line.refresh_from_db()
    assert (line.decision, line.reason) == ("leave", "moves to another town")


def test_many_are_decided_together_and_put_back(school: YearEnd, admin: Client) -> None:
    rollover = school.rehearsed()
    lines = list(rollover.lines.filter(student__in=school.pupils["8A"]))
    ids = [str(line.pk) for line in lines]

    asked = press(admin, "rollover-lines", rollover, action="decide", selected=ids)
    assert "Decide for 3" in asked.content.decode()
    press(admin, "rollover-decide", rollover, chosen=",".join(ids), decision="repeat", target="", reason="")
    assert rollover.lines.filter(decision="repeat").count() == 3

    press(admin, "rollover-lines", rollover, action="restore", selected=ids)
    assert not rollover.lines.filter(decision="repeat").exists()


def test_the_list_begins_with_exceptions_and_leaves_as_a_spreadsheet(school: YearEnd, admin: Client) -> None:
    models.Student.objects.filter(pk=school.pupils["8B"][0].pk).update(grade_level=None)
    rollover = school.rehearsed()

    text = page(admin, "rollover-lines", rollover).content.decode()
    assert text.index(school.pupils["8B"][0].full_name) < text.index(school.pupils["8A"][0].full_name)
    only = page(admin, "rollover-lines", rollover, exception="NO_GRADE").content.decode()
    assert school.pupils["8A"][0].full_name not in only
    file = page(admin, "rollover-lines", rollover, export="xlsx")
    assert file["Content-Type"].endswith("spreadsheetml.sheet")


def test_a_campus_looks_at_its_own_and_decides_nothing(school: YearEnd) -> None:
    rollover = school.rehearsed()
    line = school.line(rollover, school.pupils["8A"][0])
    head = signed_in(school.staff_user(Role.CAMPUS_ADMIN))
    stranger = signed_in(user_with(Role.CAMPUS_ADMIN, campus=YearEnd(grades=(8,)).campus))

    assert page(head, "rollover-detail", rollover).status_code == 200
    assert "Apply" not in page(head, "rollover-detail", rollover).content.decode()
    assert page(head, "rollover-lines", rollover).status_code == 200
    assert press(head, "rollover-apply", rollover).status_code == 403
    assert press(head, "rollover-line", line, decision="repeat").status_code == 403
    assert page(stranger, "rollover-detail", rollover).status_code == 404


def test_a_registrar_of_a_campus_turns_no_year_but_one_of_the_school_does(school: YearEnd) -> None:
    rollover = school.rehearsed()
    of_campus = signed_in(school.staff_user(Role.REGISTRAR))
    of_school = signed_in(user_with(Role.REGISTRAR, school=school.school))

    assert press(of_campus, "rollover-apply", rollover).status_code == 404
    made = of_campus.post(reverse("academics:rollover-add"), {"from_year": str(school.year.pk)})
    assert made.status_code == 404
    assert press(of_school, "rollover-apply", rollover).status_code == 200
    assert fresh(rollover).state == "applying"


@pytest.mark.parametrize("pupils", [1, 30])
@pytest.mark.parametrize(
    ("name", "queries"), [("rollover-list", 5), ("rollover-detail", 6), ("rollover-lines", 8)]
)
def test_pages_cost_the_same_queries_for_one_and_for_thirty(
    django_assert_num_queries: Any, pupils: int, name: str, queries: int
) -> None:
    school = YearEnd(grades=(8,), letters="A", pupils_each=pupils)
    admin = signed_in(user_with(Role.SCHOOL_ADMIN, school=school.school))
    rollover = school.rehearsed()
    args = [] if name == "rollover-list" else [rollover.pk]

    with django_assert_num_queries(queries):
        assert admin.get(reverse(f"academics:{name}", args=args)).status_code == 200
