"""Endpoints of sections, places, and what is taught."""

from collections.abc import Callable
from typing import Any, ClassVar

from django.db import transaction
from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from apps.academics import models, selectors, services
from apps.academics.api import filters, inputs, serializers
from apps.academics.api.people import checked
from apps.core.api.shapes import Expand
from apps.core.api.viewsets import Creating, Removing, SchoolViewSet, Updating
from apps.core.policy import added


class SectionViewSet(SchoolViewSet):
    """Homerooms and taught groups, with seats."""

    model = models.Section
    serializer_class = serializers.SectionSerializer
    filterset_class = filters.SectionFilter
    search_fields = ("name", "code")
    ordering_fields = ("name", "code", "capacity", "seats_taken", "grade_level__position")
    ordering = ("grade_level__position", "name")
    verbs = {"roster": "view_roster"}
    expandable = {
        "teachers": Expand(
            serializers.TeachingSerializer,
            many=True,
            source="teaching_assignments",
            shape=lambda rows: rows.select_related("staff"),
        ),
    }

    input_class = inputs.NewSectionInput
    change_class = inputs.SectionInput

    def perform_create(self, serializer: Any) -> models.Section:
        return services.open_section(actor=self.actor, **serializer.validated_data)

    def perform_update(self, serializer: Any) -> models.Section:
        return services.change_section(
            actor=self.actor,
            section=serializer.instance,
            expected=self.expected_version,
            **serializer.validated_data,
        )

    def perform_destroy(self, row: Any) -> None:
        services.delete_section(actor=self.actor, section=row)

    @extend_schema(responses=serializers.RosterSerializer(many=True))
    @action(detail=True, methods=["get"], filterset_class=None, search_fields=(), ordering_fields=())
    def roster(self, request: Request, **kwargs: Any) -> Response:
        """Who sits in the section today, by roll number and name."""
        rows = selectors.roster(self.get_object(), self.actor.today)
        return Response(serializers.RosterSerializer(rows, many=True).data)


