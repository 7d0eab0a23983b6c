"""Scales, schemes and campus rules over the API."""

from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from apps.accounts.models import Role
from apps.accounts.tests.factories import CampusFactory, SchoolFactory, user_with
from apps.gradebook.models import Gradebook, GradingScheme, ScoreScale
from apps.gradebook.tests.factories import (
    CategoryFactory,
    GradingSchemeFactory,
    ScoreBandFactory,
    ScoreScaleFactory,
)
from apps.gradebook.tests.marking import Book

pytestmark = pytest.mark.django_db


@pytest.fixture
def school() -> Any:
    return SchoolFactory.create()


@pytest.fixture
def office(school: Any) -> Client:
    client = Client()
    client.force_login(user_with(Role.SCHOOL_ADMIN, school=school))
    return client


def send(client: Client, method: str, name: str, body: Any, *args: Any, **headers: Any) -> Any:
    call = getattr(client, method)
    return call(reverse(name, args=args), body, content_type="application/json", headers=headers)


def test_a_scale_is_made_read_and_changed(office: Client) -> None:
    bands = [{"label": "A", "lower": "50"}, {"label": "B", "lower": "0", "is_passing": False}]
    body = {"name": "Letters", "code": "l", "kind": "letter", "bands": bands}
    made = send(office, "post", "api:score-scale-list", body)
    assert made.status_code == 201
    data = made.json()["data"]
    assert [band["label"] for band in data["bands"]] == ["A", "B"]
    changed = send(
        office, "patch", "api:score-scale-detail", {"bands": bands[1:]}, data["id"], **{"If-Match": '"1"'}
    )
    assert changed.status_code == 200
    assert changed.headers["ETag"] == '"2"'
    assert [band["label"] for band in changed.json()["data"]["bands"]] == ["B"]
    stale = send(office, "patch", "api:score-scale-detail", {"name": "New", "version": 1}, data["id"])
    assert stale.status_code == 409
    assert office.delete(reverse("api:score-scale-detail", args=[data["id"]])).status_code == 204


def test_a_scheme_is_made_with_its_categories(office: Client, school: Any) -> None:
    scale = ScoreScaleFactory.create(school=school)
    body: dict[str, Any] = {
        "name": "CBSE",
        "code": "cbse",
        "scale": str(scale.pk),
        "weighting": "formula",
        "formula": "FA1*25% + SA1*75%",
        "term_weights": {"1": 40, "2": "60.5"},
        "categories": [{"name": "FA1", "code": "FA1"}, {"name": "SA1", "code": "SA1", "best_of": 2}],
    }
    made = send(office, "post", "api:grading-scheme-list", body).json()["data"]
    assert [one["best_of"] for one in made["categories"]] == [None, 2]
    assert made["term_weights"] == {"1": "40.0000", "2": "60.5000"}
    wrong = send(office, "post", "api:grading-scheme-list", body | {"code": "b", "formula": "FA1 + FA2"})
    assert wrong.status_code == 422
    error = wrong.json()["error"]
    assert error["code"] == "FORMULA_INVALID"
    assert "Line 1, column 7" in error["message"]
    assert "Did you mean FA1?" in error["message"]


def test_a_scheme_is_tried_without_saving(office: Client, school: Any) -> None:
    scheme = GradingSchemeFactory.create(school=school)
    CategoryFactory.create(school=school, scheme=scheme, code="lab")
    marks = [{"title": "One", "category": "lab", "score": "83.36"}]
    data = send(office, "post", "api:grading-scheme-try-out", {"marks": marks}, scheme.pk).json()["data"]
    assert data["percent"] == "83.4"
    assert data["steps"][-2]["sentence"] == "Rounded once, at the end: 83.4%"
    tried = {"marks": marks, "formula": "lab - 3.36"}
    again = send(office, "post", "api:grading-scheme-try-out", tried, scheme.pk).json()["data"]
    assert (again["percent"], Decimal(again["exact"])) == ("80.0", Decimal(80))


def test_campus_rules_are_read_as_defaults_and_changed(office: Client, school: Any) -> None:
    campus = CampusFactory.create(school=school)
    place = reverse("api:marking-rules", args=[campus.pk])
    assert office.get(place).json()["data"]["missing_work"] == "zero"
    changed = send(office, "patch", "api:marking-rules", {"missing_work": "ignore", "version": 1}, campus.pk)
    assert changed.json()["data"]["missing_work"] == "ignore"
    stale = send(office, "patch", "api:marking-rules", {"missing_work": "zero", "version": 9}, campus.pk)
    assert stale.status_code == 409


def test_a_teacher_takes_another_scheme_and_an_own_copy() -> None:
    book = Book(pupils=1, items=0)
    client = Client()
    client.force_login(book.staff.user)
    points = GradingScheme.objects.get(code="points")
    used = send(client, "put", "api:gradebook-scheme", {"scheme": str(points.pk)}, book.section.pk)
    assert used.status_code == 200
    own = send(client, "post", "api:gradebook-scheme", {}, book.section.pk)
    assert own.status_code == 201
    assert own.json()["data"]["section"] == str(book.section.pk)
    assert Gradebook.objects.get().scheme.section == book.section
    changed = {"pass_mark": "40", "version": own.json()["data"]["version"]}
    mine = send(client, "patch", "api:grading-scheme-detail", changed, own.json()["data"]["id"])
    assert mine.json()["data"]["pass_mark"] == "40.000"
    theirs = send(client, "patch", "api:grading-scheme-detail", {"pass_mark": "1", "version": 1}, points.pk)
    assert theirs.status_code == 404


@pytest.mark.parametrize("rows", [1, 30])
@pytest.mark.parametrize(("name", "count"), [("api:score-scale-list", 6), ("api:grading-scheme-list", 6)])
def test_lists_cost_the_same(office: Client, school: Any, rows: int, name: str, count: int) -> None:
    for scheme in GradingSchemeFactory.create_batch(rows, school=school):
        CategoryFactory.create(school=school, scheme=scheme)
        ScoreBandFactory.create(school=school, scale=scheme.scale)
    with CaptureQueriesContext(connection) as queries:
        answer = office.get(reverse(name), {"per_page": 50})
    assert len(answer.json()["data"]) == rows
    assert len(queries) == count


def test_bodies_that_are_wrong_are_told_by_field(office: Client) -> None:
    body = {"name": "L", "code": "l", "kind": "letter", "bands": [{"label": "A", "lower": 201}]}
    answer = send(office, "post", "api:score-scale-list", body)
    assert answer.status_code in {400, 422}
    assert not ScoreScale.objects.exists()
