"""Telling guardians of an unexplained absence: once a pupil and day, quiet once explained."""

import uuid
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from django.db.models.functions import Now, TruncDate
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from apps.academics.models import Guardianship, Student
from apps.accounts.models import Feature, Role
from apps.attendance.models import AbsenceNotice, AttendanceDay, Register
from apps.core.policy import active_on
from apps.messaging.kinds import Kind
from apps.messaging.models import Notification
from apps.messaging.services import Recipient, filled, notify

ABSENCE: Final = "attendance.absence"
CORRECTION: Final = "attendance.correction"


def tell_guardians(*, register_id: uuid.UUID, today: date, now: datetime) -> int:
    """Tell the guardians of those whom this register misses without an explanation. Returns how many pupils.

    Read afresh: what was explained since is not told, and nobody who lost the right to know is.
    """
    register = Register.objects.select_related("campus").filter(pk=register_id).first()
    if register is None or not register.campus.has_feature(Feature.ABSENCE_NOTICES):
        return 0
    students = Student.objects.filter(
        attendance_events__register=register,
        attendance_events__code__is_unexplained=True,
        attendance_days__date=register.date,
        attendance_days__unexplained__gt=0,
    )
    fresh = _first_today(list(students.select_related("campus")), register.date)
    for student in fresh:
        told = _tell_absence(student, register.date, today, now)
        AbsenceNotice.objects.filter(student=student, date=register.date).update(told=told)
    return len(fresh)


def tell_correction(*, student_ids: Iterable[str], day: date, today: date, now: datetime) -> int:
    """The pupil was there after all: a kind word to the guardians, if they had been told otherwise."""
    notices = AbsenceNotice.objects.filter(
        student__in=list(student_ids), date=day, told__gt=0, corrected_at__isnull=True
    )
    still_missed = AttendanceDay.objects.filter(date=day, unexplained__gt=0).values("student")
    rows = list(
        notices.exclude(student__in=still_missed).select_related("student").select_for_update(of=("self",))
    )
    for notice in rows:
        student = notice.student
        said = {"name": student.given_name, "day": f"{day:%d.%m.%Y}"}
        notify(
            school_id=student.school_id,
            kind=CORRECTION,
            recipients=guardians_to_tell(student, today),
            title=filled(_("%(name)s is in school"), said),
            body=filled(
                _(
                    "The register of %(day)s was put right: %(name)s is in school. We are sorry for the"
                    " worry."
                ),
                said,
            ),
            url=reverse("attendance:student", args=[student.pk]),
            dedupe=f"{CORRECTION}:{student.pk}:{day}",
            urgent=True,
            now=now,
        )
    AbsenceNotice.objects.filter(pk__in=[one.pk for one in rows]).update(corrected_at=now)
    return len(rows)


def guardians_to_tell(student: Student, today: date) -> list[Recipient]:
    """Guardians whose link is active today and says they may be told."""
    links = Guardianship.objects.filter(active_on(today), student=student, may_contact=True)
    return [
        Recipient(
            user_id=one.guardian.user_id,
            name=one.guardian.full_name,
            email=one.guardian.email,
            phone=one.guardian.phone,
            language=one.guardian.user.language if one.guardian.user else "",
        )
        for one in links.select_related("guardian__user").order_by("order")
    ]


def is_still_due(notification: Notification) -> bool:
    """Asked just before a notice goes out: still unexplained, and still somebody who may be told."""
    _kind, student_id, day = notification.dedupe.split(":")
    missing = AttendanceDay.objects.filter(student__pk=student_id, date=day, unexplained__gt=0).exists()
    return missing and _may_still_be_told(notification, student_id)


def may_still_be_told(notification: Notification) -> bool:
    return _may_still_be_told(notification, notification.dedupe.split(":")[1])


KINDS: Final = (
    Kind(
        name=ABSENCE,
        label=_("About an absence"),
        roles=(Role.GUARDIAN,),
        icon="user-question",
        still_due=is_still_due,
    ),
    Kind(
        name=CORRECTION,
        label=_("An absence was put right"),
        roles=(Role.GUARDIAN,),
        icon="user-check",
        still_due=may_still_be_told,
    ),
)


def _first_today(students: Sequence[Student], day: date) -> list[Student]:
    """Those nobody was told about on that day; the uniqueness of the notice decides between two jobs."""
    rows = [AbsenceNotice(school_id=one.school_id, student=one, date=day) for one in students]
    AbsenceNotice.objects.bulk_create(rows, ignore_conflicts=True)
    written = set(
        AbsenceNotice.objects.filter(pk__in=[row.pk for row in rows]).values_list("student", flat=True)
    )
    return [one for one in students if one.pk in written]


def _tell_absence(student: Student, day: date, today: date, now: datetime) -> int:
    said = {"name": student.given_name, "day": f"{day:%d.%m.%Y}"}
    made = notify(
        school_id=student.school_id,
        kind=ABSENCE,
        recipients=guardians_to_tell(student, today),
        title=filled(_("%(name)s is not in class"), said),
        body=filled(
            _(
                "%(name)s was marked absent today, %(day)s, and we have not heard why. If you know, please"
                " tell us with one tap; if %(name)s should be in school, please call the office."
            ),
            said,
        ),
        url=reverse("attendance:report-add", args=[student.pk]),
        dedupe=f"{ABSENCE}:{student.pk}:{day}",
        urgent=True,
        now=now,
    )
    return len(made)


def _may_still_be_told(notification: Notification, student_id: str) -> bool:
    """By the school's day, when it goes out. The database says it: whoever asks brings no clock."""
    today: Any = TruncDate(Now(), tzinfo=ZoneInfo(notification.school.time_zone))
    links = Guardianship.objects.filter(active_on(today), student__pk=student_id, may_contact=True)
    if notification.recipient_id is not None:
        return links.filter(guardian__user=notification.recipient_id).exists()
    return links.filter(guardian__email__iexact=notification.email).exists()
