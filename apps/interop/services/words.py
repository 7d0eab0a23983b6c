"""The enumerations of the formats and what each word becomes here; keys are lower case without signs."""

import re
from typing import Final

from apps.academics.models import Relation, SectionKind, SessionKind, Sex

STUDENT, STAFF, GUARDIAN = "student", "staff", "guardian"

# What an organisation is: a campus, something above one, something inside one.
ORGS: Final[dict[str, str]] = {
    **dict.fromkeys(("school", "college", "campus", "academy", "institute"), "campus"),
    **dict.fromkeys(
        (
            "district",
            "local",
            "state",
            "national",
            "ministryofeducation",
            "ministry",
            "university",
            "region",
            "county",
            "charter",
            "territory",
            "educationalserviceagency",
        ),
        "above",
    ),
    **dict.fromkeys(
        ("department", "faculty", "division", "program", "grade", "library", "club", "sport"), "inside"
    ),
}

SESSIONS: Final[dict[str, SessionKind]] = {
    "schoolyear": SessionKind.SCHOOL_YEAR,
    "semester": SessionKind.SEMESTER,
    **dict.fromkeys(
        ("term", "trimester", "quarter", "summersession", "minisession", "block"), SessionKind.TERM
    ),
    **dict.fromkeys(("gradingperiod", "markingperiod"), SessionKind.GRADING_PERIOD),
}

SECTION_KINDS: Final[dict[str, SectionKind]] = {
    "homeroom": SectionKind.HOMEROOM,
    "scheduled": SectionKind.SCHEDULED,
}

# (who the person becomes, the title a staff member gets, whether they teach as the main teacher)
ROLES: Final[dict[str, tuple[str, str, bool]]] = {
    "student": (STUDENT, "", False),
    "learner": (STUDENT, "", False),
    **dict.fromkeys(("teacher", "instructor"), (STAFF, "Teacher", True)),
    "professor": (STAFF, "Professor", True),
    "associateprofessor": (STAFF, "Professor", True),
    "assistantprofessor": (STAFF, "Professor", True),
    "lecturer": (STAFF, "Lecturer", True),
    "adjunct": (STAFF, "Lecturer", True),
    "faculty": (STAFF, "Faculty", True),
    "staff": (STAFF, "Staff", False),
    "other": (STAFF, "Staff", False),
    "aide": (STAFF, "Aide", False),
    "paraprofessional": (STAFF, "Aide", False),
    "teacherassistant": (STAFF, "Aide", False),
    "proctor": (STAFF, "Proctor", False),
    "coach": (STAFF, "Coach", False),
    "counselor": (STAFF, "Counsellor", False),
    "counsellor": (STAFF, "Counsellor", False),
    "principal": (STAFF, "Principal", False),
    "chair": (STAFF, "Chair", False),
    "nurse": (STAFF, "Nurse", False),
    "librarian": (STAFF, "Librarian", False),
    **dict.fromkeys(
        (
            "administrator",
            "districtadministrator",
            "siteadministrator",
            "systemadministrator",
            "itadmin",
            "admin",
            "officestaff",
            "registrar",
        ),
        (STAFF, "Administrator", False),
    ),
    **dict.fromkeys(("guardian", "parent", "relative", "emergencycontact"), (GUARDIAN, "", False)),
}

# Whoever is no carer is told of, but does not see marks or collect the child until the school says so.
RELATIONS: Final[dict[str, tuple[Relation, bool]]] = {
    "": (Relation.GUARDIAN, True),
    "guardian": (Relation.GUARDIAN, True),
    "parent": (Relation.GUARDIAN, True),
    "mother": (Relation.MOTHER, True),
    "father": (Relation.FATHER, True),
    "grandparent": (Relation.GRANDPARENT, True),
    "grandmother": (Relation.GRANDPARENT, True),
    "grandfather": (Relation.GRANDPARENT, True),
    "relative": (Relation.RELATIVE, True),
    "aunt": (Relation.RELATIVE, True),
    "uncle": (Relation.RELATIVE, True),
    "sibling": (Relation.RELATIVE, False),
    **dict.fromkeys(
        ("other", "aide", "doctor", "administrator", "emergencycontact", "emergency", "child"),
        (Relation.OTHER, False),
    ),
}

SEXES: Final[dict[str, Sex]] = {
    "female": Sex.FEMALE,
    "f": Sex.FEMALE,
    "girl": Sex.FEMALE,
    "w": Sex.FEMALE,
    "male": Sex.MALE,
    "m": Sex.MALE,
    "boy": Sex.MALE,
    "other": Sex.OTHER,
    "x": Sex.OTHER,
    "nonbinary": Sex.OTHER,
    "unspecified": Sex.UNSTATED,
    "unknown": Sex.UNSTATED,
    "notspecified": Sex.UNSTATED,
    "notselected": Sex.UNSTATED,
}

# Grades that schools write, after `plain_word`; another one comes in as it stands and is told of.
LETTERS: Final = frozenset(
    "a+ a b+ b c+ c d+ d e f a1 a2 b1 b2 c1 c2 d1 d2 e1 e2 a* o s u p np i w wp wf cr nc au ab ex inc ip n g "
    "pass fail distinction merit credit satisfactory unsatisfactory excellent outstanding good".split()
)

_ROMAN: Final = dict(zip("i ii iii iv v vi vii viii ix x xi xii".split(), range(1, 13), strict=True))
_NAMED: Final[dict[str, tuple[str, str, int]]] = {
    "it": ("IT", "Infants", 1),
    "pr": ("PR", "Playgroup", 2),
    "pk": ("PK", "Pre-Kindergarten", 3),
    "prek": ("PK", "Pre-Kindergarten", 3),
    "nursery": ("PK", "Nursery", 3),
    "tk": ("TK", "Transitional Kindergarten", 4),
    "lkg": ("LKG", "Lower Kindergarten", 4),
    "kg": ("KG", "Kindergarten", 5),
    "k": ("KG", "Kindergarten", 5),
    "kindergarten": ("KG", "Kindergarten", 5),
    "ukg": ("UKG", "Upper Kindergarten", 5),
    "ps": ("PS", "Postsecondary", 30),
    "ug": ("UG", "Ungraded", 50),
    "other": ("Other", "Other", 60),
    "undergraduate": ("undergraduate", "Undergraduate", 36),
    "graduate": ("graduate", "Graduate", 38),
    "postgraduate": ("postgraduate", "Postgraduate", 38),
}


def grade_of(text: str) -> tuple[str, str, int | None]:
    """(code, name, position) of a grade however a system writes it: "09", "Grade 9", "IX", "KG", "PS1"."""
    word = re.sub(r"^(grade|class|std|standard|year|level)", "", re.sub(r"[\s_\-.]+", "", text.casefold()))
    if word.isascii() and word.isdigit() and int(word) <= 13:
        number = int(word)
        return (str(number), f"Grade {number}", 10 + number) if number else _NAMED["kg"]
    if word in _ROMAN:
        return str(_ROMAN[word]), f"Grade {_ROMAN[word]}", 10 + _ROMAN[word]
    if match := re.fullmatch(r"ps(\d)", word):
        return f"PS{match[1]}", f"Postsecondary {match[1]}", 30 + int(match[1])
    return _NAMED.get(word, (text.strip()[:20], text.strip()[:60], None))
