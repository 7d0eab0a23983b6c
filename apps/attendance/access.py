"""Who reaches codes, registers, events, absence reports and the office's board."""

from typing import Final

from django.db.models import Q

from apps.academics.access import ADMINS, SETUP
from apps.accounts.access import EVERYONE, Role
from apps.core.policy import CAMPUS, CHILD, CLASS, OWN, SCHOOL, Grant, Policy, reach

# Whoever stands in the plan for this one lesson, be it for a colleague.
TAKER: Final = "taker"

_CHILD = reach("student__guardianships__guardian__user", "student__guardianships")
_TAUGHT = reach(
    "student__enrollments__section__teaching_assignments__staff__user",
    "student__enrollments",
    "student__enrollments__section__teaching_assignments",
)

# A guardian a court keeps from the school does not excuse the child there, nor take an excuse back.
_WRITES = Grant(CHILD, when=Q(student__guardianships__may_contact=True))

CODE_POLICY: Final = Policy(
    paths={SCHOOL: "school"},
    grants={"view": dict.fromkeys(EVERYONE, SCHOOL), "add": SETUP, "change": SETUP},
)

SETTINGS_POLICY: Final = Policy(
    paths={SCHOOL: "school", CAMPUS: "campus"},
    grants={
        "view": {**ADMINS, Role.TEACHER: CAMPUS},
        "change": {Role.SCHOOL_ADMIN: SCHOOL, Role.CAMPUS_ADMIN: CAMPUS},
    },
)

REGISTER_POLICY: Final = Policy(
    paths={
        SCHOOL: "school",
        CAMPUS: "campus",
        CLASS: reach("section__teaching_assignments__staff__user", "section__teaching_assignments"),
        TAKER: "meeting__teacher__user",
    },
    grants={
        "view": {**ADMINS, Role.TEACHER: (CLASS, TAKER)},
        "take": {**ADMINS, Role.TEACHER: (CLASS, TAKER)},
        "upload": ADMINS,
    },
)

EVENT_POLICY: Final = Policy(
    paths={
        SCHOOL: "school",
        CAMPUS: "register__campus",
        CLASS: reach(
            "register__section__teaching_assignments__staff__user",
            "register__section__teaching_assignments",
        ),
        TAKER: "register__meeting__teacher__user",
        OWN: "student__user",
        CHILD: _CHILD,
    },
    grants={
        "view": {**ADMINS, Role.TEACHER: (CLASS, TAKER), Role.STUDENT: OWN, Role.GUARDIAN: CHILD},
        # What staff write about a mark among themselves.
        "view_note": {**ADMINS, Role.TEACHER: (CLASS, TAKER)},
        "export": ADMINS,
    },
)

# What is counted from the events: a pupil's day, and a pupil's month in a section.
DAY_POLICY: Final = Policy(
    paths={SCHOOL: "school", CAMPUS: "campus", CLASS: _TAUGHT, OWN: "student__user", CHILD: _CHILD},
    grants={
        "view": {**ADMINS, Role.TEACHER: CLASS, Role.STUDENT: OWN, Role.GUARDIAN: CHILD},
        # The board of who has not arrived, with whom to call.
        "view_board": ADMINS,
        "explain": ADMINS,
    },
)
MONTH_POLICY: Final = Policy(
    paths={
        SCHOOL: "school",
        CAMPUS: "section__campus",
        CLASS: reach("section__teaching_assignments__staff__user", "section__teaching_assignments"),
        OWN: "student__user",
        CHILD: _CHILD,
    },
    grants={"view": {**ADMINS, Role.TEACHER: CLASS, Role.STUDENT: OWN, Role.GUARDIAN: CHILD}},
)

REPORT_POLICY: Final = Policy(
    paths={SCHOOL: "school", CAMPUS: "student__campus", CLASS: _TAUGHT, OWN: "student__user", CHILD: _CHILD},
    grants={
        "view": {**ADMINS, Role.TEACHER: CLASS, Role.STUDENT: OWN, Role.GUARDIAN: CHILD},
        "add": {**ADMINS, Role.GUARDIAN: _WRITES},
        "withdraw": {**ADMINS, Role.GUARDIAN: _WRITES},
    },
)

# Calls and notices tell who may be reached and what families said; the office alone reads them.
OFFICE_POLICY: Final = Policy(
    paths={SCHOOL: "school", CAMPUS: "student__campus"},
    grants={"view": ADMINS, "add": ADMINS},
)
