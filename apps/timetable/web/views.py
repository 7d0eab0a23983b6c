"""Who meets when: my week, a section's week, a campus's day, the calendar."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from apps.academics.models import Section, Student
from apps.accounts.models import Role
from apps.core.errors import Missing
from apps.core.policy import Actor, permitted_or_missing, require_verb
from apps.timetable.models import Calendar, Meeting
from apps.timetable.selectors import (
    SchoolDay,
    attended_by,
    month_of,
    plan,
    school_day,
    school_days,
    shown,
    taught_by,
    week_of,
)
from apps.timetable.web.asked import actor_of, campus_of, campuses_of, day_of, month_before, month_in


@dataclass(frozen=True)
class Person:
    """Whose week can be shown: oneself as a teacher, oneself as a pupil, or a child."""

    label: str
    campus_id: uuid.UUID | None
    student_id: uuid.UUID | None = None

    @property
    def key(self) -> str:
        return str(self.student_id or "")


def people_of(actor: Actor) -> list[Person]:
    """The actor as a teacher, then the pupils that are theirs."""
    found: list[Person] = []
    if actor.has(Role.TEACHER):
        staff: Any = getattr(_user(actor), "staff_member", None)
        found.append(Person(_("My lessons"), staff.campus_id if staff else None))
    if actor.has(Role.STUDENT, Role.GUARDIAN):
        own = Actor(actor.user_id, actor.school_id, actor.today, _family_roles(actor))
        rows = Student.objects.permitted(own).order_by("given_name")
        found += [Person(one.given_name, one.campus_id, one.pk) for one in rows]
    return found


def lessons_of(actor: Actor, person: Person) -> "QuerySet[Meeting]":
    rows: QuerySet[Meeting] = Meeting.objects.permitted(actor)
    if person.student_id is None:
        return rows.filter(taught_by(actor.user_id))
    return rows.filter(attended_by([person.student_id]))


@login_required
@require_GET
def my_week(request: HttpRequest) -> HttpResponse:
    """A teacher's, a pupil's or a child's week."""
    actor = actor_of(request)
    require_verb(actor, "view", Meeting)
    people = people_of(actor)
    if not people:
        return campus_day(request)
    wanted = request.GET.get("child", "")
    person = next((one for one in people if one.key == wanted), people[0])
    context = {"title": person.label, "people": people, "person": person, "mine": True}
    return _week(request, lessons_of(actor, person), person.campus_id, context)


@login_required
@require_GET
def section_week(request: HttpRequest, section_id: uuid.UUID) -> HttpResponse:
    actor = actor_of(request)
    section = permitted_or_missing(Section.objects.select_related("campus"), actor, pk=section_id)
    lessons = Meeting.objects.permitted(actor).filter(section=section)
    context = {"title": section.name, "section": section, "may_book": Meeting.policy.allows(actor, "add")}
    return _week(request, lessons, section.campus_id, context)


@login_required
@require_GET
def campus_day(request: HttpRequest) -> HttpResponse:
    """Every lesson of a campus on a day, by time."""
    actor = actor_of(request)
    require_verb(actor, "view", Meeting)
    campuses = campuses_of(actor)
    campus, day = campus_of(request, campuses), day_of(request)
    rows = Meeting.objects.permitted(actor).filter(section__campus=campus, date=day)
    context = {
        "title": _("Timetable of the day"),
        "campuses": campuses,
        "campus": campus,
        "day": day,
        "school_day": school_day(campus.pk, day) if campus else None,
        "before": day - timedelta(days=1),
        "after": day + timedelta(days=1),
        "meetings": list(shown(rows)) if campus else [],
        "may_change": Meeting.policy.allows(actor, "change"),
    }
    return render(request, "timetable/campus_day.html", context)


@login_required
@require_GET
def calendar(request: HttpRequest) -> HttpResponse:
    """A month with its holidays and events."""
    actor = actor_of(request)
    require_verb(actor, "view", Calendar)
    campuses = campuses_of(actor)
    campus, first = campus_of(request, campuses), month_in(request)
    begin, end = month_of(first)
    around = school_days(campus.pk, begin, end) if campus else []
    context = {
        "title": _("Calendar"),
        "campuses": campuses,
        "campus": campus,
        "first": first,
        "before": month_before(first),
        "after": end,
        "weeks": _weeks(around),
        "today": timezone.localdate(),
        "may_change": Calendar.policy.allows(actor, "change"),
    }
    return render(request, "timetable/calendar.html", context)


def _week(
    request: HttpRequest, lessons: "QuerySet[Meeting]", campus_id: uuid.UUID | None, context: dict[str, Any]
) -> HttpResponse:
    begin, end = week_of(day_of(request))
    today = timezone.localdate()
    days = plan(lessons, campus_id, begin, end, today)
    context |= {
        "begin": begin,
        "last": end - timedelta(days=1),
        "before": begin - timedelta(days=7),
        "after": end,
        "days": [one for one in days if one.day.is_open or one.meetings or one.day.titles],
        "is_this_week": begin <= today < end,
    }
    return render(request, "timetable/week.html", context)


def _weeks(around: Sequence[SchoolDay]) -> list[list[SchoolDay | None]]:
    """The days in rows of seven from Monday, with gaps before the first and after the last."""
    cells: list[SchoolDay | None] = [*[None] * (around[0].date.weekday() if around else 0), *around]
    cells += [None] * (-len(cells) % 7)
    return [cells[start : start + 7] for start in range(0, len(cells), 7)]


def _user(actor: Actor) -> Any:
    from apps.accounts.models import User

    return User.objects.permitted(actor).filter(pk=actor.user_id).select_related("staff_member").first()


def _family_roles(actor: Actor) -> dict[str, frozenset[uuid.UUID] | None]:
    return {role: held for role, held in actor.roles.items() if role in {Role.STUDENT, Role.GUARDIAN}}


def week_url(section_id: uuid.UUID, day: date) -> str:
    """Where a section's week around a day stands."""
    return f"{reverse('timetable:section-week', args=[section_id])}?day={day.isoformat()}"


def require_campus(campus: Any) -> Any:
    if campus is None:
        raise Missing
    return campus
