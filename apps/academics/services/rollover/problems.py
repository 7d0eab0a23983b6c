"""Everything a line may need a look for: the words, the remedy, and whether somebody has to decide first."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

NO_GRADE: Final = "NO_GRADE"
NO_SECTION: Final = "NO_SECTION"
SECTION_FULL: Final = "SECTION_FULL"
NO_HOMEROOM: Final = "NO_HOMEROOM"
FAILED: Final = "FAILED"
NO_NEXT_GRADE: Final = "NO_NEXT_GRADE"
NO_YEAR_GRADE: Final = "NO_YEAR_GRADE"
PROGRAM_ENDS: Final = "PROGRAM_ENDS"
ALREADY_ENROLLED: Final = "ALREADY_ENROLLED"
TEACHER_LEFT: Final = "TEACHER_LEFT"


@dataclass(frozen=True)
class Problem:
    """`stops` says that nothing can be applied until a person has decided about it."""

    title: Any
    remedy: Any
    stops: bool = False


PROBLEMS: Final[Mapping[str, Problem]] = {
    NO_GRADE: Problem(
        _("The pupil is in no grade, so none comes next."),
        _("Give the pupil a grade and rehearse again, or leave the pupil as it is."),
        stops=True,
    ),
    NO_SECTION: Problem(
        _("No homeroom of the next grade suits."), _("Choose one, or leave the pupil as it is."), stops=True
    ),
    SECTION_FULL: Problem(
        _("The homeroom is full."), _("Choose another one, or let the pupil in with a reason."), stops=True
    ),
    NO_HOMEROOM: Problem(
        _("The pupil sits in no homeroom, so none follows."), _("Choose a homeroom."), stops=True
    ),
    FAILED: Problem(
        _("A course that has to be passed was not passed."),
        _("Repeats the grade, unless you promote the pupil with a reason."),
    ),
    NO_NEXT_GRADE: Problem(
        _("No grade follows this one, though the pupil's program does not end here."),
        _("Graduates, unless you add a grade level and rehearse again."),
    ),
    NO_YEAR_GRADE: Problem(
        _("No grade of the year has been posted."), _("Moves up, unless you decide otherwise.")
    ),
    PROGRAM_ENDS: Problem(
        _("The pupil's program ends with this grade."),
        _("Follows the program of the homeroom; choose another homeroom for another program."),
    ),
    ALREADY_ENROLLED: Problem(
        _("The pupil has a place in the new year already."), _("Left as it is.")
    ),
    TEACHER_LEFT: Problem(
        _("The teacher will have left by then."), _("Give the new section another teacher afterwards.")
    ),
}  # fmt: skip


def stops(code: str) -> bool:
    return code in PROBLEMS and PROBLEMS[code].stops


def words_of(code: str, detail: Mapping[str, Any]) -> str:
    """What is wrong, for a person; a code of an app that is gone is shown as it is."""
    if code == FAILED and (failed := detail.get("failed")):
        return str(_("Did not pass: %s.")) % ", ".join(failed)
    return str(PROBLEMS[code].title) if code in PROBLEMS else code


def remedy_of(code: str) -> str:
    return str(PROBLEMS[code].remedy) if code in PROBLEMS else ""
