"""The bases of every endpoint: permitted rows in, one service or selector, an envelope out."""

from collections.abc import Mapping
from typing import Any, ClassVar

from django.db import transaction
from django.db.models import Model, QuerySet
from django.urls import reverse
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer
from rest_framework.views import APIView
from rest_framework.viewsets import GenericViewSet

from apps.core.api.requests import actor_of, answered_once, expected_version, require_idempotency_key
from apps.core.api.shapes import Expand, asked, expanded, trim
from apps.core.errors import Denied
from apps.core.models import Job
from apps.core.policy import Actor, added, require_verb

_VERBS: Mapping[str, str] = {
    "list": "view",
    "retrieve": "view",
    "create": "add",
    "partial_update": "change",
    "destroy": "delete",
}


class SchoolView(APIView):
    """A view with an actor, whose POSTs may be repeated with an `Idempotency-Key`.

    `cost` names a narrower lane of PerUser for heavy work; `key_required` is for what must never double.
    """

    metadata_class = None
    cost: ClassVar[str | None] = None
    key_required: ClassVar[bool] = False

    @property
    def actor(self) -> Actor:
        return actor_of(self.request)

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        if request.method != "POST":
            return
        if self.key_required:
            require_idempotency_key(request)
        if "Idempotency-Key" in request.headers and self.actor.user_id is not None:
            # DRF looks the handler up after this.
            self.post = answered_once(request, self.post)  # type: ignore[has-type]


def accepted(job: Job) -> Response:
    """202 with the address of the job that does the work."""
    place = reverse("api:job-detail", args=[job.pk])
    return Response({"job_id": str(job.pk)}, status=status.HTTP_202_ACCEPTED, headers={"Location": place})


class ReadViewSet(SchoolView, GenericViewSet[Any]):
    """Lists and shows the rows of `model` the actor reaches.

    Say `model`, `serializer_class`, and where wanted `filterset_class`, `search_fields`, `ordering_fields`,
    `ordering`, `expandable`; own actions add their verb to `verbs`; `shape()` joins what the serializer
    reads. An action without a verb is nobody's.
    """

    model: ClassVar[type[Model]]
    verbs: ClassVar[Mapping[str, str]] = {}
    expandable: ClassVar[Mapping[str, Expand]] = {}
    search_fields: ClassVar[tuple[str, ...]] = ()
    ordering_fields: ClassVar[tuple[str, ...]] = ()
    ordering: ClassVar[tuple[str, ...]] = ()
    http_method_names = ["get", "post", "patch", "delete", "head"]

    @property
    def verb(self) -> str:
        try:
            return {**_VERBS, **self.verbs}[self.action]
        except KeyError:
            raise Denied from None

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        # A method that is not offered has no action (that of OPTIONS is "metadata"), and is answered so.
        if self.action not in {None, "metadata"}:
            require_verb(self.actor, self.verb, self.model)

    def get_queryset(self) -> QuerySet[Any]:
        if getattr(self, "swagger_fake_view", False):  # nobody asks while the schema is drawn
            return self.model.objects.none()  # type: ignore[attr-defined,no-any-return]  # a SchoolRow
        return self.rows(self.verb)

    def rows(self, verb: str) -> QuerySet[Any]:
        """The rows the actor reaches for a verb, with what the serializer and the expanded relations read."""
        reached = self.model.objects.permitted(self.actor, verb)  # type: ignore[attr-defined]  # a SchoolRow
        wanted = expanded(self.request, self.expandable)
        relations = [one.prefetch(name, self.actor) for name, one in wanted.items()]
        return self.shape(reached).prefetch_related(*relations)

    def shape(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        return rows

    def get_output(self, rows: Any, *, many: bool = False) -> BaseSerializer[Any]:
        """The serializer of an answer, with `?expand=` and `?fields=` applied."""
        context = self.get_serializer_context()
        serializer: Any = self.get_output_class()(rows, many=many, context=context)
        row = serializer.child if many else serializer
        for name, one in expanded(self.request, self.expandable).items():
            row.fields[name] = one.field(name, context)
        if names := asked(self.request, "fields"):
            trim(serializer, names)
        return serializer  # type: ignore[no-any-return]  # chosen at run time

    def get_output_class(self) -> type[BaseSerializer[Any]]:
        return self.serializer_class  # type: ignore[return-value]  # every subclass says one

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        page = self.paginate_queryset(self.filter_queryset(self.get_queryset()))
        return self.get_paginated_response(self.get_output(page, many=True).data)

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return self.answer(self.get_object())

    def answer(self, row: Any, code: int = status.HTTP_200_OK) -> Response:
        """One row, with its version as `ETag` when it has one."""
        version = getattr(row, "version", None)
        headers = {"ETag": f'"{version}"'} if version is not None else None
        return Response(self.get_output(row).data, status=code, headers=headers)


class Writing(ReadViewSet):
    """What creating and updating share: the serializer of the body, and the row as a reader gets it.

    `change_class` is for rows that are changed by other fields than they are made with.
    """

    input_class: ClassVar[type[BaseSerializer[Any]] | None] = None
    change_class: ClassVar[type[BaseSerializer[Any]] | None] = None

    def get_serializer_class(self) -> type[BaseSerializer[Any]]:
        """What is parsed on writing, and what the schema shows as the body of a request."""
        if self.action == "partial_update" and self.change_class:
            return self.change_class
        writes = self.action in {"create", "partial_update"}
        return self.input_class if writes and self.input_class else self.get_output_class()

    @property
    def expected_version(self) -> int:
        return expected_version(self.request)

    def fresh(self, row: Any) -> Any:
        """The row with the same joins and figures as a reader gets."""
        return self.rows("view").filter(pk=row.pk).first() or row


class Creating(Writing):
    """POST on the list: `perform_create(serializer)` calls one service and returns the row."""

    def create(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        serializer = self.get_serializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        with transaction.atomic():
            row = added(self.actor, self.perform_create(serializer), self.verb)
        return self.answer(self.fresh(row), status.HTTP_201_CREATED)

    def perform_create(self, serializer: BaseSerializer[Any]) -> Any:
        raise NotImplementedError


class Updating(Writing):
    """PATCH on a row: `perform_update(serializer)` calls one service on `serializer.instance`."""

    def partial_update(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        serializer = self.get_serializer(self.get_object(), data=request.data, partial=True)
        serializer.is_valid(raise_exception=True)
        return self.answer(self.fresh(self.perform_update(serializer)))

    def perform_update(self, serializer: BaseSerializer[Any]) -> Any:
        raise NotImplementedError


class Removing(ReadViewSet):
    """DELETE on a row: `perform_destroy(row)` calls one service."""

    def destroy(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        self.perform_destroy(self.get_object())
        return Response(status=status.HTTP_204_NO_CONTENT)

    def perform_destroy(self, row: Any) -> None:
        raise NotImplementedError


class SchoolViewSet(Creating, Updating, Removing):
    """All of it. A noun that offers less takes the bases it needs: what is not offered has no route."""
