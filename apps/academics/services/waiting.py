"""The waiting list of a full section: joins, leaves, and moves by itself."""

from datetime import date, datetime

from django.db import transaction
from django.urls import reverse
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from apps.academics import selectors
from apps.academics.models import Enrollment, Section, Student, StudentStatus, WaitingListEntry, WaitingState
from apps.academics.services.enrollment import locked, require_admissible, require_asked_rightly, seated
from apps.academics.services.notices import SEAT_FREE
from apps.academics.services.seats import SectionFull, offer_seats_if_free, take_seat
from apps.accounts.models import Feature
from apps.core.errors import Conflict, DomainError
from apps.core.policy import Actor
from apps.core.rows import of_school
from apps.messaging.services import Recipient, notify


def enroll_or_wait(
    *,
    actor: Actor,
    student: Student,
    section: Section,
    begin_date: date,
    end_date: date | None = None,
    override_reason: str = "",
) -> Enrollment | WaitingListEntry:
    """A seat if there is one, otherwise a place in the queue (where the campus keeps queues)."""
    require_asked_rightly(actor, student, section, override_reason)
    with transaction.atomic():
        student = locked(student)
        try:
            take_seat(section, past=None if override_reason else student)
        except SectionFull as full:
            if override_reason or not full.values["waiting_list"]:
                raise
            return _queued(student, section)
        return seated(student, section, begin=begin_date, end=end_date, reason=override_reason)


def join_waiting_list(*, actor: Actor, student: Student, section: Section) -> WaitingListEntry:
    """Queue for the next free seat; a pupil who queues already keeps the place."""
    require_asked_rightly(actor, student, section, "")
    if not section.campus.has_feature(Feature.WAITING_LIST):
        raise Conflict("NO_WAITING_LIST", _("This campus keeps no waiting lists."), "section")
    with transaction.atomic():
        return _queued(locked(student), section)


def leave_waiting_list(*, actor: Actor, entry: WaitingListEntry) -> WaitingListEntry:
    of_school(actor, entry)
    rows = WaitingListEntry.objects.filter(pk=entry.pk, state=WaitingState.WAITING)
    if not rows.update(state=WaitingState.REMOVED):
        raise Conflict("NOT_WAITING", _("This pupil does not wait any more."))
    entry.refresh_from_db()
    return entry


def fill_free_seats(*, section: Section, today: date, now: datetime) -> list[Enrollment]:
    """Give free seats to who waits longest. Who may not come in (left, prerequisites) is passed over."""
    session = section.session
    if not section.is_active or (session.end_date and today >= session.end_date):
        return []
    moved: list[Enrollment] = []
    waiting = WaitingListEntry.objects.filter(section=section, state=WaitingState.WAITING)
    for entry in waiting.select_related("student").order_by("created_at", "id"):
        if entry.student.status != StudentStatus.ACTIVE:
            WaitingListEntry.objects.filter(pk=entry.pk).update(state=WaitingState.REMOVED)
            continue
        try:
            with transaction.atomic():
                moved.append(_moved_up(entry, section, max(today, session.begin_date)))
                _tell(moved[-1], today, now)
        except SectionFull:
            break
        except DomainError:
            continue
    return moved


def _queued(student: Student, section: Section) -> WaitingListEntry:
    require_admissible(student, section)
    waiting = WaitingListEntry.objects.filter(section=section, student=student, state=WaitingState.WAITING)
    if entry := waiting.first():
        return entry
    row = WaitingListEntry(school_id=section.school_id, section=section, student=student)
    row.save(force_insert=True)
    offer_seats_if_free(section)
    return row


def _tell(row: Enrollment, today: date, now: datetime) -> None:
    """The pupil and who may be told about the pupil; rights are looked up now."""
    people = selectors.people_to_tell(row.student, today)
    notify(
        school_id=row.school_id,
        kind=SEAT_FREE,
        recipients=[Recipient(one.user_id, one.full_name, one.email, one.phone) for one in people],
        title=lazy("A seat fell free"),
        body=format_lazy(
            "{} {}",
            row.student.given_name,
            format_lazy(lazy("now has a seat in {section}."), section=row.section.name),
        ),
        url=reverse("academics:student-detail", args=[row.student_id]),
        dedupe=f"seat:{row.pk}",
        now=now,
    )


def _moved_up(entry: WaitingListEntry, section: Section, begin: date) -> Enrollment:
    student = locked(entry.student)
    if not WaitingListEntry.objects.filter(pk=entry.pk, state=WaitingState.WAITING).exists():
        raise Conflict("NOT_WAITING", _("This pupil does not wait any more."))
    take_seat(section)
    return seated(student, section, begin=begin)
