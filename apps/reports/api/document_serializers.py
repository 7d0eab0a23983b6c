"""How papers look outside, and the bodies of requests."""

from typing import Any

from rest_framework import serializers

from apps.academics.api.inputs import Reached, optional, text
from apps.academics.models import AcademicSession, GradeLevel, Section, Student
from apps.accounts.models import Campus
from apps.core.api.serializers import InputSerializer, RowSerializer
from apps.reports.models import DocumentKind, DocumentTemplate, IssuedDocument, PrintAs, ReportRun


class DocumentSerializer(RowSerializer):
    class Meta:
        model = IssuedDocument
        fields = [
            "id", "kind", "title", "student", "section", "session", "campus", "template", "code", "sha256",
            "issued_at", "release_at", "revoked_at", "revoke_reason",
        ]  # fmt: skip


class DocumentInput(InputSerializer):
    """One of student and (for a mark sheet) section."""

    template = Reached(model=DocumentTemplate)
    student = optional(Student)
    section = optional(Section)
    session = optional(AcademicSession)
    reason = text(300)
    release_at = serializers.DateTimeField(required=False, allow_null=True)


class RevokeInput(InputSerializer):
    reason = serializers.CharField(max_length=300)


class ReleaseInput(InputSerializer):
    at = serializers.DateTimeField(required=False)


class TemplateSerializer(RowSerializer):
    has_word_file = serializers.BooleanField(source="word_file_id")

    class Meta:
        model = DocumentTemplate
        fields = ["id", "kind", "name", "campus", "layout", "has_word_file", "is_active", "version"]


class TemplateChange(InputSerializer):
    name = serializers.CharField(max_length=100)
    campus = optional(Campus)
    layout = serializers.DictField(required=False)
    is_active = serializers.BooleanField(required=False)


class TemplateInput(InputSerializer):
    kind = serializers.ChoiceField(choices=DocumentKind.choices)
    name = serializers.CharField(max_length=100)
    campus = optional(Campus)
    layout = serializers.DictField(required=False)


class RunSerializer(RowSerializer):
    """`waiting` entries are left; without an open job the run has stopped."""

    total = serializers.IntegerField()
    done = serializers.IntegerField()
    failed = serializers.IntegerField()

    class Meta:
        model = ReportRun
        fields = [
            "id", "template", "campus", "session", "print_as", "job", "created_at", "ended_at", "total",
            "done", "failed",
        ]  # fmt: skip


class RunInput(InputSerializer):
    """For the whole campus, unless a grade or a section narrows it."""

    template = Reached(model=DocumentTemplate)
    campus = Reached(model=Campus)
    session = optional(AcademicSession)
    grade_level = optional(GradeLevel)
    section = optional(Section)
    print_as = serializers.ChoiceField(choices=PrintAs.choices, required=False)
    reason = text(300)


class AcceptedSerializer(serializers.Serializer[Any]):
    job_id = serializers.UUIDField()
    run_id = serializers.UUIDField()


class VerdictSerializer(serializers.Serializer[Any]):
    """What the paper says of itself, and whether it still counts."""

    state = serializers.CharField()
    kind = serializers.CharField()
    facts = serializers.DictField(child=serializers.CharField())
    revoked_date = serializers.DateField(allow_null=True)
    sha256 = serializers.CharField()
