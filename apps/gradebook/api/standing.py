"""Endpoints of what was let out and posted: postings, grades, records, a pupil's marks."""

import uuid
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils import timezone
from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from apps.academics.models import AcademicSession, Student
from apps.core.api.filtering import RowFilterSet
from apps.core.api.viewsets import Creating, ReadViewSet, SchoolView, SchoolViewSet
from apps.core.errors import Missing
from apps.core.policy import permitted_or_missing, require_verb
from apps.gradebook import models
from apps.gradebook.api import standing_serializers as shapes
from apps.gradebook.selectors.gpa import record_of
from apps.gradebook.selectors.posting import posting_preview
from apps.gradebook.selectors.ranks import section_ranks
from apps.gradebook.selectors.standing import current_term, marks_of_pupils
from apps.gradebook.selectors.years import years_of
from apps.gradebook.services import transcripts
from apps.gradebook.services.amending import amend_grade, record_resit
from apps.gradebook.services.opening import opened_gradebook
from apps.gradebook.services.posting import post_grades, release_posted, withdraw_posting
from apps.gradebook.services.release import release_line_item, release_section, take_back_release


class PostingViewSet(Creating):
    """Grades frozen with a name on them. Look at `preview`, then post what it showed by its `seen`."""

    model = models.Posting
    serializer_class = shapes.PostingSerializer
    input_class = shapes.PostingInput
    filterset_fields = ("section", "session")
    ordering = ("-posted_at",)
    verbs = {"preview": "add", "withdraw": "withdraw"}

    def shape(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        standing = Count("grades", filter=Q(grades__replaced_at__isnull=True))
        counted: QuerySet[Any] = rows.annotate(standing_count=standing)
        return counted

    def perform_create(self, serializer: Any) -> models.Posting:
        data = serializer.validated_data
        book = opened_gradebook(actor=self.actor, section_id=data.pop("section"), verb="post")
        return post_grades(
            actor=self.actor, section=book.section, now=timezone.now(), today=self.actor.today, **data
        )

    @extend_schema(parameters=[shapes.PreviewQuery], responses=shapes.PostingPreviewSerializer)
    @action(detail=False, methods=["get"], filterset_fields=())
    def preview(self, request: Request, **kwargs: Any) -> Response:
        """What would change if it were posted now."""
        asked = _checked(self, shapes.PreviewQuery, request.query_params)
        book = opened_gradebook(actor=self.actor, section_id=asked["section"], verb="post")
        session = years_of(book.school_id).by_id.get(asked["session"])
        if session is None:
            raise Missing
        preview = posting_preview(book.section, session, self.actor.today)
        return Response(shapes.PostingPreviewSerializer(preview).data)

    @extend_schema(request=shapes.ReasonInput, responses=shapes.CountSerializer)
    @action(detail=True, methods=["post"])
    def withdraw(self, request: Request, **kwargs: Any) -> Response:
        """Its grades stand no longer."""
        posting = self.get_object()
        asked = _checked(self, shapes.ReasonInput)
        count = withdraw_posting(actor=self.actor, posting=posting, now=timezone.now(), **asked)
        return Response({"count": count})


class PostedGradeFilter(RowFilterSet):
    """`is_standing=true` leaves out what was replaced; without it the staff gets both."""

    is_standing = filters.BooleanFilter(field_name="replaced_at", lookup_expr="isnull")

    class Meta:
        model = models.PostedGrade
        fields = ["student", "section", "session", "attempt", "posting"]


class PostedGradeViewSet(ReadViewSet):
    """Grades as they were posted; families get those that stand and are out."""

    model = models.PostedGrade
    serializer_class = shapes.PostedGradeSerializer
    filterset_class = PostedGradeFilter
    ordering = ("-created_at",)
    verbs = {"amend": "amend", "resit": "amend", "release": "release"}

    def shape(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        rows = rows.select_related("section__course", "posting")
        return rows if self.action != "list" else rows.defer("workings", "posting__rules")

    def get_output_class(self) -> Any:
        return shapes.PostedGradeSerializer if self.action == "list" else shapes.ExplainedGradeSerializer

    @extend_schema(request=shapes.GradeInput, responses={201: shapes.ExplainedGradeSerializer})
    @action(detail=True, methods=["post"])
    def amend(self, request: Request, **kwargs: Any) -> Response:
        """Another grade takes its place, with a reason; this one stays in the history."""
        return self._changed(amend_grade)

    @extend_schema(request=shapes.GradeInput, responses={201: shapes.ExplainedGradeSerializer})
    @action(detail=True, methods=["post"])
    def resit(self, request: Request, **kwargs: Any) -> Response:
        """A resit stands beside it; the better of the two counts."""
        return self._changed(record_resit)

    @extend_schema(request=shapes.GradesOutInput, responses=shapes.CountSerializer)
    @action(detail=False, methods=["post"])
    def release(self, request: Request, **kwargs: Any) -> Response:
        """Let out the grades that stand in a section and session."""
        asked = _checked(self, shapes.GradesOutInput)
        section, session = asked.pop("section"), asked.pop("session")
        rows = models.PostedGrade.objects.permitted(self.actor, "release").standing()
        one = rows.filter(section=section, session=session).select_related("section").first()
        if one is None:
            raise Missing
        count = release_posted(
            actor=self.actor, section=one.section, session=session, now=timezone.now(), **asked
        )
        return Response({"count": count})

    def _changed(self, service: Any) -> Response:
        grade = self.get_object()
        asked = _checked(self, shapes.GradeInput)
        row = service(actor=self.actor, grade=grade, now=timezone.now(), **asked)
        return self.answer(row, status.HTTP_201_CREATED)


class TranscriptViewSet(SchoolViewSet):
    """What a pupil earned elsewhere or before, kept by the office."""

    model = models.CourseTranscript
    serializer_class = shapes.TranscriptSerializer
    input_class = shapes.TranscriptInput
    change_class = shapes.TranscriptChange
    filterset_fields = ("student", "is_final")
    ordering = ("year_label", "term_label", "course_title")

    def perform_create(self, serializer: Any) -> models.CourseTranscript:
        return transcripts.add_transcript(actor=self.actor, **serializer.validated_data)

    def perform_update(self, serializer: Any) -> models.CourseTranscript:
        return transcripts.change_transcript(
            actor=self.actor, transcript=serializer.instance, **serializer.validated_data
        )

    def perform_destroy(self, row: Any) -> None:
        transcripts.delete_transcript(actor=self.actor, transcript=row)


class ItemReleaseView(SchoolView):
    """Let the results of an item out: at once, or `at` a time that lies ahead."""

    @extend_schema(request=shapes.OutInput, responses=shapes.OutInput)
    def post(self, request: Request, item_id: uuid.UUID) -> Response:
        item = _item(self, item_id)
        asked = _checked(self, shapes.OutInput)
        item = release_line_item(actor=self.actor, item=item, now=timezone.now(), **asked)
        return Response(shapes.OutInput({"at": item.release_at}).data)


class ItemTakeBackView(SchoolView):
    """Families see the results of an item no longer."""

    @extend_schema(request=None, responses=shapes.OutInput)
    def post(self, request: Request, item_id: uuid.UUID) -> Response:
        item = take_back_release(actor=self.actor, item=_item(self, item_id))
        return Response(shapes.OutInput({"at": item.release_at}).data)


class SectionReleaseView(SchoolView):
    """Let out what is marked in a section's term and is not out yet."""

    @extend_schema(request=shapes.SectionOutInput, responses=shapes.CountSerializer)
    def post(self, request: Request, section_id: uuid.UUID) -> Response:
        book = opened_gradebook(actor=self.actor, section_id=section_id, verb="release")
        asked = _checked(self, shapes.SectionOutInput)
        count = release_section(actor=self.actor, section=book.section, now=timezone.now(), **asked)
        return Response({"count": count})


class SectionRanksView(SchoolView):
    """The places in a section by the grades posted for `?session=`, ties as the campus decides."""

    @extend_schema(responses=shapes.RankSerializer(many=True))
    def get(self, request: Request, section_id: uuid.UUID) -> Response:
        book = opened_gradebook(actor=self.actor, section_id=section_id)
        years = years_of(book.school_id)
        session = _asked_session(request, years.by_id) or years.running(
            book.section.session_id, self.actor.today
        )
        found = section_ranks(book.section, session)
        rows = [{"student": pk, "rank": rank} for pk, rank in found.items()]
        return Response(shapes.RankSerializer(sorted(rows, key=lambda one: one["rank"]), many=True).data)


class StudentMarksView(SchoolView):
    """A pupil's results in `?session=` (the running term without one), and the posted grades of its year."""

    @extend_schema(responses=shapes.PupilMarksSerializer)
    def get(self, request: Request, student_id: uuid.UUID) -> Response:
        student = _pupil(self, student_id)
        years = years_of(student.school_id)
        session = _asked_session(request, years.by_id) or current_term(years, self.actor.today)
        if session is None:
            return Response({"student": str(student.pk), "subjects": []})
        [marks] = marks_of_pupils(self.actor, [student], session, years)
        return Response(shapes.PupilMarksSerializer(marks).data)


class StudentGpaView(SchoolView):
    """A pupil's record over all years and schools, with the averages it makes."""

    @extend_schema(responses=shapes.RecordSerializer)
    def get(self, request: Request, student_id: uuid.UUID) -> Response:
        student = _pupil(self, student_id)
        record = record_of(
            models.PostedGrade.objects.permitted(self.actor).filter(student=student),
            models.CourseTranscript.objects.permitted(self.actor).filter(student=student),
        )
        return Response(shapes.RecordSerializer(record).data)


def _pupil(view: SchoolView, student_id: uuid.UUID) -> Student:
    require_verb(view.actor, "view", models.Result)
    return permitted_or_missing(Student.objects.all(), view.actor, pk=student_id)


def _item(view: SchoolView, item_id: uuid.UUID) -> models.LineItem:
    return permitted_or_missing(
        models.LineItem.objects.select_related("section"), view.actor, "release", pk=item_id
    )


def _asked_session(request: Request, known: dict[uuid.UUID, AcademicSession]) -> AcademicSession | None:
    pk = filters.UUIDFilter().field.clean(request.query_params.get("session"))
    if pk is not None and pk not in known:
        raise Missing
    return known[pk] if pk else None


def _checked(view: SchoolView, shape: Any, data: Any = None) -> dict[str, Any]:
    body = shape(data=view.request.data if data is None else data, context={"request": view.request})
    body.is_valid(raise_exception=True)
    checked: dict[str, Any] = body.validated_data
    return checked
