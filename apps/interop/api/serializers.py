"""Imports as JSON."""

from typing import Any

from rest_framework import serializers

from apps.accounts.models import Campus
from apps.core.api.serializers import InputSerializer, RowSerializer
from apps.interop.models import DateOrder, ImportLine, ImportProblem, ImportRun
from apps.interop.services.problems import message_of, remedy_of


class ImportRunSerializer(RowSerializer):
    """`totals` and `files` tell what is new, changed, ended, left and skipped; `columns` names what a
    plain file holds.
    """

    state = serializers.CharField()
    totals = serializers.DictField()
    files = serializers.SerializerMethodField()
    refusal = serializers.CharField()
    columns = serializers.SerializerMethodField()
    wrong_rows = serializers.IntegerField(source="summary.errors", default=0)
    job_id = serializers.SerializerMethodField()

    class Meta:
        model = ImportRun
        fields = (
            "id",
            "name",
            "format",
            "state",
            "campus",
            "date_order",
            "strict",
            "created_at",
            "planned_at",
            "applied_at",
            "wrong_rows",
            "totals",
            "files",
            "result",
            "refusal",
            "columns",
            "mapping",
            "job_id",
        )

    def get_files(self, run: ImportRun) -> dict[str, Any]:
        return dict(run.summary.get("files", {}))

    def get_columns(self, run: ImportRun) -> dict[str, list[str]]:
        return {part["name"]: part["headers"] for part in run.outline if part["table"] == "plain"}

    def get_job_id(self, run: ImportRun) -> str | None:
        return str(run.job.pk) if run.job else None


class ImportProblemSerializer(RowSerializer):
    message = serializers.SerializerMethodField()
    remedy = serializers.SerializerMethodField()

    class Meta:
        model = ImportProblem
        fields = ("id", "file", "line", "column", "code", "severity", "value", "hint", "message", "remedy")

    def get_message(self, row: ImportProblem) -> str:
        return message_of(row.code)

    def get_remedy(self, row: ImportProblem) -> str:
        return remedy_of(row.code)


class ImportLineSerializer(RowSerializer):
    class Meta:
        model = ImportLine
        fields = ("id", "file", "line", "kind", "label", "action", "changes")


class StartImport(InputSerializer):
    """multipart/form-data; `files` may come several times."""

    files = serializers.ListField(child=serializers.FileField(), min_length=1, max_length=60)
    campus = serializers.PrimaryKeyRelatedField(
        queryset=Campus.objects.none(), required=False, allow_null=True
    )
    date_order = serializers.ChoiceField(choices=DateOrder.choices, required=False, allow_blank=True)
    strict = serializers.BooleanField(required=False)

    def get_fields(self) -> dict[str, Any]:
        fields: dict[str, Any] = super().get_fields()
        request = self.context.get("request")
        actor = getattr(request, "actor", None)
        if actor is not None:
            fields["campus"].queryset = Campus.objects.permitted(actor)
        return fields


class FileMeaning(InputSerializer):
    file = serializers.CharField()
    kind = serializers.CharField()
    columns = serializers.DictField(child=serializers.CharField(allow_blank=True))


class NameColumns(InputSerializer):
    """What the columns of plain files mean."""

    files = FileMeaning(many=True)
