"""Who reaches buildings and rooms."""

from apps.accounts.access import EVERYONE, Role
from apps.core.policy import CAMPUS, SCHOOL, Policy

_KEEPERS = {Role.SCHOOL_ADMIN: SCHOOL, Role.CAMPUS_ADMIN: CAMPUS}

# Where a lesson is, is no secret inside the school; keeping the list is the campus's work.
PLACE_POLICY = Policy(
    paths={SCHOOL: "school", CAMPUS: "campus"},
    grants={
        "view": dict.fromkeys(EVERYONE, SCHOOL),
        "add": _KEEPERS,
        "change": _KEEPERS,
        "delete": _KEEPERS,
    },
)
