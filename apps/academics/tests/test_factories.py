"""Factories make valid rows that stay in one school."""

from typing import Any

import pytest

from apps.academics.tests import factories
from apps.core.models import SchoolRow

FACTORIES = sorted(
    (made for name, made in vars(factories).items() if name.endswith("Factory") and hasattr(made, "_meta")),
    key=lambda made: made.__name__,
)
OURS = [made for made in FACTORIES if made.__module__ == factories.__name__]


@pytest.mark.django_db
@pytest.mark.parametrize("made", OURS, ids=lambda made: made.__name__)
def test_factory_row_is_valid_and_its_relations_share_the_school(made: Any) -> None:
    row = made.create()
    row.full_clean()
    related = [
        getattr(row, f.name) for f in row._meta.concrete_fields if f.is_relation and f.name != "school"
    ]
    assert {one.school_id for one in related if isinstance(one, SchoolRow)} <= {row.school_id}
