"""Who reaches schools, campuses, logins and roles."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.core.policy import CAMPUS, OWN, SCHOOL, Policy


class Role(models.TextChoices):
    SCHOOL_ADMIN = "school_admin", _("School administrator")
    CAMPUS_ADMIN = "campus_admin", _("Campus administrator")
    REGISTRAR = "registrar", _("Registrar")
    ACCOUNTANT = "accountant", _("Accountant")
    TEACHER = "teacher", _("Teacher")
    STUDENT = "student", _("Student")
    GUARDIAN = "guardian", _("Guardian")


EVERYONE = tuple(Role)
STAFF = (Role.SCHOOL_ADMIN, Role.CAMPUS_ADMIN, Role.REGISTRAR, Role.ACCOUNTANT, Role.TEACHER)
OFFICE = (Role.SCHOOL_ADMIN, Role.CAMPUS_ADMIN, Role.REGISTRAR)

SCHOOL_POLICY = Policy(
    paths={SCHOOL: "pk"},
    grants={"view": dict.fromkeys(EVERYONE, SCHOOL), "change": {Role.SCHOOL_ADMIN: SCHOOL}},
)

CAMPUS_POLICY = Policy(
    paths={SCHOOL: "school", CAMPUS: "pk"},
    grants={
        "view": dict.fromkeys(EVERYONE, SCHOOL),
        "add": {Role.SCHOOL_ADMIN: SCHOOL},
        "change": {Role.SCHOOL_ADMIN: SCHOOL, Role.CAMPUS_ADMIN: CAMPUS},
        "switch_features": {Role.SCHOOL_ADMIN: SCHOOL, Role.CAMPUS_ADMIN: CAMPUS},
    },
)

USER_POLICY = Policy(
    paths={SCHOOL: "school", CAMPUS: "role_assignments__campus", OWN: "pk"},
    grants={
        "view": {
            Role.SCHOOL_ADMIN: SCHOOL,
            Role.CAMPUS_ADMIN: (CAMPUS, OWN),
            Role.REGISTRAR: OWN,
            Role.ACCOUNTANT: OWN,
            Role.TEACHER: OWN,
            Role.STUDENT: OWN,
            Role.GUARDIAN: OWN,
        },
        "add": {Role.SCHOOL_ADMIN: SCHOOL, Role.CAMPUS_ADMIN: SCHOOL},
        "change": {Role.SCHOOL_ADMIN: SCHOOL, Role.CAMPUS_ADMIN: CAMPUS},
        "suspend": {Role.SCHOOL_ADMIN: SCHOOL, Role.CAMPUS_ADMIN: CAMPUS},
        "impersonate": {Role.SCHOOL_ADMIN: SCHOOL},
    },
)

ROLE_POLICY = Policy(
    paths={SCHOOL: "school", CAMPUS: "campus", OWN: "user"},
    grants={
        "view": {Role.SCHOOL_ADMIN: SCHOOL, Role.CAMPUS_ADMIN: (CAMPUS, OWN)}
        | dict.fromkeys(
            (Role.REGISTRAR, Role.ACCOUNTANT, Role.TEACHER, Role.STUDENT, Role.GUARDIAN), OWN
        ),
        "add": {Role.SCHOOL_ADMIN: SCHOOL, Role.CAMPUS_ADMIN: CAMPUS},
        "end": {Role.SCHOOL_ADMIN: SCHOOL, Role.CAMPUS_ADMIN: CAMPUS},
    },
)
