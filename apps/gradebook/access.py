"""Who reaches scales, schemes, line items, results, posted grades and transcripts."""

from collections.abc import Callable
from typing import Final

from django.db.models import Q
from django.db.models.functions import Now

from apps.academics.access import ADMINS, SETUP, WHOLE_SCHOOL
from apps.accounts.access import Role
from apps.core.policy import CAMPUS, CHILD, CLASS, OWN, SCHOOL, Actor, Grant, Policy, reach
from apps.core.protections import stands

# The teacher of the pupil's homeroom looks after all subjects of the pupil.
HOMEROOM: Final = "homeroom"


def released(prefix: str = "") -> Q:
    """What is out, by the clock of the database: every node lets a result out at the same second."""
    return Q(**{f"{prefix}release_at__lte": Now()}) if stands("release") else Q()


def _once_out(prefix: str = "", also: Q = Q()) -> Callable[[Actor], Q]:
    return lambda actor: released(prefix) & also


_STANDING: Final = Q(replaced_at__isnull=True)
_MAY_SEE_MARKS: Final = Q(student__guardianships__may_see_marks=True)
_CHILD: Final = reach("student__guardianships__guardian__user", "student__guardianships")
_OWN_HOMEROOM: Final = Q(student__enrollments__section__kind="homeroom")
_HOMEROOM: Final = reach(
    "student__enrollments__section__teaching_assignments__staff__user",
    "student__enrollments",
    "student__enrollments__section__teaching_assignments",
)
_HEADS: Final = {Role.SCHOOL_ADMIN: SCHOOL, Role.CAMPUS_ADMIN: CAMPUS}

SCALE_POLICY: Final = Policy(
    paths={SCHOOL: "school"},
    grants={"view": WHOLE_SCHOOL, "add": SETUP, "change": SETUP, "delete": SETUP},
)

# A scheme of the school is for all to read; a section's own belongs to whoever teaches the section.
SCHEME_POLICY: Final = Policy(
    paths={
        SCHOOL: "school",
        CAMPUS: "section__campus",
        CLASS: reach("section__teaching_assignments__staff__user", "section__teaching_assignments"),
    },
    grants={
        "view": WHOLE_SCHOOL,
        "add": {**SETUP, Role.CAMPUS_ADMIN: CAMPUS, Role.TEACHER: CLASS},
        "change": {**SETUP, Role.CAMPUS_ADMIN: CAMPUS, Role.TEACHER: CLASS},
        "delete": {**SETUP, Role.CAMPUS_ADMIN: CAMPUS},
    },
)
CATEGORY_POLICY: Final = Policy(
    paths={
        SCHOOL: "school",
        CAMPUS: "scheme__section__campus",
        CLASS: reach(
            "scheme__section__teaching_assignments__staff__user", "scheme__section__teaching_assignments"
        ),
    },
    grants=SCHEME_POLICY.grants,
)

MARKING_POLICY: Final = Policy(
    paths={SCHOOL: "school", CAMPUS: "campus"},
    grants={"view": {**ADMINS, Role.TEACHER: CAMPUS}, "change": _HEADS},
)

_TAUGHT: Final = reach("section__teaching_assignments__staff__user", "section__teaching_assignments")

GRADEBOOK_POLICY: Final = Policy(
    paths={SCHOOL: "school", CAMPUS: "section__campus", CLASS: _TAUGHT},
    grants={
        "view": {**ADMINS, Role.TEACHER: CLASS},
        "change": {**ADMINS, Role.TEACHER: CLASS},
        "grade": {**_HEADS, Role.TEACHER: CLASS},
        "release": {**_HEADS, Role.TEACHER: CLASS},
        "post": {**_HEADS, Role.TEACHER: CLASS},
        "export": {**ADMINS, Role.TEACHER: CLASS},
        "message": {**_HEADS, Role.TEACHER: CLASS},
    },
)

