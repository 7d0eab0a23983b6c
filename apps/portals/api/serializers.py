"""Dashboards as mobile clients get them."""

from typing import Any

from rest_framework import serializers


class LessonSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    section_id = serializers.UUIDField()
    section = serializers.CharField(source="section.name")
    begin_at = serializers.DateTimeField()
    end_at = serializers.DateTimeField()
    period = serializers.CharField(source="period.name", default=None, allow_null=True)
    teacher = serializers.CharField(source="teacher.full_name", default=None, allow_null=True)
    room = serializers.CharField(source="room.name", default=None, allow_null=True)
    is_cancelled = serializers.BooleanField()


class TaughtLessonSerializer(LessonSerializer):
    """With whether its register has been taken."""

    register_taken = serializers.SerializerMethodField()

    def get_register_taken(self, meeting: Any) -> bool:
        return hasattr(meeting, "register")


class DashboardSectionSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    kind = serializers.CharField()
    name = serializers.CharField()
    code = serializers.CharField()
    seats_taken = serializers.IntegerField()


class RateSerializer(serializers.Serializer[Any]):
    marks = serializers.IntegerField()
    attended = serializers.IntegerField()
    excused = serializers.IntegerField()
    unexcused = serializers.IntegerField()
    percent = serializers.FloatField(allow_null=True)


class DashboardPersonSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    name = serializers.CharField(source="full_name")
    campus = serializers.CharField(source="campus.name")


class StudentDashboardSerializer(serializers.Serializer[Any]):
    date = serializers.DateField()
    student = DashboardPersonSerializer()
    lessons = LessonSerializer(many=True)
    sections = DashboardSectionSerializer(many=True)
    attendance = RateSerializer()


class TeacherDashboardSerializer(serializers.Serializer[Any]):
    date = serializers.DateField()
    teacher = DashboardPersonSerializer()
    lessons = TaughtLessonSerializer(many=True)
    sections = DashboardSectionSerializer(many=True)


class AdminDashboardSerializer(serializers.Serializer[Any]):
    students = serializers.IntegerField()
    staff = serializers.IntegerField()
    homerooms = serializers.IntegerField()
    sections = serializers.IntegerField()
    change_requests = serializers.IntegerField()
    registers_taken = serializers.IntegerField()
    registers_due = serializers.IntegerField()
    attendance = RateSerializer()
