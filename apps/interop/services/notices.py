"""Who brought a file in is told when its check or its effect is over."""

from datetime import datetime
from typing import Final

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from apps.accounts.access import Role
from apps.interop.models import ImportRun
from apps.messaging import kinds
from apps.messaging.services import Recipient, notify

KIND: Final = "interop.import"
_TITLES: Final = {
    "planned": _("The roster has been checked"),
    "applied": _("The roster has been brought in"),
}
_BODIES: Final = {
    "planned": _("Look at what it would change, and apply it when it is right."),
    "applied": _("The school now holds what the file says."),
}


def register_kind() -> None:
    roles = (Role.SCHOOL_ADMIN, Role.REGISTRAR)
    kinds.register(kinds.Kind(KIND, _("Roster imports"), roles, channels=(kinds.IN_APP,), icon="file-import"))


def tell_owner(run: ImportRun, step: str, now: datetime) -> None:
    if run.owner_id is None:
        return
    notify(
        school_id=run.school_id,
        kind=KIND,
        recipients=[Recipient(user_id=run.owner_id)],
        title=_TITLES[step],
        body=_BODIES[step],
        url=reverse("interop:import-detail", args=[run.pk]),
        dedupe=f"import:{run.pk}:{step}:{now.isoformat()}",
        now=now,
    )
