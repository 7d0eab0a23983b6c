"""The pages of scales, schemes and campus rules."""

from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from apps.accounts.models import Role
from apps.accounts.tests.factories import CampusFactory, SchoolFactory, user_with
from apps.gradebook.models import GradingScheme, MarkingRules, ScoreScale
from apps.gradebook.tests.factories import CategoryFactory, GradingSchemeFactory, ScoreScaleFactory
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


def rows(prefix: str, *given: dict[str, Any], initial: int = 0) -> dict[str, Any]:
    """A table as a browser sends it, with an empty row at its end."""
    empty: dict[str, Any] = {"weight": "1", "drop_lowest": "0", "sample": "85, 70"}
    defaults = {"bands": {"is_passing": "on"}, "categories": empty}[prefix]
    sent = {f"{prefix}-TOTAL_FORMS": len(given) + 1, f"{prefix}-INITIAL_FORMS": initial}
    for place, one in enumerate([*({**defaults, **row} for row in given), defaults]):
        sent |= {f"{prefix}-{place}-{name}": value for name, value in one.items()}
    return sent


def scheme_form(scale: Any, *categories: dict[str, Any], initial: int = 0, **values: Any) -> dict[str, Any]:
    wanted = {
        "name": "CBSE",
        "code": "cbse",
        "scale": str(scale.pk),
        "weighting": "categories",
        "year_from": "terms",
        "pass_mark": "33",
        "grace_marks": "0",
        "most_percent": "100",
        "decimals": "1",
        "rounding": "half_up",
        "is_active": "on",
    }
    return wanted | values | rows("categories", *categories, initial=initial)


FA1 = {"name": "Formative", "code": "FA1", "weight": "40", "sample": "80"}
SA1 = {"name": "Summative", "code": "SA1", "weight": "60", "sample": "45/50, -"}


def test_a_scale_is_written_with_its_bands(office: Client) -> None:
    bands = rows("bands", {"label": "A", "lower": "50"}, {"label": "B", "lower": "0", "is_passing": ""})
    body = {"name": "Letters", "code": "l", "kind": "letter", "is_active": "on"} | bands
    answer = office.post(reverse("gradebook:scale-add"), body)
    assert (answer.status_code, answer.headers["Location"]) == (302, reverse("gradebook:scales"))
    scale = ScoreScale.objects.get()
    assert list(scale.bands.values_list("label", "is_passing")) == [("A", True), ("B", False)]
    changed = rows(
        "bands",
        {"label": "A", "lower": "60"},
        {"label": "B", "lower": "0", "DELETE": "on"},
        {"label": "C", "lower": "0"},
        initial=2,
    )
    place = reverse("gradebook:scale-change", args=[scale.pk])
    assert b"Letters" in office.get(place).content
    assert office.post(place, body | changed | {"version": "1"}).status_code == 302
    assert list(scale.bands.values_list("label", "lower")) == [("A", Decimal(60)), ("C", Decimal(0))]
    late = office.post(place, body | changed | {"version": "1"})
    assert late.status_code == 409
    assert office.post(reverse("gradebook:scale-delete", args=[scale.pk])).status_code == 302
    assert not ScoreScale.objects.exists()


def test_a_gap_in_a_scale_is_told_and_nothing_saved(office: Client) -> None:
    body = {"name": "L", "code": "l", "kind": "letter"} | rows("bands", {"label": "A", "lower": "1"})
    answer = office.post(reverse("gradebook:scale-add"), body)
    assert answer.status_code == 422
    assert "Let the lowest band begin at 0." in answer.content.decode()
    wrong = office.post(reverse("gradebook:scale-add"), body | {"bands-0-lower": "x"})
    assert wrong.status_code == 422
    assert "What is wrong stands below each field." in wrong.content.decode()
    assert not ScoreScale.objects.exists()


def test_a_scheme_is_written_with_its_categories(office: Client, school: Any) -> None:
    scale = ScoreScaleFactory.create(school=school)
    answer = office.post(
        reverse("gradebook:scheme-add"), scheme_form(scale, FA1, SA1, term_weights="40, 60.5")
    )
    assert answer.status_code == 302
    scheme = GradingScheme.objects.get()
    assert list(scheme.categories.values_list("code", "weight")) == [
        ("FA1", Decimal(40)),
        ("SA1", Decimal(60)),
    ]
    assert scheme.term_weights == {"1": "40", "2": "60.5"}
    place = reverse("gradebook:scheme-change", args=[scheme.pk])
    shown = office.get(place).content.decode()
    assert 'value="40, 60.5"' in shown
    first = scheme.categories.first()
    one = FA1 | {"id": str(first.pk), "code": "FORMATIVE"} if first else {}
    body = scheme_form(scale, one, SA1 | {"DELETE": "on"}, initial=2, version="1")
    assert office.post(place, body).status_code == 302
    assert list(scheme.categories.values_list("pk", "code")) == [(first.pk if first else None, "FORMATIVE")]


