"""Who reaches calendars, bell schedules and meetings."""

from typing import Final

from apps.academics.access import ADMINS
from apps.accounts.access import EVERYONE, Role
from apps.core.policy import CAMPUS, CHILD, CLASS, OWN, SCHOOL, Policy, reach

_EVERYONE: Final = dict.fromkeys(EVERYONE, SCHOOL)


def _setup(campus: str) -> Policy:
    """When the school works is no secret; the office of a campus says it."""
    return Policy(
        paths={SCHOOL: "school", CAMPUS: campus},
        grants={"view": _EVERYONE, "add": ADMINS, "change": ADMINS, "delete": ADMINS},
    )


CALENDAR_POLICY: Final = _setup("campus")
CALENDAR_DATE_POLICY: Final = _setup("calendar__campus")
BELL_SCHEDULE_POLICY: Final = _setup("campus")
CLASS_PERIOD_POLICY: Final = _setup("bell_schedule__campus")

_PLACE = reach("section__enrollments__student__user", "section__enrollments")
_CHILDS_PLACE = reach(
    "section__enrollments__student__guardianships__guardian__user",
    "section__enrollments",
    "section__enrollments__student__guardianships",
)
PATTERN_POLICY: Final = Policy(
    paths={SCHOOL: "school", CAMPUS: "section__campus"},
    grants={
        "view": {**ADMINS, Role.TEACHER: CAMPUS},
        "add": ADMINS,
        "change": ADMINS,
        "delete": ADMINS,
    },
)

# Whoever stands in the plan for this one lesson, be it for a colleague.
TAKER: Final = "taker"
MEETING_POLICY: Final = Policy(
    paths={
        SCHOOL: "school",
        CAMPUS: "section__campus",
        CLASS: reach("section__teaching_assignments__staff__user", "section__teaching_assignments"),
        TAKER: "teacher__user",
        OWN: _PLACE,
        CHILD: _CHILDS_PLACE,
    },
    grants={
        "view": {**ADMINS, Role.TEACHER: (CAMPUS, CLASS, TAKER), Role.STUDENT: OWN, Role.GUARDIAN: CHILD},
        "add": ADMINS,
        "change": ADMINS,
        "delete": ADMINS,
        "cancel": ADMINS,
        "restore": ADMINS,
        "take_register": {**ADMINS, Role.TEACHER: (CLASS, TAKER)},
    },
)
