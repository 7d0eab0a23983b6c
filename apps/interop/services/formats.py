"""What an upload is as a whole, told by its tables; and what its manifest promises."""

from collections.abc import Sequence
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from apps.interop.services import tables
from apps.interop.services.bundles import Part, Sheet
from apps.interop.services.problems import Problems

PLAIN: Final = _("Plain tables")
MARKS: Final = _("Marks")
SDS: Final = "School Data Sync"
_ROSTER: Final = frozenset(
    "orgs academicsessions courses classes users enrollments roles categories line_items results".split()
)
# Tables of the standard whose names in a manifest differ from ours.
_MANIFEST: Final = {
    "academicsessions": "academicsessions",
    "orgs": "orgs",
    "courses": "courses",
    "classes": "classes",
    "users": "users",
    "enrollments": "enrollments",
    "demographics": "demographics",
    "roles": "roles",
    "userprofiles": "user_profiles",
    "categories": "categories",
    "lineitems": "line_items",
    "results": "results",
    "scorescales": "score_scales",
}


def format_of(parts: Sequence[Part]) -> str:
    names = {part.table for part in parts}
    keys = {part.table: {*part.keys, *map(tables.key_of, part.dropped)} for part in parts}
    if any(name.startswith("edp_") for name in names):
        return f"{SDS} (Education Data Platform)"
    if names & tables.SDS_ONE:
        return f"{SDS} 1"
    if not names & _ROSTER:
        return str(MARKS) if "marks" in names else str(PLAIN) if tables.PLAIN in names else ""
    if "manifest" in names:
        return "OneRoster 1.2" if "roles" in names else "OneRoster 1.1"
    if (
        "relationships" in names
        or "isprimary" in keys.get("roles", ())
        or "activedirectorymatchid" in keys.get("users", ())
    ):
        return f"{SDS} 2.1"
    if "roles" in names:
        return "OneRoster 1.2"
    of_the_standard = {"status", "enableduser", "datelastmodified", "agentsourcedids", "userids"}
    if "users" in keys and not keys["users"] & of_the_standard:
        return f"{SDS} 2"
    return "OneRoster 1.1"


def is_school_data_sync(parts: Sequence[Part]) -> bool:
    """School Data Sync writes the last day of a stretch, OneRoster the day after it."""
    return format_of(parts).startswith(SDS)


def version_in(sheet: Sheet) -> str:
    """What the manifest says: "1.1", "1.2" or nothing."""
    return next(
        (str(cells[1]).strip() for _line, cells in sheet.rows() if cells[0] == "oneroster.version"), ""
    )


def check_manifest(sheets: Sequence[Sheet], parts: Sequence[Part], problems: Problems) -> None:
    """A file the manifest promises and nobody sent, or one it calls absent that came along."""
    present = {part.table for part in parts}
    for sheet in (sheet for sheet in sheets if sheet.table == "manifest"):
        for line, cells in sheet.rows():
            _check_entry(sheet.name, line, cells, present, problems)


def _check_entry(name: str, line: int, cells: list[Any], present: set[str], problems: Problems) -> None:
    entry, value = str(cells[0]).strip().casefold(), str(cells[1]).strip().casefold()
    table = _MANIFEST.get(entry.removeprefix("file."))
    if not entry.startswith("file.") or table is None:
        return
    if (value in {"bulk", "delta"}) != (table in present):
        problems.add(name, line, "value", "NOT_DESCRIBED", f"{cells[0]}: {cells[1]}")
