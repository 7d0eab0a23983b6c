"""Who reaches schools, campuses, logins and roles."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.core.policy import CAMPUS, OWN, SCHOOL, Actor, Grant, Policy


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
FAMILY = (Role.STUDENT, Role.GUARDIAN)


def _role_not_ended(actor: Actor) -> Q:
    """A role that begins next week already belongs to the campus; one that has ended does not."""
    end = "role_assignments__end_date"
    return Q(**{f"{end}__isnull": True}) | Q(**{f"{end}__gt": actor.today})


def _family_role_not_ended(actor: Actor) -> Q:
    return _role_not_ended(actor) & Q(role_assignments__role__in=FAMILY)


ON_CAMPUS = Grant(CAMPUS, when=_role_not_ended)
FAMILIES_ON_CAMPUS = Grant(CAMPUS, when=_family_role_not_ended)
# A campus never makes or unmakes those who run the whole school.
BELOW_SCHOOL = Grant(CAMPUS, when=~Q(role=Role.SCHOOL_ADMIN))
FAMILY_ROLES = Grant(CAMPUS, when=Q(role__in=FAMILY))

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
        # Put pupils, staff and sections there.
        "place": {Role.SCHOOL_ADMIN: SCHOOL, Role.CAMPUS_ADMIN: CAMPUS, Role.REGISTRAR: CAMPUS},
    },
)

USER_POLICY = Policy(
    paths={SCHOOL: "school", CAMPUS: "role_assignments__campus", OWN: "pk"},
    grants={
        "view": {
            Role.SCHOOL_ADMIN: SCHOOL,
            Role.CAMPUS_ADMIN: (ON_CAMPUS, OWN),
            Role.REGISTRAR: OWN,
            Role.ACCOUNTANT: OWN,
            Role.TEACHER: OWN,
            Role.STUDENT: OWN,
            Role.GUARDIAN: OWN,
        },
        "add": {Role.SCHOOL_ADMIN: SCHOOL, Role.CAMPUS_ADMIN: ON_CAMPUS},
        "change": {Role.SCHOOL_ADMIN: SCHOOL, Role.CAMPUS_ADMIN: ON_CAMPUS},
        # To send a first mail or another one; nobody does so above their own authority.
        "invite": {
            Role.SCHOOL_ADMIN: SCHOOL,
            Role.CAMPUS_ADMIN: ON_CAMPUS,
            Role.REGISTRAR: FAMILIES_ON_CAMPUS,
        },
        "suspend": {Role.SCHOOL_ADMIN: SCHOOL, Role.CAMPUS_ADMIN: ON_CAMPUS},
        "impersonate": {Role.SCHOOL_ADMIN: SCHOOL},
        "audit": {Role.SCHOOL_ADMIN: SCHOOL},
    },
)

ROLE_POLICY = Policy(
    paths={SCHOOL: "school", CAMPUS: "campus", OWN: "user"},
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
        "add": {
            Role.SCHOOL_ADMIN: SCHOOL,
            Role.CAMPUS_ADMIN: BELOW_SCHOOL,
            Role.REGISTRAR: FAMILY_ROLES,
        },
        "end": {
            Role.SCHOOL_ADMIN: SCHOOL,
            Role.CAMPUS_ADMIN: BELOW_SCHOOL,
            Role.REGISTRAR: FAMILY_ROLES,
        },
    },
)

IMPERSONATION_POLICY = Policy(
    paths={SCHOOL: "school", OWN: "user"},
    grants={"view": dict.fromkeys(EVERYONE, OWN) | {Role.SCHOOL_ADMIN: SCHOOL}},
)
