"""Cards of the Today page that join several apps."""

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from apps.accounts.access import OFFICE, Role
from apps.accounts.models import User
from apps.core.policy import Actor
from apps.core.web import today
from apps.core.web.today import TodayCard
from apps.messaging.selectors import unread_count
from apps.portals import selectors


def people(request: HttpRequest) -> TodayCard:
    """Who the school is, in three numbers that lead on."""
    numbers = selectors.school_numbers(_actor(request))
    rows = [
        (_("Pupils"), numbers.students, _address("academics:student-list")),
        (_("Staff"), numbers.staff, _address("academics:staff-list")),
        (_("Homerooms"), numbers.homerooms, _address("academics:section-list")),
        (_("Taught sections"), numbers.sections, _address("academics:section-list")),
    ]
    return TodayCard(
        key="people",
        title=_("The school in numbers"),
        icon="users-group",
        template="portals/card_numbers.html",
        context={"rows": rows},
        wide=True,
    )


def children(request: HttpRequest) -> TodayCard | None:
    """All children side by side."""
    actor = _actor(request)
    found = selectors.children_of(actor.user_id, actor)
    if not found:
        return None
    rows = [(child, _address("academics:student-detail", child.pk)) for child in found]
    return TodayCard(
        key="children",
        title=ngettext("My child", "My children", len(rows)),
        icon="friends",
        template="portals/card_children.html",
        context={"rows": rows},
    )


def news(request: HttpRequest) -> TodayCard | None:
    """Unread notices; nothing when all is read."""
    count = unread_count(_actor(request))
    if not count:
        return None
    return TodayCard(
        key="news",
        title=_("Notices for you"),
        icon="bell",
        number=count,
        text=ngettext("One you have not read.", "You have not read these.", count),
        url=reverse("messaging:inbox"),
        url_label=_("Read"),
        live="inbox",
    )


def nowhere(request: HttpRequest) -> TodayCard | None:
    """A pupil's, guardian's or teacher's login that is not yet joined to a person says so."""
    user: User = request.user  # type: ignore[assignment]  # only for who is signed in
    joined = any(hasattr(user, name) for name in ("student", "guardian", "staff_member"))
    if joined or _actor(request).has(*OFFICE, Role.ACCOUNTANT):
        return None
    return TodayCard(
        key="nowhere",
        title=_("Your login is not joined to a person yet"),
        icon="user-question",
        tone="attention",
        text=_("Until the office does that, your timetable and registers stay empty. Tell them your e-mail."),
    )


def register() -> None:
    today.register((Role.SCHOOL_ADMIN, Role.CAMPUS_ADMIN, Role.REGISTRAR), 800, people)
    today.register(Role.GUARDIAN, 600, children)
    today.register((Role.TEACHER, Role.STUDENT, Role.GUARDIAN), 10, nowhere)
    today.register(tuple(Role), 700, news)


def _address(name: str, *args: object) -> str:
    """An empty address when the page is not there, so that no name is a dead link."""
    try:
        return reverse(name, args=args)
    except NoReverseMatch:
        return ""


def _actor(request: HttpRequest) -> Actor:
    actor: Actor = request.actor  # type: ignore[attr-defined]  # set by ActorMiddleware
    return actor
