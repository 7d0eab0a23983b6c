"""Telling families of results and grades: once a release, pupil and section, and never what they are."""

import uuid
from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from django.db.models.functions import Now, TruncDate
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from apps.academics.models import Guardianship, Section, Student
from apps.accounts.access import FAMILY
from apps.core.jobs import enqueue
from apps.core.policy import active_on
from apps.gradebook.access import released
from apps.gradebook.models import LineItem, PostedGrade, Result, ScoreStatus
from apps.messaging.kinds import Kind
from apps.messaging.models import Notification
from apps.messaging.services import Recipient, filled, notify

RESULTS: Final = "gradebook.results"
GRADES: Final = "gradebook.grades"
# A cell nobody has marked is no result.
_NO_NEWS: Final = (ScoreStatus.UNMARKED, ScoreStatus.SUBMITTED)


def tell_released(*, section_id: uuid.UUID, released_at: datetime, today: date, now: datetime) -> int:
    """Tell the pupils with a result in what was let out at that moment. Returns how many.

    Read afresh: what was taken back, or set to another time, is not told.
    """
    items = LineItem.objects.filter(section=section_id, release_at=released_at)
    if _is_early("gradebook.tell_released", section_id, released_at, items):
        return 0
    students = Student.objects.filter(pk__in=_with_results(section_id, released_at).values("student"))
    said = _("New results in %(subject)s for %(name)s")
    return _tell(RESULTS, section_id, released_at, students, said, today, now)


def tell_posted(*, section_id: uuid.UUID, released_at: datetime, today: date, now: datetime) -> int:
    """Tell the pupils whose grades were let out at that moment. Returns how many."""
    grades = _standing(section_id, released_at)
    if _is_early("gradebook.tell_posted", section_id, released_at, grades):
        return 0
    students = Student.objects.filter(pk__in=grades.filter(released()).values("student"))
    said = _("A grade for %(name)s in %(subject)s is out")
    return _tell(GRADES, section_id, released_at, students, said, today, now)


def results_are_still_out(notification: Notification) -> bool:
    """Asked just before a notice goes out: the results are still out, and who gets it may still see them."""
    student, section, moment = _occasion(notification)
    out = _with_results(section, moment).filter(student=student)
    return out.exists() and may_still_be_told(notification, student)


def grade_is_still_out(notification: Notification) -> bool:
    student, section, moment = _occasion(notification)
    out = _standing(section, moment).filter(released(), student=student)
    return out.exists() and may_still_be_told(notification, student)


KINDS: Final = (
    Kind(
        RESULTS, _("New results"), FAMILY, icon="report-analytics", still_due=results_are_still_out
    ),
    Kind(GRADES, _("A grade of the term"), FAMILY, icon="certificate", still_due=grade_is_still_out),
)  # fmt: skip


def _with_results(section_id: Any, released_at: datetime) -> Any:
    rows = Result.objects.filter(
        released("line_item__"), line_item__section=section_id, line_item__release_at=released_at
    )
    return rows.exclude(status__in=_NO_NEWS)


def _standing(section_id: Any, released_at: datetime) -> Any:
    return PostedGrade.objects.filter(section=section_id, release_at=released_at, replaced_at__isnull=True)


def _is_early(job: str, section_id: uuid.UUID, moment: datetime, rows: Any) -> bool:
    """The clock of a worker may be ahead of the database's; then the job comes back."""
    early: bool = rows.exists() and not rows.filter(released()).exists()
    if early:
        school_id = Section.objects.values_list("school", flat=True).get(pk=section_id)
        enqueue(
            job, school_id=school_id, run_after=moment, section_id=section_id,
            released_at=moment.isoformat(),
        )  # fmt: skip
    return early


def _tell(
    kind: str,
    section_id: uuid.UUID,
    moment: datetime,
    students: Iterable[Student],
    words: Any,
    today: date,
    now: datetime,
) -> int:
    section = Section.objects.select_related("course").get(pk=section_id)
    pupils = list(students)
    people = families(pupils, today)
    for pupil in pupils:
        said = {"name": pupil.given_name, "subject": str(section.course or section)}
        notify(
            school_id=pupil.school_id,
            kind=kind,
            recipients=people[pupil.pk],
            title=filled(words, said),
            body=filled(_("Open the marks of %(name)s to see them."), said),
            url=reverse("gradebook:student", args=[pupil.pk]),
            dedupe=f"{kind}:{pupil.pk}:{section_id}:{moment.isoformat()}",
            now=now,
        )
    return len(pupils)


def families(pupils: list[Student], today: date) -> dict[uuid.UUID, list[Recipient]]:
    """Each pupil with a login, and the guardians who may see marks and may be told."""
    found: defaultdict[uuid.UUID, list[Recipient]] = defaultdict(list)
    for pupil in pupils:
        if pupil.user_id is not None:
            found[pupil.pk].append(Recipient(user_id=pupil.user_id, name=pupil.full_name, email=pupil.email))
    links = _entitled().filter(active_on(today), student__in=pupils).order_by("order")
    for link in links.select_related("guardian__user"):
        one = link.guardian
        language = one.user.language if one.user else ""
        found[link.student_id].append(Recipient(one.user_id, one.full_name, one.email, one.phone, language))
    return found


def _entitled() -> Any:
    return Guardianship.objects.filter(may_contact=True, may_see_marks=True)


def _occasion(notification: Notification) -> tuple[str, str, datetime]:
    _kind, student, section, moment = notification.dedupe.split(":", 3)
    return student, section, datetime.fromisoformat(moment)


def may_still_be_told(notification: Notification, student_id: str) -> bool:
    """By the school's day, when it goes out. The database says it: whoever asks brings no clock."""
    who = notification.recipient_id
    if who is not None and Student.objects.filter(pk=student_id, user=who).exists():
        return True
    today: Any = TruncDate(Now(), tzinfo=ZoneInfo(notification.school.time_zone))
    links = _entitled().filter(active_on(today), student__pk=student_id)
    if who is not None:
        links = links.filter(guardian__user=who)
    else:
        links = links.filter(guardian__email__iexact=notification.email)
    return bool(links.exists())
