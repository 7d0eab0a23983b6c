"""Live pages: "something changed", never what. The page that hears it fetches its part again.

`publish` sends after commit through Redis; one reader in each process hands events on to the open streams.
Events may be lost: whoever could have missed one is told to `resync`. The channels of a stream follow from
the actor alone; nobody asks for one by name.
"""

import asyncio
import json
import random
import weakref
from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from typing import Any, Final

import structlog
from django.conf import settings
from django.db import transaction
from django_redis import get_redis_connection
from redis.asyncio import Redis
from redis.exceptions import RedisError

from apps.core.models import uuid7
from apps.core.policy import Actor
from apps.core.protections import stands

log = structlog.get_logger(__name__)

HEARTBEAT_SECONDS: Final = 15
# A stream asks as often whether it may go on; with the beat it waits for, within a minute.
ASKED_AGAIN_SECONDS: Final = 40
# No connection lives for ever.
STREAM_SECONDS: Final = (480, 720)
QUEUE_LENGTH: Final = 50
_RECONNECT_MOST: Final = 30.0
RESYNC: Final = b"event: resync\ndata: {}\n\n"

Offer = Callable[[Actor], Iterable[str]]
_offers: list[Offer] = []


def offer(channels: Offer) -> None:
    """Let an app name the channels an actor may hear (in `ready()`); it asks its policies."""
    if channels not in _offers:
        _offers.append(channels)


def channels_of(actor: Actor) -> frozenset[str]:
    if actor.user_id is None:
        return frozenset()
    return frozenset({f"user:{actor.user_id}"}.union(*(channels(actor) for channels in _offers)))


def publish(channel: str, event: str, data: dict[str, Any] | None = None) -> None:
    """Tell a channel after commit. `data` holds ids at most: everybody on the channel hears it."""
    message = json.dumps({"event": event, "data": data or {}})
    transaction.on_commit(lambda: _send(channel, message), robust=True)


async def _always() -> bool:
    return True


async def stream(
    channels: frozenset[str], *, resumed: bool = False, may_go_on: Callable[[], Awaitable[bool]] = _always
) -> AsyncIterator[bytes]:
    """Server-sent events until their time or the right to them is up. A resumed one starts with `resync`."""
    clock = asyncio.get_running_loop().time
    ends = clock() + random.uniform(*STREAM_SECONDS)  # noqa: S311  # spreads reconnects, guards nothing
    asks = clock() + ASKED_AGAIN_SECONDS
    hub = Hub.of_this_loop()
    queue = hub.join(channels)
    try:
        yield b"retry: 3000\n\n"
        if resumed:
            yield RESYNC
        while clock() < ends:
            if clock() >= asks and stands("live.rights"):
                if not await may_go_on():
                    break
                asks = clock() + ASKED_AGAIN_SECONDS
            yield await _next(queue)
    finally:
        hub.leave(channels, queue)


async def _next(queue: asyncio.Queue[bytes]) -> bytes:
    try:
        return await asyncio.wait_for(queue.get(), HEARTBEAT_SECONDS)
    except TimeoutError:
        return b": alive\n\n"


class Hub:
    """The one Redis reader of this process and the queues it fills; it rests while nobody listens."""

    _by_loop: "weakref.WeakKeyDictionary[asyncio.AbstractEventLoop, Hub]" = weakref.WeakKeyDictionary()

    def __init__(self) -> None:
        self.queues: defaultdict[str, set[asyncio.Queue[bytes]]] = defaultdict(set)
        self.reader: asyncio.Task[None] | None = None

    @classmethod
    def of_this_loop(cls) -> "Hub":
        loop = asyncio.get_running_loop()
        if loop not in cls._by_loop:
            cls._by_loop[loop] = cls()
        return cls._by_loop[loop]

    def join(self, channels: frozenset[str]) -> asyncio.Queue[bytes]:
        queue: asyncio.Queue[bytes] = asyncio.Queue(QUEUE_LENGTH)
        for channel in channels:
            self.queues[channel].add(queue)
        if self.reader is None or self.reader.done():
            self.reader = asyncio.create_task(self._read_for_ever())
        return queue

    def leave(self, channels: frozenset[str], queue: asyncio.Queue[bytes]) -> None:
        for channel in channels:
            self.queues[channel].discard(queue)
            if not self.queues[channel]:
                del self.queues[channel]
        if not self.queues and self.reader is not None:
            self.reader.cancel()
            self.reader = None

    def hand_on(self, channel: str, frame: bytes) -> None:
        for queue in self.queues.get(channel, ()):
            _put(queue, frame)

    def resync_all(self) -> None:
        for queue in {queue for queues in self.queues.values() for queue in queues}:
            _put(queue, RESYNC)

    async def _read_for_ever(self) -> None:
        """Read until cancelled; while Redis is away wait longer each time, then resync everybody."""
        wait, missed = 0.5, False
        while True:
            try:
                async for heard in _heard():
                    if heard is None:
                        wait = 0.5
                        if missed:
                            self.resync_all()
                        missed = True
                    else:
                        self.hand_on(*heard)
            except (RedisError, OSError) as fault:
                log.warning("live_reader_lost_redis", fault=type(fault).__name__)
            await asyncio.sleep(wait)
            wait = min(wait * 2, _RECONNECT_MOST)


async def _heard() -> AsyncIterator[tuple[str, bytes] | None]:
    """None once subscribed, then (channel, frame) for each message."""
    prefix = _redis_channel("")
    redis = Redis.from_url(settings.REDIS_URL, socket_connect_timeout=2, health_check_interval=30)
    async with redis, redis.pubsub(ignore_subscribe_messages=True) as subscription:
        await subscription.psubscribe(f"{prefix}*")
        yield None
        async for message in subscription.listen():
            yield message["channel"].decode().removeprefix(prefix), _frame(message["data"])


def _frame(message: bytes) -> bytes:
    said = json.loads(message)
    return f"id: {uuid7()}\nevent: {said['event']}\ndata: {json.dumps(said['data'])}\n\n".encode()


def _put(queue: asyncio.Queue[bytes], frame: bytes) -> None:
    """A listener too slow for its queue is told once to fetch everything."""
    if queue.full():
        while not queue.empty():
            queue.get_nowait()
        frame = RESYNC
    queue.put_nowait(frame)


def _send(channel: str, message: str) -> None:
    try:
        get_redis_connection("default").publish(_redis_channel(channel), message)
    except RedisError as fault:
        log.warning("live_event_lost", fault=type(fault).__name__)


def _redis_channel(channel: str) -> str:
    return f"{settings.REDIS_PREFIX}:live:{channel}"
