"""Who reaches document templates, issued documents, runs, and the comments on report cards."""

from typing import Final

from django.db.models import Q
from django.db.models.functions import Now

from apps.academics.access import ADMINS
from apps.accounts.access import Role
from apps.core.policy import CAMPUS, CHILD, CLASS, OWN, SCHOOL, Grant, Policy, reach

HOMEROOM: Final = "homeroom"

_HEADS: Final = {Role.SCHOOL_ADMIN: SCHOOL, Role.CAMPUS_ADMIN: CAMPUS}
_MAY_SEE_MARKS: Final = Q(student__guardianships__may_see_marks=True)
_CHILD: Final = reach("student__guardianships__guardian__user", "student__guardianships")
_TAUGHT: Final = reach("section__teaching_assignments__staff__user", "section__teaching_assignments")
_HOMEROOM: Final = reach(
    "student__enrollments__section__teaching_assignments__staff__user",
    "student__enrollments",
    "student__enrollments__section__teaching_assignments",
)
_OWN_HOMEROOM: Final = Q(student__enrollments__section__kind="homeroom")
FOR_FAMILIES: Final = Q(release_at__lte=Now(), revoked_at__isnull=True)

TEMPLATE_POLICY: Final = Policy(
    paths={SCHOOL: "school", CAMPUS: "campus"},
    grants={
        "view": {
            Role.SCHOOL_ADMIN: SCHOOL,
            Role.CAMPUS_ADMIN: SCHOOL,
            Role.REGISTRAR: SCHOOL,
            Role.TEACHER: SCHOOL,
        },
        "add": _HEADS,
        "change": _HEADS,
        "delete": _HEADS,
    },
)

RUN_POLICY: Final = Policy(
    paths={SCHOOL: "school", CAMPUS: "campus"}, grants={"view": ADMINS, "add": ADMINS, "change": ADMINS}
)
RUN_ENTRY_POLICY: Final = Policy(paths={SCHOOL: "school", CAMPUS: "run__campus"}, grants={"view": ADMINS})

DOCUMENT_POLICY: Final = Policy(
    paths={
        SCHOOL: "school",
        CAMPUS: "campus",
        CLASS: _TAUGHT,
        HOMEROOM: _HOMEROOM,
        OWN: "student__user",
        CHILD: _CHILD,
    },
    grants={
        "view": {
            **ADMINS,
            # The mark sheets of what one teaches, all papers of one's homeroom.
            Role.TEACHER: (CLASS, Grant(HOMEROOM, when=_OWN_HOMEROOM)),
            Role.STUDENT: Grant(OWN, when=FOR_FAMILIES),
            Role.GUARDIAN: Grant(CHILD, when=FOR_FAMILIES & _MAY_SEE_MARKS),
        },
        "add": ADMINS,
        "release": ADMINS,
        "revoke": ADMINS,
    },
)

COMMENT_POLICY: Final = Policy(
    paths={SCHOOL: "school", CAMPUS: "section__campus", CLASS: _TAUGHT, HOMEROOM: _HOMEROOM},
    grants={
        "view": {**ADMINS, Role.TEACHER: (CLASS, Grant(HOMEROOM, when=_OWN_HOMEROOM))},
        "write": {Role.TEACHER: CLASS},
        # The second pair of eyes: the homeroom teacher, or the heads.
        "proofread": {**_HEADS, Role.TEACHER: Grant(HOMEROOM, when=_OWN_HOMEROOM)},
    },
)
BANK_POLICY: Final = Policy(
    paths={SCHOOL: "school", OWN: "owner"},
    grants={
        # A line of the school is for all who write; a line of one's own for oneself.
        "view": {
            Role.SCHOOL_ADMIN: Grant(SCHOOL, when=Q(owner__isnull=True)),
            Role.CAMPUS_ADMIN: Grant(SCHOOL, when=Q(owner__isnull=True)),
            Role.TEACHER: (Grant(SCHOOL, when=Q(owner__isnull=True)), OWN),
        },
        "add": {Role.SCHOOL_ADMIN: SCHOOL, Role.CAMPUS_ADMIN: SCHOOL, Role.TEACHER: OWN},
        "change": {
            Role.SCHOOL_ADMIN: Grant(SCHOOL, when=Q(owner__isnull=True)),
            Role.CAMPUS_ADMIN: Grant(SCHOOL, when=Q(owner__isnull=True)),
            Role.TEACHER: OWN,
        },
        "delete": {
            Role.SCHOOL_ADMIN: Grant(SCHOOL, when=Q(owner__isnull=True)),
            Role.CAMPUS_ADMIN: Grant(SCHOOL, when=Q(owner__isnull=True)),
            Role.TEACHER: OWN,
        },
    },
)
