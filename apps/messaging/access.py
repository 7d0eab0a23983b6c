"""Who reaches notifications, their deliveries and preferences: only the person they are for."""

from typing import Final

from apps.accounts.access import EVERYONE
from apps.core.policy import OWN, SCHOOL, Policy

_MINE: Final = dict.fromkeys(EVERYONE, OWN)

NOTIFICATION_POLICY = Policy(
    paths={SCHOOL: "school", OWN: "recipient"},
    grants={"view": _MINE, "mark_read": _MINE},
)
DELIVERY_POLICY = Policy(
    paths={SCHOOL: "school", OWN: "notification__recipient"},
    grants={"view": _MINE},
)
PREFERENCE_POLICY = Policy(
    paths={SCHOOL: "school", OWN: "user"},
    grants={"view": _MINE, "add": _MINE, "change": _MINE},
)
