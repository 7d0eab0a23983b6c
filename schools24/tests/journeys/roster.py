"""A small OneRoster 1.1 file, as another system writes it: a class of thirty, its teacher, a mother."""

import csv
import io
import zipfile
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path

NAMES = """Aarav Anand,Aditi Bose,Ajay Chopra,Ananya Das,Arjun Dutta,Bhavna Gill,Charu Iyer,Deepak Jain,
Divya Joshi,Esha Kapoor,Farhan Khan,Gauri Kulkarni,Harish Kumar,Isha Lal,Jatin Malik,Kavya Mehta,
Kiran Menon,Lakshmi Nair,Manav Naidu,Meera Patel,Nikhil Pillai,Pooja Rao,Rahul Reddy,
Riya Sen,Rohan Shah,Sana Sharma,Tara Singh,Uday Thomas,Varun Verma,Zoya Yadav"""
PUPILS = [name.strip() for name in NAMES.replace("\n", "").split(",")]
TABLES = ("orgs", "academicSessions", "courses", "classes", "users", "enrollments")
TEACHER, MOTHER = "teacher@roster.test", "mother@roster.test"


def write_roster(folder: Path, today: date) -> Path:
    path = folder / "roster.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for name, rows in _tables(today).items():
            archive.writestr(name, _csv(rows))
    return path


def _tables(today: date) -> dict[str, list[Sequence[str]]]:
    begin, end = str(today - timedelta(days=90)), str(today + timedelta(days=180))
    year = f"{today.year}"
    return {
        "manifest.csv": [
            ("propertyName", "value"),
            ("oneroster.version", "1.1"),
            *((f"file.{name}", "bulk") for name in TABLES),
        ],
        "orgs.csv": [
            ("sourcedId", "status", "name", "type", "identifier", "parentSourcedId"),
            ("o1", "", "North campus", "school", "100", ""),
        ],
        "academicSessions.csv": [
            ("sourcedId", "status", "title", "type", "startDate", "endDate", "parentSourcedId", "schoolYear"),
            ("y1", "", year, "schoolYear", begin, end, "", year),
        ],
        "courses.csv": [
            ("sourcedId", "status", "title", "courseCode", "grades", "orgSourcedId", "subjects"),
            ("c1", "", "Mathematics 9", "MA9", "09", "o1", "Mathematics"),
        ],
        "classes.csv": [
            ("sourcedId", "status", "title", "grades", "courseSourcedId", "classCode", "classType",
             "schoolSourcedId", "termSourcedIds"),
            ("k1", "", "Mathematics 9A", "09", "c1", "MA9-A", "scheduled", "o1", "y1"),
        ],
        "users.csv": [_USER, *_people()],
        "enrollments.csv": [
            ("sourcedId", "status", "classSourcedId", "schoolSourcedId", "userSourcedId", "role", "primary",
             "beginDate", "endDate"),
            *((f"e{n}", "", "k1", "o1", f"s{n}", "student", "", begin, end) for n in range(30)),
            ("e-t", "", "k1", "o1", "t1", "teacher", "true", begin, end),
        ],
    }  # fmt: skip


_USER = (
    "sourcedId", "status", "enabledUser", "orgSourcedIds", "role", "username", "givenName", "familyName",
    "identifier", "email", "sms", "agentSourcedIds", "grades", "password",
)  # fmt: skip


def _people() -> list[Sequence[str]]:
    """The first pupil's mother is on the roster; a password in clear text, as such files carry them."""
    pupils = [
        (f"s{n}", "", "true", "o1", "student", f"s{n}", *name.split(), f"A{n:03}", "", "", "" if n else "g1",
         "09", "Sup3rSecret")
        for n, name in enumerate(PUPILS)
    ]  # fmt: skip
    return [
        *pupils,
        ("t1", "", "true", "o1", "teacher", "t1", "Tara", "Sen", "E1", TEACHER, "", "", "", ""),
        ("g1", "", "true", "o1", "parent", "g1", "Gita", "Anand", "", MOTHER, "", "", "", ""),
    ]


def _csv(rows: list[Sequence[str]]) -> str:
    out = io.StringIO()
    csv.writer(out).writerows(rows)
    return out.getvalue()
