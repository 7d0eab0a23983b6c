"""How passwords are hashed, and how many at a time."""

import os
import threading

from django.contrib.auth.hashers import Argon2PasswordHasher
from django.utils.translation import gettext_lazy as _

from apps.core.errors import Unavailable

LANES = max(1, (os.cpu_count() or 2) - 1)
LONGEST_WAIT = 10.0
_lanes = threading.BoundedSemaphore(LANES)


class SchoolArgon2Hasher(Argon2PasswordHasher):
    """Argon2id above the OWASP floor; bench/sign_in.py prints what it costs on this machine.

    Only so many hashes run at once in a process, so that a thousand sign-ins after the bell leave processors
    for everybody's pages. Hashing lets other threads run; those who wait here wait for each other only.
    """

    time_cost = 3
    memory_cost = 19 * 1024
    parallelism = 1

    def encode(self, password: str, salt: str) -> str:
        with _Lane():
            return super().encode(password, salt)

    def verify(self, password: str, encoded: str) -> bool:
        with _Lane():
            return super().verify(password, encoded)


class _Lane:
    def __enter__(self) -> None:
        if not _lanes.acquire(timeout=LONGEST_WAIT):
            raise Unavailable("BUSY", _("Very many people sign in right now. Try again in a few seconds."))

    def __exit__(self, *fault: object) -> None:
        _lanes.release()
