"""Who reaches notifications, their deliveries and preferences: only the person they are for.

Whoever runs the school oversees whether notices go out, in the back office.
"""

from typing import Final

from apps.accounts.access import EVERYONE, Role
from apps.core.policy import OWN, SCHOOL, Policy

_MINE: Final = dict.fromkeys(EVERYONE, OWN)
_OVERSEERS: Final = {Role.SCHOOL_ADMIN: SCHOOL}

NOTIFICATION_POLICY = Policy(
    paths={SCHOOL: "school", OWN: "recipient"},
    grants={"view": _MINE, "mark_read": _MINE, "oversee": _OVERSEERS},
)
DELIVERY_POLICY = Policy(
    paths={SCHOOL: "school", OWN: "notification__recipient"},
    grants={"view": _MINE, "oversee": _OVERSEERS, "retry": _OVERSEERS},
)
PREFERENCE_POLICY = Policy(
    paths={SCHOOL: "school", OWN: "user"},
    grants={"view": _MINE, "add": _MINE, "change": _MINE},
)
