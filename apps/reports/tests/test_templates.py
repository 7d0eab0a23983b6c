"""What a template may say, and how its colours become ink."""

from typing import Any

import pytest

from apps.core.errors import Conflict, DomainError, StaleVersion
from apps.reports import services
from apps.reports.models import DocumentKind, DocumentTemplate
from apps.reports.selectors import colours
from apps.reports.selectors.layouts import layout_of, parts_of, require_layout
from apps.reports.tests.factories import IssuedDocumentFactory
from apps.reports.tests.registry import Registry

WHITE = 1.05


def test_no_settings_are_a_good_paper() -> None:
    layout = layout_of(DocumentKind.REPORT_CARD, {})

    assert layout.languages == ("en",)
    assert layout.parts == parts_of(DocumentKind.REPORT_CARD)


@pytest.mark.parametrize(
    "settings",
    [
        {"colour": "red"},
        {"colour": "#12345"},
        {"colour": "#123456;}body{display:none"},
        {"language": "xx"},
        {"columns": ["percent", "percent"]},
        {"parts": ["everything"]},
        {"signatures": ["a", "b", "c", "d", "e"]},
        {"heading": {"fr": "Bulletin"}},
        {"more": 1},
        [],
        {"motto": 7},
    ],
)
def test_settings_the_schema_does_not_know_are_refused(settings: Any) -> None:
    with pytest.raises(DomainError) as refusal:
        require_layout(settings)
    assert refusal.value.code == "LAYOUT_INVALID"


@pytest.mark.parametrize("colour", ["#ffff00", "#ffffff", "#0f5c63", "#000000", "#ff9900"])
def test_ink_is_readable_whatever_the_colour(colour: str) -> None:
    assert WHITE / (colours._luminance(colours._rgb(colours.ink(colour))) + 0.05) >= 4.5


def test_a_dark_colour_stays_as_it_is() -> None:
    assert colours.ink("#0f5c63") == "#0f5c63"


@pytest.mark.django_db
class TestServices:
    def test_a_template_is_made_and_changed(self) -> None:
        school = Registry(courses=())
        actor = school.actor(school.head)
        row = services.add_template(actor=actor, kind="report_card", name="Card")
        changed = services.change_template(
            actor=actor, template=row, expected=1, name="New card", campus=None, layout={"colour": "#112233"}
        )

        assert (changed.name, changed.layout, changed.version) == ("New card", {"colour": "#112233"}, 2)

    def test_an_overtaken_change_is_refused(self) -> None:
        school = Registry(courses=())
        row = school.template()
        with pytest.raises(StaleVersion):
            services.change_template(
                actor=school.actor(school.head), template=row, expected=7, name="A", campus=None, layout={}
            )

    def test_a_wording_names_known_facts_only(self) -> None:
        school = Registry(courses=())
        with pytest.raises(DomainError, match=r"There is no \{nmae\}"):
            services.add_template(
                actor=school.actor(school.head),
                kind="certificate",
                name="C",
                layout={"wording": {"en": "For {nmae}."}},
            )

    def test_the_usual_ones_come_once(self) -> None:
        school = Registry(courses=())
        made = services.install_templates(school=school.school)

        assert len(made) == 8
        assert services.install_templates(school=school.school) == []
        assert {row.kind for row in DocumentTemplate.objects.all()} == set(DocumentKind.values)

    def test_one_in_use_is_not_removed(self) -> None:
        school = Registry(courses=())
        row = IssuedDocumentFactory.create(school=school.school, student=school.pupils[0]).template
        with pytest.raises(Conflict):
            services.remove_template(actor=school.actor(school.head), template=row)

    def test_an_unused_one_is(self) -> None:
        school = Registry(courses=())
        services.remove_template(actor=school.actor(school.head), template=school.template())

        assert not DocumentTemplate.objects.exists()