def test_a_wrong_formula_stands_at_its_field(office: Client, school: Any) -> None:
    scale = ScoreScaleFactory.create(school=school)
    body = scheme_form(scale, FA1, weighting="formula", formula="FA1 + FA2")
    answer = office.post(reverse("gradebook:scheme-add"), body)
    assert answer.status_code == 422
    assert (
        "Line 1, column 7: “FA2” is no category, item or term here. Did you mean FA1?"
        in answer.content.decode()
    )
    assert not GradingScheme.objects.exists()


def test_a_scheme_is_tried_while_it_is_written(office: Client, school: Any) -> None:
    body = scheme_form(ScoreScaleFactory.create(school=school), FA1, SA1)
    shown = office.post(reverse("gradebook:scheme-try"), body).content.decode()
    assert "<strong>86.0%</strong>" in shown
    assert "Categories by weight: (80 × 40 + 90 × 60) / 100 is 86%" in shown
    assert not GradingScheme.objects.exists()


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"weighting": "formula", "formula": "FA1 +"}, "Line 1, column 6: The formula ends too early."),
        ({"weighting": "formula", "formula": "max(FA1, SA1)"}, "<strong>90.0%</strong>"),
        ({"year_formula": "T1 + T99"}, "“T99” is no category"),
        ({"pass_mark": "x", "name": ""}, "<strong>86.0%</strong>"),
        ({"weighting": "points", "sample": "3/10"}, "All points: 128 of 160 is 80%"),
        ({"grace_marks": "10", "pass_mark": "95"}, "Grace of 10 lifts 86% to the pass mark, 95%"),
    ],
)
def test_what_is_not_right_yet_takes_no_part(
    office: Client, school: Any, values: dict[str, Any], expected: str
) -> None:
    body = scheme_form(ScoreScaleFactory.create(school=school), FA1, SA1, **values)
    assert expected in office.post(reverse("gradebook:scheme-try"), body).content.decode()


def test_nothing_written_yet_is_no_total(office: Client) -> None:
    answer = office.post(reverse("gradebook:scheme-try"), {"weighting": "categories"})
    assert answer.status_code == 200
    assert "No total" in answer.content.decode()


def test_campus_rules_are_saved(office: Client, school: Any) -> None:
    campus = CampusFactory.create(school=school)
    body = {
        "missing_work": "percent",
        "absent_work": "ignore",
        "missing_percent": "20",
        "late_percent_per_day": "5",
        "late_grace_days": "1",
        "late_floor_percent": "50",
        "rank_method": "dense",
        "shows_rank": "on",
    }
    assert office.get(reverse("gradebook:rules")).status_code == 200
    assert office.post(reverse("gradebook:rules"), body).status_code == 302
    row = MarkingRules.objects.get(campus=campus)
    assert (row.missing_percent, row.rank_method) == (Decimal(20), "dense")
    assert (row.shows_rank, row.needs_proofreading) == (True, False)


def test_a_teacher_makes_an_own_copy_and_changes_it() -> None:
    book = Book(pupils=1, items=0)
    client = Client()
    client.force_login(book.staff.user)
    place = reverse("gradebook:section-scheme", args=[book.section.pk])
    assert "Weighted categories" in client.get(place).content.decode()
    made = client.post(reverse("gradebook:section-customise", args=[book.section.pk]))
    own = GradingScheme.objects.get(section=book.section)
    assert made.headers["Location"] == reverse("gradebook:scheme-change", args=[own.pk])
    assert client.get(made.headers["Location"]).status_code == 200
    body = scheme_form(own.scale, FA1, name="Ours", version=str(own.version))
    assert client.post(made.headers["Location"], body).headers["Location"] == place
    own.refresh_from_db()
    assert (own.name, own.code) == ("Ours", f"own-{book.section.pk}")
    points = GradingScheme.objects.get(code="points")
    used = client.post(place, {"scheme": str(points.pk)})
    assert used.headers["Location"] == reverse("gradebook:grid", args=[book.section.pk])
    book.book.refresh_from_db()
    assert book.book.scheme == points


def test_the_schools_schemes_are_not_a_teachers_to_change() -> None:
    book = Book(pupils=1, items=0)
    client = Client()
    client.force_login(book.staff.user)
    for name in ("schemes", "scheme-add", "scales", "scale-add", "rules"):
        assert client.get(reverse(f"gradebook:{name}")).status_code == 403
    assert client.get(reverse("gradebook:scheme-change", args=[book.book.scheme_id])).status_code == 404


@pytest.mark.parametrize("count", [1, 30])
@pytest.mark.parametrize(("name", "queries"), [("gradebook:scales", 5), ("gradebook:schemes", 5)])
def test_lists_cost_the_same(office: Client, school: Any, count: int, name: str, queries: int) -> None:
    for scheme in GradingSchemeFactory.create_batch(count, school=school):
        CategoryFactory.create(school=school, scheme=scheme)
    with CaptureQueriesContext(connection) as ran:
        assert office.get(reverse(name)).status_code == 200
    assert len(ran) == queries
