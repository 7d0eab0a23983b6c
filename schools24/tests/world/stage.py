"""A small world for the permission matrix: nine principals, and every noun in every relation to them.

School A has the campuses north and south, school B is somebody else's. In the north, section "own" is taught
by the teacher and attended by the student, who is the guardian's child; "other" is the next class. A relation
says how a row stands to those three:

    own      theirs                      co       the co-guardian's: same child, restricted by a court
    mate     same class, other family    past     the link has ended: taught, or answered for, until lately
    other    other class, other family   south    the other campus
    foreign  school B

Texts of rows are canaries, found again wherever they come out: `world.says["zxstudentmatename"]`.
"""

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, Final

from apps.accounts.models import Campus, Role, School, User

# One letter a principal: how the matrix is written.
CAST: Final = {
    "A": Role.SCHOOL_ADMIN,
    "C": Role.CAMPUS_ADMIN,
    "R": Role.REGISTRAR,
    "$": Role.ACCOUNTANT,
    "T": Role.TEACHER,
    "S": Role.STUDENT,
    "G": Role.GUARDIAN,
    "g": Role.GUARDIAN,  # the co-guardian: a court allows neither contact nor the household's address
}
CLASSES: Final = ("own", "other", "past", "south", "foreign")
NEAR: Final = frozenset({"own", "co", "mate", "other", "past"})
PUPILS: Final = ("own", "mate", "other", "past", "south", "foreign")


@dataclass
class World:
    """The rows by noun and relation, the principals by letter, and the canaries."""

    today: date
    rows: dict[str, dict[str, Any]] = field(default_factory=dict)
    cast: dict[str, User] = field(default_factory=dict)
    says: dict[str, tuple[str, str]] = field(default_factory=dict)
    schools: dict[str, School] = field(default_factory=dict)
    campuses: dict[str, Campus] = field(default_factory=dict)

    def keep(self, noun: str, relation: str, row: Any) -> Any:
        self.rows.setdefault(noun, {})[relation] = row
        return row

    def at(self, noun: str, relation: str) -> Any:
        """The row of the noun in that relation; where the classes of a campus share one, the campus's."""
        rows = self.rows[noun]
        return rows.get(relation, rows.get("own") if relation in NEAR else None)

    def say(self, kind: str, relation: str) -> str:
        """A text that occurs nowhere else: kind "student.name" of relation "mate" is ZxStudentMateNamex."""
        noun, _, what = kind.partition(".")
        text = f"Zx{noun.title()}{relation.title()}{what.title()}x"
        self.says[text.lower()] = (kind, relation)
        return text

    def school(self, relation: str) -> School:
        return self.schools["foreign" if relation == "foreign" else "own"]

    def campus(self, relation: str) -> Campus:
        return self.campuses[relation if relation in {"south", "foreign"} else "north"]

    @property
    def begin(self) -> date:
        return self.today - timedelta(days=100)

    @property
    def yesterday(self) -> date:
        return self.today - timedelta(days=1)
