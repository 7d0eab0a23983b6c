"""What every test may ask for: a database that is there at once, an empty Redis, and a real browser."""

import asyncio
import fcntl
import hashlib
import os
import shutil
import socket
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

ROOT = Path(__file__).resolve().parent


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Walks in a browser come last: Playwright leaves an event loop running in the thread of the tests."""
    items.sort(key=lambda item: item.get_closest_marker("browser") is not None)


# --- the database: migrated once into a template, copied for every run and worker ---


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    django_db_modify_db_settings_parallel_suffix: None, django_db_blocker: Any
) -> None:
    from django.db import connection

    with django_db_blocker.unblock():
        connection.settings_dict["TEST"]["TEMPLATE"] = _migrated_template(connection)


def _migrated_template(connection: Any) -> str:
    name = f"template_{_migrations_fingerprint()}"
    from django.conf import settings

    settings.VAR_DIR.mkdir(parents=True, exist_ok=True)
    with (settings.VAR_DIR / ".template.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with connection._nodb_cursor() as cursor:
            cursor.execute("SELECT datname FROM pg_database WHERE datname LIKE 'template\\_%%'")
            known = {row[0] for row in cursor.fetchall()}
        if name not in known:
            _build_template(connection, name, known - {"template0", "template1"})
    return name


def _build_template(connection: Any, name: str, outdated: set[str]) -> None:
    from django.core.management import call_command

    draft = f"{name}_draft"
    with connection._nodb_cursor() as cursor:
        for old in outdated:
            cursor.execute(f'DROP DATABASE IF EXISTS "{old}" WITH (FORCE)')
        cursor.execute(f'CREATE DATABASE "{draft}"')
    own_name = connection.settings_dict["NAME"]
    connection.close()
    connection.settings_dict["NAME"] = draft
    try:
        call_command("migrate", verbosity=0, interactive=False, run_syncdb=True)
    finally:
        connection.close()
        connection.settings_dict["NAME"] = own_name
    with connection._nodb_cursor() as cursor:
        cursor.execute(f'ALTER DATABASE "{draft}" RENAME TO "{name}"')


def _migrations_fingerprint() -> str:
    """Changes when a migration of ours does, or any package (theirs come with new versions)."""
    digest = hashlib.sha256((ROOT / "requirements" / "base.txt").read_bytes())
    digest.update((ROOT / "schools24" / "settings.py").read_bytes())
    for path in sorted(ROOT.glob("apps/*/migrations/*.py")):
        digest.update(str(path.relative_to(ROOT)).encode() + path.read_bytes())
    return digest.hexdigest()[:16]


# --- Redis: each test leaves it as it found it ---


@pytest.fixture(autouse=True)
def _empty_redis() -> Iterator[None]:
    """Rows are rolled back after a test, so whatever was cached about them has to go too."""
    yield
    from django.conf import settings
    from django_redis import get_redis_connection

    redis = get_redis_connection("default")
    if keys := list(redis.scan_iter(f"{settings.REDIS_PREFIX}:*", count=10_000)):
        redis.unlink(*keys)


# --- the language: a request leaves the one it spoke behind, which the next test must not hear ---


@pytest.fixture(autouse=True)
def _own_language() -> Iterator[None]:
    yield
    from django.utils import translation

    translation.deactivate()


# --- the browser ---

MAC_CHROME = "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"
# Without these Chromium keeps trying to reach its maker, which a closed network refuses many times a second.
CHROMIUM_FLAGS = [
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def chromium_path() -> str | None:
    names = (os.environ.get("CHROMIUM"), "chromium", "chromium-browser", "google-chrome", MAC_CHROME)
    return next((found for name in names if name and (found := shutil.which(name))), None)


@pytest.fixture(scope="session")
def browser() -> "Iterator[Browser]":
    from playwright.sync_api import sync_playwright

    path = chromium_path()
    if path is None:
        message = "No Chromium found: install the package 'chromium' or name one in CHROMIUM."
        if os.environ.get("CI"):
            pytest.fail(message)
        pytest.skip(message)
    # Playwright keeps an event loop in this thread, which Django takes for an async caller.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    flags = [*CHROMIUM_FLAGS, *(["--no-sandbox"] if os.geteuid() == 0 else [])]
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=path, args=flags)
        yield launched
        launched.close()


@pytest.fixture
def browser_log() -> list[str]:
    """Console errors, uncaught exceptions and CSP reports; a test that leaves any fails."""
    return []


@pytest.fixture
def open_page(browser: "Browser", browser_log: list[str]) -> "Iterator[Callable[..., Page]]":
    """Opens a page in a browser of its own, as on one more device: `open_page(360, 740)` is a phone."""
    contexts: list[BrowserContext] = []

    def opened(width: int = 1440, height: int = 900, **more: Any) -> "Page":
        if width < 500:
            more = {"has_touch": True, "is_mobile": True, **more}
        viewport: Any = {"width": width, "height": height}
        context = browser.new_context(viewport=viewport, locale="en-IN", timezone_id="Asia/Kolkata", **more)
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda said: browser_log.append(said.text) if said.type == "error" else None)
        page.on("pageerror", lambda error: browser_log.append(str(error)))
        return page

    yield opened
    for context in contexts:
        context.close()
    assert browser_log == []


@pytest.fixture
def page(open_page: "Callable[..., Page]") -> "Page":
    return open_page()


@pytest.fixture
def phone(open_page: "Callable[..., Page]") -> "Page":
    return open_page(360, 740)


@pytest.fixture
def axe() -> "Callable[[Page], list[str]]":
    """Accessibility faults of the page as shown, as lines a person can act on."""
    from axe_playwright_python.sync_playwright import Axe

    def faults(page: "Page") -> list[str]:
        found = Axe().run(page).response["violations"]
        return [
            f"{fault['id']} ({fault['impact']}): {node['target']} {node['html'][:160]}"
            for fault in found
            for node in fault["nodes"]
        ]

    return faults


@pytest.fixture
def site(transactional_db: None, settings: Any) -> Iterator[str]:
    """The address of the real ASGI application on the test database, in a thread of this process."""
    import uvicorn
    from django.contrib.staticfiles.handlers import ASGIStaticFilesHandler

    from schools24.asgi import application

    listener = socket.create_server(("127.0.0.1", 0))
    address = f"http://127.0.0.1:{listener.getsockname()[1]}"
    settings.SITE_URL = address
    settings.CSRF_TRUSTED_ORIGINS = [address]
    config = uvicorn.Config(
        ASGIStaticFilesHandler(application), log_level="warning", lifespan="off", timeout_graceful_shutdown=1
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=asyncio.run, args=(server.serve([listener]),), daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    yield address
    server.should_exit = True
    thread.join(timeout=10)
    listener.close()


@pytest.fixture
def empty_folder() -> Iterator[Path]:
    """A short path: sockets of test servers do not fit under pytest's own folders on every system."""
    folder = Path(tempfile.mkdtemp(prefix="s24-", dir="/tmp"))
    yield folder
    shutil.rmtree(folder, ignore_errors=True)
