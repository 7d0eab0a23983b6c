"""Dashboards: what the Today pages know, in one answer for a phone."""

import uuid
from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from apps.academics.models import StaffMember, Student
from apps.accounts.access import OFFICE
from apps.core.api.viewsets import SchoolView
from apps.core.errors import Denied, Missing
from apps.core.policy import require_verb
from apps.portals import selectors
from apps.portals.api.serializers import (
    AdminDashboardSerializer,
    StudentDashboardSerializer,
    TeacherDashboardSerializer,
)


class _PersonDashboard(SchoolView):
    """The dashboard of one person the caller reaches for `verb`."""

    model: ClassVar[Any]
    verb: ClassVar[str] = "view"

    def person(self, pk: uuid.UUID) -> Any:
        require_verb(self.actor, self.verb, self.model)
        rows = self.model.objects.permitted(self.actor, self.verb)
        person = rows.filter(pk=pk).select_related("campus").first()
        if person is None:
            raise Missing
        return person


class StudentDashboard(_PersonDashboard):
    """A pupil's day: lessons, sections, attendance since the school year began. Nothing for an accountant."""

    model = Student
    verb = "view_details"

    @extend_schema(responses=StudentDashboardSerializer)
    def get(self, request: Request, pk: uuid.UUID) -> Response:
        student, actor = self.person(pk), self.actor
        answer = {
            "date": actor.today,
            "student": student,
            "lessons": selectors.lessons_of_student(actor, student, actor.today),
            "sections": selectors.sections_of_student(actor, student),
            "attendance": selectors.attendance_of_student(actor, student),
        }
        return Response(StudentDashboardSerializer(answer).data)


class TeacherDashboard(_PersonDashboard):
    """A teacher's day: lessons with their registers, sections. For the teacher and the office."""

    model = StaffMember
    verb = "view_private"

    @extend_schema(responses=TeacherDashboardSerializer)
    def get(self, request: Request, pk: uuid.UUID) -> Response:
        staff, actor = self.person(pk), self.actor
        answer = {
            "date": actor.today,
            "teacher": staff,
            "lessons": selectors.lessons_of_teacher(actor, staff, actor.today),
            "sections": selectors.sections_of_teacher(actor, staff),
        }
        return Response(TeacherDashboardSerializer(answer).data)


class AdminDashboard(SchoolView):
    """The school in figures of today, or the caller's campuses of it."""

    @extend_schema(responses=AdminDashboardSerializer)
    def get(self, request: Request) -> Response:
        if not self.actor.has(*OFFICE):
            raise Denied
        return Response(AdminDashboardSerializer(selectors.school_numbers(self.actor)).data)
