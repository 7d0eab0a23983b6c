"""An uploaded file between its dry run and its application: private and gone within the hour."""

import uuid
from datetime import datetime, timedelta
from typing import Any, Final

from django.core.files.base import ContentFile, File
from django.utils.translation import gettext as _

from apps.core import files
from apps.core.errors import DomainError
from apps.core.models import ScanState, StoredFile
from apps.core.policy import Actor
from apps.core.rows import school_of, user_of
from apps.core.sniffing import CSV
from apps.timetable.services.lines import text_of

KEPT_FOR: Final = timedelta(hours=1)
_PURPOSES: Final[set[str]] = set()


def register_kept(purpose: str, *, max_bytes: int) -> None:
    """Declare a purpose (in `ready()`) whose files live for one dry run and are nobody else's."""
    files.register(purpose, allowed=frozenset({CSV}), max_bytes=max_bytes, uploadable=False)
    _PURPOSES.add(purpose)


def read_upload(upload: "File[Any]", purpose: str) -> bytes:
    """What a dry run reads, unless it is too large for its purpose."""
    limit = files.purpose_of(purpose).max_bytes
    if upload.size > limit:
        message = _("The file is larger than %(limit)d MB. Cut it.") % {"limit": limit // files.MB}
        raise DomainError("FILE_TOO_LARGE", message, "file")
    content: bytes = upload.read()
    return content


def keep_upload(*, actor: Actor, content: bytes, purpose: str) -> StoredFile:
    """Keep the text of a CSV file, as UTF-8 whatever it came in."""
    file = ContentFile(text_of(content).encode(), name=f"{purpose}.csv")
    return files.store(file, school_id=school_of(actor), owner_id=user_of(actor), purpose=purpose)


def kept_upload(*, actor: Actor, file_id: uuid.UUID, purpose: str, now: datetime) -> StoredFile:
    """The file the actor kept, if its hour is not over; another's is as unknown as a missing one."""
    mine = StoredFile.objects.filter(school=school_of(actor), owner=user_of(actor), purpose=purpose)
    file = mine.filter(pk=file_id, created_at__gt=now - KEPT_FOR).exclude(scan=ScanState.INFECTED).first()
    if file is None:
        raise DomainError("NOT_KEPT", _("This file is no longer kept. Choose it again."), "file")
    return file


def content_of(file: StoredFile) -> bytes:
    with files.content_of(file) as content:
        return content.read()


def sweep_kept_uploads(*, now: datetime) -> int:
    """Forget files whose dry run nobody applied. Returns how many."""
    old = list(StoredFile.objects.filter(purpose__in=_PURPOSES, created_at__lte=now - KEPT_FOR))
    for file in old:
        files.discard(file)
    return len(old)
