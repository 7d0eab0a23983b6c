"""Navigation: every app puts its own entries here from `ready()`; a person sees the permitted ones.

`order` sorts entries, and a section stands where its first entry stands, so apps agree on numbers only:
0-99 today, 100s people, 200s the day, 300s learning, 400s money, 500s places, 600s telling, 800s reports,
900s settings.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.urls import NoReverseMatch, reverse

from apps.core.policy import Actor, Policy

Test = Callable[[Actor], bool]


@dataclass(frozen=True)
class Entry:
    """One door: who may see it is a test of the actor alone, so a menu costs no query."""

    section: Any
    label: Any
    url_name: str
    icon: str
    shown: Test
    order: int = 100
    phone: bool = False
    keywords: str = ""


@dataclass(frozen=True)
class Link:
    """An entry as one person meets it."""

    label: str
    url: str
    icon: str
    phone: bool
    keywords: str
    current: bool = False


@dataclass(frozen=True)
class Section:
    """Entries under one heading; the first section may have none."""

    label: str
    links: list[Link] = field(default_factory=list)


_entries: list[Entry] = []


def register(
    section: Any,
    label: Any,
    url_name: str,
    icon: str,
    *,
    verb: tuple[Any, str] | None = None,
    roles: tuple[str, ...] | None = None,
    order: int = 100,
    phone: bool = False,
    keywords: str = "",
) -> None:
    """Add an entry shown to actors who hold `verb` = (model or policy, name), or one of `roles`, or to all.

    `phone` asks for a place in the bottom bar; `keywords` are further words that find it in search.
    """
    entry = Entry(section, label, url_name, icon, _test(verb, roles), order, phone, keywords)
    if all(known.url_name != url_name or known.label != label for known in _entries):
        _entries.append(entry)


def sections(actor: Actor, path: str = "") -> list[Section]:
    """The menu of one person; the entry that `path` lies under most closely is the current one."""
    shown = [(entry, url) for entry in _sorted() if entry.shown(actor) and (url := _url(entry)) is not None]
    current = _closest([url for _, url in shown], path)
    menu: dict[str, Section] = {}
    for entry, url in shown:
        section = menu.setdefault(str(entry.section), Section(str(entry.section)))
        link = Link(str(entry.label), url, entry.icon, entry.phone, entry.keywords, current=url == current)
        section.links.append(link)
    return list(menu.values())


def bottom_bar(menu: list[Section], places: int = 4) -> list[Link]:
    """What a thumb reaches: the entries that asked for it, else the first ones."""
    links = [link for section in menu for link in section.links]
    asked = [link for link in links if link.phone]
    return (asked + [link for link in links if not link.phone])[:places]


def _sorted() -> list[Entry]:
    return sorted(_entries, key=lambda entry: entry.order)


def _test(verb: tuple[Any, str] | None, roles: tuple[str, ...] | None) -> Test:
    if verb is not None:
        ruled, name = verb
        policy: Policy = ruled if isinstance(ruled, Policy) else ruled.policy
        return lambda actor: policy.allows(actor, name)
    if roles is not None:
        return lambda actor: actor.has(*roles)
    return lambda actor: actor.user_id is not None


def _url(entry: Entry) -> str | None:
    try:
        return reverse(entry.url_name)
    except NoReverseMatch:
        return None


def _closest(urls: list[str], path: str) -> str | None:
    under = [url for url in urls if path == url or (url != "/" and path.startswith(url))]
    return max(under, key=len, default=None)
