"""Who reaches pupils, guardians, staff, programs, courses, sections and enrollments."""

from typing import Final

from django.db.models import Q

from apps.accounts.access import EVERYONE, OFFICE, Role
from apps.core.policy import (
    CAMPUS,
    CHILD,
    CLASS,
    NOTHING,
    OWN,
    SCHOOL,
    Actor,
    Grant,
    Policy,
    Reach,
    reach,
)

ADMINS: Final = {
    Role.SCHOOL_ADMIN: SCHOOL,
    Role.CAMPUS_ADMIN: CAMPUS,
    Role.REGISTRAR: CAMPUS,
}
WHOLE_SCHOOL: Final = dict.fromkeys(EVERYONE, SCHOOL)
SETUP: Final = {Role.SCHOOL_ADMIN: SCHOOL, Role.REGISTRAR: SCHOOL}

# Shared words of the school (subjects, grade levels, programs, courses, sessions): all read, few write.
SHARED_POLICY = Policy(
    paths={SCHOOL: "school"},
    grants={"view": WHOLE_SCHOOL, "add": SETUP, "change": SETUP, "delete": SETUP},
)
PROGRAM_POLICY = Policy(
    paths={SCHOOL: "school"},
    grants={
        "view": WHOLE_SCHOOL,
        "add": SETUP,
        "change": SETUP,
        "delete": SETUP,
        "view_statistics": dict.fromkeys(OFFICE, SCHOOL),
    },
)
OFFICE_ONLY_POLICY = Policy(
    paths={SCHOOL: "school"},
    grants={
        "view": dict.fromkeys(OFFICE, SCHOOL),
        "add": {Role.SCHOOL_ADMIN: SCHOOL},
        "change": {Role.SCHOOL_ADMIN: SCHOOL},
        "delete": {Role.SCHOOL_ADMIN: SCHOOL},
    },
)

_TAUGHT = reach(
    "enrollments__section__teaching_assignments__staff__user",
    "enrollments",
    "enrollments__section__teaching_assignments",
)
_MY_CHILD = reach("guardianships__guardian__user", "guardianships")

STUDENT_POLICY = Policy(
    paths={SCHOOL: "school", CAMPUS: "campus", CLASS: _TAUGHT, OWN: "user", CHILD: _MY_CHILD},
    grants={
        "view": {
            **ADMINS,
            Role.ACCOUNTANT: CAMPUS,
            Role.TEACHER: CLASS,
            Role.STUDENT: OWN,
            Role.GUARDIAN: CHILD,
        },
        # Birth date, sex, blood group.
        "view_details": {**ADMINS, Role.TEACHER: CLASS, Role.STUDENT: OWN, Role.GUARDIAN: CHILD},
        # Address, phone, emergency contacts, more fields: the household's, so a guardian has to live there.
        "view_contacts": {
            **ADMINS,
            Role.TEACHER: CLASS,
            Role.STUDENT: OWN,
            Role.GUARDIAN: Grant(CHILD, when=Q(guardianships__lives_with=True)),
        },
        # Fields of the school's own that families may not see.
        "view_internal": {**ADMINS, Role.TEACHER: CLASS},
        "add": ADMINS,
        "change": ADMINS,
        "enroll": ADMINS,
        "withdraw": ADMINS,
        "transfer": ADMINS,
        "promote": ADMINS,
        "export": ADMINS,
        "request_change": {
            Role.GUARDIAN: Grant(
                CHILD, when=Q(guardianships__may_contact=True, guardianships__lives_with=True)
            ),
            Role.STUDENT: OWN,
        },
        # Who may not write to the school may not excuse the child from it either.
        "report_absence": {Role.GUARDIAN: Grant(CHILD, when=Q(guardianships__may_contact=True))},
        "invite": ADMINS,
    },
)

# A guardian sees their own card only: never a co-guardian's phone or address, not even the name.
GUARDIAN_POLICY = Policy(
    paths={
        SCHOOL: "school",
        CAMPUS: "guardianships__student__campus",
        CLASS: reach(
            "guardianships__student__enrollments__section__teaching_assignments__staff__user",
            "guardianships",
            "guardianships__student__enrollments",
            "guardianships__student__enrollments__section__teaching_assignments",
        ),
        OWN: "user",
    },
    grants={
        "view": {**ADMINS, Role.ACCOUNTANT: CAMPUS, Role.TEACHER: CLASS, Role.GUARDIAN: OWN},
        "add": ADMINS,
        "change": ADMINS,
        "invite": ADMINS,
        "request_change": {Role.GUARDIAN: OWN},
    },
)

# The link itself is dated: a teacher does not read the address of somebody whose link has ended.
GUARDIANSHIP_POLICY = Policy(
    paths={
        SCHOOL: "school",
        CAMPUS: "student__campus",
        CLASS: reach(
            "student__enrollments__section__teaching_assignments__staff__user",
            "",
            "student__enrollments",
            "student__enrollments__section__teaching_assignments",
        ),
        OWN: reach("guardian__user", ""),
    },
    grants={
        "view": {**ADMINS, Role.ACCOUNTANT: CAMPUS, Role.TEACHER: CLASS, Role.GUARDIAN: OWN},
        # The court order or agreement behind the rights: the office only, neither teachers nor the parties.
        "view_document": ADMINS,
        "add": ADMINS,
        "change": ADMINS,
    },
)

EMERGENCY_CONTACT_POLICY = Policy(
    paths={
        SCHOOL: "school",
        CAMPUS: "student__campus",
        CLASS: reach(
            "student__enrollments__section__teaching_assignments__staff__user",
            "student__enrollments",
            "student__enrollments__section__teaching_assignments",
        ),
        OWN: "student__user",
        CHILD: reach("student__guardianships__guardian__user", "student__guardianships"),
    },
    grants={
        "view": {
            **ADMINS,
            Role.TEACHER: CLASS,
            Role.STUDENT: OWN,
            Role.GUARDIAN: Grant(CHILD, when=Q(student__guardianships__lives_with=True)),
        },
        "add": ADMINS,
        "change": ADMINS,
        "delete": ADMINS,
    },
)

