"""Who may bring rosters in: the whole school's office, and a campus's registrar for that campus only."""

from apps.accounts.access import Role
from apps.core.policy import CAMPUS, SCHOOL, Policy

_OFFICE = {Role.SCHOOL_ADMIN: SCHOOL, Role.REGISTRAR: CAMPUS}

# A registrar of the whole school reaches every run; one of a campus only runs bound to that campus.
IMPORT_POLICY = Policy(
    paths={SCHOOL: "school", CAMPUS: "campus"},
    grants={"view": _OFFICE, "add": _OFFICE, "apply": _OFFICE, "delete": _OFFICE},
)
IMPORT_PART_POLICY = Policy(
    paths={SCHOOL: "school", CAMPUS: "run__campus"},
    grants={"view": _OFFICE},
)
MAPPING_POLICY = Policy(
    paths={SCHOOL: "school"},
    grants={"view": {Role.SCHOOL_ADMIN: SCHOOL, Role.REGISTRAR: SCHOOL}},
)
