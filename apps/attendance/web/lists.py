"""What is due today: lessons with and without a register, and the office's list of those nobody has taken."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from apps.academics.models import Section, SectionKind
from apps.attendance.models import AbsenceReport, AttendanceDay, Register, RegisterMode
from apps.attendance.selectors.missing import missing_registers
from apps.attendance.selectors.sheets import settings_of
from apps.core.policy import Actor, active_on, require_verb
from apps.core.web.cells import Badge, Column
from apps.core.web.responses import show
from apps.core.web.tables import Empty, Table, table_view
from apps.timetable.models import Meeting
from apps.timetable.selectors import campuses_with, school_day, shown, taught_by
from apps.timetable.web.asked import actor_of, campus_of, day_of


@dataclass(frozen=True)
class Due:
    """A line of the list: a lesson or a homeroom, and its register if somebody took it."""

    title: str
    where: str
    url: str
    register: Register | None
    begin_at: datetime | None = None
    end_at: datetime | None = None
    is_cancelled: bool = False


def lessons_of(actor: Actor, day: date) -> list[Due]:
    """A teacher's homerooms, where those count, and lessons, with their registers."""
    meetings = Meeting.objects.permitted(actor, "take_register").filter(taught_by(actor.user_id), date=day)
    found = [_lesson(one) for one in shown(meetings).select_related("register")]
    return [*_homerooms(actor, day), *found]


@login_required
@require_GET
def registers(request: HttpRequest) -> HttpResponse:
    """A teacher's registers of a day."""
    actor = actor_of(request)
    require_verb(actor, "take", Register)
    day = day_of(request)
    context = {
        "title": _("Registers"),
        "day": day,
        "is_today": day == timezone.localdate(),
        "before": day - timedelta(days=1),
        "after": day + timedelta(days=1),
        "lines": lessons_of(actor, day),
    }
    return render(request, "attendance/registers.html", context)


@login_required
@require_GET
def missing(request: HttpRequest) -> HttpResponse:
    """Registers nobody has taken, the longest overdue first; refreshes itself."""
    actor = actor_of(request)
    require_verb(actor, "view_board", AttendanceDay)
    campuses = list(campuses_with(actor, AttendanceDay, "view_board").order_by("name"))
    campus, day, now = campus_of(request, campuses), day_of(request), timezone.now()
    rows = missing_registers(campus, day, now) if campus else []
    context = {
        "title": _("Registers not taken"),
        "campuses": campuses,
        "campus": campus,
        "day": day,
        "rows": [(one, one.minutes_since(now)) for one in rows],
    }
    return show(request, "attendance/missing.html", "attendance/missing.html#rows", context)


def _state(row: AbsenceReport) -> Badge:
    return Badge(_("Taken back"), "plain") if row.withdrawn_at else Badge(_("Stands"), "info")


class ReportTable(Table):
    """What families reported, the newest first."""

    name = "absence-reports"
    caption = _("Absence reports")
    search_fields = ("student__given_name", "student__family_name", "student__admission_number")
    search_label = _("Name or admission number")
    default_sort = "-begin_date"
    columns = (
        Column(
            "student.full_name",
            _("Pupil"),
            link=lambda row: reverse("attendance:student", args=[row.student_id]),
            sort=("student__given_name", "student__family_name"),
        ),
        Column("begin_date", _("From"), sort="begin_date"),
        Column("last_day", _("Until")),
        Column("period_ids", _("Lessons"), value=lambda row: len(row.period_ids) or _("whole days")),
        Column("reason", _("Reason"), value=lambda row: row.get_reason_display(), sort="reason"),
        Column("note", _("Note")),
        Column("state", _("State"), value=_state),
    )
    empty = Empty(_("No absence is reported"), _("Reports of families show here."), "calendar-off")


@login_required
@require_GET
def reports(request: HttpRequest) -> HttpResponse:
    actor = actor_of(request)
    require_verb(actor, "view", AbsenceReport)
    rows = AbsenceReport.objects.permitted(actor).select_related("student")
    return table_view(request, ReportTable, rows)  # type: ignore[return-value]  # a file is streamed


def _lesson(meeting: Any) -> Due:
    register: Register | None = getattr(meeting, "register", None)
    return Due(
        title=meeting.section.name,
        where=str(meeting.room or ""),
        url=reverse("attendance:register-lesson", args=[meeting.pk]),
        register=register,
        begin_at=meeting.begin_at,
        end_at=meeting.end_at,
        is_cancelled=meeting.is_cancelled,
    )


def _homerooms(actor: Actor, day: date) -> list[Due]:
    """Homerooms of the teacher, on campuses that keep a register of the day."""
    rows = Section.objects.permitted(actor, "view_roster").filter(
        active_on(day, "teaching_assignments"),
        teaching_assignments__staff__user=actor.user_id,
        kind=SectionKind.HOMEROOM,
        session__begin_date__lte=day,
        session__end_date__gt=day,
    )
    sections = [one for one in rows.distinct() if settings_of(one.campus_id).mode != RegisterMode.LESSON]
    sections = [one for one in sections if school_day(one.campus_id, day).is_open]
    taken = {one.section_id: one for one in Register.objects.permitted(actor).filter(
        section__in=sections, date=day, meeting=None)}  # fmt: skip
    return [
        Due(
            title=one.name,
            where=str(_("day register")),
            url=reverse("attendance:register-day", args=[one.pk, day.isoformat()]),
            register=taken.get(one.pk),
        )
        for one in sections
    ]
