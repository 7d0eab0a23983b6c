"""A rollover is for good once the first register of the new year has been taken."""

from collections.abc import Iterator
from typing import Final

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from apps.academics.models import AcademicSession
from apps.academics.services.rollover import Blocker, Contributor, within
from apps.attendance.models import Register


def blockers(year: AcademicSession) -> Iterator[Blocker]:
    rows = Register.objects.filter(within(year, "section__session")).select_related("section")
    register = rows.order_by("date", "taken_at").first()
    if register is not None:
        named = {"section": register.section.name, "date": date_format(register.date, "j M Y")}
        yield Blocker(
            _("The register of %(section)s on %(date)s has been taken.") % named, _address(register)
        )


def _address(register: Register) -> str:
    if register.meeting_id is not None:
        return reverse("attendance:register-lesson", args=[register.meeting_id])
    return reverse("attendance:register-day", args=[register.section_id, register.date])


CONTRIBUTOR: Final = Contributor("attendance", blockers=blockers)
