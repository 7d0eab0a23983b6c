"""Which slice of a list a page shows, and the links around it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

NEAR: Final = 1
MAX_DIGITS: Final = 9


@dataclass(frozen=True)
class PageLink:
    """A numbered link; no `url` stands for the gap between far numbers."""

    number: int = 0
    url: str = ""
    current: bool = False


class Page:
    """One page of `total` rows; numbers and sizes as they came from the URL, brought into range."""

    def __init__(self, *, total: int, number: str, size: str, sizes: Sequence[int]) -> None:
        self.total = total
        self.sizes = sorted(sizes)
        asked = number_in(size, sizes[0])
        self.size = asked if asked in sizes else sizes[0]
        self.count = max(1, -(-total // self.size))
        self.number = min(max(1, number_in(number, 1)), self.count)

    @property
    def start(self) -> int:
        return (self.number - 1) * self.size

    @property
    def stop(self) -> int:
        return min(self.start + self.size, self.total)

    @property
    def first_row(self) -> int:
        return self.start + 1 if self.total else 0

    @property
    def previous(self) -> int | None:
        return self.number - 1 if self.number > 1 else None

    @property
    def next(self) -> int | None:
        return self.number + 1 if self.number < self.count else None

    def links(self, url: Callable[[int], str]) -> list[PageLink]:
        """First, last and the neighbours, with gaps between."""
        near = {1, self.count, *range(self.number - NEAR, self.number + NEAR + 1)}
        links: list[PageLink] = []
        before = 0
        for number in sorted(n for n in near if 1 <= n <= self.count):
            if number - before > 1:
                links.append(PageLink())
            links.append(PageLink(number, url(number), current=number == self.number))
            before = number
        return links


def number_in(text: str, default: int) -> int:
    """A whole number out of an address or a form; anything else is the default."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= MAX_DIGITS else default
