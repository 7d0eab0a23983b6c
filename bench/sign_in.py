"""What a sign-in costs: prints milliseconds a hash, and sign-ins possible in five minutes."""

import os
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "schools24.test_settings")

import django

ROUNDS = 100
THREADS = 8


def main() -> None:
    django.setup()
    from django.contrib.auth.hashers import check_password, make_password

    from apps.accounts.hashers import LANES

    encoded = make_password("correct horse battery")
    began = time.perf_counter()
    for _ in range(ROUNDS):
        check_password("correct horse battery", encoded)
    alone = (time.perf_counter() - began) / ROUNDS
    began = time.perf_counter()
    each = [("correct horse battery", encoded)] * (ROUNDS // THREADS)
    threads = [threading.Thread(target=_all, args=(check_password, each)) for _ in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    rate = len(each) * THREADS / (time.perf_counter() - began)
    sys.stdout.write(f"one hash: {alone * 1000:.1f} ms, lanes: {LANES}\n")
    sys.stdout.write(
        f"{THREADS} threads: {rate:.0f} hashes/s, {rate * 300:.0f} sign-ins in five minutes a process\n"
    )


def _all(check: Callable[..., object], pairs: list[tuple[str, str]]) -> None:
    for pair in pairs:
        check(*pair)


if __name__ == "__main__":
    main()
