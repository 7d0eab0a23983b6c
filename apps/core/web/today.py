"""Cards of the Today page: every app brings the ones that concern it, `portals` lays them out."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from django.http import HttpRequest

from apps.core.policy import Actor

Tone = Literal["plain", "good", "attention", "bad"]


@dataclass(frozen=True)
class TodayCard:
    """One answer to "what needs me now?".

    Either a `number` with a `text`, or a `template` with its `context` for anything longer. `url` is where
    the work is done. `key` names the card for a live refresh. `wide` takes two columns on a desktop.
    """

    key: str
    title: Any
    icon: str
    number: Any = None
    text: Any = ""
    tone: Tone = "plain"
    url: str = ""
    url_label: Any = ""
    template: str = ""
    context: Mapping[str, Any] = field(default_factory=dict)
    wide: bool = False
    live: str = ""


Maker = Callable[[HttpRequest], TodayCard | None]
_makers: list[tuple[int, frozenset[str], Maker]] = []


def register(roles: str | tuple[str, ...], order: int, maker: Maker) -> None:
    """Let `maker` offer a card to actors with one of the roles; None when nothing needs saying."""
    wanted = frozenset({roles} if isinstance(roles, str) else roles)
    if all(known is not maker for _, _, known in _makers):
        _makers.append((order, wanted, maker))


def cards(request: HttpRequest) -> list[TodayCard]:
    """The cards of whoever asks, in order; a card two roles share shows once."""
    return list(_made(request))


def card(request: HttpRequest, key: str) -> TodayCard | None:
    """One card again, for a live refresh; the cards after it are not made."""
    return next((found for found in _made(request) if found.key == key), None)


def _made(request: HttpRequest) -> Iterator[TodayCard]:
    actor: Actor = request.actor  # type: ignore[attr-defined]  # set by ActorMiddleware
    for _order, roles, maker in sorted(_makers, key=lambda made: made[0]):
        if actor.has(*roles) and (made := maker(request)) is not None:
            yield made


def by_role(request: HttpRequest, order: Sequence[str]) -> dict[str, list[TodayCard]]:
    """The same cards under the first of the actor's roles each is for; empty roles are left out."""
    actor: Actor = request.actor  # type: ignore[attr-defined]  # as above
    held = [role for role in order if actor.has(role)]
    groups: dict[str, list[TodayCard]] = {role: [] for role in held}
    for _, roles, maker in sorted(_makers, key=lambda m: m[0]):
        role = next((role for role in held if role in roles), None)
        if role is not None and (made := maker(request)) is not None:
            groups[role].append(made)
    return {role: found for role, found in groups.items() if found}
