"""A creating request sent twice has one effect and one answer."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone
from rest_framework.test import APIClient

from apps.accounts.models import Campus, Role, User
from apps.accounts.tests.factories import user_with
from apps.core.idempotency import Answer, forget_old_answers, once
from apps.core.models import IdempotencyKey
from apps.core.policy import Actor

pytestmark = pytest.mark.urls("apps.core.tests.endpoints")
NORTH = {"name": "North", "code": "north"}


def _client(user: User) -> APIClient:
    client = APIClient(raise_request_exception=False)
    client.force_login(user)
    return client


def _post(client: APIClient, body: dict[str, Any], key: str = "k-1", path: str = "campuses") -> Any:
    return client.post(f"/api/v1/{path}", body, headers={"Idempotency-Key": key})


@pytest.fixture
def admin(db: None) -> User:
    return user_with(Role.SCHOOL_ADMIN)


def test_a_repetition_gets_the_first_answer_and_no_second_row(admin: User) -> None:
    first = _post(_client(admin), NORTH)
    again = _post(_client(admin), dict(reversed(NORTH.items())))
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json()["data"] == again.json()["data"]
    assert (first.get("Idempotency-Replayed"), again["Idempotency-Replayed"]) == (None, "true")
    assert Campus.objects.count() == 1


def test_another_body_under_the_same_key_is_refused(admin: User) -> None:
    _post(_client(admin), NORTH)
    response = _post(_client(admin), {**NORTH, "code": "south"})
    assert (response.status_code, response.json()["error"]["code"]) == (422, "IDEMPOTENCY_KEY_REUSED")
    assert Campus.objects.count() == 1


def test_another_address_under_the_same_key_is_refused(admin: User) -> None:
    _post(_client(admin), {"items": [NORTH]}, path="bulk")
    assert _post(_client(admin), {"items": [NORTH]}, path="keyed").status_code == 422


def test_keys_of_two_users_do_not_meet(admin: User) -> None:
    other = user_with(Role.SCHOOL_ADMIN)
    assert _post(_client(admin), NORTH).status_code == 201
    assert _post(_client(other), NORTH).status_code == 201
    assert Campus.objects.count() == 2


def test_a_refused_request_leaves_its_key_free(admin: User) -> None:
    assert _post(_client(admin), {"code": "north"}).status_code == 422
    assert _post(_client(admin), NORTH).status_code == 201


@pytest.mark.parametrize("key", ["", "x" * 201, "a\tb"])
def test_odd_keys_are_refused(admin: User, key: str) -> None:
    assert _post(_client(admin), NORTH, key).status_code == 422


def test_what_must_never_double_needs_a_key(admin: User) -> None:
    response = _client(admin).post("/api/v1/keyed", {})
    assert (response.status_code, response.json()["error"]["code"]) == (422, "IDEMPOTENCY_KEY_REQUIRED")
    assert _post(_client(admin), {}, path="keyed").status_code == 201


def test_old_answers_are_forgotten(admin: User) -> None:
    _post(_client(admin), NORTH)
    assert forget_old_answers(now=timezone.now() + timedelta(days=6)) == 0
    assert forget_old_answers(now=timezone.now() + timedelta(days=8)) == 1
    assert not IdempotencyKey.objects.exists()


def _hundred_at_once(actor: Actor) -> list[Answer | Exception]:
    barrier = Barrier(10)

    def one(number: int) -> Answer | Exception:
        try:
            barrier.wait()
            return once(actor, "same", "hash", lambda: _make(actor, number))
        except Exception as fault:  # noqa: BLE001  # whatever happens is counted
            return fault
        finally:
            connection.close()

    with ThreadPoolExecutor(10) as pool:
        return list(pool.map(one, range(100)))


def _make(actor: Actor, number: int) -> Answer:
    campus = Campus(name="North", code=f"north-{number}")
    campus.school_id = actor.school_id  # type: ignore[assignment]  # the actor is signed in
    campus.save()
    return Answer(201, {"id": str(campus.pk)})


@pytest.mark.django_db(transaction=True)
def test_a_hundred_at_once_have_one_effect_and_one_answer() -> None:
    admin = user_with(Role.SCHOOL_ADMIN)
    answers = _hundred_at_once(admin.actor(timezone.localdate()))
    assert Campus.objects.count() == 1
    said = {"status": 201, "id": str(Campus.objects.get().pk)}
    assert [{"status": a.status, **a.data} for a in answers if isinstance(a, Answer)] == [said] * 100


@pytest.mark.django_db(transaction=True)
def test_without_its_constraint_the_key_protects_nothing() -> None:
    """Proves that the test above would notice: many effects once uniqueness is gone."""
    admin = user_with(Role.SCHOOL_ADMIN)
    table, name = IdempotencyKey._meta.db_table, "core_idempotencykey_once_per_user"
    with connection.cursor() as cursor:
        cursor.execute(f'ALTER TABLE {table} DROP CONSTRAINT "{name}"')
    try:
        _hundred_at_once(admin.actor(timezone.localdate()))
        assert Campus.objects.count() > 1
    finally:
        IdempotencyKey.objects.all().delete()
        with connection.cursor() as cursor:
            cursor.execute(f'ALTER TABLE {table} ADD CONSTRAINT "{name}" UNIQUE (user_id, key)')
