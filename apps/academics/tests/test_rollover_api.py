"""Rollovers over the API."""

from typing import Any

import pytest
from django.test import Client

from apps.academics.tests.year_end import YearEnd, fresh
from apps.accounts.models import Role
from apps.accounts.tests.factories import user_with
from apps.core import jobs

pytestmark = pytest.mark.django_db
BASE = "/api/v1/rollovers"


@pytest.fixture
def school() -> YearEnd:
    return YearEnd(grades=(8, 9))


@pytest.fixture
def admin(school: YearEnd) -> Client:
    client = Client()
    client.force_login(user_with(Role.SCHOOL_ADMIN, school=school.school))
    return client


def post(client: Client, path: str, body: Any = None) -> Any:
    return client.post(path, body or {}, content_type="application/json")


def test_rehearse_read_decide_apply_undo(school: YearEnd, admin: Client) -> None:
    made = post(admin, BASE, {"from_year": str(school.year.pk)})
    assert made.status_code == 201
    rollover = made.json()["data"]
    assert (rollover["state"], rollover["next_name"]) == ("rehearsed", "2027-28")

    lines = admin.get(f"{BASE}/{rollover['id']}/lines", {"kind": "pupil", "per_page": "100"}).json()["data"]
    assert len(lines) == 12
    pupil = str(school.pupils["8A"][0].pk)
    line = next(one for one in lines if one["student"] == pupil)
    changed = admin.patch(
        f"/api/v1/rollover-lines/{line['id']}", {"decision": "repeat"}, content_type="application/json"
    )
    assert changed.json()["data"]["decision"] == "repeat"

    begun = post(admin, f"{BASE}/{rollover['id']}/apply")
    assert begun.status_code == 202
    assert begun["Location"].endswith(begun.json()["data"]["job"])
    jobs.run(begun.json()["data"]["job"])
    assert admin.get(f"{BASE}/{rollover['id']}").json()["data"]["state"] == "applied"
    again = post(admin, f"{BASE}/{rollover['id']}/apply")
    assert (again.status_code, again.json()["error"]["code"]) == (409, "ALREADY_APPLIED")

    undone = post(admin, f"{BASE}/{rollover['id']}/undo")
    jobs.run(undone.json()["data"]["job"])
    assert admin.get(f"{BASE}/{rollover['id']}").json()["data"]["state"] == "undone"


def test_several_lines_are_decided_in_one_request(school: YearEnd, admin: Client) -> None:
    rollover = school.rehearsed()
    ids = [str(line.pk) for line in rollover.lines.filter(student__in=school.pupils["8B"])]

    answer = post(admin, f"{BASE}/{rollover.pk}/decide", {"lines": ids, "decision": "skip"})

    assert answer.status_code == 200
    assert rollover.lines.filter(decision="skip").count() == 3


def test_a_stale_rehearsal_is_a_conflict_with_what_changed(school: YearEnd, admin: Client) -> None:
    rollover = school.rehearsed()
    school.admit("8A", given_name="Zoya", family_name="Khan")

    answer = post(admin, f"{BASE}/{rollover.pk}/apply")

    assert answer.status_code == 409
    assert answer.json()["error"]["code"] == "REHEARSAL_STALE"
    assert "Zoya Khan" in answer.json()["error"]["message"]
    assert post(admin, f"{BASE}/{rollover.pk}/rehearse").status_code == 200
    assert post(admin, f"{BASE}/{rollover.pk}/apply").status_code == 202


def test_a_job_that_is_refused_leaves_the_reason_on_the_rollover(school: YearEnd, admin: Client) -> None:
    rollover = school.rehearsed()
    begun = post(admin, f"{BASE}/{rollover.pk}/apply")
    school.admit("8A", given_name="Zoya", family_name="Khan")

    jobs.run(begun.json()["data"]["job"])

    row = admin.get(f"{BASE}/{rollover.pk}").json()["data"]
    assert row["state"] == "rehearsed"
    assert "Zoya Khan" in row["refusal"]
    assert fresh(rollover).applied_at is None


def test_a_rehearsal_is_forgotten(school: YearEnd, admin: Client) -> None:
    rollover = school.rehearsed()

    assert admin.delete(f"{BASE}/{rollover.pk}").status_code == 204
    assert admin.get(f"{BASE}/{rollover.pk}").status_code == 404
