"""What families are told by this app, and whether somebody may still be told when the mail goes out."""

from typing import Any, Final

from django.db.models import Q
from django.db.models.functions import Now, TruncDate
from django.utils.translation import gettext_lazy as _

from apps.academics.models import ContactChangeRequest, Enrollment, Guardianship, Student
from apps.accounts.access import FAMILY
from apps.core.policy import active_on
from apps.messaging.kinds import Kind
from apps.messaging.models import Notification

SEAT_FREE: Final = "academics.seat_free"
CONTACT_DECIDED: Final = "academics.contact_decided"


def _about_a_place(notification: Notification) -> bool:
    place = Enrollment.objects.filter(pk=_row_of(notification)).select_related("student").first()
    return place is not None and _may_be_told(notification, place.student)


def _about_a_request(notification: Notification) -> bool:
    row = ContactChangeRequest.objects.filter(pk=_row_of(notification)).select_related("student").first()
    return row is not None and _may_be_told(notification, row.student)


def _may_be_told(notification: Notification, student: Student) -> bool:
    """The pupil, or a guardian whose link is active on the day it goes out and says so."""
    if notification.recipient_id is not None and notification.recipient_id == student.user_id:
        return True
    # Whoever asks brings no clock, so the database says the day.
    today: Any = TruncDate(Now())
    links = Guardianship.objects.filter(active_on(today), student=student, may_contact=True)
    if notification.recipient_id is not None:
        return links.filter(guardian__user=notification.recipient_id).exists()
    return links.filter(~Q(guardian__email=""), guardian__email__iexact=notification.email).exists()


def _row_of(notification: Notification) -> str:
    """The occasions are named `seat:<enrollment>` and `contact:<request>`."""
    return notification.dedupe.partition(":")[2]


KINDS: Final = (
    Kind(SEAT_FREE, _("A seat fell free"), FAMILY, icon="chalkboard", still_due=_about_a_place),
    Kind(
        CONTACT_DECIDED, _("Your request for new contact data"), FAMILY, icon="inbox",
        still_due=_about_a_request,
    ),
)  # fmt: skip
