"""Why a table may hold what it holds; every model carries one note, and a test fails without it."""

from dataclasses import dataclass
from enum import StrEnum


class Basis(StrEnum):
    EDUCATION = "education"  # needed to teach and keep the child safe
    CONTRACT = "contract"  # needed for employment or fees
    LAW = "law"  # the school must keep it
    CONSENT = "consent"
    NONE = "none"  # holds nothing about a person


@dataclass(frozen=True)
class Privacy:
    """`personal` names the fields about a person; `retention` counts years after leaving."""

    purpose: str
    basis: Basis = Basis.NONE
    retention: int | None = None
    personal: tuple[str, ...] = ()


NO_PERSON = Privacy(purpose="runs the school; says nothing about a person")
