"""The files that carry Schools24 to a server, as far as they can be judged without building an image."""

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
DOCKERFILE = (ROOT / "Dockerfile").read_text()
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
SERVICES: dict[str, Any] = COMPOSE["services"]
OURS = ("web", "worker", "beat", "relay", "migrate")
LOCKS = sorted((ROOT / "requirements").glob("*.txt"))


def tool(*words: str) -> str:
    program, *arguments = words
    done = subprocess.run(
        [Path(sys.executable).with_name(program), *arguments],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    return f"{done.stdout}{done.stderr}" if done.returncode else ""


def test_the_dockerfile_passes_its_linter() -> None:
    assert tool("hadolint", "Dockerfile") == ""


def test_the_compose_file_follows_its_schema() -> None:
    assert tool("check-jsonschema", "--builtin-schema", "vendor.compose-spec", "docker-compose.yml") == ""


def test_the_image_runs_as_nobody_in_particular_and_can_say_how_it_is() -> None:
    last_stage = DOCKERFILE.rsplit("\nFROM ", 1)[1]

    assert re.search(r"^USER 10001:10001$", last_stage, re.MULTILINE)
    assert re.search(r"^HEALTHCHECK .*\\\n\s+CMD .*/healthz", last_stage, re.MULTILINE)
    assert "PRODUCTION=true" in last_stage


def test_the_image_carries_what_pdf_documents_need() -> None:
    for package in ("libpango-1.0-0", "libpangoft2-1.0-0", "libharfbuzz-subset0", "fonts-noto-core"):
        assert package in DOCKERFILE


def test_packages_are_installed_by_hash_only() -> None:
    installs = re.findall(r"pip install.*", DOCKERFILE)

    assert installs
    assert all("--require-hashes" in line for line in installs)


def test_secrets_and_data_stay_out_of_the_image() -> None:
    ignored = (ROOT / ".dockerignore").read_text().splitlines()

    assert {".env", "**/.env", "deploy", ".git", "var"} <= set(ignored)


def test_all_parts_of_the_house_are_there() -> None:
    wanted = {"web", "worker", "beat", "relay", "migrate", "postgres", "cache", "broker", "store", "proxy"}

    assert wanted <= set(SERVICES)
    assert SERVICES["postgres"]["image"] == "postgres:18"


def test_cache_and_broker_are_two_servers_that_treat_memory_differently() -> None:
    cache, broker = (" ".join(SERVICES[name]["command"]) for name in ("cache", "broker"))

    assert "--maxmemory-policy allkeys-lru" in cache
    assert "--maxmemory-policy noeviction" in broker
    assert "--appendonly yes" in broker
    environment = SERVICES["web"]["environment"]
    assert (environment["REDIS_URL"], environment["BROKER_URL"]) == (
        "redis://cache:6379/0",
        "redis://broker:6379/0",
    )


@pytest.mark.parametrize("name", OURS)
def test_our_parts_have_no_more_rights_than_they_need(name: str) -> None:
    part = SERVICES[name]

    assert part["cap_drop"] == ["ALL"]
    assert part["read_only"] is True
    assert part["security_opt"] == ["no-new-privileges:true"]


def test_only_the_proxy_has_a_port_on_the_host_and_data_servers_have_no_way_out() -> None:
    assert [name for name, part in SERVICES.items() if "ports" in part] == ["proxy"]
    assert COMPOSE["networks"]["inside"]["internal"] is True
    for name in ("postgres", "cache", "broker", "store"):
        assert SERVICES[name]["networks"] == ["inside"]


def test_no_secret_stands_in_the_files() -> None:
    for line in (ROOT / "deploy" / "env.example").read_text().splitlines():
        if re.match(r"(SECRET_KEY|POSTGRES_PASSWORD|S3_|METRICS_TOKEN)", line):
            assert line.endswith("="), line
    assert not re.search(r"PASSWORD: (?!\$\{)", (ROOT / "docker-compose.yml").read_text())


def test_every_setting_that_the_environment_decides_is_explained() -> None:
    settings = (ROOT / "schools24" / "settings.py").read_text()
    asked = set(re.findall(r"\benv(?:\.\w+)?\(\s*\"([A-Z0-9_]+)\"", settings))
    explained = set(re.findall(r"^#?([A-Z0-9_]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE))

    assert asked - explained == {"TEST_DB"}


@pytest.mark.parametrize("lock", LOCKS, ids=lambda path: path.name)
def test_locks_name_every_package_with_hashes_and_no_address(lock: Path) -> None:
    text = lock.read_text()

    assert not re.search(r"://|file:|--index|--find-links", text)
    pinned = re.findall(r"^([A-Za-z0-9._-]+)==", text, re.MULTILINE)
    assert pinned
    for name in pinned:
        assert re.search(rf"^{re.escape(name)}==.*\\\n    --hash=sha256:", text, re.MULTILINE), name


def test_all_locks_agree_with_each_other() -> None:
    """make run skips its own lock where the larger one of make test is installed."""
    largest = _pins(ROOT / "requirements" / "dev.txt")
    said = [
        f"{lock.name}: {name} {versions}, dev.txt {largest[name]}"
        for lock in LOCKS
        for name, versions in _pins(lock).items()
        if name in largest and versions != largest[name]
    ]

    assert said == []


def _pins(lock: Path) -> dict[str, set[str]]:
    """A package has two versions where the newest no longer supports the oldest Python."""
    found: dict[str, set[str]] = {}
    for name, version in re.findall(r"^([A-Za-z0-9._-]+)==(\S+)", lock.read_text(), re.MULTILINE):
        found.setdefault(name, set()).add(version)
    return found


@pytest.mark.parametrize("name", ["dev", "local", "base", "prod", "installer"])
def test_what_is_wanted_is_locked(name: str) -> None:
    wanted = re.findall(
        r"^([A-Za-z0-9][\w-]*)", (ROOT / "requirements" / f"{name}.in").read_text(), re.MULTILINE
    )
    locked = (ROOT / "requirements" / f"{name}.txt").read_text()

    assert [
        one
        for one in wanted
        if not re.search(rf"^{one}(\[[^\]]+\])?==", locked, re.MULTILINE | re.IGNORECASE)
    ] == []
