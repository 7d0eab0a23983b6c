"""The kinds of notices: every app registers its own in `ready()`; people choose channels by kind.

A kind nobody registered goes out by the usual channels and cannot be turned down.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from django.utils.translation import gettext_lazy as _

from apps.core.policy import Actor

if TYPE_CHECKING:
    from apps.messaging.models import Notification

IN_APP: Final = "in_app"
EMAIL: Final = "email"
USUAL: Final = (IN_APP, EMAIL)


@dataclass(frozen=True)
class Kind:
    """`label` stands in mail subjects, so it says nothing about a person.

    `still_due(notification)` is asked just before a delivery goes out: rights may have ended since.
    `roles` are those who ever get it, `channels` its channels until a person chooses.
    """

    name: str
    label: Any = _("A notice for you")
    roles: tuple[str, ...] = ()
    channels: tuple[str, ...] = USUAL
    icon: str = "bell"
    still_due: Callable[["Notification"], bool] = lambda notification: True


_kinds: dict[str, Kind] = {}


def register(kind: Kind) -> None:
    _kinds[kind.name] = kind


def get(name: str) -> Kind:
    return _kinds.get(name) or Kind(name)


def of_actor(actor: Actor) -> list[Kind]:
    """The kinds this person may ever get, in the order of their names."""
    return sorted((kind for kind in _kinds.values() if actor.has(*kind.roles)), key=lambda kind: kind.name)
