"""Everything that can be wrong with a file, in words a school office understands, and the collector of it."""

from collections import Counter
from typing import Final, NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from apps.interop.models import Severity

ERROR, HELD, WARNING = Severity.ERROR, Severity.HELD, Severity.WARNING
# A deviation on every row says nothing new after this many; the counts go on.
WARNINGS_KEPT: Final = 200

Entry = tuple[Severity, str | Promise, str | Promise]

CATALOGUE: Final[dict[str, Entry]] = {
    "REQUIRED": (ERROR, _("A value that must be there is missing."), _("Fill in this column.")),
    "TOO_LONG": (ERROR, _("The value is too long."), _("Shorten it.")),
    "DATE_INVALID": (ERROR, _("This is not a date of the calendar."), _("Write it as 2026-12-31.")),
    "DATE_UNLIKELY": (ERROR, _("This date cannot be meant."), _("Check the year.")),
    "DATES_OUT_OF_ORDER": (
        ERROR,
        _("The end lies before the beginning."),
        _("Correct one of the two dates."),
    ),
    "FLAG_INVALID": (ERROR, _("This should say true or false."), _("Write true or false.")),
    "KIND_UNKNOWN": (ERROR, _("This word is not one the format knows."), _("Use one of the listed words.")),
    "ROLE_UNKNOWN": (ERROR, _("This role is not known."), _("Use one of the listed roles.")),
    "ROLE_MISMATCH": (
        ERROR,
        _("The person does not have the role this row gives them."),
        _("Correct the role here or with the person."),
    ),
    "NUMBER_INVALID": (ERROR, _("This is no number."), _("Write digits, with a point before a fraction.")),
    "SCORE_INVALID": (
        ERROR,
        _("The score is no number."),
        _("Write the number here, and a letter in the column of letters."),
    ),
    "SCORE_OUT_OF_SCALE": (
        ERROR,
        _("The score lies outside its scale."),
        _("Correct the score, or what it is out of."),
    ),
    "SCORE_UNUSUAL": (
        WARNING,
        _("The score lies far beyond full marks; it comes in as extra credit."),
        _("Check the score."),
    ),
    "GRADE_BLANK": (
        ERROR,
        _("There is neither a score nor a letter."),
        _("Fill one of them in, or leave the row out."),
    ),
    "LETTER_UNKNOWN": (
        WARNING,
        _("No scale we know has this letter; it comes in as it stands."),
        _("Check the letter."),
    ),
    "CREDITS_OUT_OF_SCALE": (ERROR, _("Nothing carries so many credits."), _("Correct the credits.")),
    "CREDITS_EXCEEDED": (
        ERROR,
        _("More credits were earned than attempted."),
        _("Correct one of the two numbers."),
    ),
    "COURSE_UNNAMED": (
        ERROR,
        _("The row does not say what the mark is for."),
        _("Name the section, the course or the subject."),
    ),
    "COURSE_UNKNOWN": (
        WARNING,
        _("No section or course here has this name (others may follow); the marks keep it as their title."),
        _("Bring the sections in first if they are still known somewhere."),
    ),
    "NOT_IN_FILE": (
        WARNING,
        _("The school holds another mark of this pupil and term that the file does not mention; it stays."),
        _("Remove it by hand if it was taken back."),
    ),
    "TO_HISTORY": (
        WARNING,
        _("What this was given for is in no gradebook here; it goes to the pupil's record."),
        _("Bring the sections and line items in first if it belongs in a gradebook."),
    ),
    "REFERENCE_UNKNOWN": (
        ERROR,
        _("This points at something that is neither in these files nor in the school."),
        _("Add the missing row, or correct the id."),
    ),
    "DEPENDS_ON_SKIPPED": (
        HELD,
        _("This row waits: the row it points at was left out."),
        _("Correct that row; this one then comes along."),
    ),
    "DUPLICATE_ID": (
        ERROR,
        _("Another row of this file has the same id and says something else."),
        _("Keep one of the two rows, or give this one its own id."),
    ),
    "DUPLICATE_ROW": (
        WARNING,
        _("The same row stands in the file twice; it counts once."),
        _("Nothing to do."),
    ),
    "ENROLLED_TWICE": (
        ERROR,
        _("The pupil is enrolled in this section by another row already."),
        _("Keep one of the two rows."),
    ),
    "NUMBER_TAKEN": (
        ERROR,
        _("Somebody else has this admission number or employee id already."),
        _("Give this person a number of their own."),
    ),
    "CYCLE": (ERROR, _("The parents of this row lead back to itself."), _("Correct the parent's id.")),
    "TOO_MANY_CELLS": (
        ERROR,
        _("The row has more cells than the header; probably a comma without quotes."),
        _("Put the value with the comma in double quotes."),
    ),
    "TOO_FEW_CELLS": (
        WARNING,
        _("The row ends early; the missing cells count as empty."),
        _("Check that the file is complete."),
    ),
    "REPEATED_HEADER": (
        ERROR,
        _("The header stands here once more; it is no data and points at nobody."),
        _("Delete this line; files were probably joined."),
    ),
    "CAMPUS_UNCLEAR": (
        ERROR,
        _("It is not clear which campus this belongs to."),
        _("Choose a campus for the import."),
    ),
    "ON_ANOTHER_CAMPUS": (
        ERROR,
        _("This belongs to a campus this import may not touch."),
        _("Ask the registrar of that campus or of the whole school."),
    ),
    "AMBIGUOUS": (
        ERROR,
        _("Another row of the file means the same record."),
        _("Keep one of the two rows, or tell them apart by an id or a number."),
    ),
    "GRADE_UNKNOWN": (
        WARNING,
        _("This grade level is new to the school and is added at the end."),
        _("Check its place after."),
    ),
    "SEX_UNKNOWN": (
        WARNING,
        _("This word for the sex is not known; it stays not stated."),
        _("Correct it after."),
    ),
    "SEVERAL_GRADES": (WARNING, _("Several grade levels; the first one counts."), _("Check the first one.")),
    "SEVERAL_TERMS": (
        WARNING,
        _("Several terms; the section is put into the stretch that holds them."),
        _("Check the term."),
    ),
    "EMAIL_INVALID": (
        WARNING,
        _("This is not an e-mail address; it is left out."),
        _("Correct the address."),
    ),
    "EMAIL_SHARED": (
        WARNING,
        _("Several people have this e-mail address."),
        _("Give each their own before inviting them."),
    ),
    "PHONE_TOO_LONG": (WARNING, _("This is no phone number; it is left out."), _("Correct the number.")),
    "STATUS_UNKNOWN": (
        WARNING,
        _("This status is not known; the row counts as active."),
        _("Check the word."),
    ),
    "SCHOOL_YEAR_FORM": (
        WARNING,
        _("The standard wants one year here, the one in which it ends."),
        _("Nothing to do."),
    ),
    "DATE_ORDER_ASSUMED": (
        WARNING,
        _("Day and month cannot be told apart in this column; an order was assumed."),
        _("Choose the order of day and month for the import if it is wrong."),
    ),
    "TERM_MISSING": (
        WARNING,
        _("No term is given; the school year stands in."),
        _("Correct the term of the section after."),
    ),
    "COURSE_MISSING": (
        WARNING,
        _("No course is given; one is made from the name of the class."),
        _("Correct it after."),
    ),
    "OTHER_CAMPUS": (
        WARNING,
        _("The pupil is on another campus than the section."),
        _("Check which of the two is right."),
    ),
    "ORG_UNDESCRIBED": (
        WARNING,
        _("The files do not say what this school is; its rows go to the only possible campus."),
        _("Choose a campus for the import if that is wrong."),
    ),
    "ORG_ABOVE_CAMPUS": (
        WARNING,
        _("This organisation is no campus; a campus it belongs with was taken."),
        _("Check the campus."),
    ),
    "MANY_PRIMARY": (
        WARNING,
        _("Only one teacher can be the primary one; the first stays."),
        _("Check who is primary."),
    ),
    "NO_ROLE": (WARNING, _("The person has no role, so there is no place for them."), _("Add a role.")),
    "CANNOT_END": (
        WARNING,
        _("This cannot be ended by a file."),
        _("End it by hand if the school wants that."),
    ),
    "SESSION_STAYS": (
        WARNING,
        _("A session ends on its own date; sections, marks and papers lie within it, so it stays."),
        _("Change its dates by hand if the school wants it shorter."),
    ),
    "NOT_DESCRIBED": (
        WARNING,
        _("The manifest and the files do not agree about this file."),
        _("Check the export."),
    ),
    "CATEGORY_UNKNOWN": (
        WARNING,
        _("The scheme of the section has no category of this name."),
        _("Give the item a category after."),
    ),
    "ENCODING_GUESSED": (
        WARNING,
        _("The file is not in UTF-8; it was read as Western European text."),
        _("Check the accents."),
    ),
}


class Problem(NamedTuple):
    file: str
    line: int
    column: str
    code: str
    value: str
    hint: str

    @property
    def severity(self) -> Severity:
        return CATALOGUE[self.code][0]


class Problems:
    """Collects; every error and held row is kept, a repeated warning is kept some times and counted
    always.
    """

    def __init__(self) -> None:
        self.kept: list[Problem] = []
        self.counts: Counter[str] = Counter()
        self._warned: Counter[tuple[str, str, str]] = Counter()

    def add(self, file: str, line: int, column: str, code: str, value: str = "", hint: str = "") -> None:
        severity = CATALOGUE[code][0]
        self.counts[severity] += 1
        if severity == WARNING:
            place = (file, column, code)
            self._warned[place] += 1
            if self._warned[place] > WARNINGS_KEPT:
                return
        self.kept.append(Problem(file, line, column[:100], code, value[:200], hint[:300]))


def message_of(code: str) -> str:
    return str(CATALOGUE[code][1])


def remedy_of(code: str) -> str:
    return str(CATALOGUE[code][2])
