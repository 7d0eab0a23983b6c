"""`make run`'s supervisor restarts, gives up, ends everything it started, and says truthfully how it went.

The parts here are small programs of the tests.
"""

import asyncio
import io
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from schools24 import supervisor
from schools24.supervisor import House, Log, Part

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def out() -> io.StringIO:
    return io.StringIO()


@pytest.fixture
def house(out: io.StringIO) -> House:
    return House(Log(out))


def part(source: str, name: str = "part") -> Part:
    return Part(name, 36, (sys.executable, "-u", "-c", source))


async def _until(happened: Callable[[], bool]) -> None:
    async with asyncio.timeout(20):
        while not happened():  # noqa: ASYNC110 - it happens in another process
            await asyncio.sleep(0.02)


def _gone(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(") ", 1)[1].startswith("Z")
    except FileNotFoundError:
        return True


async def test_what_a_part_says_stands_in_one_log_under_its_name(house: House, out: io.StringIO) -> None:
    status = await supervisor._run(house, part("print('one'); print(); print('two')", "web"))

    assert (status, out.getvalue()) == (0, "web      one\nweb      two\n")


async def test_a_crashed_part_is_started_again(house: House, out: io.StringIO, tmp_path: Path) -> None:
    mark = tmp_path / "mark"
    source = (
        f"import os, sys, time; first = not os.path.exists({str(mark)!r}); open({str(mark)!r}, 'w')\n"
        "sys.exit(3) if first else print('back again', flush=True)\ntime.sleep(60)"
    )
    keeper = asyncio.create_task(supervisor._keep(house, part(source)))
    await _until(lambda: "back again" in out.getvalue())
    supervisor._asked_to_end(house)
    await supervisor._end_all(house, [keeper])

    assert "part ended (status 3); starting it again in 1 s." in out.getvalue()
    assert house.failed is False


async def test_a_part_that_never_works_ends_the_house_in_failure(
    house: House, out: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(supervisor, "MOST_QUICK_CRASHES", 2)

    await supervisor._keep(house, part("raise SystemExit(7)", "web"))

    assert out.getvalue().endswith("web ended 2 times in a row (status 7); giving up.\n")
    assert house.ending.is_set()
    assert house.failed is True


async def test_a_part_that_does_not_listen_is_killed_and_that_is_a_failure(
    house: House, out: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(supervisor, "STOP_SECONDS", 0.5)
    deaf = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('deaf'); time.sleep(60)"
    keeper = asyncio.create_task(supervisor._keep(house, part(deaf)))
    await _until(lambda: "deaf" in out.getvalue())
    supervisor._asked_to_end(house)
    await supervisor._end_all(house, [keeper])

    assert house.failed is True
    assert "Killing what did not stop in 0.5 s: part." in out.getvalue()


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
async def test_helpers_of_a_dead_part_do_not_stay_behind(house: House, out: io.StringIO) -> None:
    source = (
        "import os, subprocess, sys\n"
        "helper = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)'])\n"
        "print(helper.pid); os._exit(1)"
    )

    async with asyncio.timeout(20):
        await supervisor._run(house, part(source))

    await _until(lambda: _gone(int(out.getvalue().split()[1])))


def start(var: Path, **environment: str) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-m", "schools24.supervisor"],
        cwd=ROOT, env={**os.environ, "SCHOOLS24_VAR": str(var), **environment},
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    )  # fmt: skip


def test_a_taken_port_is_named_at_once_with_the_way_out(empty_folder: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        house = start(empty_folder, PORT=str(port))
        said, _ = house.communicate(timeout=30)

    assert house.returncode == 1
    assert (
        f"Port {port} on 127.0.0.1 is taken by another program. Choose another: PORT={port + 1} make run"
        in said
    )


def test_one_house_at_a_time_on_the_same_data(empty_folder: Path) -> None:
    with supervisor._only_one(empty_folder, "127.0.0.1:8000"):
        house = start(empty_folder, PORT="1")
        said, _ = house.communicate(timeout=30)

    assert house.returncode == 1
    assert "Schools24 already runs on this data, at http://127.0.0.1:8000" in said


def test_asked_to_end_while_preparing_it_ends_with_its_servers(empty_folder: Path) -> None:
    house = start(empty_folder, PORT="0", DATABASE_URL="", REDIS_URL="", DEMO="false")
    marks = [empty_folder / "postgres" / "data" / "postmaster.pid", empty_folder / "redis" / "redis.pid"]
    deadline = time.monotonic() + 60
    while not all(mark.exists() for mark in marks) and time.monotonic() < deadline:
        time.sleep(0.02)
    house.send_signal(signal.SIGINT)
    said, _ = house.communicate(timeout=60)

    assert house.returncode == 0
    assert said.endswith("run      Stopped.\n")
    assert [mark for mark in marks if mark.exists()] == []
