"""Live events: after commit, to the right listeners, and never a silent gap."""

import asyncio
import http.client
import json
import time
from collections.abc import Callable, Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import wraps
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.db import connection, transaction
from django.test import Client
from django.utils import timezone

from apps.accounts.models import Feature, Role, User
from apps.accounts.services import suspend_user
from apps.accounts.tests.factories import PASSWORD, CampusFactory, user_with
from apps.core import live
from apps.core.policy import Actor


def in_a_loop_of_its_own(test: Callable[..., Coroutine[Any, Any, None]]) -> Callable[..., None]:
    """A browser test of the same process keeps a loop running in the main thread."""

    @wraps(test)
    def run(*args: Any, **kwargs: Any) -> None:
        with ThreadPoolExecutor(1) as thread:
            thread.submit(lambda: asyncio.run(test(*args, **kwargs))).result()

    return run


def _published(channel: str) -> None:
    live.publish(channel, "changed", {"id": "7"})


async def _listening() -> live.Hub:
    """Give the reader time to subscribe."""
    hub = live.Hub.of_this_loop()
    await asyncio.sleep(0.3)
    return hub


async def _heard(queue: "asyncio.Queue[bytes]", seconds: float = 2) -> bytes:
    return await asyncio.wait_for(queue.get(), seconds)


@in_a_loop_of_its_own
async def test_events_reach_their_channel_and_no_other() -> None:
    hub = live.Hub.of_this_loop()
    ours, theirs = hub.join(frozenset({"user:a"})), hub.join(frozenset({"user:b"}))
    await _listening()
    await asyncio.to_thread(live._send, "user:a", json.dumps({"event": "changed", "data": {"id": "7"}}))
    frame = (await _heard(ours)).decode()
    assert frame.startswith("id: ")
    assert frame.endswith('\nevent: changed\ndata: {"id": "7"}\n\n')
    assert theirs.empty()
    hub.leave(frozenset({"user:a"}), ours)
    hub.leave(frozenset({"user:b"}), theirs)


@in_a_loop_of_its_own
async def test_one_reader_for_all_and_none_for_nobody() -> None:
    hub = live.Hub.of_this_loop()
    queues = [hub.join(frozenset({f"user:{n}", "campus:1:board"})) for n in range(50)]
    reader = hub.reader
    for number, queue in enumerate(queues):
        assert hub.reader is reader
        hub.leave(frozenset({f"user:{number}", "campus:1:board"}), queue)
    assert (hub.reader, dict(hub.queues)) == (None, {})


@in_a_loop_of_its_own
async def test_a_slow_listener_is_told_once_to_fetch_everything() -> None:
    hub = live.Hub.of_this_loop()
    queue = hub.join(frozenset({"user:a"}))
    for _ in range(live.QUEUE_LENGTH + 1):
        hub.hand_on("user:a", b"event: changed\n\n")
    assert (queue.qsize(), queue.get_nowait()) == (1, live.RESYNC)
    hub.leave(frozenset({"user:a"}), queue)


@in_a_loop_of_its_own
async def test_after_a_lost_redis_everybody_is_told_to_fetch_everything() -> None:
    hub = live.Hub.of_this_loop()
    queue = hub.join(frozenset({"user:a"}))
    await _listening()
    await asyncio.to_thread(_kick_subscribers)
    assert await _heard(queue, 5) == live.RESYNC
    hub.leave(frozenset({"user:a"}), queue)


def _kick_subscribers() -> None:
    from django_redis import get_redis_connection

    get_redis_connection("default").client_kill_filter(_type="pubsub")


@in_a_loop_of_its_own
async def test_an_idle_stream_beats_and_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live, "HEARTBEAT_SECONDS", 0.05)
    monkeypatch.setattr(live, "STREAM_SECONDS", (0.12, 0.12))
    frames = [frame async for frame in live.stream(frozenset({"user:a"}))]
    assert frames[:2] == [b"retry: 3000\n\n", b": alive\n\n"]
    assert live.Hub.of_this_loop().reader is None


@in_a_loop_of_its_own
async def test_a_resumed_stream_starts_by_fetching_everything() -> None:
    stream = live.stream(frozenset({"user:a"}), resumed=True)
    assert [await anext(stream), await anext(stream)] == [b"retry: 3000\n\n", live.RESYNC]
    await stream.aclose()  # type: ignore[attr-defined]  # it is a generator
    assert live.Hub.of_this_loop().reader is None


