"""Rows that are saved as part of another: what is wrong with one is said with its place."""

from collections.abc import Iterator
from contextlib import contextmanager

from apps.core.errors import Detail, DomainError


@contextmanager
def said_of(rows: str, place: int) -> Iterator[None]:
    """Faults inside the block name their field as "categories.2.code"."""
    try:
        yield
    except DomainError as fault:
        fault.field = f"{rows}.{place}.{fault.field or ''}".rstrip(".")
        fault.details = tuple(
            Detail(f"{rows}.{place}.{one.field}", one.code, one.message) for one in fault.details
        )
        raise
