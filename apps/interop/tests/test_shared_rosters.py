"""Every roster of the shared data folder, with its exact counts and its known defects."""

import os
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile

from apps.accounts.models import School
from apps.interop.tests.roster import applied, codes, problems, totals

SETTING = "SHARED_DATA_DIR"


@pytest.fixture
def shared() -> Path:
    """The folder with oneroster/ and sis-contoso/; SHARED_DATA_DIR names it."""
    folder = os.environ.get(SETTING, "")
    if not folder or not (Path(folder) / "oneroster").is_dir():
        pytest.skip(f"The shared rosters are absent: set {SETTING} to the folder that holds oneroster/.")
    return Path(folder)


def files_of(folder: Path, *names: str) -> list[Any]:
    paths = [folder / name for name in names] if names else sorted(folder.glob("*.csv"))
    return [ContentFile(path.read_bytes(), name=path.name) for path in paths]


SETS = [
    (
        "oneroster/generated-school-small",
        "OneRoster 1.1",
        {
            "campus": 1,
            "session": 2,
            "grade_level": 13,
            "subject": 7,
            "course": 91,
            "section": 91,
            "student": 156,
            "staff": 13,
            "teaching": 91,
            "enrollment": 1092,
        },
        ["SCHOOL_YEAR_FORM"] * 2,
    ),
]


@pytest.mark.parametrize(("folder", "format_", "created", "expected"), SETS, ids=[one[0] for one in SETS])
def test_a_set_comes_in_whole(
    shared: Path, school: School, folder: str, format_: str, created: dict[str, int], expected: list[str]
) -> None:
    run = applied(school, *files_of(shared / folder))
    print(run.summary, problems(run))
    assert (run.format, totals(run), codes(run)) == (format_, created, expected)
    again = applied(school, *files_of(shared / folder))
    assert {k: again.result[k] for k in ("created", "changed", "ended")} == {
        "created": 0,
        "changed": 0,
        "ended": 0,
    }
