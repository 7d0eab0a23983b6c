"""Endpoints of the timetable."""

from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from apps.academics.models import Section
from apps.core.api.filtering import RowFilterSet
from apps.core.api.viewsets import Creating, ReadViewSet, Removing, SchoolViewSet
from apps.core.days import WITHIN_REASON
from apps.core.policy import active_on
from apps.timetable import models, selectors, services
from apps.timetable.api import serializers


class CalendarViewSet(SchoolViewSet):
    """School days of a campus in a school year."""

    model = models.Calendar
    serializer_class = serializers.CalendarSerializer
    input_class = serializers.CalendarInput
    change_class = serializers.WeekdaysInput
    filterset_fields = ("campus", "session")

    def perform_create(self, serializer: Any) -> models.Calendar:
        return services.add_calendar(actor=self.actor, **serializer.validated_data)

    def perform_update(self, serializer: Any) -> models.Calendar:
        row = serializer.instance
        weekdays = serializer.validated_data.get("weekdays", row.weekdays)
        return services.change_calendar(actor=self.actor, calendar=row, weekdays=weekdays)

    def perform_destroy(self, row: Any) -> None:
        services.remove_calendar(actor=self.actor, calendar=row)


class DateFilter(RowFilterSet):
    begin = filters.DateFilter(field_name="date", lookup_expr="gte")
    end = filters.DateFilter(field_name="date", lookup_expr="lt")

    class Meta:
        model = models.CalendarDate
        fields = ["calendar", "kind"]


class CalendarDateViewSet(SchoolViewSet):
    """Holidays, events and extra school days."""

    model = models.CalendarDate
    serializer_class = serializers.CalendarDateSerializer
    input_class = serializers.CalendarDateInput
    change_class = serializers.CalendarDateChange
    filterset_class = DateFilter
    ordering = ("date",)

    def perform_create(self, serializer: Any) -> models.CalendarDate:
        return services.add_calendar_date(actor=self.actor, **serializer.validated_data)

    def perform_update(self, serializer: Any) -> models.CalendarDate:
        return services.change_calendar_date(
            actor=self.actor, calendar_date=serializer.instance, **serializer.validated_data
        )

    def perform_destroy(self, row: Any) -> None:
        services.remove_calendar_date(actor=self.actor, calendar_date=row)


class BellScheduleViewSet(SchoolViewSet):
    """When the bell rings on which weekdays."""

    model = models.BellSchedule
    serializer_class = serializers.BellScheduleSerializer
    input_class = serializers.BellScheduleInput
    change_class = serializers.BellScheduleChange
    filterset_fields = ("campus", "is_active")

    def perform_create(self, serializer: Any) -> models.BellSchedule:
        return services.add_bell_schedule(actor=self.actor, **serializer.validated_data)

    def perform_update(self, serializer: Any) -> models.BellSchedule:
        return services.change_bell_schedule(
            actor=self.actor, bell_schedule=serializer.instance, **serializer.validated_data
        )

    def perform_destroy(self, row: Any) -> None:
        services.remove_bell_schedule(actor=self.actor, bell_schedule=row)


class ClassPeriodViewSet(SchoolViewSet):
    """The periods of bell schedules."""

    model = models.ClassPeriod
    serializer_class = serializers.ClassPeriodSerializer
    input_class = serializers.PeriodInput
    change_class = serializers.PeriodChange
    filterset_fields = ("bell_schedule",)
    ordering = ("begin_time",)

    def perform_create(self, serializer: Any) -> models.ClassPeriod:
        return services.add_period(actor=self.actor, **serializer.validated_data)

    def perform_update(self, serializer: Any) -> models.ClassPeriod:
        return services.change_period(
            actor=self.actor, period=serializer.instance, **serializer.validated_data
        )

    def perform_destroy(self, row: Any) -> None:
        services.remove_period(actor=self.actor, period=row)


class PatternFilter(RowFilterSet):
    campus = filters.UUIDFilter(field_name="section__campus")
    on = filters.DateFilter(method="holding_on", label="Lines that hold on a day")

    class Meta:
        model = models.MeetingPattern
        fields = ["section", "weekday", "period", "teacher", "room"]

    def holding_on(self, rows: QuerySet[Any], name: str, day: date) -> QuerySet[Any]:
        return rows.filter(active_on(day))


