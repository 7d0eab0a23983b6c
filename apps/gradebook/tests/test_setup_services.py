"""Scales, schemes and campus rules as services write them."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.academics.tests.factories import SectionFactory
from apps.accounts.models import Role
from apps.accounts.tests.factories import CampusFactory, SchoolFactory, user_with
from apps.core.errors import Conflict, DomainError, Missing, StaleVersion
from apps.core.policy import Actor
from apps.gradebook.models import GradingScheme, MissingWork, ScaleKind, ScoreScale, Weighting
from apps.gradebook.selectors.rules import Rules, rules_of
from apps.gradebook.services import scales, schemes
from apps.gradebook.services.gradebooks import install_grading, open_gradebook
from apps.gradebook.tests.factories import (
    CategoryFactory,
    GradebookFactory,
    GradingSchemeFactory,
    LineItemFactory,
    MarkingRulesFactory,
    ScoreBandFactory,
    ScoreScaleFactory,
)
from apps.gradebook.tests.marking import TODAY

pytestmark = pytest.mark.django_db
BANDS = [{"label": "A", "lower": Decimal(50)}, {"label": "B", "lower": Decimal(0), "is_passing": False}]
FA_SA: list[dict[str, Any]] = [
    {"code": "FA1", "name": "FA1", "weight": Decimal(25)},
    {"code": "SA1", "name": "SA1", "weight": Decimal(75)},
]


def office_of(school: Any) -> Actor:
    return user_with(Role.SCHOOL_ADMIN, school=school).actor(TODAY)


@pytest.fixture
def school() -> Any:
    return SchoolFactory.create()


@pytest.fixture
def office(school: Any) -> Actor:
    return office_of(school)


def add_scheme(office: Actor, **values: Any) -> GradingScheme:
    wanted = {"name": "CBSE", "code": "cbse", "scale": ScoreScaleFactory.create(school_id=office.school_id)}
    return schemes.add_scheme(actor=office, **({"categories": FA_SA} | wanted | values))


# --- scales ---


def test_a_scale_comes_with_its_bands(office: Actor) -> None:
    scale = scales.add_scale(actor=office, name="Letters", code="l", kind=ScaleKind.LETTER, bands=BANDS)
    found = scale.bands.values_list("label", "lower", "is_passing")
    assert list(found) == [("A", Decimal(50), True), ("B", Decimal(0), False)]


@pytest.mark.parametrize(
    ("bands", "code"), [([], "BANDS_MISSING"), ([{"label": "A", "lower": Decimal(1)}], "BANDS_GAP")]
)
def test_every_percentage_needs_a_band(office: Actor, bands: Any, code: str) -> None:
    with pytest.raises(DomainError) as refused:
        scales.add_scale(actor=office, name="Letters", code="l", kind=ScaleKind.LETTER, bands=bands)
    assert (refused.value.code, refused.value.field) == (code, "bands")


def test_percentages_need_no_bands(office: Actor) -> None:
    scales.add_scale(actor=office, name="Percent", code="p", kind=ScaleKind.PERCENTAGE)


def test_two_bands_at_one_percentage_are_told_with_their_place(office: Actor) -> None:
    twice = [*BANDS, {"label": "C", "lower": Decimal(0)}]
    with pytest.raises(Conflict, match="begin at the same percentage") as refused:
        scales.add_scale(actor=office, name="Letters", code="l", kind=ScaleKind.LETTER, bands=twice)
    assert refused.value.field == "bands.2.lower"


def test_new_bands_move_the_version_of_their_schemes(office: Actor, school: Any) -> None:
    scale = scales.add_scale(actor=office, name="Letters", code="l", kind=ScaleKind.LETTER, bands=BANDS)
    scheme = GradingSchemeFactory.create(school=school, scale=scale)
    scales.change_scale(actor=office, scale=scale, expected=1, bands=BANDS)
    scheme.refresh_from_db()
    assert scheme.version == 1
    more = [{"label": "A+", "lower": Decimal(90)}, *BANDS]
    scales.change_scale(actor=office, scale=scale, expected=2, bands=more)
    scheme.refresh_from_db()
    assert (scheme.version, scale.bands.count()) == (2, 3)


def test_a_scale_somebody_else_saved_is_not_overwritten(office: Actor) -> None:
    scale = scales.add_scale(actor=office, name="Letters", code="l", kind=ScaleKind.LETTER, bands=BANDS)
    with pytest.raises(StaleVersion):
        scales.change_scale(actor=office, scale=scale, expected=7, name="Mine", bands=[])
    assert scale.bands.count() == 2


def test_a_scale_in_use_stays(office: Actor, school: Any) -> None:
    scheme = GradingSchemeFactory.create(school=school)
    with pytest.raises(Conflict):
        scales.remove_scale(actor=office, scale=scheme.scale)
    with pytest.raises(Conflict):
        scales.change_scale(actor=office, scale=scheme.scale, expected=1, is_active=False)
    scales.remove_scale(actor=office, scale=ScoreScaleFactory.create(school=school))


def test_another_schools_scale_is_out_of_reach(office: Actor) -> None:
    with pytest.raises(Missing):
        scales.change_scale(actor=office, scale=ScoreScaleFactory.create(), expected=1, name="Mine")


# --- schemes ---


def test_a_scheme_comes_with_its_categories(office: Actor) -> None:
    scheme = add_scheme(office, term_weights={"1": 40, 2: Decimal("60.5")})
    assert list(scheme.categories.values_list("code", "position")) == [("FA1", 1), ("SA1", 2)]
    assert scheme.term_weights == {"1": "40", "2": "60.5"}


def test_a_formula_is_read_when_it_is_saved(office: Actor) -> None:
    with pytest.raises(DomainError, match="Did you mean SA1") as refused:
        add_scheme(office, weighting=Weighting.FORMULA, formula="FA1 + SA11")
    assert (refused.value.code, refused.value.field) == ("FORMULA_INVALID", "formula")
    assert not GradingScheme.objects.exists()
    assert add_scheme(office, weighting=Weighting.FORMULA, formula="fa1 + SA1").formula == "fa1 + SA1"


def test_the_formula_of_the_year_knows_terms(office: Actor) -> None:
    with pytest.raises(DomainError) as refused:
        add_scheme(office, year_formula="T1 +")
    assert refused.value.field == "year_formula"
    with pytest.raises(DomainError, match="“T13” is no category"):
        add_scheme(office, year_formula="T1 + T13")
    add_scheme(office, year_formula="avg(T1, T2) + FA1*1%")


def test_a_category_a_formula_names_cannot_go(office: Actor) -> None:
    scheme = add_scheme(office, weighting=Weighting.FORMULA, formula="FA1 + SA1")
    with pytest.raises(DomainError, match="“SA1” is no category"):
        schemes.change_scheme(actor=office, scheme=scheme, expected=1, categories=FA_SA[:1])
    assert scheme.categories.count() == 2


@pytest.mark.parametrize("code", ["avg", "T1", "fa1"])
def test_codes_formulas_would_mistake_are_refused(office: Actor, code: str) -> None:
    with pytest.raises(DomainError) as refused:
        add_scheme(office, categories=[*FA_SA, {"code": code, "name": "New"}])
    assert refused.value.field == "categories"


def test_categories_stay_by_id_or_code_and_others_go(office: Actor) -> None:
    scheme = add_scheme(office)
    first, second = scheme.categories.all()
    wanted: list[dict[str, Any]] = [
        {"id": second.pk, "code": "EXAM", "name": "Exam"},
        {"code": "FA1", "name": "Tests"},
    ]
    schemes.change_scheme(actor=office, scheme=scheme, expected=1, categories=wanted)
    rows = {row.pk: (row.code, row.name, row.position) for row in scheme.categories.all()}
    assert rows == {second.pk: ("EXAM", "Exam", 1), first.pk: ("FA1", "Tests", 2)}
    schemes.change_scheme(actor=office, scheme=scheme, expected=2, categories=[])
    assert not scheme.categories.exists()


def test_a_category_with_items_stays(office: Actor, school: Any) -> None:
    scheme = add_scheme(office)
    section = SectionFactory.create(school=school)
    LineItemFactory.create(school=school, section=section, category=scheme.categories.first())
    with pytest.raises(Conflict, match="Items are in the category FA1"):
        schemes.change_scheme(actor=office, scheme=scheme, expected=1, categories=FA_SA[1:])


@pytest.mark.parametrize("weights", [{"0": 1}, {"13": 1}, {"1": -1}, {"1": "x"}, {"a": 1}, {"1": "NaN"}])
def test_weights_of_terms_are_numbers_by_number(office: Actor, weights: Any) -> None:
    with pytest.raises(DomainError) as refused:
        add_scheme(office, term_weights=weights)
    assert refused.value.field == "term_weights"


def test_a_new_default_takes_the_place_of_the_old(office: Actor) -> None:
    first = add_scheme(office, is_default=True)
    second = add_scheme(office, code="second", is_default=True)
    first.refresh_from_db()
    assert (first.is_default, second.is_default) == (False, True)


def test_a_scheme_in_use_stays(office: Actor, school: Any) -> None:
    scheme = add_scheme(office)
    GradebookFactory.create(school=school, scheme=scheme)
    with pytest.raises(Conflict):
        schemes.remove_scheme(actor=office, scheme=scheme)


# --- a section and its scheme ---


def test_the_first_gradebook_installs_the_schools_first_schemes_once(school: Any) -> None:
    office = office_of(school)
    book = open_gradebook(actor=office, section=SectionFactory.create(school=school))
    assert (book.scheme.code, book.scheme.is_default) == ("weighted", True)
    assert open_gradebook(actor=office, section=book.section).pk == book.pk
    assert install_grading(school=school) == []
    codes = GradingScheme.objects.filter(school=school).values_list("code", flat=True)
    assert sorted(codes) == ["cbse", "points", "weighted"]
    kinds = ScoreScale.objects.filter(school=school).values_list("kind", flat=True)
    assert sorted(kinds) == ["gpa", "letter", "percentage", "rubric"]


def test_what_is_installed_is_valid(school: Any) -> None:
    install_grading(school=school)
    for scheme in GradingScheme.objects.filter(school=school):
        scheme.full_clean()
        schemes.change_scheme(actor=office_of(school), scheme=scheme, expected=1)
        scales.change_scale(actor=office_of(school), scale=scheme.scale, expected=scheme.scale.version)


def test_a_section_gets_its_own_copy_and_items_move_into_it(school: Any) -> None:
    office = office_of(school)
    section = SectionFactory.create(school=school)
    scheme = add_scheme(office, is_default=True, term_weights={"1": 2})
    book = open_gradebook(actor=office, section=section)
    item = LineItemFactory.create(school=school, section=section, category=scheme.categories.get(code="SA1"))
    before = rules_of([book])[section.pk]
    own = schemes.customise_scheme(actor=office, section=section)
    item.refresh_from_db()
    book.refresh_from_db()
    assert (book.scheme, own.section, item.category.scheme, item.category.code) == (own, section, own, "SA1")
    assert (item.version, book.version) == (2, 2)
    assert schemes.customise_scheme(actor=office, section=section) == own
    assert rules_of([book])[section.pk] == replace(before, name=own.name, version=own.version)


def test_another_scheme_keeps_categories_of_the_same_code(school: Any) -> None:
    office = office_of(school)
    section = SectionFactory.create(school=school)
    old, new = add_scheme(office, is_default=True), add_scheme(office, code="new", categories=FA_SA[:1])
    book = open_gradebook(actor=office, section=section)
    items = [
        LineItemFactory.create(school=school, section=section, category=row) for row in old.categories.all()
    ]
    schemes.use_scheme(actor=office, gradebook=book, scheme=new)
    for item in items:
        item.refresh_from_db()
    assert [item.category for item in items] == [new.categories.get(), None]


def test_a_section_uses_no_other_sections_scheme(school: Any) -> None:
    office = office_of(school)
    book = GradebookFactory.create(school=school)
    other = GradingSchemeFactory.create(school=school, section=SectionFactory.create(school=school))
    with pytest.raises(DomainError):
        schemes.use_scheme(actor=office, gradebook=book, scheme=other)
    retired = GradingSchemeFactory.create(school=school, is_active=False)
    with pytest.raises(DomainError):
        schemes.use_scheme(actor=office, gradebook=book, scheme=retired)


def test_a_sections_formula_knows_its_items(school: Any) -> None:
    office = office_of(school)
    section = SectionFactory.create(school=school)
    open_gradebook(actor=office, section=section)
    own = schemes.customise_scheme(actor=office, section=section)
    LineItemFactory.create(school=school, section=section, code="midterm")
    changed = schemes.change_scheme(
        actor=office, scheme=own, expected=1, weighting=Weighting.FORMULA, formula="midterm"
    )
    assert changed.version == 2


# --- rules as values ---


@pytest.mark.parametrize("count", [1, 30])
def test_rules_of_any_number_of_gradebooks_cost_the_same(school: Any, count: int) -> None:
    scheme = GradingSchemeFactory.create(school=school)
    CategoryFactory.create_batch(3, school=school, scheme=scheme)
    books = GradebookFactory.create_batch(count, school=school)
    for book in books[:10]:
        CategoryFactory.create(school=school, scheme=book.scheme)
        ScoreBandFactory.create(school=school, scale=book.scheme.scale)
        MarkingRulesFactory.create(school=school, campus=book.section.campus)
    with CaptureQueriesContext(connection) as queries:
        found = rules_of(books)
    assert len(found) == count
    assert len(queries) == 5


def test_rules_carry_scheme_scale_and_campus(school: Any) -> None:
    book = GradebookFactory.create(school=school)
    CategoryFactory.create(school=school, scheme=book.scheme, code="lab", weight=Decimal("2.5"))
    ScoreBandFactory.create(school=school, scale=book.scheme.scale, label="A", points=Decimal(4))
    MarkingRulesFactory.create(school=school, campus=book.section.campus, missing_work=MissingWork.IGNORE)
    found = rules_of([book])[book.section_id]
    assert (found.categories[0].code, found.categories[0].weight) == ("lab", Decimal("2.5"))
    assert (found.bands[0].label, found.bands[0].points) == ("A", Decimal(4))
    assert found.work.missing_work == "ignore"
    assert Rules.from_json(found.as_json()) == found


def test_campus_rules_begin_with_defaults_and_refuse_a_stale_version(office: Actor, school: Any) -> None:
    campus = CampusFactory.create(school=school)
    rules = scales.change_marking_rules(actor=office, campus=campus, late_grace_days=2)
    assert (rules.late_grace_days, rules.missing_work) == (2, MissingWork.ZERO)
    with pytest.raises(StaleVersion):
        scales.change_marking_rules(actor=office, campus=campus, expected=5, late_grace_days=3)
    with pytest.raises(Missing):
        scales.change_marking_rules(actor=office, campus=CampusFactory.create(), late_grace_days=3)
