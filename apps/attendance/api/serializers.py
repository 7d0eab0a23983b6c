"""How rows of attendance look outside, and the bodies of requests."""

from typing import Any

from rest_framework import serializers

from apps.academics.api.inputs import Reached
from apps.academics.models import Student
from apps.attendance import models
from apps.core.api.serializers import InputSerializer, RowSerializer
from apps.timetable.api.serializers import CampusWith, LineFaultSerializer


class CodeSerializer(RowSerializer):
    class Meta:
        model = models.AttendanceCode
        fields = [
            "id", "name", "letter", "category", "colour", "position", "is_default", "is_unexplained",
            "is_active",
        ]  # fmt: skip


class CodeInput(InputSerializer):
    name = serializers.CharField(max_length=60)
    letter = serializers.CharField(max_length=3)
    category = serializers.ChoiceField(choices=models.Category.choices)
    colour = serializers.CharField(max_length=10, required=False)
    position = serializers.IntegerField(min_value=1, max_value=99, required=False)
    is_default = serializers.BooleanField(required=False)
    is_unexplained = serializers.BooleanField(required=False)


class CodeChange(CodeInput):
    is_active = serializers.BooleanField(required=False)


class EventSerializer(RowSerializer):
    """A mark; `note` is for staff and null for families."""

    letter = serializers.CharField(source="code.letter")
    category = serializers.CharField(source="code.category")
    section = serializers.UUIDField(source="register.section_id")
    meeting = serializers.UUIDField(source="register.meeting_id", allow_null=True)
    note = serializers.SerializerMethodField()

    class Meta:
        model = models.AttendanceEvent
        fields = [
            "id", "student", "date", "section", "meeting", "code", "letter", "category", "minutes_late",
            "reason", "note",
        ]  # fmt: skip

    def get_note(self, event: models.AttendanceEvent) -> str | None:
        return event.note if getattr(event, "may_see_note", False) else None


class MarkSerializer(serializers.Serializer[Any]):
    """A line of a register, saved or preset; `hint` says why it is preset."""

    student = serializers.UUIDField(source="student.pk")
    full_name = serializers.CharField(source="student.full_name")
    roll_number = serializers.CharField(source="student.roll_number")
    code = serializers.UUIDField(source="code.pk", allow_null=True)
    letter = serializers.CharField(source="code.letter", allow_null=True)
    minutes_late = serializers.IntegerField(allow_null=True)
    reason = serializers.CharField()
    note = serializers.CharField()
    hint = serializers.CharField()
    is_saved = serializers.BooleanField()


class SheetSerializer(serializers.Serializer[Any]):
    """A register: who is on it and what each line says. Version 0: nobody has taken it."""

    section = serializers.UUIDField(source="section.pk")
    date = serializers.DateField()
    meeting = serializers.UUIDField(source="meeting.pk", allow_null=True)
    version = serializers.IntegerField()
    taken_at = serializers.DateTimeField(source="register.taken_at", allow_null=True)
    counts = serializers.DictField(child=serializers.IntegerField())
    marks = MarkSerializer(source="lines", many=True)


class MarkInput(InputSerializer):
    student = serializers.UUIDField()
    code = serializers.UUIDField()
    minutes_late = serializers.IntegerField(required=False, allow_null=True)
    reason = serializers.CharField(max_length=200, required=False, allow_blank=True)
    note = serializers.CharField(max_length=200, required=False, allow_blank=True)


class RegisterInput(InputSerializer):
    version = serializers.IntegerField(min_value=0)
    reason = serializers.CharField(max_length=200, required=False, allow_blank=True)
    marks = serializers.ListField(child=MarkInput(), max_length=500)


class SavedSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    version = serializers.IntegerField()
    taken_at = serializers.DateTimeField()


class RegisterUploadApply(InputSerializer):
    """`file_id` comes from the dry run."""

    campus = CampusWith(model=models.Register, verb="upload")
    file_id = serializers.UUIDField()


class RegisterUploadCheck(InputSerializer):
    """Columns: student, date, code; and section, period, minutes_late, reason where known."""

    campus = CampusWith(model=models.Register, verb="upload")
    file = serializers.FileField()


class RegisterUploadSerializer(serializers.Serializer[Any]):
    """What a file would do, or did. `file_id` is null where nothing is left to apply."""

    file_id = serializers.UUIDField(source="file.pk", allow_null=True, default=None)
    created = serializers.IntegerField()
    changed = serializers.IntegerField()
    unchanged = serializers.IntegerField()
    registers = serializers.IntegerField()
    faults = LineFaultSerializer(many=True)


class ReportSerializer(RowSerializer):
    last_day = serializers.DateField()

    class Meta:
        model = models.AbsenceReport
        fields = [
            "id", "student", "begin_date", "last_day", "period_ids", "reason", "note", "reported_by",
            "withdrawn_at", "created_at",
        ]  # fmt: skip


class ReportInput(InputSerializer):
    student = Reached(model=Student)
    begin_date = serializers.DateField()
    last_day = serializers.DateField()
    period_ids = serializers.ListField(child=serializers.UUIDField(), required=False, max_length=20)
    reason = serializers.ChoiceField(choices=models.AbsenceReason.choices)
    note = serializers.CharField(max_length=200, required=False, allow_blank=True)


class RatesSerializer(serializers.Serializer[Any]):
    """Counts and the two rates, in percent; a rate is null where nothing was recorded."""

    key = serializers.CharField(allow_null=True)
    label = serializers.CharField()  # type: ignore[assignment]  # a field of that name
    marks = serializers.IntegerField()
    present = serializers.IntegerField()
    late = serializers.IntegerField()
    excused = serializers.IntegerField()
    unexcused = serializers.IntegerField()
    minutes_late = serializers.IntegerField()
    days = serializers.IntegerField()
    days_attended = serializers.IntegerField()
    period_rate = serializers.FloatField(allow_null=True)
    daily_rate = serializers.FloatField(allow_null=True)


class SummarySerializer(serializers.Serializer[Any]):
    total = RatesSerializer()
    by_month = RatesSerializer(many=True)
    by_subject = RatesSerializer(many=True)


class SummaryQuery(InputSerializer):
    """One of student, section, campus; `begin` and `end` (exclusive) default to the school year."""

    student = serializers.UUIDField(required=False)
    section = serializers.UUIDField(required=False)
    campus = serializers.UUIDField(required=False)
    begin = serializers.DateField(required=False)
    end = serializers.DateField(required=False)


class ContactSerializer(serializers.Serializer[Any]):
    """In the order of calling. Whoever may not be contacted has no number here."""

    guardian = serializers.UUIDField(source="guardian_id")
    full_name = serializers.CharField(source="guardian.full_name")
    relation = serializers.CharField()
    may_contact = serializers.BooleanField()
    may_collect = serializers.BooleanField()
    phone = serializers.SerializerMethodField()

    def get_phone(self, link: Any) -> str | None:
        return link.guardian.phone if link.may_contact else None


class AbsenteeSerializer(serializers.Serializer[Any]):
    student = serializers.UUIDField(source="student.pk")
    full_name = serializers.CharField(source="student.full_name")
    homeroom = serializers.CharField()
    was_seen = serializers.BooleanField()
    contacts = ContactSerializer(many=True)


class MissingSerializer(serializers.Serializer[Any]):
    section = serializers.UUIDField(source="section.pk")
    section_name = serializers.CharField(source="section.name")
    meeting = serializers.UUIDField(source="meeting.pk", allow_null=True)
    date = serializers.DateField()
    due_at = serializers.DateTimeField()
    teacher = serializers.UUIDField(source="teacher.pk", allow_null=True)
