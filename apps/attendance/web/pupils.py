"""One pupil's attendance, for the pupil, the family and the school; and reporting an absence ahead."""

import uuid
from datetime import date, timedelta
from typing import Any, Final

from django import forms
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from apps.academics.models import Student
from apps.academics.web.students import JOINS, student_page
from apps.attendance import services
from apps.attendance.models import (
    AbsenceReason,
    AbsenceReport,
    AttendanceDay,
    AttendanceEvent,
    AttendanceMonth,
)
from apps.attendance.selectors import rates
from apps.attendance.selectors.marks import marks_with_rights
from apps.attendance.selectors.rates import Rates, year_of
from apps.core.policy import Actor, added, permitted_or_missing, require_verb
from apps.core.web.charts import Chart, Series
from apps.core.web.forms import ServiceForm
from apps.core.web.responses import go, say, show_form
from apps.timetable.models import Meeting
from apps.timetable.selectors import attended_by, shown
from apps.timetable.web.asked import actor_of

RECENT: Final = 30


class ReportForm(ServiceForm):
    """Today by default; lessons of a single day can be chosen instead of the whole day."""

    begin_date = forms.DateField(label=gettext_lazy("First day"), widget=forms.DateInput())
    last_day = forms.DateField(label=gettext_lazy("Last day"), widget=forms.DateInput())
    reason = forms.ChoiceField(label=gettext_lazy("Reason"), choices=AbsenceReason.choices)
    period_ids = forms.TypedMultipleChoiceField(
        label=gettext_lazy("Only some lessons of the first day"),
        coerce=uuid.UUID,
        required=False,
        widget=forms.CheckboxSelectMultiple(),
        help_text=gettext_lazy("Leave empty for the whole day."),
    )
    note = forms.CharField(label=gettext_lazy("Note to the school"), max_length=200, required=False)

    def __init__(self, *args: Any, lessons: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        period_ids: Any = self.fields["period_ids"]
        period_ids.choices = lessons
        if not lessons:
            del self.fields["period_ids"]


@login_required
@require_GET
def student(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """A tab of the pupil: the year so far, by month and subject, what was missed, what was reported."""
    actor = actor_of(request)
    require_verb(actor, "view", AttendanceDay)
    pupil = permitted_or_missing(Student.objects.select_related(*JOINS), actor, pk=pk)
    begin, end = _year(pupil, timezone.localdate())
    days = AttendanceDay.objects.permitted(actor).filter(student=pupil, date__gte=begin, date__lt=end)
    months = AttendanceMonth.objects.permitted(actor).filter(student=pupil, month__gte=begin, month__lt=end)
    by_month = rates.by_month(days)
    context = {
        "pupil": pupil,
        "total": rates.total(days),
        "by_month": by_month,
        "by_subject": rates.by_subject(months),
        "chart": month_chart(by_month) if by_month else None,
        "missed": _missed(actor, pupil, begin, end),
        "reports": AbsenceReport.objects.permitted(actor).filter(student=pupil)[:10],
        "may_report": _may_report(actor, pupil),
        "today": timezone.localdate(),
    }
    return student_page(request, pupil, "attendance", "attendance/student.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def report_add(request: HttpRequest, student_id: uuid.UUID) -> HttpResponse:
    """Three taps from Today: report, choose the reason, send."""
    actor, today = actor_of(request), timezone.localdate()
    pupil = _reportable(actor, student_id)
    lessons = _lessons(actor, pupil, today)
    form = ReportForm(request.POST or None, lessons=lessons, initial={"begin_date": today, "last_day": today})
    if request.method == "POST" and form.is_valid():
        report = form.call(_report, actor=actor, student=pupil, today=today, **form.cleaned_data)
        if report is not None:
            say(request, _("Thank you. The teachers of %s know.") % pupil.given_name)
            return go(request, "attendance:student", pupil.pk)
    context = {"title": _("Report %s absent") % pupil.given_name, "pupil": pupil, "submit_label": _("Send")}
    return show_form(request, "attendance/report_form.html", form, context)


@login_required
@require_POST
def report_withdraw(request: HttpRequest, report_id: uuid.UUID) -> HttpResponse:
    actor = actor_of(request)
    report = permitted_or_missing(AbsenceReport.objects.all(), actor, "withdraw", pk=report_id)
    services.withdraw_report(actor=actor, report=report, today=timezone.localdate(), now=timezone.now())
    say(request, _("The report was taken back."))
    return go(request, "attendance:student", report.student_id)


def month_chart(by_month: list[Rates]) -> Chart:
    return Chart(
        id="attendance-months",
        title=_("Attendance by month"),
        axis=_("Month"),
        labels=[f"{one.key:%b %Y}" for one in by_month],
        series=[
            Series(_("Days attended"), [one.daily_rate for one in by_month]),
            Series(_("Lessons attended"), [one.period_rate for one in by_month]),
        ],
        kind="line" if len(by_month) > 2 else "bar",
        unit="%",
    )


@transaction.atomic
def _report(**data: Any) -> AbsenceReport:
    return added(data["actor"], services.report_absence(**data))


def _reportable(actor: Actor, student_id: uuid.UUID) -> Student:
    """The pupil, if the actor may report for them: the family's own verb, or the office's."""
    verb = "report_absence" if Student.policy.allows(actor, "report_absence") else "change"
    return permitted_or_missing(Student.objects.select_related("campus"), actor, verb, pk=student_id)


def _may_report(actor: Actor, pupil: Student) -> bool:
    return any(
        Student.objects.permitted(actor, verb).filter(pk=pupil.pk).exists()
        for verb in ("report_absence", "change")
        if Student.policy.allows(actor, verb)
    )


def _lessons(actor: Actor, pupil: Student, today: date) -> list[tuple[str, str]]:
    rows = shown(
        Meeting.objects.permitted(actor).filter(attended_by([pupil.pk]), date=today, is_cancelled=False)
    )
    return [
        (str(one.period_id), f"{timezone.localtime(one.begin_at):%H:%M} {one.section.course or one.section}")
        for one in rows
        if one.period_id
    ]


def _missed(actor: Actor, pupil: Student, begin: date, end: date) -> Any:
    events = AttendanceEvent.objects.permitted(actor).filter(student=pupil, date__gte=begin, date__lt=end)
    rows = (
        marks_with_rights(events, actor)
        .exclude(code__category="present")
        .select_related("code", "register__section__course", "register__meeting__period")
    )
    return rows.order_by("-date", "-register__taken_at")[:RECENT]


def _year(pupil: Student, today: date) -> tuple[date, date]:
    """The school year of today, or the last twelve months where none is set up."""
    year = year_of(pupil.school_id, today)
    if year is None or year.end_date is None:
        return today - timedelta(days=365), today + timedelta(days=1)
    return year.begin_date, year.end_date
