"""Every factory makes a valid row of one school."""

from typing import Any

import pytest

from apps.gradebook.tests import factories

FACTORIES = [
    value
    for name, value in vars(factories).items()
    if name.endswith("Factory") and value.__module__ == factories.__name__
]


@pytest.mark.django_db
@pytest.mark.parametrize("made_by", FACTORIES, ids=lambda made_by: made_by.__name__)
def test_factory_makes_a_row_of_one_school(made_by: Any) -> None:
    row = made_by.create()
    related = [getattr(row, f.name) for f in row._meta.fields if f.is_relation and f.name != "school"]
    assert {one.school_id for one in related if hasattr(one, "school_id")} <= {row.school_id}
