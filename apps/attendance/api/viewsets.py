"""Endpoints of attendance."""

from datetime import date, timedelta
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from apps.academics.models import Section, Student
from apps.accounts.models import Campus
from apps.attendance import models, services
from apps.attendance.api import serializers
from apps.attendance.selectors import board, rates
from apps.attendance.selectors.marks import marks_with_rights
from apps.attendance.selectors.missing import missing_registers
from apps.attendance.selectors.sheets import sheet
from apps.attendance.services import Mark
from apps.core.api.filtering import RowFilterSet
from apps.core.api.pagination import Cursors
from apps.core.api.requests import answered_once
from apps.core.api.viewsets import Creating, ReadViewSet, SchoolView, Updating
from apps.core.days import WITHIN_REASON
from apps.core.errors import DomainError
from apps.core.policy import permitted_or_missing, require_verb
from apps.timetable.models import Meeting
from apps.timetable.selectors import campuses_with, shown


class CodeViewSet(Creating, Updating):
    """The marks of the school's registers."""

    model = models.AttendanceCode
    serializer_class = serializers.CodeSerializer
    input_class = serializers.CodeInput
    change_class = serializers.CodeChange
    filterset_fields = ("category", "is_active")
    ordering = ("position",)

    def perform_create(self, serializer: Any) -> models.AttendanceCode:
        school = self.request.user.school  # type: ignore[union-attr]  # signed in
        return services.add_code(actor=self.actor, school=school, **serializer.validated_data)

    def perform_update(self, serializer: Any) -> models.AttendanceCode:
        return services.change_code(actor=self.actor, code=serializer.instance, **serializer.validated_data)


class EventFilter(RowFilterSet):
    begin = filters.DateFilter(field_name="date", lookup_expr="gte")
    end = filters.DateFilter(field_name="date", lookup_expr="lt")
    section = filters.UUIDFilter(field_name="register__section")
    category = filters.ChoiceFilter(field_name="code__category", choices=models.Category.choices)

    class Meta:
        model = models.AttendanceEvent
        fields = ["student", "date", "code"]


