"""`make run`: the whole house in one terminal: data servers, web, worker, beat and outbox relay.

One supervisor starts them, puts their words into one log, restarts what crashes and, when asked to end
(Ctrl-C, SIGTERM, a closed terminal), ends all of them and the embedded servers.
Exit status: 0 ended as asked; 1 could not start, gave up on a part, or had to kill one.
"""

import asyncio
import contextlib
import ctypes
import errno
import fcntl
import os
import signal
import socket
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

import environ

from schools24 import embedded

ROOT = Path(__file__).resolve().parent.parent
STOP_SECONDS = 15
# A part that lived this long has worked; its next crash counts from the beginning.
STEADY_SECONDS = 20
MOST_QUICK_CRASHES = 5
LONGEST_LINE = 4 * 1024 * 1024
WORKERS = str(min(os.cpu_count() or 1, 4))


class Unstartable(Exception):
    """Said to the person in one line; nothing has been started yet, or all of it is stopped again."""


@dataclass(frozen=True)
class Part:
    """A process of the house, its word in the log, and the terminal colour of that word."""

    name: str
    colour: int
    command: tuple[str, ...]


@dataclass
class House:
    """The running parts and how the evening ended."""

    log: "Log"
    ending: asyncio.Event = field(default_factory=asyncio.Event)
    failed: bool = False
    running: dict[str, asyncio.subprocess.Process] = field(default_factory=dict)


class Log:
    """One line, one source: the name of the part in its colour, then what it said."""

    def __init__(self, out: IO[str]) -> None:
        self.out = out
        self.coloured = out.isatty() and "NO_COLOR" not in os.environ

    def line(self, name: str, colour: int, text: str) -> None:
        word = f"\x1b[{colour}m{name:<8}\x1b[0m" if self.coloured else f"{name:<8}"
        # A terminal that was closed takes no more lines; the house still has to end in order.
        with contextlib.suppress(BrokenPipeError, OSError):
            self.out.write(f"{word} {text}\n")
            self.out.flush()

    def say(self, text: str) -> None:
        self.line("run", 1, text)


def main() -> int:
    environ.Env.read_env(str(ROOT / ".env")) if (ROOT / ".env").exists() else None
    if os.environ.get("PRODUCTION", "").lower() not in {"1", "true", "yes", "on"}:
        os.environ.setdefault("DEMO", "true")
    _set_up_children(sys.stdout)
    host, port = os.environ.get("HOST", "127.0.0.1"), int(os.environ.get("PORT", "8000"))
    os.environ["PORT"] = str(port)
    var = Path(os.environ.get("SCHOOLS24_VAR") or ROOT / "var")
    log = Log(sys.stdout)
    try:
        with _only_one(var, f"{host}:{port}"):
            _claim(host, port)
            return asyncio.run(_open_house(log, host, port, var))
    except (Unstartable, embedded.EmbeddedError) as error:
        log.say(str(error))
        return 1


def _set_up_children(out: IO[str]) -> None:
    os.environ["PYTHONUNBUFFERED"] = "1"
    if not out.isatty():
        os.environ["NO_COLOR"] = "1"
    # True of every program one starts as root, and said in twelve lines.
    os.environ.setdefault("PYTHONWARNINGS", "ignore:You're running the worker")
    if sys.platform == "darwin":  # where Homebrew puts Pango, and the loader does not look
        os.environ.setdefault("DYLD_FALLBACK_LIBRARY_PATH", "/opt/homebrew/lib:/usr/local/lib:/usr/lib")


async def _open_house(log: Log, host: str, port: int, var: Path) -> int:
    house = House(log)
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        asyncio.get_running_loop().add_signal_handler(number, _asked_to_end, house)
    try:
        if await _prepared(house):
            keepers = [asyncio.create_task(_keep(house, part)) for part in parts(host, port)]
            greeting = asyncio.create_task(_greet(house, host, port))
            await house.ending.wait()
            greeting.cancel()
            await _end_all(house, keepers)
    finally:
        await asyncio.to_thread(embedded.stop, var)
        log.say("Stopped.")
    return 1 if house.failed else 0


def parts(host: str, port: int) -> list[Part]:
    python = sys.executable
    celery = (python, "-m", "celery", "--app", "schools24", "--quiet")
    web = (python, "-m", "uvicorn", "schools24.asgi:application", "--host", host, "--port", str(port))
    return [
        Part("web", 36, (*web, "--workers", WORKERS, "--log-level", "warning", "--no-access-log",
                         "--no-server-header", "--lifespan", "off", "--timeout-graceful-shutdown", "3")),
        Part("worker", 32, (*celery, "worker", "--loglevel", "INFO", "--concurrency", WORKERS,
                            "--without-gossip", "--without-mingle")),
        Part("beat", 35, (*celery, "beat", "--loglevel", "WARNING", "--pidfile=",
                          "--scheduler", "django_celery_beat.schedulers:DatabaseScheduler")),
        Part("relay", 33, (python, "manage.py", "relay_outbox")),
    ]  # fmt: skip


# --- starting ---


