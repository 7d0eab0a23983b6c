"""The checks that keep a careless setting out of a real school."""

from typing import Any

import pytest
from django.core.checks import CheckMessage
from django.db import connection

from apps.core.protections import no_protection_is_off, the_database_keeps_what_it_acknowledges


def found(settings: Any) -> list[CheckMessage]:
    settings.DATABASE_MAY_FORGET = False
    return the_database_keeps_what_it_acknowledges(databases=["default"])


@pytest.mark.django_db
def test_a_forgetful_database_is_refused(settings: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL synchronous_commit = off")
        cursor.execute("CREATE UNLOGGED TABLE gone_after_a_crash (id int)")

    said = " ".join(str(message.msg) for message in found(settings))

    assert "synchronous_commit=off" in said
    assert "unlogged table gone_after_a_crash" in said


@pytest.mark.django_db
def test_the_test_run_itself_is_let_off(settings: Any) -> None:
    assert the_database_keeps_what_it_acknowledges(databases=["default"]) == []


def test_a_protection_switched_off_is_refused(settings: Any) -> None:
    assert no_protection_is_off() == []
    settings.PROTECTIONS_OFF = {"seats"}
    assert [message.id for message in no_protection_is_off()] == ["core.E001"]
