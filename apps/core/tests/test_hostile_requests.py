"""What no honest client sends is answered with a refusal, never with a fault of ours."""

from typing import Any

import psycopg
import pytest
from django import forms
from django.db import DataError
from django.test import Client
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.parsers import JSONParser
from rest_framework.request import Request
from rest_framework.test import APIClient, APIRequestFactory

from apps.accounts.models import Role, User
from apps.accounts.tests.factories import user_with
from apps.core.api.requests import expected_version
from apps.core.api.serializers import InputSerializer
from apps.core.integrity import refusal_of
from apps.core.web.forms import ServiceForm

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin() -> User:
    return user_with(Role.SCHOOL_ADMIN)


def _api(user: User) -> APIClient:
    client = APIClient(raise_request_exception=False)
    client.force_login(user)
    return client


@pytest.mark.urls("apps.core.tests.endpoints")
@pytest.mark.parametrize(
    ("asked", "status"),
    [
        ("ordering=--name", 422),
        ("ordering=-", 422),
        ("page=-1", 404),
        ("page=" + "9" * 5000, 404),
        ("per_page=0", 200),
        ("per_page=1000000", 200),
        ("search=" + "x" * 10_000, 200),
        ("search=%00", 422),
    ],
)
def test_a_list_takes_any_question(admin: User, asked: str, status: int) -> None:
    assert _api(admin).get(f"/api/v1/campuses?{asked}").status_code == status


@pytest.mark.urls("apps.core.tests.endpoints")
@pytest.mark.parametrize("place", ["header", "body"])
def test_a_version_beyond_all_numbers_is_refused(admin: User, place: str) -> None:
    huge = "9" * 5000
    headers = {"If-Match": huge} if place == "header" else {}
    body = {"version": huge} if place == "body" else {}
    made = APIRequestFactory().patch("/", body, format="json", headers=headers)
    with pytest.raises(ValidationError):
        expected_version(Request(made, parsers=[JSONParser()]))


@pytest.mark.urls("apps.core.tests.endpoints")
def test_a_repetition_says_again_where_the_job_is(admin: User) -> None:
    client = _api(admin)
    first: Any = client.post("/api/v1/accepted", headers={"Idempotency-Key": "k"})
    again: Any = client.post("/api/v1/accepted", headers={"Idempotency-Key": "k"})
    assert first["Location"] == again["Location"] == f"/api/v1/jobs/{first.json()['data']['job_id']}"
    assert again["Idempotency-Replayed"] == "true"


@pytest.mark.parametrize("asked", ["day=9999-12-31", "day=0001-01-01", "day=10000-01-01", "person=x&model=y"])
def test_the_audit_trail_of_any_day_opens(admin: User, client: Client, asked: str) -> None:
    client.force_login(admin)
    assert client.get(f"/accounts/audit/?{asked}").status_code == 200


@pytest.mark.parametrize("keys", [["garbage"], ["", "\0"], ["1" * 10_000]])
def test_ticked_rows_that_are_no_keys_choose_nothing(admin: User, client: Client, keys: list[str]) -> None:
    client.force_login(admin)
    answer = client.post("/accounts/users/", {"action": "suspend", "selected": keys})
    assert answer.status_code == 302


@pytest.mark.parametrize("path", ["/accounts/users/?q=", "/search/?q=ab", "/academics/students/?q="])
def test_a_search_for_a_nul_byte_is_refused(admin: User, client: Client, path: str) -> None:
    client.force_login(admin)
    assert client.get(f"{path}%00").status_code == 422


@pytest.mark.parametrize("sqlstate", ["22001", "22003", "22021"])
def test_what_the_database_cannot_keep_is_a_rule_not_a_fault(sqlstate: str) -> None:
    error, cause = DataError(), psycopg.errors.lookup(sqlstate)()
    error.__cause__ = cause
    refusal = refusal_of(error)
    assert refusal is not None
    assert (refusal.status, refusal.code) == (422, "VALIDATION_ERROR")


def test_a_fault_in_our_own_arithmetic_stays_a_fault() -> None:
    error, cause = DataError(), psycopg.errors.DivisionByZero()
    error.__cause__ = cause
    assert refusal_of(error) is None


@pytest.mark.parametrize("day", ["9999-12-31", "0001-01-01"])
def test_days_beyond_reason_are_refused_before_anybody_counts_on(day: str) -> None:
    class Body(InputSerializer):
        day = serializers.DateField()

    class Page(ServiceForm):
        day = forms.DateField()

    assert not Body(data={"day": day}).is_valid()
    assert not Page({"day": day}).is_valid()
    assert Body(data={"day": "2026-06-15"}).is_valid()
    assert Page({"day": "2026-06-15"}).is_valid()
