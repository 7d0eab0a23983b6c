"""Nobody writes a field by naming it: every column of a row is sent along, and only those offered change."""

import json
import uuid
from datetime import datetime
from typing import Any

import pytest
from django.db import models

from apps.accounts.models import School
from schools24.tests.addresses import addresses
from schools24.tests.matrix import Line
from schools24.tests.matrix.bodies import BODIES
from schools24.tests.principals import Answer, Principals
from schools24.tests.test_matrix import LINES

pytestmark = pytest.mark.django_db

# Whose they are, how they stand, who did it: services say these, nobody else.
NEVER = {
    "id", "school", "school_id", "created_at", "updated_at", "user", "status", "state", "seats_taken",
    "sourced_id", "auth_epoch", "password", "is_staff", "is_superuser", "last_login", "invited_at",
    "requested_by", "decided_by", "decided_at", "reported_by", "withdrawn_at", "taken_by", "taken_at",
    "owner", "impersonator", "job", "fingerprint", "summary", "result",
}  # fmt: skip
# The role of a login is given to somebody: that is what the address is for.
OFFERED = {
    "api:role-assignment-list POST": {"user"},
    # Whom to invite, out of those within reach; what a teacher sets in a cell.
    "api:invitation-list POST": {"user"},
    "api:result-detail PATCH": {"status"},
}


def writers() -> list[Line]:
    return [
        line
        for line in LINES
        if str(line) in BODIES and line.name.endswith(("-list", "-detail")) and _view(line) is not None
    ]


def _view(line: Line) -> Any:
    view = addresses()[line.name].view
    return view if hasattr(view, "model") else None


def taken(line: Line) -> set[str]:
    """The fields the endpoint says it takes."""
    view = _view(line)
    body = getattr(view, "change_class", None) if line.method == "PATCH" else None
    body = body or getattr(view, "input_class", None) or view.serializer_class
    view_at_work = view()
    view_at_work.action = "partial_update" if line.method == "PATCH" else "create"
    body = view_at_work.get_serializer_class() if hasattr(view, "get_serializer_class") else body
    return {name for name, one in body().get_fields().items() if not one.read_only}


def columns(line: Line) -> list[Any]:
    """Concrete columns of the row that the endpoint does not offer."""
    return [one for one in _view(line).model._meta.concrete_fields if one.name not in taken(line)]


def foreign(column: Any, principals: Principals) -> str:
    """The id of a row of school B that the column could point at."""
    rows = [rows.get("foreign") for rows in principals.world.rows.values()]
    row = next((one for one in rows if isinstance(one, column.related_model)), None)
    return str(row.pk if row else uuid.uuid4())


def hostile(column: Any, principals: Principals) -> Any:
    if column.is_relation:
        return foreign(column, principals)
    if column.choices:
        return [value for value, _ in column.choices][-1]
    by_type: dict[type[models.Field[Any, Any]], Any] = {
        models.BooleanField: not column.get_default(),
        models.JSONField: {"hostile": True},
        models.DateTimeField: "2001-01-01T00:00:00Z",
        models.DateField: "2001-01-01",
        models.UUIDField: str(uuid.uuid4()),
        models.IntegerField: 77,
        models.DecimalField: "77",
    }
    return next((value for kind, value in by_type.items() if isinstance(column, kind)), "hostile")


def sent(line: Line, principals: Principals, more: dict[str, Any], then: Any = None) -> Answer:
    """The answer to a request that would be accepted, with these fields on top."""
    letter = next(one for one in "ACRTSG" if one in line.through["own"])
    takes = dict.fromkeys(addresses()[line.name].takes)
    path = principals.address(line, letter, "own", **takes)
    return principals.ask(letter, line.method, path, {**principals.body(line, "own"), **more}, then=then)


def written(line: Line, principals: Principals, more: dict[str, Any]) -> dict[str, Any]:
    """The row as it stands after that."""
    found: dict[str, Any] = {}

    def look(answer: Answer) -> None:
        assert answer.status in {200, 201}, (line, answer.status, answer.fault, answer.text[-300:])
        made = json.loads(answer.text.rpartition("\n")[2])["data"]["id"]
        row = _view(line).model._base_manager.get(pk=made)
        found.update({column.attname: getattr(row, column.attname) for column in row._meta.concrete_fields})

    sent(line, principals, more, then=look)
    return found


@pytest.mark.parametrize("line", writers(), ids=str)
def test_only_offered_fields_are_written(line: Line, principals: Principals) -> None:
    spoiled = {one.name: hostile(one, principals) for one in columns(line)}
    spoiled |= {one.attname: spoiled[one.name] for one in columns(line) if one.is_relation}
    spoiled.pop("version", None)
    as_meant, as_tried = written(line, principals, {}), written(line, principals, spoiled)
    changed = {
        one.name
        for one in columns(line)
        if as_meant[one.attname] != as_tried[one.attname] and not _is_of_its_making(one, as_tried)
    }

    assert changed == set()


def _is_of_its_making(column: Any, row: dict[str, Any]) -> bool:
    """Keys and times differ from request to request; they must only not be the ones that were sent."""
    value = row[column.attname]
    if isinstance(value, datetime):
        return value.year != 2001
    return bool(column.primary_key) or (column.name == "password" and value.startswith("!"))


@pytest.mark.parametrize("line", writers(), ids=str)
def test_no_endpoint_offers_what_services_say(line: Line) -> None:
    assert taken(line) & (NEVER - OFFERED.get(str(line), set())) == set()


REFERENCES = [
    (line, column)
    for line in writers()
    for column in _view(line).model._meta.concrete_fields
    if column.is_relation and column.name in taken(line)
]


@pytest.mark.parametrize(("line", "column"), REFERENCES, ids=lambda one: getattr(one, "name", str(one)))
def test_a_row_of_another_school_is_no_value(line: Line, column: Any, principals: Principals) -> None:
    answer = sent(line, principals, {column.name: foreign(column, principals)})

    assert answer.status in {404, 422}


def test_the_school_of_a_request_is_never_taken_from_it(principals: Principals) -> None:
    line = next(one for one in writers() if str(one) == "api:student-list POST")
    other: School = principals.world.schools["foreign"]
    row = written(line, principals, {"school": str(other.pk), "school_id": str(other.pk)})

    assert row["school_id"] == principals.world.schools["own"].pk
