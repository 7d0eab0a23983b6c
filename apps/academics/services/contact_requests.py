"""Families ask for new contact data; the office sees before and after, and decides."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from apps.academics.models import ContactChangeRequest, Guardian, RequestState, Student
from apps.academics.services.notices import CONTACT_DECIDED
from apps.accounts.models import Feature
from apps.core.errors import Conflict, DomainError, Missing, StaleVersion
from apps.core.policy import Actor
from apps.core.rows import of_school, revised, user_of, written
from apps.messaging.services import Recipient, notify

FIELDS: Final = ("email", "phone", "address")
_DECIDED: Final = {
    RequestState.ACCEPTED: lazy("The office has taken the new data over."),
    RequestState.DECLINED: lazy("The office has declined it."),
}


def request_contact_change(
    *, actor: Actor, student: Student, after: Mapping[str, str], guardian: Guardian | None = None
) -> ContactChangeRequest:
    """Ask for new data of the pupil, or of the guardian. A second wish replaces the one that still waits."""
    of_school(actor, student)
    if not student.campus.has_feature(Feature.CONTACT_REQUESTS):
        raise Conflict("NOT_OFFERED", _("This campus takes such changes at the office only."))
    if guardian is not None and not guardian.guardianships.filter(student=student).exists():
        raise Missing
    target = _target(student, of_school(actor, guardian) if guardian else None)
    wished = {name: value.strip() for name, value in after.items() if name in FIELDS}
    _require_email(wished.get("email", ""))
    changed = {name: value for name, value in wished.items() if value != getattr(target, name)}
    if not changed:
        raise DomainError("NOTHING_CHANGED", _("This is what the school has on file already."))
    before = {name: getattr(target, name) for name in changed}
    with transaction.atomic():
        _open(student, guardian, actor).update(state=RequestState.WITHDRAWN)
        row = ContactChangeRequest(
            school_id=student.school_id, student=student, guardian=guardian, requested_by_id=user_of(actor)
        )
        return written(row, before=before, after=changed)


def accept_contact_change(
    *, actor: Actor, request: ContactChangeRequest, now: datetime, note: str = ""
) -> ContactChangeRequest:
    """Write the new data, unless somebody changed the same fields since: then both values are shown."""
    with transaction.atomic():
        request = _undecided(actor, request)
        target = _target(request.student, request.guardian)
        theirs = {name: getattr(target, name) for name in request.after}
        if theirs != request.before:
            raise StaleVersion(yours=request.after, theirs=theirs)
        revised(target, expected=target.version, **request.after)
        return _decided(actor, request, RequestState.ACCEPTED, now, note)


def decline_contact_change(
    *, actor: Actor, request: ContactChangeRequest, now: datetime, note: str
) -> ContactChangeRequest:
    """Leave things as they are; the family reads the note."""
    if not note.strip():
        raise DomainError("NOTE_NEEDED", _("Tell the family why."), "note")
    with transaction.atomic():
        return _decided(actor, _undecided(actor, request), RequestState.DECLINED, now, note)


def withdraw_contact_change(*, actor: Actor, request: ContactChangeRequest) -> ContactChangeRequest:
    with transaction.atomic():
        return written(_undecided(actor, request), state=RequestState.WITHDRAWN)


def _target(student: Student, guardian: Guardian | None) -> Student | Guardian:
    return guardian if guardian is not None else student


def _open(student: Student, guardian: Guardian | None, actor: Actor) -> Any:
    return ContactChangeRequest.objects.filter(
        student=student, guardian=guardian, requested_by=actor.user_id, state=RequestState.OPEN
    )


def _undecided(actor: Actor, request: ContactChangeRequest) -> ContactChangeRequest:
    row = ContactChangeRequest.objects.select_for_update(of=("self",)).select_related("student", "guardian")
    request = row.get(pk=of_school(actor, request).pk)
    if request.state != RequestState.OPEN:
        raise Conflict("DECIDED_ALREADY", _("This request was settled already."))
    return request


def _decided(
    actor: Actor, request: ContactChangeRequest, state: RequestState, now: datetime, note: str
) -> ContactChangeRequest:
    row = written(
        request, state=state, decided_by_id=actor.user_id, decided_at=now, decision_note=note.strip()[:200]
    )
    notify(
        school_id=row.school_id,
        kind=CONTACT_DECIDED,
        recipients=[Recipient(row.requested_by_id)],
        title=lazy("Your request for new contact data"),
        body=row.decision_note or _DECIDED[state],
        url=reverse("academics:request-detail", args=[row.pk]),
        dedupe=f"contact:{row.pk}",
        now=now,
    )
    return row


def _require_email(email: str) -> None:
    if email:
        try:
            validate_email(email)
        except ValidationError as fault:
            raise DomainError("EMAIL", fault.message, "email") from None
