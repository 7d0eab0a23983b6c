"""What has to be true of the data before the house opens: migrated, demo school loaded, assets collected."""

import hashlib
import os
import sys
from pathlib import Path

import django
from django.conf import settings
from django.core.management import call_command

from schools24 import assets, messages


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "schools24.settings")
    django.setup()
    assets.build()
    messages.compile_all()
    _step("Bringing the database up to date")
    call_command("migrate", interactive=False, verbosity=0)
    call_command("install_schedules")
    if settings.DEMO:
        _step("Looking after the demo school (filled on the first start)")
        call_command("demo", "load", once=True)
    _collect_assets()


def _collect_assets() -> None:
    """Hashing and compressing takes seconds, so it waits for a change of the files or packages."""
    stamp = Path(settings.STATIC_ROOT) / ".stamp"
    now = _fingerprint()
    if stamp.exists() and stamp.read_text() == now:
        return
    _step("Collecting static files")
    call_command("collectstatic", interactive=False, verbosity=0, clear=True)
    stamp.write_text(now)


def _fingerprint() -> str:
    digest = hashlib.sha256((settings.BASE_DIR / "requirements" / "base.txt").read_bytes())
    digest.update(settings.STORAGES["staticfiles"]["BACKEND"].encode())
    for path in sorted((settings.BASE_DIR / "static").rglob("*")):
        changed = path.stat()
        digest.update(f"{path} {changed.st_size} {changed.st_mtime_ns}\n".encode())
    return digest.hexdigest()


def _step(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
