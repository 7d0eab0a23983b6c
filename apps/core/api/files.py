"""Files over HTTP: taken in by the API, given out under signed links."""

import uuid
from collections.abc import AsyncIterator
from typing import IO, Any, Final

from asgiref.sync import sync_to_async
from django.conf import settings
from django.core.files.storage import default_storage
from django.core.handlers.asgi import ASGIRequest
from django.http import FileResponse, HttpRequest, HttpResponseRedirect, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from apps.core import files
from apps.core.api.authentication import signed_in_actor
from apps.core.api.serializers import FileSerializer, InputSerializer
from apps.core.api.viewsets import SchoolView
from apps.core.errors import Denied, DomainError
from apps.core.models import StoredFile

_CHUNK: Final = 256 * 1024
# Whatever the bytes are, a browser must neither guess, run nor keep them.
_INERT: Final = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "private, no-store",
}


class UploadSerializer(InputSerializer):
    file = serializers.FileField()
    purpose = serializers.CharField(max_length=50)


class UploadView(SchoolView):
    """Hand in a file for a purpose; it is kept privately and refused when its content does not fit."""

    parser_classes = [MultiPartParser]
    cost = "costly"

    @extend_schema(
        request=UploadSerializer, responses={201: FileSerializer}, operation_id="files_uploads_create"
    )
    def post(self, request: Request) -> Response:
        given = UploadSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        row = self._stored(given.validated_data["file"], given.validated_data["purpose"])
        shown = FileSerializer(row, context={"link": lambda file: files.link(file, self.actor)})
        return Response(shown.data, status=status.HTTP_201_CREATED)

    def _stored(self, upload: Any, purpose: str) -> StoredFile:
        actor = self.actor
        if not files.purpose_of(purpose).uploadable or actor.school_id is None:
            raise DomainError("UNKNOWN_PURPOSE", "", "purpose")
        if not files.purpose_of(purpose).uploader(actor):
            raise Denied
        return files.store(upload, school_id=actor.school_id, owner_id=actor.user_id, purpose=purpose)


class FileView(SchoolView):
    """A file by its id, with a fresh link: the links in other answers end after minutes."""

    @extend_schema(responses=FileSerializer, operation_id="files_retrieve")
    def get(self, request: Request, pk: uuid.UUID) -> Response:
        row = files.found(pk, self.actor)
        shown = FileSerializer(row, context={"link": lambda file: files.address_of(file.pk, self.actor)})
        return Response(shown.data)


@require_safe
def download(request: HttpRequest, token: str) -> HttpResponseBase:
    """The content behind a link, for the user it was made for, if it is still within reach."""
    file = files.opened(token, signed_in_actor(request))
    # Pictures stand inside pages, whose content policy knows only this origin.
    if settings.S3_BUCKET and not file.is_image:
        return HttpResponseRedirect(_presigned(file))
    response = _streamed(request, files.content_of(file), file)
    for name, value in _INERT.items():
        response[name] = value
    return response


def _presigned(file: StoredFile) -> str:
    storage: Any = default_storage
    address: str = storage.url(
        file.key,
        parameters={
            "ResponseContentDisposition": content_disposition_header(True, file.name),
            "ResponseContentType": file.media_type,
            "ResponseCacheControl": "private, no-store",
        },
        expire=settings.FILE_LINK_SECONDS,
    )
    return address


def _streamed(request: HttpRequest, content: IO[bytes], file: StoredFile) -> StreamingHttpResponse:
    """In pieces, under either server; an ASGI server would otherwise read the whole file first."""
    if not isinstance(request, ASGIRequest):
        return FileResponse(content, as_attachment=True, filename=file.name, content_type=file.media_type)
    response = StreamingHttpResponse(_pieces(content), content_type=file.media_type)
    response["Content-Length"] = str(file.size)
    response["Content-Disposition"] = content_disposition_header(True, file.name) or "attachment"
    return response


async def _pieces(content: IO[bytes]) -> AsyncIterator[bytes]:
    try:
        while piece := await sync_to_async(content.read)(_CHUNK):
            yield piece
    finally:
        await sync_to_async(content.close)()
