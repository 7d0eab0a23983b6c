"""Lists too long to be written while a browser waits: a worker opens the same address and keeps the file.

The worker asks as the person who asked, with the roles of that moment, so ended rights count.
"""

import tempfile
import uuid
from datetime import timedelta
from typing import IO, Any, Final

from django.contrib.auth import get_user_model
from django.core.files.base import File
from django.http import HttpRequest, QueryDict, StreamingHttpResponse
from django.urls import Resolver404, resolve
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _

from apps.core import files, jobs
from apps.core.errors import Conflict, DomainError, Missing
from apps.core.models import Job
from apps.core.policy import Actor
from apps.core.signals import export_written
from apps.core.sniffing import CSV, PLAIN, XLSX

JOB: Final = "core.write_export"
PURPOSE: Final = "export"
KEPT: Final = timedelta(days=3)

files.register(
    PURPOSE,
    allowed=frozenset({CSV, PLAIN, XLSX}),
    max_bytes=500 * files.MB,
    uploadable=False,
    kept=KEPT,
)


def begin_export(*, actor: Actor, path: str, query: str, language: str) -> Job:
    """Have the list at this address written to a file; the same list twice is one piece of work."""
    if actor.school_id is None or actor.user_id is None:
        raise Missing
    if actor.impersonator_id is not None:
        raise Conflict("OWN_NAME_ONLY", _("A long list is written in your own name only."))
    return jobs.enqueue(
        JOB,
        school_id=actor.school_id,
        owner_id=actor.user_id,
        dedupe=str(uuid.uuid5(actor.user_id, f"{path}?{query}"))[:200],
        user=str(actor.user_id),
        path=path,
        query=query,
        language=language,
    )


def write_export(*, user: str, path: str, query: str, language: str) -> dict[str, Any]:
    """Open the list as its reader, keep what comes as a private file, and tell of it."""
    reader: Any = get_user_model()._base_manager.select_related("school").filter(pk=user, is_active=True)
    if (owner := reader.first()) is None:
        raise Missing
    with timezone.override(owner.school.zone), translation.override(language):
        file = _kept(_answered(owner, path, query), owner)
    export_written.send(sender=Job, school_id=owner.school_id, owner_id=owner.pk, job_id=jobs.running_id())
    return {"file_id": str(file.pk), "name": file.name}


def is_written_by_worker(request: HttpRequest) -> bool:
    return getattr(request, "writes_export", False)


def _answered(owner: Any, path: str, query: str) -> StreamingHttpResponse:
    try:
        view, args, kwargs = resolve(path)
    except Resolver404:
        raise Missing from None
    request = HttpRequest()
    request.method, request.path, request.path_info, request.GET = "GET", path, path, QueryDict(query)
    request.META.update({"SERVER_NAME": "localhost", "SERVER_PORT": "80", "QUERY_STRING": query})
    request.user = owner
    request.actor = owner.actor(timezone.localdate())  # type: ignore[attr-defined]  # as ActorMiddleware does
    request.writes_export = True  # type: ignore[attr-defined]  # read by is_written_by_worker
    response = view(request, *args, **kwargs)
    if not isinstance(response, StreamingHttpResponse):
        raise DomainError("NO_LIST", _("There is no list to write at this address any more."))
    return response


def _kept(response: StreamingHttpResponse, owner: Any) -> Any:
    name = response["Content-Disposition"].partition('filename="')[2].rstrip('"')
    with tempfile.TemporaryFile() as target:
        _write(response, target)
        size = target.tell()
        target.seek(0)
        upload: Any = File(target, name=name)
        upload.size = size
        return files.store(upload, school_id=owner.school_id, owner_id=owner.pk, purpose=PURPOSE)


def _write(response: StreamingHttpResponse, target: IO[bytes]) -> None:
    pieces: Any = response.streaming_content
    for piece in pieces:
        target.write(piece)