class TeachingViewSet(Creating):
    """Who teaches which section, from when until when."""

    model = models.TeachingAssignment
    serializer_class = serializers.TeachingSerializer
    input_class = inputs.TeachingInput
    filterset_class = filters.TeachingFilter
    verbs = {"end": "end"}

    def shape(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        return rows.select_related("staff")

    def perform_create(self, serializer: Any) -> models.TeachingAssignment:
        return services.assign_teacher(actor=self.actor, **serializer.validated_data)

    @extend_schema(request=inputs.EndInput)
    @action(detail=True, methods=["post"])
    def end(self, request: Request, **kwargs: Any) -> Response:
        row = self.get_object()
        row = services.end_teaching(actor=self.actor, assignment=row, **checked(self, inputs.EndInput))
        return self.answer(self.fresh(row))


class EnrollmentViewSet(Creating):
    """Places in sections. A full section answers 409, or with `wait` 202 and a place in the queue."""

    model = models.Enrollment
    serializer_class = serializers.EnrollmentSerializer
    input_class = inputs.EnrollmentInput
    filterset_class = filters.EnrollmentFilter
    ordering_fields = ("begin_date", "end_date")
    ordering = ("-begin_date",)
    verbs = {"withdraw": "withdraw", "complete": "change", "history": "view"}

    def shape(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        return rows.select_related("section__session", "section__campus")

    @extend_schema(
        responses={201: serializers.EnrollmentSerializer, 202: serializers.WaitingSerializer},
    )
    def create(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        asked = checked(self, inputs.EnrollmentInput)
        verb = services.enroll_or_wait if asked.pop("wait") else services.enroll
        with transaction.atomic():
            row = added(self.actor, verb(actor=self.actor, **asked))
        if isinstance(row, models.WaitingListEntry):
            return Response(serializers.WaitingSerializer(row).data, status=status.HTTP_202_ACCEPTED)
        return self.answer(self.fresh(row), status.HTTP_201_CREATED)

    @extend_schema(request=inputs.EndingInput)
    @action(detail=True, methods=["post"])
    def withdraw(self, request: Request, **kwargs: Any) -> Response:
        row = self.get_object()
        row = services.withdraw_enrollment(
            actor=self.actor, enrollment=row, **checked(self, inputs.EndingInput)
        )
        return self.answer(self.fresh(row))

    @extend_schema(request=inputs.CompletionInput)
    @action(detail=True, methods=["post"])
    def complete(self, request: Request, **kwargs: Any) -> Response:
        row = self.get_object()
        row = services.complete_enrollment(
            actor=self.actor, enrollment=row, **checked(self, inputs.CompletionInput)
        )
        return self.answer(self.fresh(row))

    @extend_schema(responses=serializers.StatusChangeSerializer(many=True))
    @action(detail=True, methods=["get"], filterset_class=None, ordering_fields=())
    def history(self, request: Request, **kwargs: Any) -> Response:
        """The steps of this place, for who may see them."""
        place = self.get_object()
        rows = place.status_changes.permitted(self.actor)
        return Response(serializers.StatusChangeSerializer(rows, many=True).data)


class WaitingViewSet(Creating, Removing):
    """The queue of full sections."""

    model = models.WaitingListEntry
    serializer_class = serializers.WaitingSerializer
    input_class = inputs.WaitingInput
    filterset_class = filters.WaitingFilter
    ordering = ("created_at",)
    verbs = {"destroy": "withdraw"}

    def perform_create(self, serializer: Any) -> models.WaitingListEntry:
        return services.join_waiting_list(actor=self.actor, **serializer.validated_data)

    def perform_destroy(self, row: Any) -> None:
        services.leave_waiting_list(actor=self.actor, entry=row)


class _SetupViewSet(SchoolViewSet):
    """Plain set-up data: one service saves a row, new or known."""

    noun: ClassVar[str]
    service: ClassVar[Callable[..., Any]]

    def perform_create(self, serializer: Any) -> Any:
        return type(self).service(actor=self.actor, **serializer.validated_data)

    def perform_update(self, serializer: Any) -> Any:
        row = serializer.instance
        kept = {name: _value(row, name) for name in serializer.fields}
        values = {**kept, **serializer.validated_data, self.noun: row}
        return type(self).service(actor=self.actor, **values)

    def perform_destroy(self, row: Any) -> None:
        services.delete_setup(actor=self.actor, row=row)


def _value(row: Any, name: str) -> Any:
    value = getattr(row, name)
    return list(value.all()) if hasattr(value, "all") else value


class SubjectViewSet(_SetupViewSet):
    model = models.Subject
    noun, service = "subject", services.save_subject
    serializer_class = serializers.SubjectSerializer
    input_class = inputs.SubjectInput
    search_fields = ("name", "code", "department")
    ordering_fields = ("name", "code", "department")
    ordering = ("name",)


class GradeLevelViewSet(_SetupViewSet):
    model = models.GradeLevel
    noun, service = "grade_level", services.save_grade_level
    serializer_class = serializers.GradeLevelSerializer
    input_class = inputs.GradeLevelInput
    ordering_fields = ("position", "name", "code")
    ordering = ("position",)


class CourseViewSet(_SetupViewSet):
    model = models.Course
    noun, service = "course", services.save_course
    serializer_class = serializers.CourseSerializer
    input_class = inputs.CourseInput
    filterset_class = filters.CourseFilter
    search_fields = ("name", "code")
    ordering_fields = ("name", "code", "credits")
    ordering = ("name",)
    expandable = {"prerequisites": Expand(serializers.PrerequisiteSerializer, many=True)}


class ProgramViewSet(_SetupViewSet):
    model = models.Program
    noun, service = "program", services.save_program
    serializer_class = serializers.ProgramSerializer
    input_class = inputs.ProgramInput
    search_fields = ("name", "code")
    ordering_fields = ("name", "code")
    ordering = ("name",)
    verbs = {"statistics": "view_statistics"}
    expandable = {"curriculum": Expand(serializers.CurriculumSerializer, many=True)}

    def shape(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        return rows.prefetch_related("grade_levels")

    @extend_schema(responses=serializers.ProgramStatisticsSerializer)
    @action(detail=True, methods=["get"])
    def statistics(self, request: Request, **kwargs: Any) -> Response:
        found = selectors.program_statistics(self.get_object(), today=self.actor.today)
        return Response(serializers.ProgramStatisticsSerializer(found).data)


class CurriculumViewSet(Creating, Removing):
    """The courses of programs."""

    model = models.ProgramCourse
    serializer_class = serializers.CurriculumSerializer
    input_class = inputs.CurriculumInput
    filterset_class = filters.CurriculumFilter

    def perform_create(self, serializer: Any) -> models.ProgramCourse:
        return services.add_to_curriculum(actor=self.actor, **serializer.validated_data)

    def perform_destroy(self, row: Any) -> None:
        services.drop_from_curriculum(actor=self.actor, line=row)


class PrerequisiteViewSet(Creating, Removing):
    """What has to be completed before a course."""

    model = models.CoursePrerequisite
    serializer_class = serializers.PrerequisiteSerializer
    input_class = inputs.PrerequisiteInput
    filterset_class = filters.PrerequisiteFilter

    def perform_create(self, serializer: Any) -> models.CoursePrerequisite:
        return services.require_course(actor=self.actor, **serializer.validated_data)

    def perform_destroy(self, row: Any) -> None:
        services.drop_prerequisite(actor=self.actor, prerequisite=row)


class SessionViewSet(_SetupViewSet):
    model = models.AcademicSession
    noun, service = "session", services.save_session
    serializer_class = serializers.SessionSerializer
    input_class = inputs.SessionInput
    filterset_class = filters.SessionFilter
    ordering_fields = ("begin_date", "name")
    ordering = ("-begin_date",)

    def perform_destroy(self, row: Any) -> None:
        services.delete_session(actor=self.actor, session=row)


class CustomFieldViewSet(Creating, Updating):
    """Fields the school adds to pupils and staff; one that is not wanted any more is switched off."""

    model = models.CustomField
    serializer_class = serializers.CustomFieldSerializer
    filterset_class = filters.CustomFieldFilter

    input_class = inputs.NewCustomFieldInput
    change_class = inputs.CustomFieldInput

    def perform_create(self, serializer: Any) -> models.CustomField:
        return services.add_custom_field(actor=self.actor, **serializer.validated_data)

    def perform_update(self, serializer: Any) -> models.CustomField:
        row = serializer.instance
        values = {**{name: getattr(row, name) for name in serializer.fields}, **serializer.validated_data}
        return services.change_custom_field(actor=self.actor, field=row, **values)
