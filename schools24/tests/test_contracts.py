"""Floors and rooms hold: a planted breach of each turns lint-imports red.

The breaches are planted in a house of empty rooms that is built from the contracts themselves, so that this
says something about the contracts, whatever the code does today.
"""

import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
SETTINGS = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]
CONTRACTS: dict[str, dict[str, Any]] = {contract["id"]: contract for contract in SETTINGS["contracts"]}
FLOORS = [re.split(r" \| ", layer) for layer in CONTRACTS["floors"]["layers"]]
ROOMS = re.findall(r"\w+", " ".join(CONTRACTS["rooms"]["layers"]))
PARTS = re.findall(r"\w+", " ".join(CONTRACTS["core"]["layers"]))


@pytest.fixture
def empty_house(tmp_path: Path) -> Path:
    (tmp_path / "pyproject.toml").write_text((ROOT / "pyproject.toml").read_text())
    for package in ("schools24", "apps", *(name for floor in FLOORS for name in floor)):
        folder = tmp_path.joinpath(*package.split("."))
        folder.mkdir(exist_ok=True)
        (folder / "__init__.py").touch()
    for app in (tmp_path / "apps").iterdir():
        for room in PARTS if app.name == "core" else ROOMS:
            if app.is_dir():
                (app / f"{room}.py").touch()
    return tmp_path


def lint_imports(house: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-cache", "--no-logo"],
        cwd=house, env={**os.environ, "PYTHONPATH": str(house)}, capture_output=True, text=True, check=False,
    )  # fmt: skip


def test_a_house_of_empty_rooms_keeps_every_contract(empty_house: Path) -> None:
    said = lint_imports(empty_house)

    assert said.returncode == 0, said.stdout


@pytest.mark.parametrize(
    ("contract", "where", "line"),
    [
        ("floors", "apps/core/models.py", "import apps.accounts"),
        ("floors", "apps/academics/models.py", "from apps.timetable import models"),
        ("floors", "apps/messaging/services.py", "from apps.academics.models import *"),
        ("floors", "apps/finance/services.py", "import apps.assessments.models"),
        ("floors", "apps/gradebook/services.py", "import apps.attendance.models"),
        ("floors", "apps/reports/services.py", "import apps.portals"),
        ("floors", "apps/accounts/models.py", "import schools24"),
        ("rooms", "apps/academics/services.py", "from apps.academics import web"),
        ("rooms", "apps/academics/web.py", "from apps.academics import api"),
        ("rooms", "apps/academics/tasks.py", "from apps.academics import admin"),
        ("rooms", "apps/academics/selectors.py", "from apps.academics import services"),
        ("rooms", "apps/academics/models.py", "from apps.academics import selectors"),
        ("rooms", "apps/academics/access.py", "from apps.academics import models"),
        ("core", "apps/core/web.py", "from apps.core import api"),
        ("core", "apps/core/policy.py", "from apps.core import models"),
        ("core", "apps/core/jobs.py", "from apps.core import tasks"),
        ("core", "apps/core/money.py", "from apps.core import policy"),
    ],
)
def test_a_breach_turns_the_linter_red(empty_house: Path, contract: str, where: str, line: str) -> None:
    (empty_house / where).write_text(f"{line}\n")

    said = lint_imports(empty_house)

    assert said.returncode == 1
    assert f"{CONTRACTS[contract]['name']} BROKEN" in said.stdout


def test_every_app_stands_on_a_floor_and_has_its_rooms_watched() -> None:
    apps = {f"apps.{path.parent.name}" for path in ROOT.glob("apps/*/apps.py")}
    floors = {name for floor in FLOORS for name in floor}

    assert floors == apps | {"schools24"}
    assert set(CONTRACTS["rooms"]["containers"]) == apps - {"apps.core"}