@pytest.mark.django_db(transaction=True)
def test_nothing_is_told_before_commit_or_after_rollback(monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[str] = []
    monkeypatch.setattr(live, "_send", lambda channel, _: sent.append(channel))
    with transaction.atomic():
        _published("user:a")
        assert sent == []
    assert sent == ["user:a"]
    with transaction.atomic():
        _published("user:b")
        transaction.set_rollback(True)
    assert sent == ["user:a"]


@pytest.mark.django_db(transaction=True)
def test_publishing_without_redis_does_not_disturb(settings: Any) -> None:
    settings.CACHES = {"default": {**settings.CACHES["default"], "LOCATION": "redis://127.0.0.1:1/0"}}
    with transaction.atomic():
        _published("user:a")


@pytest.mark.django_db
def test_channels_follow_from_the_actor() -> None:
    def boards(actor: Actor) -> Iterator[str]:
        if actor.has(Role.REGISTRAR):
            yield "campus:1:board"

    live.offer(boards)
    try:
        registrar, student = user_with(Role.REGISTRAR), user_with(Role.STUDENT)
        today = timezone.localdate()
        assert live.channels_of(registrar.actor(today)) == {f"user:{registrar.pk}", "campus:1:board"}
        assert live.channels_of(student.actor(today)) == {f"user:{student.pk}"}
        assert live.channels_of(Actor.anonymous(today)) == frozenset()
    finally:
        live._offers.remove(boards)


@pytest.mark.django_db
def test_nobody_listens_without_signing_in(client: Client) -> None:
    response = client.get("/api/v1/events/stream")
    assert (response.status_code, response.json()["error"]["code"]) == (401, "NOT_AUTHENTICATED")
    assert client.post("/api/v1/events/stream").status_code == 405


# --- through the real server ---


def _open(site: str, user: User) -> http.client.HTTPResponse:
    client = Client()
    client.force_login(user)
    return _opened(site, {"Cookie": f"sessionid={client.cookies['sessionid'].value}"})


def _opened(site: str, headers: dict[str, str]) -> http.client.HTTPResponse:
    door = http.client.HTTPConnection(site.removeprefix("http://"), timeout=10)
    door.request("GET", "/api/v1/events/stream", headers=headers)
    return door.getresponse()


def _wait_for(condition: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + 5
    while not (good := condition()) and time.monotonic() < deadline:
        time.sleep(0.05)
    return good


def _open_queues() -> int:
    return sum(len(queues) for hub in list(live.Hub._by_loop.values()) for queues in hub.queues.values())


def test_a_stream_hears_of_a_commit_and_leaves_nothing_behind(site: str) -> None:
    user = user_with(Role.TEACHER)
    response = _open(site, user)
    assert (response.status, response.getheader("Content-Type")) == (200, "text/event-stream")
    assert response.readline() == b"retry: 3000\n"
    assert _wait_for(lambda: _open_queues() == 1)
    time.sleep(0.3)
    with transaction.atomic():
        _published(f"user:{user.pk}")
    heard = [response.readline() for _ in range(4)]
    assert heard[2:] == [b"event: changed\n", b'data: {"id": "7"}\n']
    response.close()
    assert _wait_for(lambda: _open_queues() == 0)


def test_open_streams_hold_no_database_connection(site: str) -> None:
    users = [user_with(Role.TEACHER) for _ in range(12)]
    before = _connections()
    streams = [_open(site, user) for user in users]
    for stream in streams:
        stream.readline()
    assert _wait_for(lambda: _connections() <= before)
    for stream in streams:
        stream.close()
    assert _wait_for(lambda: _open_queues() == 0)


def _connections() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()")
        return int(cursor.fetchone()[0])


# --- rights that end while a stream is open ---


def _is_closed_soon(stream: http.client.HTTPResponse) -> bool:
    deadline = time.monotonic() + 5
    while time.monotonic() < deadline:
        if stream.readline() == b"":
            return True
    return False


@pytest.fixture
def asked_often(monkeypatch: pytest.MonkeyPatch) -> None:
    assert live.ASKED_AGAIN_SECONDS + live.HEARTBEAT_SECONDS <= 60
    monkeypatch.setattr(live, "ASKED_AGAIN_SECONDS", 0.3)
    monkeypatch.setattr(live, "HEARTBEAT_SECONDS", 0.2)


@pytest.mark.usefixtures("asked_often")
@pytest.mark.parametrize("ending", ["suspended", "signed out", "role ended"])
def test_a_stream_ends_with_the_right_to_it(site: str, ending: str) -> None:
    user = user_with(Role.REGISTRAR, campus=CampusFactory.create())
    stream = _open(site, user)
    time.sleep(1)
    assert _open_queues() > 0
    if ending == "suspended":
        User.objects.filter(pk=user.pk).update(is_active=False)
    if ending == "signed out":
        Session.objects.all().delete()
    if ending == "role ended":
        user.role_assignments.all().delete()
    assert _is_closed_soon(stream)
    assert _wait_for(lambda: _open_queues() == 0)


@pytest.mark.usefixtures("asked_often")
def test_without_asking_again_a_suspended_login_hears_on(site: str, settings: Any) -> None:
    settings.PROTECTIONS_OFF = {"live.rights"}
    user = user_with(Role.TEACHER)
    stream = _open(site, user)
    User.objects.filter(pk=user.pk).update(is_active=False)
    assert not _is_closed_soon(stream)
    stream.close()
    assert _wait_for(lambda: _open_queues() == 0)


@pytest.mark.usefixtures("asked_often")
def test_a_stream_of_a_token_ends_with_its_login(site: str) -> None:
    user = user_with(Role.TEACHER)
    body = {"email": user.email, "password": PASSWORD}
    access = Client().post("/api/v1/auth/login", body, "application/json").json()["data"]["access"]
    stream = _opened(site, {"Authorization": f"Bearer {access}"})
    assert stream.status == 200
    suspend_user(actor=None, user=user, today=timezone.localdate())
    assert _is_closed_soon(stream)


@pytest.mark.django_db
def test_who_owes_the_second_factor_hears_nothing(client: Client, settings: Any) -> None:
    campus = CampusFactory.create(features={Feature.STAFF_SECOND_FACTOR: True})
    user = user_with(Role.TEACHER, campus=campus)
    client.force_login(user)
    assert client.get("/api/v1/events/stream").status_code == 401
    settings.PROTECTIONS_OFF = {"live.second_factor"}
    assert client.get("/api/v1/events/stream").status_code == 200
