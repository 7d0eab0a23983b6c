"""Reminding teachers of registers that are due."""

from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from django.utils.translation import gettext_lazy as _

from apps.accounts.models import Campus, Role
from apps.attendance.selectors.missing import MissingRegister, missing_registers
from apps.attendance.selectors.sheets import settings_of
from apps.messaging.kinds import IN_APP, Kind
from apps.messaging.services import Recipient, filled, notify

REMINDER: Final = "attendance.reminder"
KINDS: Final = (
    Kind(
        name=REMINDER,
        label=_("A register is due"),
        roles=(Role.TEACHER,),
        channels=(IN_APP,),
        icon="clipboard-list",
    ),
)


def chase_registers(*, now: datetime) -> int:
    """Remind each teacher once of each register overdue by the campus rule. Returns how many."""
    return sum(_chase(campus, now) for campus in Campus.objects.filter(is_active=True))


def _chase(campus: Campus, now: datetime) -> int:
    wait = settings_of(campus.pk).remind_after
    if not wait:
        return 0
    today = now.astimezone(ZoneInfo(campus.time_zone)).date()
    late = [one for one in missing_registers(campus, today, now) if one.minutes_since(now) >= wait]
    return sum(_remind(campus, one, now) for one in late)


def _remind(campus: Campus, missing: MissingRegister, now: datetime) -> bool:
    if missing.teacher is None or missing.teacher.user_id is None:
        return False
    recipient = Recipient(user_id=missing.teacher.user_id, name=missing.teacher.full_name)
    told = notify(
        school_id=campus.school_id,
        kind=REMINDER,
        recipients=[recipient],
        title=filled(_("The register of %(section)s is due"), {"section": missing.section.name}),
        body=_("Nobody has taken it yet. It takes four taps."),
        url=missing.url,
        dedupe=f"{REMINDER}:{missing.key}",
        now=now,
    )
    return bool(told)
