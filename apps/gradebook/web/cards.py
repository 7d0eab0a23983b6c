"""What the gradebook says on the Today pages."""

from datetime import timedelta
from typing import Final

from django.db.models import Q
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from apps.academics.models import Section, Student
from apps.accounts.access import Role
from apps.core.policy import Actor, active_on
from apps.core.web import today
from apps.core.web.today import TodayCard
from apps.gradebook.models import LineItem
from apps.gradebook.selectors.standing import new_results
from apps.gradebook.selectors.waiting import to_mark, to_post
from apps.gradebook.selectors.years import years_of
from apps.gradebook.web.posting import address
from apps.timetable.web.asked import actor_of

_SHOWN: Final = 5
_NEW: Final = timedelta(days=7)


def marking(request: HttpRequest) -> TodayCard | None:
    """What a teacher has to mark and to post, the oldest first."""
    actor = actor_of(request)
    sections = _taught(actor)
    if not sections or actor.school_id is None:
        return None
    items = LineItem.objects.permitted(actor, "change").filter(section__in=sections)
    open_items = to_mark(items, actor.today)
    terms = to_post(sections, years_of(actor.school_id), actor.today)
    if not open_items and not terms:
        return None
    is_late = bool(terms) or any(one.is_late for one in open_items)
    return TodayCard(
        key="marking",
        title=_("To mark and to post"),
        icon="checklist",
        tone="attention" if is_late else "plain",
        template="gradebook/card_marking.html",
        context={
            "items": open_items[:_SHOWN],
            "more": max(0, len(open_items) - _SHOWN),
            "terms": [(one, address(one.section.pk, one.session)) for one in terms[:_SHOWN]],
        },
        url=reverse("gradebook:index"),
        url_label=_("My gradebooks"),
    )


def results(request: HttpRequest) -> TodayCard | None:
    """What came out in the last week, for the pupil and the family."""
    actor = actor_of(request)
    who = Q(user=actor.user_id) | Q(guardianships__guardian__user=actor.user_id)
    pupils = Student.objects.permitted(actor).filter(who).distinct()
    found = list(new_results(actor, pupils, actor.today - _NEW)[: _SHOWN + 1])
    if not found:
        return None
    return TodayCard(
        key="new-results",
        title=_("New results"),
        icon="report-analytics",
        template="gradebook/card_results.html",
        context={"results": found[:_SHOWN], "names": len({one.student_id for one in found}) > 1},
        url=reverse("gradebook:mine"),
        url_label=_("All marks"),
    )


def register() -> None:
    today.register(Role.TEACHER, 30, marking)
    today.register((Role.GUARDIAN, Role.STUDENT), 30, results)


def _taught(actor: Actor) -> list[Section]:
    rows = Section.objects.permitted(actor, "view_roster").filter(
        active_on(actor.today, "teaching_assignments"),
        active_on(actor.today, "session"),
        teaching_assignments__staff__user=actor.user_id,
        is_active=True,
    )
    return list(rows.select_related("course").distinct())
