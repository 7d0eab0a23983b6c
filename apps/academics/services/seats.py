"""Seats of a section: taken and freed in one statement each, so that no two requests get the same one."""

from django.db import connection
from django.db.models import Exists, F, OuterRef
from django.utils.translation import gettext as _

from apps.academics.models import Section, Student, WaitingListEntry, WaitingState
from apps.accounts.models import Feature
from apps.core import jobs
from apps.core.errors import Conflict
from apps.core.protections import stands

FILL = "academics.fill_free_seats"
_SEATS_FREE = "SELECT seats_taken < capacity FROM academics_section WHERE id = %s FOR SHARE"


class SectionFull(Conflict):
    """No seat is free; `waiting_list` says whether one may queue for it."""

    def __init__(self, section: Section) -> None:
        waits = section.campus.has_feature(Feature.WAITING_LIST)
        super().__init__(
            "SECTION_FULL",
            _("All %(n)d seats of %(section)s are taken.") % {"n": section.capacity, "section": section},
            "section",
            values={"capacity": section.capacity, "waiting_list": waits},
        )


def take_seat(section: Section, *, past: Student | None = None) -> None:
    """One seat, or SectionFull. The statement finds and takes it at once; its row lock lasts until commit.

    `past` names who asks without heading the queue: somebody else who waits goes first.
    """
    if not stands("seats"):
        return _take_seat_unguarded(section)
    free = Section.objects.filter(pk=section.pk, seats_taken__lt=F("capacity"))
    if past is not None:
        others = WaitingListEntry.objects.filter(section=OuterRef("pk"), state=WaitingState.WAITING)
        free = free.filter(~Exists(others.exclude(student=past)))
    if not free.update(seats_taken=F("seats_taken") + 1):
        raise SectionFull(section)
    return None


def free_seat(section: Section) -> None:
    """Give the seat back and let the next in the waiting list have it."""
    Section.objects.filter(pk=section.pk, seats_taken__gt=0).update(seats_taken=F("seats_taken") - 1)
    offer_seats(section)


def offer_seats(section: Section) -> None:
    """Let a job look at the waiting list once this transaction holds.

    Asked for every time: whoever joins the list at this very moment cannot be seen from here.
    """
    jobs.enqueue(FILL, school_id=section.school_id, section_id=str(section.pk))


def offer_seats_if_free(section: Section) -> None:
    """For who has just joined. Until commit no seat changes hands: whoever frees one later sees the list.

    A shared lock, so that those who join at the same moment do not wait for each other.
    """
    with connection.cursor() as cursor:
        cursor.execute(_SEATS_FREE, [section.pk])
        found = cursor.fetchone()
    if found and found[0]:
        offer_seats(section)


def _take_seat_unguarded(section: Section) -> None:
    """Count, then write: what the guard is there to prevent. A test switches it on to see the harm."""
    seen = Section.objects.get(pk=section.pk)
    if seen.seats_taken >= seen.capacity:
        raise SectionFull(section)
    Section.objects.filter(pk=section.pk).update(seats_taken=seen.seats_taken + 1)
