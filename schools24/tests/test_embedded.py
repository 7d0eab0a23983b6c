"""The servers out of the wheels: found or started, shared, and back after a crash with all data."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from schools24 import embedded

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def var(empty_folder: Path) -> Iterator[Path]:
    yield empty_folder
    embedded.stop(empty_folder)


def postgres_pid(var: Path) -> int:
    return int((var / "postgres" / "data" / "postmaster.pid").read_text().split("\n")[0])


def redis_pid(var: Path) -> int:
    return int((var / "redis" / "redis.pid").read_text())


def test_both_servers_answer_and_are_found_again(var: Path) -> None:
    urls = embedded.postgres_url(var), embedded.redis_url(var)
    pids = postgres_pid(var), redis_pid(var)

    with psycopg.connect(urls[0]) as connection:
        assert connection.execute("SELECT current_database()").fetchone() == ("schools24",)
    assert redis.Redis.from_url(urls[1]).ping() is True
    assert (embedded.postgres_url(var), embedded.redis_url(var)) == urls
    assert (postgres_pid(var), redis_pid(var)) == pids


def test_processes_that_ask_at_once_share_one_server(var: Path) -> None:
    script = (
        "import sys; from pathlib import Path; from schools24 import embedded; var = Path(sys.argv[1]); "
        "print(embedded.postgres_url(var), embedded.redis_url(var))"
    )
    asking = [
        subprocess.Popen([sys.executable, "-c", script, var], cwd=ROOT, stdout=subprocess.PIPE, text=True)
        for _ in range(4)
    ]
    answers = {process.communicate()[0] for process in asking}

    assert answers == {f"{embedded.postgres_url(var)} {embedded.redis_url(var)}\n"}


def test_a_crash_loses_nothing_and_its_traces_stop_no_one(var: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SCHOOLS24_FAST_DATABASE")
    url = embedded.postgres_url(var)
    address = embedded.redis_url(var)
    with psycopg.connect(url) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 7 AS value")
    os.kill(postgres_pid(var), signal.SIGKILL)
    os.kill(redis_pid(var), signal.SIGKILL)

    with psycopg.connect(embedded.postgres_url(var)) as connection:
        assert connection.execute("SELECT value FROM kept").fetchone() == (7,)
    assert embedded.redis_url(var) == address


def test_a_process_number_that_something_else_has_is_not_believed(var: Path) -> None:
    embedded.postgres_url(var)
    embedded.redis_url(var)
    embedded.stop(var)
    (var / "postgres" / "data" / "postmaster.pid").write_text(
        f"{os.getpid()}\n/nowhere\n1\n5432\n/tmp\n\n1 1\nready\n"
    )
    (var / "redis" / "redis.pid").write_text(f"{os.getpid()}\n")

    with psycopg.connect(embedded.postgres_url(var)) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)
    assert redis.Redis.from_url(embedded.redis_url(var)).ping() is True


def test_a_long_path_and_odd_names_are_no_obstacle(var: Path) -> None:
    deep = var / "a folder with 'quotes' and spaces" / ("long-" * 20)

    try:
        with psycopg.connect(embedded.postgres_url(deep)) as connection:
            assert connection.execute("SELECT 1").fetchone() == (1,)
    finally:
        embedded.stop(deep)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has to hand PostgreSQL to another account")
def test_a_closed_folder_stays_closed(var: Path) -> None:
    closed = var / "closed"
    closed.mkdir(mode=0o700)

    try:
        with psycopg.connect(embedded.postgres_url(closed / "var")) as connection:
            assert connection.execute("SELECT 1").fetchone() == (1,)
    finally:
        embedded.stop(closed / "var")
    assert closed.stat().st_mode & 0o777 == 0o700


def test_others_on_the_machine_get_nothing(var: Path) -> None:
    embedded.postgres_url(var)
    port = int(embedded.redis_url(var).rsplit(":", 1)[1].removesuffix("/0"))

    assert (var / "postgres" / "run").stat().st_mode & 0o077 == 0
    with psycopg.connect(embedded.postgres_url(var)) as connection:
        assert connection.execute("SHOW listen_addresses").fetchone() == ("",)
    with pytest.raises(redis.AuthenticationError):
        redis.Redis(port=port, retry=Retry(NoBackoff(), 0)).ping()


def test_a_stopped_server_is_gone_and_stopping_twice_is_quiet(var: Path) -> None:
    url = embedded.postgres_url(var)
    embedded.redis_url(var)
    embedded.stop(var)
    embedded.stop(var)

    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(url)
    assert embedded._redis_answering(var / "redis") is None


def test_a_server_that_does_not_start_is_said(var: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = var / "redis"
    home.mkdir()
    monkeypatch.setattr(embedded, "_package", lambda name, variable: var)
    program = var / "bin" / "redis-server"
    program.parent.mkdir()
    program.write_text("#!/bin/sh\nexit 1\n")
    program.chmod(0o755)

    with pytest.raises(embedded.EmbeddedError, match=r"redis-server did not start; see .*server\.log"):
        embedded.redis_url(var)
