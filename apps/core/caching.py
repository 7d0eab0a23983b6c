"""Answers that cost something, kept until what they were made from changes.

The key holds a token of the topic; `forget` draws a new token after commit, so no reader ever meets an answer
from before the change. A token lost with Redis only means that the answer is made again.
"""

import secrets
import uuid
from collections.abc import Callable
from typing import Any, Final, TypeVar

from django.core.cache import cache
from django.db import transaction

T = TypeVar("T")
SECONDS: Final = 600


def remembered(topic: str, scope: uuid.UUID, key: object, make: Callable[[], T]) -> T:
    """The kept answer for `key` within a school's or campus's topic, or a fresh one."""
    place = f"{topic}:{scope}:{_token(topic, scope)}:{key}"
    kept: Any = cache.get(place)
    if kept is None:
        kept = make()
        cache.set(place, kept, SECONDS)
    return kept  # type: ignore[no-any-return]  # what `make` made


def forget(topic: str, scope: uuid.UUID) -> None:
    """Call in the transaction that changes what the topic's answers were made from."""
    transaction.on_commit(lambda: cache.set(_place(topic, scope), _fresh(), None), robust=True)


def _token(topic: str, scope: uuid.UUID) -> str:
    token: str = cache.get_or_set(_place(topic, scope), _fresh, None) or _fresh()
    return token


def _place(topic: str, scope: uuid.UUID) -> str:
    return f"{topic}:{scope}:token"


def _fresh() -> str:
    return secrets.token_hex(8)