STAFF_POLICY = Policy(
    paths={SCHOOL: "school", CAMPUS: "campus", OWN: "user"},
    grants={
        "view": {**ADMINS, Role.ACCOUNTANT: CAMPUS, Role.TEACHER: SCHOOL},
        "view_private": {**ADMINS, Role.TEACHER: OWN},
        "add": ADMINS,
        "change": ADMINS,
        # As roles go: a registrar invites families, not colleagues.
        "invite": {Role.SCHOOL_ADMIN: SCHOOL, Role.CAMPUS_ADMIN: CAMPUS},
        "export": ADMINS,
    },
)

_MY_SECTION = reach("teaching_assignments__staff__user", "teaching_assignments")
_MY_PLACE = reach("enrollments__student__user", "enrollments")
_CHILDS_PLACE = reach(
    "enrollments__student__guardianships__guardian__user",
    "enrollments",
    "enrollments__student__guardianships",
)
SECTION_POLICY = Policy(
    paths={
        SCHOOL: "school",
        CAMPUS: "campus",
        CLASS: _MY_SECTION,
        OWN: _MY_PLACE,
        CHILD: _CHILDS_PLACE,
    },
    grants={
        "view": {**ADMINS, Role.TEACHER: CAMPUS, Role.STUDENT: OWN, Role.GUARDIAN: CHILD},
        "view_roster": {**ADMINS, Role.TEACHER: CLASS},
        "add": ADMINS,
        "change": ADMINS,
        "delete": ADMINS,
        "enroll": ADMINS,
        # Let somebody in against prerequisites or past the queue, with a reason.
        "override": {Role.SCHOOL_ADMIN: SCHOOL, Role.REGISTRAR: CAMPUS},
    },
)

TEACHING_POLICY = Policy(
    paths={
        SCHOOL: "school",
        CAMPUS: "section__campus",
        OWN: reach("section__enrollments__student__user", "section__enrollments"),
        CHILD: reach(
            "section__enrollments__student__guardianships__guardian__user",
            "section__enrollments",
            "section__enrollments__student__guardianships",
        ),
    },
    grants={
        "view": {**ADMINS, Role.TEACHER: CAMPUS, Role.STUDENT: OWN, Role.GUARDIAN: CHILD},
        "add": ADMINS,
        "change": ADMINS,
        "end": ADMINS,
    },
)

# A pupil's place, be it on a campus, in a section or on a waiting list.
_PUPIL_PATHS: Final[dict[str, str | Reach]] = {
    SCHOOL: "school",
    OWN: "student__user",
    CHILD: reach("student__guardianships__guardian__user", "student__guardianships"),
}
ENROLLMENT_POLICY = Policy(
    paths={
        **_PUPIL_PATHS,
        CAMPUS: "section__campus",
        CLASS: reach("section__teaching_assignments__staff__user", "section__teaching_assignments"),
    },
    grants={
        "view": {**ADMINS, Role.TEACHER: CLASS, Role.STUDENT: OWN, Role.GUARDIAN: CHILD},
        "add": ADMINS,
        "change": ADMINS,
        "withdraw": ADMINS,
    },
)
CAMPUS_ENROLLMENT_POLICY = Policy(
    paths={**_PUPIL_PATHS, CAMPUS: "campus"},
    grants={
        "view": {**ADMINS, Role.STUDENT: OWN, Role.GUARDIAN: CHILD},
        "add": ADMINS,
        "change": ADMINS,
    },
)

CHANGE_REQUEST_POLICY = Policy(
    paths={SCHOOL: "school", CAMPUS: "student__campus", OWN: "requested_by"},
    grants={
        "view": {**ADMINS, Role.GUARDIAN: OWN, Role.STUDENT: OWN},
        "add": {Role.GUARDIAN: OWN, Role.STUDENT: OWN},
        "decide": ADMINS,
        "withdraw": {Role.GUARDIAN: OWN, Role.STUDENT: OWN},
    },
)

STATUS_CHANGE_POLICY = Policy(
    paths={
        SCHOOL: "school",
        CAMPUS: "enrollment__section__campus",
        OWN: "enrollment__student__user",
        CHILD: reach(
            "enrollment__student__guardianships__guardian__user",
            "enrollment__student__guardianships",
        ),
    },
    grants={"view": {**ADMINS, Role.STUDENT: OWN, Role.GUARDIAN: CHILD}},
)


def _of_whole_school(actor: Actor) -> Q:
    """A registrar who is bound to campuses turns no year: it turns for all of them."""
    return Q() if actor.roles[Role.REGISTRAR] is None else NOTHING


_TURNS: Final[dict[Role, str | Grant]] = {
    Role.SCHOOL_ADMIN: SCHOOL,
    Role.REGISTRAR: Grant(SCHOOL, when=_of_whole_school),
}

# A campus looks at what becomes of its own pupils and sections.
ROLLOVER_POLICY = Policy(
    paths={SCHOOL: "school", CAMPUS: "lines__campus"},
    grants={"view": ADMINS, "add": _TURNS, "change": _TURNS, "apply": _TURNS, "undo": _TURNS},
)
ROLLOVER_LINE_POLICY = Policy(
    paths={SCHOOL: "school", CAMPUS: "campus"}, grants={"view": ADMINS, "change": _TURNS}
)
ROLLOVER_EFFECT_POLICY = Policy(paths={SCHOOL: "school"}, grants={"view": _TURNS})
