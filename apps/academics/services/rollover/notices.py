"""Who rolled a year over is told when the work is over."""

from datetime import datetime
from typing import Final

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from apps.academics.models import Rollover
from apps.accounts.access import Role
from apps.messaging import kinds
from apps.messaging.services import Recipient, notify

KIND: Final = "academics.rollover"
_TITLES: Final = {
    "applied": _("The school year has been rolled over"),
    "undone": _("The rollover has been undone"),
}
_BODIES: Final = {
    "applied": _("It can be undone until the first register of the new year is taken."),
    "undone": _("The school is as it was before."),
}
NOTICE: Final = kinds.Kind(
    KIND,
    _("School year rolled over"),
    (Role.SCHOOL_ADMIN, Role.REGISTRAR),
    channels=(kinds.IN_APP,),
    icon="calendar-event",
)


def tell_owner(rollover: Rollover, step: str, now: datetime) -> None:
    owner = rollover.job.owner_id if rollover.job else None
    if owner is None:
        return
    notify(
        school_id=rollover.school_id,
        kind=KIND,
        recipients=[Recipient(user_id=owner)],
        title=_TITLES[step],
        body=_BODIES[step],
        url=reverse("academics:rollover-detail", args=[rollover.pk]),
        dedupe=f"rollover:{rollover.pk}:{step}",
        now=now,
    )
