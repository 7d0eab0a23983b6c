"""How rows of the timetable look outside, and the bodies of requests."""

from typing import Any

from django.db.models import QuerySet
from rest_framework import serializers

from apps.academics.api.inputs import Reached, optional
from apps.academics.models import AcademicSession, Section, StaffMember
from apps.accounts.models import Campus
from apps.core.api.serializers import InputSerializer, RowSerializer
from apps.facilities.models import Room
from apps.timetable import models
from apps.timetable.selectors import campuses_with


class CalendarSerializer(RowSerializer):
    class Meta:
        model = models.Calendar
        fields = ["id", "campus", "session", "weekdays"]


class CalendarDateSerializer(RowSerializer):
    class Meta:
        model = models.CalendarDate
        fields = ["id", "calendar", "date", "kind", "title", "bell_schedule"]


class BellScheduleSerializer(RowSerializer):
    class Meta:
        model = models.BellSchedule
        fields = ["id", "campus", "name", "weekdays", "is_active"]


class ClassPeriodSerializer(RowSerializer):
    class Meta:
        model = models.ClassPeriod
        fields = ["id", "bell_schedule", "name", "code", "begin_time", "end_time", "is_lesson"]


class PatternSerializer(RowSerializer):
    """A line of the weekly plan; `end_date` is exclusive, null while it has no end."""

    section_name = serializers.CharField(source="section.name")
    period_name = serializers.CharField(source="period.name")
    teacher_name = serializers.SerializerMethodField()
    room_name = serializers.SerializerMethodField()

    class Meta:
        model = models.MeetingPattern
        fields = [
            "id", "section", "section_name", "weekday", "period", "period_name", "teacher", "teacher_name",
            "room", "room_name", "begin_date", "end_date",
        ]  # fmt: skip

    def get_teacher_name(self, pattern: models.MeetingPattern) -> str:
        return pattern.teacher.full_name if pattern.teacher else ""

    def get_room_name(self, pattern: models.MeetingPattern) -> str:
        return pattern.room.name if pattern.room else ""


class MeetingSerializer(RowSerializer):
    begin_at = serializers.DateTimeField()
    end_at = serializers.DateTimeField()
    section_name = serializers.CharField(source="section.name")
    teacher_name = serializers.SerializerMethodField()
    room_name = serializers.SerializerMethodField()

    class Meta:
        model = models.Meeting
        fields = [
            "id", "section", "section_name", "date", "begin_at", "end_at", "period", "teacher",
            "teacher_name", "room", "room_name", "is_cancelled", "version",
        ]  # fmt: skip

    def get_teacher_name(self, meeting: models.Meeting) -> str:
        return meeting.teacher.full_name if meeting.teacher else ""

    def get_room_name(self, meeting: models.Meeting) -> str:
        return meeting.room.name if meeting.room else ""


class Weekdays(serializers.ListField):
    """ISO weekdays, Monday is 1."""

    child = serializers.IntegerField(min_value=1, max_value=7)


class CalendarInput(InputSerializer):
    campus = Reached(model=Campus)
    session = Reached(model=AcademicSession)
    weekdays = Weekdays()


class WeekdaysInput(InputSerializer):
    weekdays = Weekdays()


class CalendarDateInput(InputSerializer):
    calendar = Reached(model=models.Calendar, verb="change")
    date = serializers.DateField()
    kind = serializers.ChoiceField(choices=models.DateKind.choices)
    title = serializers.CharField(max_length=120)
    bell_schedule = optional(models.BellSchedule)


class CalendarDateChange(InputSerializer):
    date = serializers.DateField()
    kind = serializers.ChoiceField(choices=models.DateKind.choices)
    title = serializers.CharField(max_length=120)
    bell_schedule = optional(models.BellSchedule)


class BellScheduleInput(InputSerializer):
    campus = Reached(model=Campus)
    name = serializers.CharField(max_length=100)
    weekdays = Weekdays()


class BellScheduleChange(InputSerializer):
    name = serializers.CharField(max_length=100)
    weekdays = Weekdays()
    is_active = serializers.BooleanField()


class PeriodChange(InputSerializer):
    name = serializers.CharField(max_length=60)
    code = serializers.CharField(max_length=20)
    begin_time = serializers.TimeField()
    end_time = serializers.TimeField()
    is_lesson = serializers.BooleanField(required=False)


class PeriodInput(PeriodChange):
    bell_schedule = Reached(model=models.BellSchedule, verb="change")


class PatternInput(InputSerializer):
    section = Reached(model=Section)
    weekday = serializers.ChoiceField(choices=models.Weekday.choices)
    period = Reached(model=models.ClassPeriod)
    teacher = optional(StaffMember)
    room = optional(Room)
    begin_date = serializers.DateField()
    end_date = serializers.DateField(required=False, allow_null=True)


class PatternEnd(InputSerializer):
    """The first day on which the line no longer holds."""

    end_date = serializers.DateField()


class CampusWith(serializers.PrimaryKeyRelatedField[Campus]):
    """A campus on which one of the actor's roles holds a verb on the rows of a model."""

    def __init__(self, *, model: Any = None, verb: str = "", **kwargs: Any) -> None:
        self.model, self.verb = model, verb
        super().__init__(queryset=Campus.objects.none(), **kwargs)

    def get_queryset(self) -> "QuerySet[Campus]":
        return campuses_with(self.context["request"].actor, self.model, self.verb)


class _PatternUpload(InputSerializer):
    campus = CampusWith(model=models.MeetingPattern, verb="add")
    session = Reached(model=AcademicSession)
    begin_date = serializers.DateField()


class PatternUploadCheck(_PatternUpload):
    """Columns: section, weekday, period, teacher (employee id), room."""

    file = serializers.FileField()


class PatternUploadApply(_PatternUpload):
    """`file_id` comes from the dry run."""

    file_id = serializers.UUIDField()


class LineFaultSerializer(serializers.Serializer[Any]):
    """What is wrong in a line of a file, and what to do."""

    line = serializers.IntegerField()
    column = serializers.CharField()
    code = serializers.CharField()
    value = serializers.CharField()
    message = serializers.CharField()


class PatternUploadSerializer(serializers.Serializer[Any]):
    """What a file would do, or did. `file_id` is null where nothing is left to apply."""

    file_id = serializers.UUIDField(source="file.pk", allow_null=True, default=None)
    created = serializers.SerializerMethodField()
    unchanged = serializers.IntegerField()
    faults = LineFaultSerializer(many=True)

    def get_created(self, upload: Any) -> int:
        return len(upload.created)


class MeetingChange(InputSerializer):
    date = serializers.DateField()
    period = optional(models.ClassPeriod)
    begin_time = serializers.TimeField(required=False)
    end_time = serializers.TimeField(required=False)
    teacher = optional(StaffMember)
    room = optional(Room)


class MeetingInput(MeetingChange):
    section = Reached(model=Section, verb="change")


class SwapInput(InputSerializer):
    other = Reached(model=models.Meeting, verb="change")
