"""Tables of Microsoft's Education Data Platform have no header row; file name, width and shape tell them."""

from collections.abc import Sequence
from typing import Final

_STAMPS: Final = "externalid createdate modifieddate isactive"
# By file name: the columns in their order; "-" is one we have no use for.
SHAPES: Final[dict[str, tuple[str, ...]]] = {
    name: tuple(columns.split())
    for name, columns in {
        "org": f"edporgid name identifier {_STAMPS} parentorgid - -",
        "session": f"edpsessionid name begindate enddate {_STAMPS} - - -",
        "course": f"edpcourseid name code - {_STAMPS} -",
        "section": f"edpsectionid name code - {_STAMPS} courseid - sessionid orgid",
        "person": f"edppersonid firstname middlename lastname - birthdate - {_STAMPS} -",
        "stafforgaffiliation": f"edpstafforgid - - - {_STAMPS} orgid personid - -",
        "studentorgaffiliation": f"edpstudentorgid - - - {_STAMPS} orgid personid - - -",
        "staffsectionmembership": f"edpstaffsectionid isprimary - - {_STAMPS} personid - sectionid",
        "studentsectionmembership": f"edpstudentsectionid - - {_STAMPS} personid - - sectionid",
    }.items()
}
_TRUTHS: Final = frozenset({"true", "false"})


def header_of(stem: str, first: Sequence[str]) -> list[str]:
    """The header such a file would have, or nothing when its first row does not have the shape."""
    columns = SHAPES.get(stem, ())
    if len(columns) != len(first) or not first[0].strip():
        return []
    is_active = first[columns.index("isactive")].strip().casefold()
    has_id = bool(first[columns.index("externalid")].strip())
    named = ["" if column == "-" else column for column in columns]
    return named if has_id and is_active in _TRUTHS else []
