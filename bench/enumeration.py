"""Whether the time of an answer tells who signs in here: medians for known, unknown and suspended logins.

Prints milliseconds for each door (or those named as arguments), and fails when two medians of a door lie more
than a tenth apart, or when a status or a body differs. `ROUNDS=1000 python bench/enumeration.py` takes many
minutes; it works in a database of its own and leaves nothing behind.
"""

import os
import random
import re
import statistics
import sys
import time
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "schools24.test_settings")
os.environ.setdefault("TEST_DB", "bench_enumeration")

import django

ROUNDS = int(os.environ.get("ROUNDS", "300"))
WITHIN = 1.10
KINDS = ("known", "unknown", "suspended")
# What differs in every answer: the request's number, the time, CSRF token, nonce, and what was asked for.
_OWN = re.compile(
    rb'"request_id": ?"[^"]+"|"timestamp": ?"[^"]+"|name="csrfmiddlewaretoken" value="[^"]+"'
    rb'|"X-CSRFToken": "[^"]+"|nonce="[^"]+"|[\w.-]+@example\.test|give this number: [\w-]+'
    rb'|/accounts/invitation/[^"/]+/'
)


def main() -> None:
    django.setup()
    from django.conf import settings
    from django.test.utils import get_runner, setup_test_environment

    setup_test_environment()
    settings.PROTECTIONS_OFF = {"accounts.tries"}
    settings.ACCOUNT_RATE_LIMITS = False
    settings.CELERY_TASK_ALWAYS_EAGER = False
    runner = get_runner(settings)(verbosity=0, interactive=False)
    databases = runner.setup_databases()
    try:
        asked = {name: ask for name, ask in _doors().items() if name in (sys.argv[1:] or [name])}
        failed = [name for name, ask in asked.items() if not _is_even(name, ask)]
    finally:
        runner.teardown_databases(databases)
    sys.exit(f"These doors tell who signs in here: {', '.join(failed)}" if failed else 0)


def _doors() -> dict[str, Callable[[str], Any]]:
    """Each asks as a stranger does, about a login of a kind."""
    from django.test import Client
    from django.test.client import MULTIPART_CONTENT

    emails, keys = _people()
    api = "/api/v1/auth"

    def post(path: str, **body: str) -> Any:
        kind = "application/json" if path.startswith("/api/") else MULTIPART_CONTENT
        return Client().post(path, body, kind)

    guess, new = {"password": "a guess"}, {"password": "a new one 4711"}
    return {
        "sign in, page": lambda kind: post("/accounts/login/", login=emails[kind], **guess),
        "sign in, API": lambda kind: post(f"{api}/login", email=emails[kind], **guess),
        "code, API": lambda kind: post(f"{api}/login", email=emails[kind], otp="123456", **guess),
        "reset, page": lambda kind: post("/accounts/password/reset/", email=emails[kind]),
        "reset, API": lambda kind: post(f"{api}/forgot-password", email=emails[kind]),
        "reset link": lambda kind: post(f"{api}/reset-password", key=keys[kind][0], **new),
        "invitation": lambda kind: Client().get(f"/accounts/invitation/{keys[kind][1]}/"),
    }


SALT = "accounts.invitation"


def _people() -> tuple[dict[str, str], dict[str, tuple[str, str]]]:
    """Addresses and dead links: of one who signs in (with a code), of nobody, of one who may not any more."""
    from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
    from django.core import signing
    from django.utils import timezone

    from apps.accounts.models import User
    from apps.accounts.tests.factories import SchoolFactory, UserFactory

    school = SchoolFactory.create()
    UserFactory.create_batch(500, school=school)
    known, suspended, gone = UserFactory.create_batch(3, school=school)
    TOTP.activate(known, generate_totp_secret())
    TOTP.activate(suspended, generate_totp_secret())
    User.objects.filter(pk=suspended.pk).update(is_active=False)
    emails = {"known": known.email, "unknown": "nobody@example.test", "suspended": suspended.email}
    now = timezone.now().isoformat()
    keys = {
        kind: (
            f"{user.pk.hex}-c0ffee-{'0' * 32}",
            signing.dumps([user.pk.hex, now], salt="accounts.invitation"),
        )
        for kind, user in zip(KINDS, (known, gone, suspended), strict=True)
    }
    gone.delete()
    return emails, keys


def _is_even(name: str, ask: Callable[[str], Any]) -> bool:
    """The kinds in turn, in another order each round: what else the machine does hits them alike."""
    took: defaultdict[str, list[float]] = defaultdict(list)
    said: defaultdict[str, set[tuple[int, bytes]]] = defaultdict(set)
    for kind in KINDS * 5:
        ask(kind)
    for _round in range(ROUNDS):
        for kind in random.sample(KINDS, len(KINDS)):
            began = time.perf_counter()
            answer = ask(kind)
            took[kind].append(time.perf_counter() - began)
            said[kind].add((answer.status_code, _OWN.sub(b"", answer.content)))
    medians = {kind: statistics.median(took[kind]) for kind in KINDS}
    spread = max(medians.values()) / min(medians.values())
    same = len(set().union(*said.values())) == 1
    figures = "  ".join(f"{kind} {medians[kind] * 1000:6.2f}" for kind in KINDS)
    answers = "same answer" if same else "OTHER ANSWER"
    sys.stdout.write(f"{name:14} {figures}  spread {spread - 1:5.1%}  {answers}\n")
    return same and spread <= WITHIN


if __name__ == "__main__":
    main()
