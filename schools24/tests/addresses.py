"""Every address of the URLconf, by name, with the names of what it takes and the methods it says it has."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver


@dataclass(frozen=True)
class Address:
    name: str
    pattern: str
    takes: tuple[str, ...]
    methods: frozenset[str]
    """Of class-based views; a plain function does not say."""
    view: Any = None


@cache
def addresses(urlconf: str | None = None) -> dict[str, Address]:
    found = _walked(get_resolver(urlconf).url_patterns, "", "")
    return {address.name: address for address in found if not address.name.endswith("None")}


def _walked(patterns: list[Any], space: str, before: str) -> Iterator[Address]:
    for one in patterns:
        pattern = f"{before}{one.pattern}"
        if isinstance(one, URLResolver):
            inner = f"{space}{one.namespace}:" if one.namespace else space
            yield from _walked(one.url_patterns, inner, pattern)
        elif isinstance(one, URLPattern):
            takes = tuple(one.pattern.regex.groupindex)
            yield Address(
                f"{space}{one.name}",
                pattern,
                takes,
                _methods(one.callback),
                getattr(one.callback, "cls", None),
            )


def _methods(view: Any) -> frozenset[str]:
    actions = getattr(view, "actions", None)
    if actions is not None:
        return frozenset(name.upper() for name in actions if name in view.cls.http_method_names) - {"HEAD"}
    kind = getattr(view, "cls", None)
    names = ("get", "post", "put", "patch", "delete")
    return frozenset(name.upper() for name in names if kind is not None and hasattr(kind, name))
