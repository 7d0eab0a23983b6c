"""Fresh proof: some things are not done with a screen that somebody else left unlocked.

`request.proved_at()` is put there by whoever signs people in: when password or second factor were last given.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from apps.core.errors import DomainError
from apps.core.protections import stands

FRESH: Final = timedelta(minutes=5)


class ProofNeeded(DomainError):
    """A page asks for the proof and leads `back`; a client of the API sends it to auth/confirm."""

    status = 403

    def __init__(self, back: str = "") -> None:
        super().__init__(
            "PROOF_NEEDED",
            _("This asks for fresh proof that it is you. Give your password or code again, or sign in anew."),
        )
        self.back = back


def require_proof(request: HttpRequest, now: datetime, *, back: str = "") -> None:
    """Raise unless password or second factor were given within the last minutes."""
    proved_at: Callable[[], float] = request.proved_at  # type: ignore[attr-defined]  # see above
    if now.timestamp() - proved_at() > FRESH.total_seconds() and stands("core.proof"):
        raise ProofNeeded(back)