class EventViewSet(ReadViewSet):
    """Marks, the newest first, by cursor."""

    model = models.AttendanceEvent
    serializer_class = serializers.EventSerializer
    filterset_class = EventFilter
    pagination_class = Cursors

    def shape(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        return marks_with_rights(rows.select_related("code", "register"), self.actor)


class ReportViewSet(Creating):
    """Absences families report ahead."""

    model = models.AbsenceReport
    serializer_class = serializers.ReportSerializer
    input_class = serializers.ReportInput
    filterset_fields = ("student", "reason")
    ordering = ("-begin_date",)
    verbs = {"withdraw": "withdraw"}

    def perform_create(self, serializer: Any) -> models.AbsenceReport:
        return services.report_absence(actor=self.actor, today=self.actor.today, **serializer.validated_data)

    @extend_schema(request=None)
    @action(detail=True, methods=["post"])
    def withdraw(self, request: Request, **kwargs: Any) -> Response:
        row = services.withdraw_report(
            actor=self.actor, report=self.get_object(), today=self.actor.today, now=timezone.now()
        )
        return self.answer(self.fresh(row))


class _RegisterView(SchoolView):
    """GET shows the lines, saved or preset; PUT saves on the version shown, once for an `Idempotency-Key`."""

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        if request.method == "PUT" and "Idempotency-Key" in request.headers:
            self.put = answered_once(request, self.put)  # type: ignore[method-assign]  # looked up after this

    def target(self, **kwargs: Any) -> tuple[Section, date, Meeting | None]:
        raise NotImplementedError

    @extend_schema(responses=serializers.SheetSerializer)
    def get(self, request: Request, **kwargs: Any) -> Response:
        return Response(serializers.SheetSerializer(sheet(*self.target(**kwargs))).data)

    @extend_schema(request=serializers.RegisterInput, responses=serializers.SavedSerializer)
    def put(self, request: Request, **kwargs: Any) -> Response:
        section, day, meeting = self.target(**kwargs)
        body = serializers.RegisterInput(data=request.data)
        body.is_valid(raise_exception=True)
        data = body.validated_data
        register = services.take_register(
            actor=self.actor,
            section=section,
            date=day,
            meeting=meeting,
            marks=[_mark(one) for one in data["marks"]],
            expected=data["version"],
            now=timezone.now(),
            today=self.actor.today,
            reason=data.get("reason", ""),
        )
        return Response(serializers.SavedSerializer(register).data)


class LessonRegisterView(_RegisterView):
    """The register of a lesson."""

    def target(self, **kwargs: Any) -> tuple[Section, date, Meeting | None]:
        meeting = permitted_or_missing(
            shown(Meeting.objects.all()), self.actor, "take_register", pk=kwargs["meeting_id"]
        )
        return meeting.section, meeting.date, meeting


class DayRegisterView(_RegisterView):
    """The register of a homeroom's day: `?day=`, today without one."""

    def target(self, **kwargs: Any) -> tuple[Section, date, Meeting | None]:
        section = permitted_or_missing(
            Section.objects.select_related("campus"), self.actor, "view_roster", pk=kwargs["section_id"]
        )
        day = filters.DateFilter(validators=WITHIN_REASON).field.clean(self.request.query_params.get("day"))
        return section, day or self.actor.today, None


class RegisterUploadView(SchoolView):
    """The dry run of a CSV file of registers; apply it by its `file_id` within the hour."""

    parser_classes = [MultiPartParser]

    @extend_schema(
        request={"multipart/form-data": serializers.RegisterUploadCheck},
        responses=serializers.RegisterUploadSerializer,
    )
    def post(self, request: Request) -> Response:
        data = _upload_body(self, serializers.RegisterUploadCheck)
        found = services.check_registers(actor=self.actor, today=self.actor.today, **data)
        return Response(serializers.RegisterUploadSerializer(found).data)


class RegisterUploadApplyView(SchoolView):
    """Write what the dry run of a kept file showed. Nobody is notified."""

    @extend_schema(request=serializers.RegisterUploadApply, responses=serializers.RegisterUploadSerializer)
    def post(self, request: Request) -> Response:
        data = _upload_body(self, serializers.RegisterUploadApply)
        done = services.apply_registers(actor=self.actor, today=self.actor.today, now=timezone.now(), **data)
        return Response(serializers.RegisterUploadSerializer(done).data)


def _upload_body(view: SchoolView, body_class: Any) -> dict[str, Any]:
    require_verb(view.actor, "upload", models.Register)
    body = body_class(data=view.request.data, context={"request": view.request})
    body.is_valid(raise_exception=True)
    return dict(body.validated_data)


class MissingRegistersView(SchoolView):
    """Registers of a campus that are due today and nobody has taken."""

    @extend_schema(responses=serializers.MissingSerializer(many=True))
    def get(self, request: Request, campus_id: Any) -> Response:
        require_verb(self.actor, "view_board", models.AttendanceDay)
        campus = _campus(self, campus_id)
        rows = missing_registers(campus, self.actor.today, timezone.now())
        return Response(serializers.MissingSerializer(rows, many=True).data)


class NotArrivedView(SchoolView):
    """Pupils missing today without an explanation, with whom to call."""

    @extend_schema(responses=serializers.AbsenteeSerializer(many=True))
    def get(self, request: Request) -> Response:
        require_verb(self.actor, "view_board", models.AttendanceDay)
        rows = board.board(self.actor, self.actor.today)
        return Response(serializers.AbsenteeSerializer(rows, many=True).data)


class SummaryView(SchoolView):
    """Counts and rates of a pupil, a section or a campus."""

    @extend_schema(parameters=[serializers.SummaryQuery], responses=serializers.SummarySerializer)
    def get(self, request: Request) -> Response:
        require_verb(self.actor, "view", models.AttendanceDay)
        query = serializers.SummaryQuery(data=request.query_params)
        query.is_valid(raise_exception=True)
        asked = query.validated_data
        begin, end = self._stretch(asked)
        days = models.AttendanceDay.objects.permitted(self.actor).filter(date__gte=begin, date__lt=end)
        months = models.AttendanceMonth.objects.permitted(self.actor).filter(
            month__gte=begin.replace(day=1), month__lt=end
        )
        days, months = self._narrowed(asked, days, months, begin, end)
        found = {
            "total": rates.total(days),
            "by_month": rates.by_month(days),
            "by_subject": rates.by_subject(months),
        }
        return Response(serializers.SummarySerializer(found).data)

    def _stretch(self, asked: dict[str, Any]) -> tuple[date, date]:
        today = self.actor.today
        year = rates.year_of(self.actor.school_id, today) if self.actor.school_id else None
        begin = asked.get("begin") or (year.begin_date if year else today - timedelta(days=365))
        return begin, asked.get("end") or (year and year.end_date) or today + timedelta(days=1)

    def _narrowed(self, asked: dict[str, Any], days: Any, months: Any, begin: date, end: date) -> Any:
        if "student" in asked:
            pupil = permitted_or_missing(
                Student.objects.permitted(self.actor), self.actor, pk=asked["student"]
            )
            return days.filter(student=pupil), months.filter(student=pupil)
        if "section" in asked:
            rows = Section.objects.permitted(self.actor, "view_roster")
            section = permitted_or_missing(rows, self.actor, "view_roster", pk=asked["section"])
            pupils = rates.of_section(section, begin, end).values("student")
            return days.filter(student__in=pupils), months.filter(section=section)
        if "campus" in asked:
            campus = _campus(self, asked["campus"])
            return days.filter(campus=campus), months.filter(section__campus=campus)
        raise DomainError("VALIDATION_ERROR", "student, section or campus", "student")


def _campus(view: SchoolView, campus_id: Any) -> Campus:
    """A campus whose office the actor is; being a teacher or a parent on another opens nothing there."""
    require_verb(view.actor, "view_board", models.AttendanceDay)
    offices = campuses_with(view.actor, models.AttendanceDay, "view_board")
    return permitted_or_missing(Campus.objects.filter(pk__in=offices), view.actor, pk=campus_id)


def _mark(line: dict[str, Any]) -> Mark:
    return Mark(
        student_id=line["student"],
        code_id=line["code"],
        minutes_late=line.get("minutes_late"),
        reason=line.get("reason", ""),
        note=line.get("note", ""),
    )
