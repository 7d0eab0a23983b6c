"""The permission matrix: which principal gets through at which address, for rows in each relation to them.

One table a file. A block begins with its noun and the relations of its columns (see tests/world); a line says

    [student:                          own       mate   other  south]
    academics:student-detail      GET  ACR$TSGg  ACR$T  ACR$   A

A school admin, C campus admin, R registrar, $ accountant, T teacher, S student, G guardian, g the co-guardian
a court has restricted; all but A belong to the north campus. Letters get through. Everybody else who stands
anywhere in the line, or in (parentheses) behind it, has the verb but does not reach the row: 404. Who stands
nowhere never has the verb: 403. Rows of school B are 404 (or 403) for all, "past" rows are judged as "other",
anonymous and suspended people are sent to sign in. `-` is nobody. An address without a row has one column.
A row may also stand in the query (`?section=@section`) or in the body (bodies.py).
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

HERE: Final = Path(__file__).parent
LETTERS: Final = frozenset("ACR$TSGg")


@dataclass(frozen=True)
class Line:
    """What is expected at one address and method."""

    url: str
    method: str
    noun: str
    through: dict[str, frozenset[str]]
    holders: frozenset[str]
    place: str

    def __str__(self) -> str:
        return f"{self.url} {self.method}"

    @property
    def name(self) -> str:
        return self.url.split("?")[0]

    @property
    def query(self) -> str:
        return self.url.partition("?")[2]

    def expected(self, letter: str, relation: str) -> str:
        """ "through", "missing" or "denied" for a principal and a row in that relation."""
        column = relation if relation in self.through else {"past": "other"}.get(relation, relation)
        if letter in self.through.get(column, ()):
            return "through"
        return "missing" if letter in self.holders else "denied"


def lines() -> list[Line]:
    tables = [path for path in sorted(HERE.glob("*.txt")) if path.stem not in {"sight", "open"}]
    return [line for path in tables for line in _read(path)]


def open_addresses() -> dict[str, str]:
    """Patterns of addresses the tables leave out, with the reason."""
    return {cells[0]: " ".join(cells[1:]) for _, cells, _ in _rows(HERE / "open.txt")}


def sight() -> dict[str, dict[str, frozenset[str]]]:
    """Who may ever read a text of a kind, by relation of its row: kind -> relation -> letters."""
    table: dict[str, dict[str, frozenset[str]]] = {}
    for _, cells, relations in _rows(HERE / "sight.txt"):
        columns = dict(zip(relations, map(frozenset, cells[1:]), strict=True))
        table[cells[0]] = {name: letters & LETTERS for name, letters in columns.items()}
    return table


def _read(path: Path) -> list[Line]:
    found = []
    noun = ""
    for number, cells, relations in _rows(path):
        noun = relations[0]
        url, methods, *columns = cells
        spare = columns.pop().strip("()") if columns[-1].startswith("(") else ""
        names = relations[1:] if len(columns) > 1 else relations[1:2] or ["own"]
        place = f"{path.name}:{number}"
        if len(columns) != len(names) or not set("".join(columns) + spare) <= LETTERS | {"-"}:
            raise ValueError(f"{place}: {len(names)} columns of letters are expected")
        through = {name: frozenset(letters) & LETTERS for name, letters in zip(names, columns, strict=True)}
        holders = frozenset(spare).union(*through.values())
        found += [Line(url, method, noun, through, holders, place) for method in methods.split(",")]
    return found


def _rows(path: Path) -> list[tuple[int, list[str], list[str]]]:
    """(line number, cells, words of the block's head)"""
    rows: list[tuple[int, list[str], list[str]]] = []
    head: list[str] = []
    for number, line in enumerate(path.read_text().splitlines(), 1):
        text = line.split("#")[0].strip()
        if text.startswith("["):
            head = text.strip("[]").replace(":", " ").split()
        elif text:
            rows.append((number, text.split(), head))
    return rows