class PatternViewSet(Creating, Removing):
    """Lines of the weekly plan. Ending or removing one takes its later lessons out of timetables."""

    model = models.MeetingPattern
    serializer_class = serializers.PatternSerializer
    input_class = serializers.PatternInput
    filterset_class = PatternFilter
    search_fields = ("section__name", "section__code", "teacher__given_name", "teacher__family_name")
    ordering_fields = ("weekday", "begin_date")
    ordering = ("weekday", "period__begin_time")
    verbs = {"end": "change", "upload": "add", "upload_apply": "add"}

    def shape(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        return rows.select_related("section", "period", "teacher", "room")

    def perform_create(self, serializer: Any) -> models.MeetingPattern:
        return services.add_pattern(actor=self.actor, **serializer.validated_data)

    def perform_destroy(self, row: Any) -> None:
        services.remove_pattern(actor=self.actor, pattern=row, today=self.actor.today)

    @extend_schema(request=serializers.PatternEnd)
    @action(detail=True, methods=["post"])
    def end(self, request: Request, **kwargs: Any) -> Response:
        pattern = self.get_object()
        row = services.end_pattern(
            actor=self.actor, pattern=pattern, **self._checked(serializers.PatternEnd, request)
        )
        return self.answer(self.fresh(row))

    @extend_schema(
        request={"multipart/form-data": serializers.PatternUploadCheck},
        responses=serializers.PatternUploadSerializer,
    )
    @action(detail=False, methods=["post"], parser_classes=[MultiPartParser])
    def upload(self, request: Request, **kwargs: Any) -> Response:
        """The dry run of a CSV file; apply it by its `file_id` within the hour."""
        found = services.check_patterns(
            actor=self.actor, **self._checked(serializers.PatternUploadCheck, request)
        )
        return Response(serializers.PatternUploadSerializer(found).data)

    @extend_schema(request=serializers.PatternUploadApply, responses=serializers.PatternUploadSerializer)
    @action(detail=False, methods=["post"], url_path="upload/apply")
    def upload_apply(self, request: Request, **kwargs: Any) -> Response:
        done = services.apply_patterns(
            actor=self.actor, now=timezone.now(), **self._checked(serializers.PatternUploadApply, request)
        )
        return Response(serializers.PatternUploadSerializer(done).data)

    def _checked(self, body_class: Any, request: Request) -> dict[str, Any]:
        body = body_class(data=request.data, context=self.get_serializer_context())
        body.is_valid(raise_exception=True)
        return dict(body.validated_data)


class MeetingFilter(RowFilterSet):
    begin = filters.DateFilter(field_name="date", lookup_expr="gte")
    end = filters.DateFilter(field_name="date", lookup_expr="lt")
    campus = filters.UUIDFilter(field_name="section__campus")

    class Meta:
        model = models.Meeting
        fields = ["section", "teacher", "room", "date", "is_cancelled"]


class MeetingViewSet(SchoolViewSet):
    """Dated lessons. Whoever would be in two at once is refused with 409 and told who is in the way."""

    model = models.Meeting
    serializer_class = serializers.MeetingSerializer
    input_class = serializers.MeetingInput
    change_class = serializers.MeetingChange
    filterset_class = MeetingFilter
    ordering_fields = ("during", "date")
    ordering = ("during",)
    verbs = {"cancel": "cancel", "restore": "restore", "swap": "change"}
    http_method_names = ["get", "post", "patch", "head"]

    def shape(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        return selectors.shown(rows)

    def perform_create(self, serializer: Any) -> models.Meeting:
        return services.book_meeting(actor=self.actor, **serializer.validated_data)

    def perform_update(self, serializer: Any) -> models.Meeting:
        return services.change_meeting(
            actor=self.actor,
            meeting=serializer.instance,
            expected=self.expected_version,
            **serializer.validated_data,
        )

    @extend_schema(request=None)
    @action(detail=True, methods=["post"])
    def cancel(self, request: Request, **kwargs: Any) -> Response:
        row = services.cancel_meeting(
            actor=self.actor, meeting=self.get_object(), expected=self.expected_version
        )
        return self.answer(self.fresh(row))

    @extend_schema(request=None)
    @action(detail=True, methods=["post"])
    def restore(self, request: Request, **kwargs: Any) -> Response:
        row = services.restore_meeting(
            actor=self.actor, meeting=self.get_object(), expected=self.expected_version
        )
        return self.answer(self.fresh(row))

    @extend_schema(request=serializers.SwapInput)
    @action(detail=True, methods=["post"])
    def swap(self, request: Request, **kwargs: Any) -> Response:
        first = self.get_object()
        body = serializers.SwapInput(data=request.data, context=self.get_serializer_context())
        body.is_valid(raise_exception=True)
        services.swap_meetings(actor=self.actor, first=first, second=body.validated_data["other"])
        return self.answer(self.fresh(first))


class SectionTimetableViewSet(ReadViewSet):
    """`sections/{id}/timetable`: the lessons of a section in the week of `?day=`."""

    model = Section
    serializer_class = serializers.MeetingSerializer
    verbs = {"timetable": "view"}

    @extend_schema(responses=serializers.MeetingSerializer(many=True))
    @action(detail=True, methods=["get"])
    def timetable(self, request: Request, **kwargs: Any) -> Response:
        section = self.get_object()
        day = (
            filters.DateFilter(validators=WITHIN_REASON).field.clean(request.query_params.get("day"))
            or self.actor.today
        )
        begin, end = selectors.week_of(day)
        rows = models.Meeting.objects.permitted(self.actor).filter(
            section=section, date__gte=begin, date__lt=end
        )
        return Response(serializers.MeetingSerializer(selectors.shown(rows), many=True).data)
