"""Whether a paper is genuine: for anybody who holds it, and no more than it says itself."""

import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.reports.models import DocumentKind, IssuedDocument

_GROUP = 5


class PaperState(models.TextChoices):
    VALID = "valid", _("Genuine")
    REVOKED = "revoked", _("Revoked")
    UNKNOWN = "unknown", _("Not known")


@dataclass(frozen=True)
class Verdict:
    """What the page says; an unknown code has no facts."""

    state: PaperState
    kind: str = ""
    facts: Mapping[str, str] = field(default_factory=dict)
    revoked_date: date | None = None
    sha256: str = ""

    @property
    def kind_label(self) -> str:
        return str(DocumentKind(self.kind).label) if self.kind else ""

    @property
    def issued_on(self) -> date | None:
        day = self.facts.get("issued_on")
        return date.fromisoformat(day) if day else None

    def is_of(self, digest: str) -> bool:
        """Whether a file with this SHA-256 is the one that was issued."""
        return bool(self.sha256) and hmac.compare_digest(self.sha256, digest)


def verdict(code: str) -> Verdict:
    """One query, whether the code is known or not; why a paper was revoked is nobody's business here."""
    row = IssuedDocument.objects.filter(code=plain_code(code)).first()
    if row is None:
        return Verdict(PaperState.UNKNOWN)
    revoked = row.revoked_at.date() if row.revoked_at else None
    state = PaperState.REVOKED if revoked else PaperState.VALID
    return Verdict(state, row.kind, row.facts, revoked, row.sha256)


def plain_code(text: str) -> str:
    """A code as it is kept, however it was typed."""
    return "".join(letter for letter in text.upper() if letter.isalnum())[:40]


def shown_code(code: str) -> str:
    """In groups, to be read off paper."""
    return "-".join(code[n : n + _GROUP] for n in range(0, len(code), _GROUP))
