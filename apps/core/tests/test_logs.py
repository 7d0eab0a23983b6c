"""Logs tell what happened by ids; canaries of every kind stay out."""

import json
import logging
import uuid
from collections.abc import Iterator
from io import StringIO
from typing import Any

import pytest
import structlog
from django.conf import settings as configured
from django.db import IntegrityError
from django.test import Client

from apps.accounts.models import Role, User
from apps.accounts.tests.factories import PASSWORD, UserFactory, user_with


@pytest.fixture
def lines() -> Iterator[StringIO]:
    """What the handlers of the LOGGING setting would write, as JSON."""
    out = StringIO()
    handler = logging.StreamHandler(out)
    handler.setFormatter(_json_formatter())
    root = logging.getLogger()
    root.addHandler(handler)
    yield out
    root.removeHandler(handler)


def _json_formatter() -> logging.Formatter:
    line_format = dict(configured.LOGGING["formatters"]["lines"])
    processors = [*line_format.pop("processors")[:-1], structlog.processors.JSONRenderer()]
    return line_format.pop("()")(processors=processors, **line_format)  # type: ignore[no-any-return]


def _said(lines: StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in lines.getvalue().splitlines()]


def test_fields_that_may_tell_a_name_are_left_out(lines: StringIO) -> None:
    row = uuid.uuid4()
    structlog.get_logger("t").info("saved", name="Asha Rao", row=row, count=3, done=True, error_code="FULL")
    [line] = _said(lines)
    del line["timestamp"]
    assert line == {
        "event": "saved",
        "row": str(row),
        "count": 3,
        "done": True,
        "error_code": "FULL",
        "level": "info",
        "logger": "t",
    }


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("mail to asha.rao@example.test failed", "mail to [mail] failed"),
        ("call +91 98765 43210 now", "call [number] now"),
        ("Authorization: Bearer abc.def-ghi", "Authorization: Bearer [token]"),
        ("GET /marks?student=Asha", "GET /marks"),
        ("GET /files/eyJhbGciOi:1abc:defghijklmnop", "GET /files/[token]"),
        (
            "GET /students/0192f000-0000-7000-8000-000000000000/homework",
            "GET /students/0192f000-0000-7000-8000-000000000000/homework",
        ),
        ("took 1234 ms for 42 rows", "took 1234 ms for 42 rows"),
    ],
)
def test_texts_are_searched_too(lines: StringIO, text: str, kept: str) -> None:
    logging.getLogger("somebody.else").warning("%s", text)
    assert [line["event"] for line in _said(lines)] == [kept]


@pytest.mark.django_db
def test_row_values_in_database_errors_stay_out(lines: StringIO) -> None:
    user = UserFactory.create(email="canary@example.test")
    try:
        UserFactory.create(school=user.school, email="CANARY@example.test")
    except IntegrityError:
        structlog.get_logger("t").exception("refused")
    written = lines.getvalue()
    assert "accounts_user_email" in written
    assert "canary" not in written.lower()


@pytest.mark.django_db
def test_a_request_is_one_line_with_ids_and_no_query(lines: StringIO) -> None:
    user: User = user_with(Role.TEACHER)
    client = Client()
    client.force_login(user)
    client.get("/nowhere?who=Canary", headers={"X-Request-Id": "abcd-1234", "User-Agent": "Canary/1"})
    [line] = [one for one in _said(lines) if one["event"].startswith("request_")]
    assert (line["request"], line["code"]) == ("GET /nowhere", 404)
    assert (line["request_id"], line["user_id"]) == ("abcd-1234", str(user.pk))
    assert "canary" not in lines.getvalue().lower()
    assert "127.0.0.1" not in lines.getvalue()


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/metrics"])
def test_a_probe_that_is_answered_well_leaves_no_line(lines: StringIO, path: str) -> None:
    assert Client().get(path).status_code == 200

    assert lines.getvalue() == ""


@pytest.mark.django_db
def test_a_probe_that_is_refused_leaves_its_line(lines: StringIO) -> None:
    assert Client().get("/metrics", REMOTE_ADDR="203.0.113.9").status_code == 404

    assert [line["code"] for line in _said(lines) if line["event"] == "request_finished"] == [404]


@pytest.mark.django_db
def test_signing_in_leaves_neither_address_nor_password(lines: StringIO) -> None:
    UserFactory.create(email="canary@example.test")
    body = {"login": "canary@example.test", "password": PASSWORD}
    Client().post("/accounts/login/", body)
    Client().post("/accounts/login/", {**body, "password": "wrong canary"})
    assert "canary" not in lines.getvalue().lower()
    assert PASSWORD not in lines.getvalue()