@contextlib.contextmanager
def _only_one(var: Path, address: str) -> Iterator[None]:
    """Two houses on the same data would run every timed job twice."""
    var.mkdir(parents=True, exist_ok=True)
    with (var / ".run.lock").open("a+") as lock:
        lock.seek(0)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise Unstartable(
                f"Schools24 already runs on this data, at {lock.read().strip()}. Stop it there (Ctrl-C), "
                "or run a second one on data of its own: SCHOOLS24_VAR=var/second PORT=8001 make run"
            ) from None
        lock.truncate()
        lock.write(f"http://{address} (process {os.getpid()})")
        lock.flush()
        yield


def _claim(host: str, port: int) -> None:
    """Say at once that the port is taken, before minutes of preparation."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                why = f"Port {port} on {host} is taken by another program."
            else:
                why = f"Cannot listen on {host} port {port}: {error.strerror}."
            raise Unstartable(f"{why} Choose another: PORT={port + 1} make run") from None


async def _prepared(house: House) -> bool:
    status = await _run(house, Part("run", 1, (sys.executable, "-m", "schools24.prepare")))
    if house.ending.is_set():
        return False
    if status:
        house.log.say(f"Preparing failed ({_reason(status)}); what it said stands above.")
        house.failed = True
    return status == 0


async def _greet(house: House, host: str, port: int) -> None:
    """Tell when the first page can be opened."""
    name = {"0.0.0.0": "localhost", "127.0.0.1": "localhost", "::": "localhost"}.get(host, host)  # noqa: S104 - read, not bound
    while not await _healthy(name, port):  # noqa: ASYNC110 - the page is another process
        await asyncio.sleep(0.1)
    house.log.say(f"Schools24 is ready: http://{name}:{port}  (Ctrl-C stops it)")


async def _healthy(name: str, port: int) -> bool:
    try:
        reader, writer = await asyncio.open_connection(name, port)
        writer.write(f"GET /healthz HTTP/1.0\r\nHost: {name}\r\n\r\n".encode())
        answer = await reader.readline()
        writer.close()
    except OSError:
        return False
    return b" 200 " in answer


# --- keeping ---


async def _keep(house: House, part: Part) -> None:
    """Run a part until the house ends; a crash is followed by a longer and longer pause."""
    crashes = 0
    while not house.ending.is_set():
        began = time.monotonic()
        status = await _run(house, part)
        if house.ending.is_set():
            return
        crashes = 1 if time.monotonic() - began > STEADY_SECONDS else crashes + 1
        if crashes >= MOST_QUICK_CRASHES:
            house.log.say(f"{part.name} ended {crashes} times in a row ({_reason(status)}); giving up.")
            house.failed = True
            house.ending.set()
            return
        pause = 2 ** (crashes - 1)
        house.log.say(f"{part.name} ended ({_reason(status)}); starting it again in {pause} s.")
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(house.ending.wait(), pause)


async def _run(house: House, part: Part) -> int:
    """One life of a part, until it has ended with everything it started."""
    process = await _spawn(part.command)
    house.running[part.name] = process
    if house.ending.is_set():  # asked while this one was being born
        _signal(process, signal.SIGTERM)
    showing = asyncio.create_task(_show(house.log, part, process))
    # wait() of some Python versions waits for the pipe too, which orphans of the part would keep open.
    while process.returncode is None:  # noqa: ASYNC110
        await asyncio.sleep(0.05)
    _signal(process, signal.SIGKILL)
    await showing
    del house.running[part.name]
    return process.returncode


async def _spawn(command: tuple[str, ...]) -> asyncio.subprocess.Process:
    # A session of its own: Ctrl-C reaches the supervisor only, which then ends the parts in order.
    return await asyncio.create_subprocess_exec(
        *command,
        cwd=ROOT,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        limit=LONGEST_LINE,
        start_new_session=True,
        preexec_fn=_end_with_parent if sys.platform == "linux" else None,
    )


def _end_with_parent() -> None:
    """Linux ends the part when the supervisor is killed outright (PR_SET_PDEATHSIG)."""
    ctypes.CDLL(None).prctl(1, signal.SIGTERM)


async def _show(log: Log, part: Part, process: asyncio.subprocess.Process) -> None:
    if process.stdout is not None:
        async for line in process.stdout:
            if text := line.decode(errors="replace").rstrip():
                log.line(part.name, part.colour, text)


# --- ending ---


def _asked_to_end(house: House) -> None:
    if house.ending.is_set():
        _signal_all(house, signal.SIGKILL)
        return
    house.log.say("Stopping; once more to stop at once.")
    house.ending.set()
    _signal_all(house, signal.SIGTERM)


async def _end_all(house: House, keepers: list[asyncio.Task[None]]) -> None:
    _signal_all(house, signal.SIGTERM)
    _, late = await asyncio.wait(keepers, timeout=STOP_SECONDS)
    if late:
        house.log.say(f"Killing what did not stop in {STOP_SECONDS} s: {', '.join(sorted(house.running))}.")
        house.failed = True
        _signal_all(house, signal.SIGKILL)
        await asyncio.wait(late)


def _signal_all(house: House, number: signal.Signals) -> None:
    for process in house.running.values():
        _signal(process, number)


def _signal(process: asyncio.subprocess.Process, number: signal.Signals) -> None:
    """Asking is for the part itself, which ends its helpers in order; killing is for all of them."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        if number == signal.SIGKILL:
            os.killpg(process.pid, number)
        else:
            process.send_signal(number)


def _reason(status: int) -> str:
    return f"status {status}" if status >= 0 else f"signal {signal.Signals(-status).name}"


if __name__ == "__main__":
    sys.exit(main())