LINE_ITEM_POLICY: Final = Policy(
    paths={
        SCHOOL: "school",
        CAMPUS: "section__campus",
        CLASS: _TAUGHT,
        OWN: reach("results__student__user"),
        CHILD: reach("results__student__guardianships__guardian__user", "results__student__guardianships"),
    },
    grants={
        "view": {
            **ADMINS,
            Role.TEACHER: CLASS,
            # What a pupil has a result in, once that is out.
            Role.STUDENT: Grant(OWN, when=_once_out()),
            Role.GUARDIAN: Grant(
                CHILD, when=_once_out(also=Q(results__student__guardianships__may_see_marks=True))
            ),
        },
        "add": {**_HEADS, Role.TEACHER: CLASS},
        "change": {**_HEADS, Role.TEACHER: CLASS},
        "delete": {**_HEADS, Role.TEACHER: CLASS},
        "release": {**_HEADS, Role.TEACHER: CLASS},
    },
)

RESULT_POLICY: Final = Policy(
    paths={
        SCHOOL: "school",
        CAMPUS: "line_item__section__campus",
        CLASS: reach(
            "line_item__section__teaching_assignments__staff__user",
            "line_item__section__teaching_assignments",
        ),
        HOMEROOM: _HOMEROOM,
        OWN: "student__user",
        CHILD: _CHILD,
    },
    grants={
        "view": {
            **ADMINS,
            Role.TEACHER: (CLASS, Grant(HOMEROOM, when=_OWN_HOMEROOM)),
            Role.STUDENT: Grant(OWN, when=_once_out("line_item__")),
            Role.GUARDIAN: Grant(CHILD, when=_once_out("line_item__", _MAY_SEE_MARKS)),
        },
        "grade": {**_HEADS, Role.TEACHER: CLASS},
        # Who typed what when: for those who answer for the mark.
        "view_history": {**ADMINS, Role.TEACHER: CLASS},
    },
)

POSTING_POLICY: Final = Policy(
    paths={SCHOOL: "school", CAMPUS: "section__campus", CLASS: _TAUGHT},
    grants={
        "view": {**ADMINS, Role.TEACHER: CLASS},
        "add": {**_HEADS, Role.TEACHER: CLASS},
        "withdraw": _HEADS,
    },
)

POSTED_POLICY: Final = Policy(
    paths={
        SCHOOL: "school",
        CAMPUS: "section__campus",
        CLASS: _TAUGHT,
        HOMEROOM: _HOMEROOM,
        OWN: "student__user",
        CHILD: _CHILD,
    },
    grants={
        "view": {
            **ADMINS,
            Role.TEACHER: (CLASS, Grant(HOMEROOM, when=_OWN_HOMEROOM)),
            Role.STUDENT: Grant(OWN, when=_once_out(also=_STANDING)),
            Role.GUARDIAN: Grant(CHILD, when=_once_out(also=_STANDING & _MAY_SEE_MARKS)),
        },
        # The steps of a grade with what is not out yet, and who changed it.
        "explain": {**ADMINS, Role.TEACHER: (CLASS, Grant(HOMEROOM, when=_OWN_HOMEROOM))},
        "amend": _HEADS,
        "release": _HEADS,
    },
)

TRANSCRIPT_POLICY: Final = Policy(
    paths={
        SCHOOL: "school",
        CAMPUS: "student__campus",
        HOMEROOM: _HOMEROOM,
        OWN: "student__user",
        CHILD: _CHILD,
    },
    grants={
        "view": {
            **ADMINS,
            Role.TEACHER: Grant(HOMEROOM, when=_OWN_HOMEROOM),
            Role.STUDENT: OWN,
            Role.GUARDIAN: Grant(CHILD, when=_MAY_SEE_MARKS),
        },
        "add": ADMINS,
        "change": ADMINS,
        "delete": {Role.SCHOOL_ADMIN: SCHOOL, Role.REGISTRAR: CAMPUS},
    },
)
