"""How rows of the timetable look outside, and the bodies of requests."""

from rest_framework import serializers

from apps.academics.api.inputs import Reached, optional
from apps.academics.models import AcademicSession, Section, StaffMember
from apps.accounts.models import Campus
from apps.core.api.serializers import InputSerializer, RowSerializer
from apps.facilities.models import Room
from apps.timetable import models


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
