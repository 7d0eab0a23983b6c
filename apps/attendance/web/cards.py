"""What attendance says on the Today pages."""

from datetime import timedelta

from django.db.models import Q
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from apps.academics.models import Student
from apps.accounts.access import OFFICE, Role
from apps.attendance.models import AttendanceDay, AttendanceEvent
from apps.attendance.selectors import board as board_selectors
from apps.attendance.selectors.missing import missing_registers
from apps.attendance.selectors.rates import total
from apps.attendance.web.lists import lessons_of
from apps.core.policy import Actor, reached
from apps.core.web import today
from apps.core.web.today import TodayCard
from apps.timetable.models import Meeting
from apps.timetable.selectors import attended_by, campuses_with, shown
from apps.timetable.web.asked import actor_of


def registers(request: HttpRequest) -> TodayCard | None:
    """A teacher's lessons of today, the one that is on first to hand."""
    lines = lessons_of(actor_of(request), timezone.localdate())
    if not lines:
        return None
    now = timezone.now()
    waiting = [one for one in lines if one.register is None and not one.is_cancelled]
    due = [one for one in waiting if one.begin_at is None or one.begin_at <= now + timedelta(minutes=10)]
    return TodayCard(
        key="registers",
        title=_("My lessons today"),
        icon="clipboard-check",
        tone="attention" if due else "plain",
        template="attendance/card_registers.html",
        context={"lines": lines},
        url=reverse("attendance:registers"),
        url_label=_("All registers"),
        wide=True,
    )


def not_arrived(request: HttpRequest) -> TodayCard:
    actor = actor_of(request)
    days = board_selectors.unexplained_days(actor, timezone.localdate()).filter(present=0, late=0)
    count = days.count()
    return TodayCard(
        key="not-arrived",
        title=_("Not arrived"),
        icon="user-question",
        number=count,
        text=ngettext("pupil nobody has explained", "pupils nobody has explained", count),
        tone="bad" if count else "good",
        url=reverse("attendance:board"),
        url_label=_("Open the board"),
        live="board",
    )


def missing(request: HttpRequest) -> TodayCard:
    day, now = timezone.localdate(), timezone.now()
    campuses = campuses_with(actor_of(request), AttendanceDay, "view_board")
    count = sum(len(missing_registers(campus, day, now)) for campus in campuses)
    return TodayCard(
        key="missing-registers",
        title=_("Registers not taken"),
        icon="clipboard-list",
        number=count,
        text=ngettext("register is due", "registers are due", count),
        tone="attention" if count else "good",
        url=reverse("attendance:missing"),
        url_label=_("See which"),
        live="board",
    )


def rate(request: HttpRequest) -> TodayCard | None:
    """How many of those recorded today are here."""
    days = AttendanceDay.objects.permitted(actor_of(request), "view_board").filter(date=timezone.localdate())
    found = total(days)
    if not found.days:
        return None
    return TodayCard(
        key="attendance-rate",
        title=_("In school today"),
        icon="calendar-check",
        number=f"{found.daily_rate} %",
        text=_("%(here)d of %(all)d pupils recorded so far")
        % {"here": found.days_attended, "all": found.days},
        url=reverse("attendance:overview"),
        url_label=_("Attendance"),
        live="board",
    )


def family(request: HttpRequest) -> TodayCard | None:
    """Each child's today, with the door to report an absence; or the pupil's own day."""
    actor = actor_of(request)
    pupils = list(Student.objects.permitted(actor).filter(_mine(actor)).distinct().order_by("given_name"))
    if not pupils:
        return None
    day = timezone.localdate()
    meetings = Meeting.objects.permitted(actor).filter(date=day)
    marks = AttendanceEvent.objects.permitted(actor).filter(student__in=pupils, date=day)
    by_meeting = {
        (one.student_id, one.register.meeting_id): one for one in marks.select_related("code", "register")
    }
    reportable = reached(actor, "report_absence", Student, [pupil.pk for pupil in pupils])
    rows = [
        {
            "pupil": pupil,
            "lessons": [
                {"meeting": one, "mark": by_meeting.get((pupil.pk, one.pk))}
                for one in shown(meetings.filter(attended_by([pupil.pk])))
            ],
            "may_report": pupil.pk in reportable,
        }
        for pupil in pupils
    ]
    return TodayCard(
        key="lessons-today",
        title=_("Today's lessons"),
        icon="calendar-event",
        template="attendance/card_family.html",
        context={"rows": rows},
        url=reverse("timetable:my-week"),
        url_label=_("The week"),
        wide=True,
    )


def _mine(actor: Actor) -> Q:
    return Q(user=actor.user_id) | Q(guardianships__guardian__user=actor.user_id)


def register() -> None:
    today.register(Role.TEACHER, 10, registers)
    today.register(tuple(OFFICE), 10, not_arrived)
    today.register(tuple(OFFICE), 11, missing)
    today.register(tuple(OFFICE), 12, rate)
    today.register((Role.GUARDIAN, Role.STUDENT), 10, family)
