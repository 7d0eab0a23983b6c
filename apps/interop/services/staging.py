"""What the readers found, in our words, before anything is compared with the school."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final

from apps.interop.services.problems import Problems
from apps.interop.services.values import Row

KINDS: Final = (
    "campus",
    "session",
    "course",
    "section",
    "student",
    "staff",
    "guardian",
    "guardianship",
    "teaching",
    "enrollment",
    "category",
    "line_item",
    "result",
    "transcript",
)


@dataclass(slots=True)
class Record:
    """One thing of the file. `key` is how other rows name it; `sourced_id` is empty for plain files."""

    key: str
    file: str
    line: int
    values: dict[str, Any]
    ends: bool = False
    sourced_id: str = ""


@dataclass(frozen=True, slots=True)
class Pointer:
    """A cell of a table we do not carry that names a person of ours."""

    file: str
    line: int
    column: str
    kind: str
    value: str


@dataclass
class Stage:
    """Records by kind and key, and the keys whose rows were left out (what points at them waits)."""

    problems: Problems
    inclusive_ends: bool = False
    records: dict[str, dict[str, Record]] = field(default_factory=lambda: {kind: {} for kind in KINDS})
    bad: dict[str, set[str]] = field(default_factory=lambda: {kind: set() for kind in (*KINDS, "person")})
    pointers: list[Pointer] = field(default_factory=list)
    has_orgs: bool = False
    has_plain: bool = False

    def put(
        self,
        kind: str,
        row: Row,
        key: str,
        values: dict[str, Any],
        *,
        sourced_id: str = "",
        ends: bool = False,
        named: tuple[str, str] = ("sourcedid", ""),
    ) -> None:
        """Keep the row, unless it failed or says again (or otherwise) what an earlier one said.

        `named` is the column and the value that say which thing it is.
        """
        if row.failed:
            if key and key not in self.records[kind]:
                self.bad[kind].add(key)
            return
        known = self.records[kind].get(key)
        if known is None:
            self.records[kind][key] = Record(key, row.file, row.line, values, ends, sourced_id)
        elif known.values == values and known.ends == ends:
            row.blame(named[0], "DUPLICATE_ROW", named[1] or key)
        else:
            row.blame(named[0], "DUPLICATE_ID", named[1] or key, hint=f"{known.file}:{known.line}")

    def sorted(self, kind: str) -> Iterator[Record]:
        """In the order of their keys, so that the order of rows never matters."""
        return iter([record for _, record in sorted(self.records[kind].items())])

    def drop(self, kind: str) -> None:
        """Forget a finished kind; its memory is wanted."""
        self.records[kind] = {}
