"""Logins for people of the school: invited by mail, with the role that comes with who they are."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from apps.academics.models import Guardian, StaffMember, Student
from apps.accounts.access import OFFICE
from apps.accounts.models import Campus, Role, School, User
from apps.accounts.services import assign_role, create_user, send_invitation
from apps.core.errors import Conflict, DomainError
from apps.core.jobs import enqueue
from apps.core.models import Job
from apps.core.policy import Actor, active_on
from apps.core.rows import of_school, revised, school_of
from apps.messaging import kinds
from apps.messaging.services import Recipient, notify

Personal = Student | Guardian | StaffMember
ROLES: dict[type[Personal], Role] = {
    Student: Role.STUDENT,
    Guardian: Role.GUARDIAN,
    StaffMember: Role.TEACHER,
}
# How a job names them.
KINDS: dict[str, type[Personal]] = {"guardian": Guardian, "staff": StaffMember}
INVITE: Final = "academics.invite_people"
RESULT: Final = kinds.Kind(
    INVITE,
    gettext_lazy("Invitations have gone out"),
    OFFICE,
    channels=(kinds.IN_APP,),
    icon="mail",
)


@dataclass(frozen=True)
class Invited:
    """What became of inviting many: how many mails are on their way, and who could not be invited."""

    count: int
    refused: list[str]


@transaction.atomic
def invite_person(*, actor: Actor, person: Personal, now: datetime, today: date) -> User:
    """Send the person a link to choose a password; who was invited before gets a new one.

    Staff and guardians keep the login they have under the same address: a teacher may be a parent here.
    """
    of_school(actor, person)
    user = person.user or _login(person)
    for campus in _campuses(person, today):
        assign_role(actor=actor, user=user, role=ROLES[type(person)], campus=campus, begin_date=today)
    if person.user is None:
        revised(person, expected=person.version, user=user)
    elif user.has_usable_password():
        raise Conflict("SIGNED_IN_BEFORE", _("%s signs in already.") % person)
    if user.has_usable_password():
        return user
    return send_invitation(actor=actor, user=user, now=now, today=today)


def invite_people(*, actor: Actor, people: Iterable[Personal], now: datetime, today: date) -> Invited:
    """Each by itself: one without a mail address does not keep the others waiting."""
    count, refused = 0, []
    for person in people:
        try:
            invite_person(actor=actor, person=person, now=now, today=today)
            count += 1
        except Conflict as refusal:
            if refusal.code != "SIGNED_IN_BEFORE":
                refused.append(str(person))
        except DomainError:
            refused.append(str(person))
    return Invited(count, refused)


def invite_later(*, actor: Actor, kind: str, ids: Iterable[Any]) -> Job:
    """As `invite_people`, by a worker: a whole school takes longer than a page may."""
    wanted = sorted(str(pk) for pk in ids)
    return enqueue(
        INVITE,
        school_id=school_of(actor),
        owner_id=actor.user_id,
        owner=str(actor.user_id),
        kind=kind,
        ids=wanted,
    )


def tell_invited(*, actor: Actor, told: Invited, now: datetime) -> None:
    """Who asked for many invitations hears how it went."""
    text = (
        ngettext("%d invitation is on its way.", "%d invitations are on their way.", told.count) % told.count
    )
    if told.refused:
        text += " " + _("Not invited, see their pages: %s") % ", ".join(told.refused[:20])
    notify(
        school_id=school_of(actor),
        kind=INVITE,
        recipients=[Recipient(user_id=actor.user_id)],
        title=_("Invitations have gone out"),
        body=text,
        url=reverse("academics:student-list"),
        dedupe=f"{INVITE}:{now.isoformat()}",
        now=now,
    )


def _login(person: Personal) -> User:
    if not person.email:
        raise DomainError("EMAIL", _("%s has no mail address yet; add it first.") % person, "email")
    known: User | None = User.objects.by_email(person.email).filter(school=person.school_id).first()
    if known is None:
        return create_user(
            school=School.objects.get(pk=person.school_id), email=person.email, name=person.full_name
        )
    joined = isinstance(person, Student) or hasattr(known, "student") or hasattr(known, _link(person))
    if joined or not known.is_active:
        raise Conflict(
            "DUPLICATE", _("Somebody else signs in with this address; %s needs another.") % person, "email"
        )
    return known


def _link(person: Personal) -> str:
    """The name under which a login knows a person of this kind."""
    return str(type(person)._meta.get_field("user").remote_field.related_name)


def _campuses(person: Personal, today: date) -> list[Campus]:
    if not isinstance(person, Guardian):
        if isinstance(person, StaffMember) and person.left_date and person.left_date <= today:
            raise Conflict("LEFT_ALREADY", _("%s has left already.") % person)
        return [person.campus]
    links = person.guardianships.filter(active_on(today)).select_related("student__campus")
    if not (found := {link.student.campus_id: link.student.campus for link in links}):
        raise Conflict("NO_CHILD", _("%s answers for nobody here now.") % person)
    return list(found.values())
