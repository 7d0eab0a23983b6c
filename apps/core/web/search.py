"""Search across everything: each app answers for its own nouns, the palette (Ctrl-K) joins the answers."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from apps.core.policy import Actor
from apps.core.web import nav

SHORTEST = 2
LIMIT = 6


@dataclass(frozen=True)
class Hit:
    """One row of an answer: a name that is a door."""

    label: str
    url: str
    detail: str = ""
    icon: str = ""


@dataclass(frozen=True)
class Group:
    """The hits of one kind."""

    label: str
    icon: str
    hits: list[Hit]


Finder = Callable[[Actor, str, int], list[Hit]]
_finders: dict[str, tuple[int, Any, str, Finder]] = {}


def register(kind: str, finder: Finder, *, label: Any, icon: str = "search", order: int = 100) -> None:
    """Let `finder(actor, text, limit)` answer for one kind; it must look at permitted rows only."""
    _finders[kind] = (order, label, icon, finder)


def find(actor: Actor, text: str, limit: int = LIMIT) -> list[Group]:
    """Pages first (they cost nothing), then each kind that found something."""
    text = " ".join(text.split())
    if len(text) < SHORTEST:
        return []
    groups = [Group(_("Pages"), "layout-grid", _pages(actor, text, limit))]
    groups += [
        Group(str(label), icon, finder(actor, text, limit))
        for _order, label, icon, finder in sorted(_finders.values(), key=lambda one: one[0])
    ]
    return [group for group in groups if group.hits]


@never_cache
@require_GET
def palette(request: HttpRequest) -> HttpResponse:
    """Answers for the Ctrl-K dialog; the same address without htmx is a whole page."""
    actor: Actor = request.actor  # type: ignore[attr-defined]  # set by ActorMiddleware
    text = request.GET.get("q", "")[:100]
    context = {"q": text, "groups": find(actor, text), "too_short": len(text.strip()) < SHORTEST}
    partial = request.headers.get("HX-Request") == "true"
    template = "components/palette_results.html" if partial else "components/search_page.html"
    return render(request, template, context)


def _pages(actor: Actor, text: str, limit: int) -> list[Hit]:
    """Two letters begin a word; inside words they would find half the menu."""
    wanted = f" {text}".casefold()
    links = [(section, link) for section in nav.sections(actor) for link in section.links]
    hits = [
        Hit(link.label, link.url, section.label, link.icon)
        for section, link in links
        if wanted in f" {link.label} {link.keywords}".casefold()
    ]
    return hits[:limit]
