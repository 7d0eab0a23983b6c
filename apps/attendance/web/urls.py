"""Pages of attendance, under /attendance/."""

from datetime import date

from django.urls import path, register_converter

from apps.attendance.web import board, lists, pupils, registers, setup, summaries


class DayConverter:
    """A day in an address: 2026-06-15."""

    regex = r"\d{4}-\d{2}-\d{2}"

    def to_python(self, value: str) -> date:
        return date.fromisoformat(value)

    def to_url(self, value: date | str) -> str:
        return str(value)


register_converter(DayConverter, "day")

urlpatterns = [
    path("", lists.registers, name="registers"),
    path("lessons/<uuid:meeting_id>/", registers.register_lesson, name="register-lesson"),
    path("sections/<uuid:section_id>/<day:day>/", registers.register_day, name="register-day"),
    path("sections/<uuid:section_id>/", summaries.section, name="section"),
    path("overview/", summaries.overview, name="overview"),
    path("board/", board.board, name="board"),
    path("board/<uuid:student_id>/calls/", board.call_add, name="call-add"),
    path("board/<uuid:student_id>/explain/", board.explain, name="explain"),
    path("missing/", lists.missing, name="missing"),
    path("reports/", lists.reports, name="reports"),
    path("reports/<uuid:report_id>/withdraw/", pupils.report_withdraw, name="report-withdraw"),
    path("students/<uuid:pk>/", pupils.student, name="student"),
    path("students/<uuid:student_id>/report/", pupils.report_add, name="report-add"),
    path("codes/", setup.codes, name="codes"),
    path("codes/add/", setup.code_add, name="code-add"),
    path("codes/<uuid:code_id>/", setup.code_change, name="code-change"),
    path("settings/", setup.register_settings, name="settings"),
    path("upload/", setup.upload, name="upload"),
]
