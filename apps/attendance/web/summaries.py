"""Sections and campuses: rates, the monthly sheet that schools print, exports."""

import uuid
from collections.abc import Iterator
from datetime import date
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from apps.academics.models import Section, Student
from apps.attendance.models import AttendanceDay, AttendanceMonth
from apps.attendance.selectors import rates
from apps.attendance.selectors.sheets import roster
from apps.attendance.web.pupils import month_chart
from apps.core.export import KINDS, export_response
from apps.core.policy import permitted_or_missing, require_verb
from apps.timetable.selectors import SchoolDay, month_of, school_days
from apps.timetable.web.asked import actor_of, campus_of, campuses_of, month_before, month_in


@login_required
@require_GET
def overview(request: HttpRequest) -> HttpResponse:
    """A campus in its school year: by month, grade, homeroom and subject."""
    actor, today = actor_of(request), timezone.localdate()
    require_verb(actor, "view_board", AttendanceDay)
    campuses = campuses_of(actor)
    campus = campus_of(request, campuses)
    context: dict[str, Any] = {"title": _("Attendance"), "campuses": campuses, "campus": campus}
    year = rates.year_of(campus.school_id, today) if campus else None
    if campus is not None and year is not None:
        of_year = {"campus": campus, "date__gte": year.begin_date, "date__lt": year.end_date}
        days = AttendanceDay.objects.permitted(actor, "view_board").filter(**of_year)
        months = AttendanceMonth.objects.permitted(actor).filter(
            section__campus=campus, month__gte=year.begin_date, month__lt=year.end_date
        )
        by_month = rates.by_month(days)
        context |= {
            "year": year,
            "total": rates.total(days),
            "today_total": rates.total(days.filter(date=today)),
            "by_month": by_month,
            "chart": month_chart(by_month) if by_month else None,
            "by_grade": rates.by_grade(days),
            "by_homeroom": rates.by_homeroom(days, campus.pk, today),
            "by_subject": rates.by_subject(months),
        }
    return render(request, "attendance/overview.html", context)


@login_required
@require_GET
def section(request: HttpRequest, section_id: uuid.UUID) -> HttpResponse | StreamingHttpResponse:
    """Pupils of a section with their rates of the month, who slips first; and the sheet by day, to print."""
    actor, first = actor_of(request), month_in(request)
    row = permitted_or_missing(
        Section.objects.select_related("campus", "session"), actor, "view_roster", pk=section_id
    )
    begin, end = month_of(first)
    days = rates.of_section(row, begin, end)
    pupils = rates.pupils_of(days)
    kind = request.GET.get("export", "")
    if kind in KINDS:
        return export_response(
            request, kind, f"attendance-{row.code}-{first:%Y-%m}", _header(), _rows(pupils)
        )
    around = school_days(row.campus_id, begin, end)
    students = roster(row, min(max(timezone.localdate(), begin), around[-1].date))
    context = {
        "title": row.name,
        "section": row,
        "first": first,
        "before": month_before(begin),
        "after": end,
        "pupils": pupils,
        "total": rates.total(days),
        "days": around,
        "sheet": _sheet(students, around, begin, end),
    }
    return render(request, "attendance/section.html", context)


def _header() -> list[str]:
    return [
        _("Admission number"), _("Name"), _("Days"), _("Days attended"), _("Daily rate"),
        _("Lessons"), _("Present"), _("Late"), _("Excused"), _("Not excused"), _("Minutes late"),
        _("Period rate"),
    ]  # fmt: skip


def _rows(pupils: list[tuple[Student, rates.Rates]]) -> Iterator[list[Any]]:
    for pupil, one in pupils:
        yield [
            pupil.admission_number, pupil.full_name, one.days, one.days_attended, one.daily_rate,
            one.marks, one.present, one.late, one.excused, one.unexcused, one.minutes_late, one.period_rate,
        ]  # fmt: skip


def _sheet(students: list[Student], around: list[SchoolDay], begin: date, end: date) -> SafeString:
    """Pupils by days. A thousand cells, so the rows are joined here instead of looped over in a template."""
    letters = rates.month_sheet(students, begin, end)
    parts: list[str] = []
    for student in students:
        cells = "".join(_cell(letters.get((student.pk, day.date), ""), day.is_open) for day in around)
        parts.append(f'<tr><th scope="row">{escape(student.full_name)}</th>{cells}</tr>')
    return mark_safe("".join(parts))  # noqa: S308  # names are escaped, the rest are literals of this file


def _cell(letter: str, is_open: bool) -> str:
    css = letter if letter.isalpha() else ("" if is_open else "off")
    return f'<td class="{css}">{letter}</td>' if css else f"<td>{letter}</td>"
