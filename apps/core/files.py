"""Private files: taken in with care, given out by short signed links.

An app says once what a purpose accepts and who besides the owner may open such files:

    files.register("photo", allowed=IMAGES, max_bytes=5 * MB, reached=lambda actor, file: ...)
"""

import hashlib
import io
import secrets
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import IO, Any, Final

from django.conf import settings
from django.core import signing
from django.core.files.base import File
from django.core.files.storage import default_storage
from django.db.models import Exists, ForeignObjectRel, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from apps.core import jobs, scanning
from apps.core.errors import Conflict, DomainError, Missing
from apps.core.models import ScanState, StoredFile, uuid7
from apps.core.policy import Actor, may
from apps.core.sniffing import DOCUMENTS, IMAGES, media_type_of, redrawn

MB: Final = 1024 * 1024
_SALT: Final = "apps.core.files"
_LONGEST_NAME: Final = 120
_CHUNK: Final = 64 * 1024

Reached = Callable[[Actor, StoredFile], bool]
Noted = Callable[[Actor, StoredFile], None]


@dataclass(frozen=True)
class Purpose:
    """What is stored for a purpose, who besides its owner opens it, and whether the API takes it as such.

    `uploader` says who may hand in such files at all; after `kept` a file no row points at is swept up;
    `noted` is told who opened a file whose readers have to be known.
    """

    name: str
    allowed: frozenset[str]
    max_bytes: int
    reached: Reached | None = None
    uploadable: bool = True
    uploader: Callable[[Actor], bool] = lambda actor: True
    kept: timedelta | None = None
    noted: Noted | None = None


_purposes: dict[str, Purpose] = {}


def register(
    name: str,
    *,
    allowed: frozenset[str] = IMAGES | DOCUMENTS,
    max_bytes: int = 20 * MB,
    reached: Reached | None = None,
    uploadable: bool = True,
    uploader: Callable[[Actor], bool] = lambda actor: True,
    kept: timedelta | None = None,
    noted: Noted | None = None,
) -> None:
    """Declare a purpose (in an app's `ready()`). `reached` asks the policy of the record with the file."""
    _purposes[name] = Purpose(name, allowed, max_bytes, reached, uploadable, uploader, kept, noted)


def purpose_of(name: str) -> Purpose:
    try:
        return _purposes[name]
    except KeyError:
        raise DomainError("UNKNOWN_PURPOSE", _("Files are not kept for this purpose."), "purpose") from None


def store(
    upload: "File[Any]", *, school_id: uuid.UUID, owner_id: uuid.UUID | None, purpose: str
) -> StoredFile:
    """Check, clean and keep a file; refuse what its purpose does not accept."""
    rules = purpose_of(purpose)
    name = _safe_name(upload.name or "")
    _require_size(upload.size, rules.max_bytes)
    content, media_type = _cleaned(upload, name, rules)
    row = _row(content, name, media_type, school_id, owner_id, purpose)
    row.scan = ScanState.WAITING if scanning.scanner_is_set() else ScanState.NOT_ASKED
    _save(row, content)
    if row.scan == ScanState.WAITING:
        jobs.enqueue("core.scan_file", school_id=school_id, file_id=str(row.pk))
    return row


def keep_made(
    content: IO[bytes], name: str, media_type: str, *, school_id: uuid.UUID, purpose: str
) -> StoredFile:
    """Keep a file the house has made itself: nothing to clean; whoever reads its record opens it."""
    row = _row(content, _safe_name(name), media_type, school_id, None, purpose_of(purpose).name)
    _save(row, content)
    return row


def found(file_id: uuid.UUID, actor: Actor) -> StoredFile:
    """The file by its id. Missing when absent or out of reach."""
    file = StoredFile.objects.filter(pk=file_id).first()
    if file is None or not is_reached(file, actor):
        raise Missing
    return file


def link(file: StoredFile, actor: Actor) -> str:
    """An address for this user and this file, good for FILE_LINK_SECONDS. Missing when out of reach."""
    if not is_reached(file, actor):
        raise Missing
    return address_of(file.pk, actor)


def address_of(file_id: uuid.UUID, actor: Actor) -> str:
    """The link without asking first, for lists of rows that are permitted already: opening it asks anyway."""
    token = signing.dumps([str(file_id), str(actor.user_id)], salt=_SALT)
    return f"/files/{token}"


def opened(token: str, actor: Actor) -> StoredFile:
    """The file of a link, if it is fresh, this user's own, and still within reach."""
    try:
        file_id, user_id = signing.loads(token, salt=_SALT, max_age=settings.FILE_LINK_SECONDS)
    except signing.BadSignature:
        raise Missing from None
    file = StoredFile.objects.filter(pk=file_id).first()
    if file is None or user_id != str(actor.user_id) or not is_reached(file, actor):
        raise Missing
    if file.scan == ScanState.WAITING:
        raise Conflict(
            "FILE_BEING_CHECKED", _("This file is still being checked for viruses. Try again soon.")
        )
    if not file.may_be_opened:
        raise Conflict("FILE_REFUSED", _("The virus check refused this file."))
    if (noted := purpose_of(file.purpose).noted) is not None:
        noted(actor, file)
    return file


def is_reached(file: StoredFile, actor: Actor) -> bool:
    """Its owner, or whom the record that uses it lets in. Never across schools."""
    if actor.user_id is None or file.school_id != actor.school_id:
        return False
    rules = _purposes.get(file.purpose)
    return may(actor, "view", file) or bool(rules and rules.reached and rules.reached(actor, file))


def content_of(file: StoredFile) -> IO[bytes]:
    opened_file: IO[bytes] = default_storage.open(file.key)
    return opened_file


def scan(file: StoredFile) -> StoredFile:
    """Ask the scanner; an infected file loses its bytes and keeps its row, so that somebody can be told."""
    with content_of(file) as content:
        infected = scanning.is_infected(content)
    file.scan = ScanState.INFECTED if infected else ScanState.CLEAN
    file.save(update_fields=["scan", "updated_at"])
    if infected:
        default_storage.delete(file.key)
    return file


def discard(file: StoredFile) -> None:
    """Forget the file; its bytes go once the transaction has held."""
    jobs.enqueue("core.erase_content", school_id=file.school_id, key=file.key)
    file.delete()


def sweep_unused(*, now: datetime, limit: int = 1000) -> int:
    """Discard what was handed in or written out, and then never used, or not used any more."""
    swept = 0
    for rules in _purposes.values():
        if rules.kept is None:
            continue
        old = StoredFile.objects.filter(purpose=rules.name, created_at__lt=now - rules.kept)
        for file in old.filter(~_is_used())[:limit]:
            discard(file)
            swept += 1
    return swept


def _is_used() -> Q:
    """Some row points at the file; the states of rows that history keeps do not count."""
    links = [
        link
        for link in StoredFile._meta.get_fields(include_hidden=True)
        if isinstance(link, ForeignObjectRel) and not hasattr(link.related_model, "pgh_tracked_model")
    ]
    used = Q(pk__in=())
    for link in links:
        rows = link.related_model._base_manager.filter(**{link.field.name: OuterRef("pk")})
        used |= Q(Exists(rows))
    return used


def erase_content(key: str) -> None:
    """Delete bytes no row points at any more."""
    if not StoredFile.objects.filter(key=key).exists():
        default_storage.delete(key)


def _row(
    content: IO[bytes],
    name: str,
    media_type: str,
    school_id: uuid.UUID,
    owner_id: uuid.UUID | None,
    purpose: str,
) -> StoredFile:
    digest, size = _digest(content)
    return StoredFile(
        id=uuid7(),
        school_id=school_id,
        owner_id=owner_id,
        purpose=purpose,
        key=f"{school_id}/{purpose}/{secrets.token_hex(24)}",
        name=name,
        media_type=media_type,
        size=size,
        sha256=digest,
        scan=ScanState.NOT_ASKED,
    )


def _save(row: StoredFile, content: IO[bytes]) -> None:
    # The bytes first: a row never points at nothing. Bytes without a row are swept up later.
    default_storage.save(row.key, File(content, name=row.key))
    row.save(force_insert=True)


def _cleaned(upload: "File[Any]", name: str, rules: Purpose) -> tuple[IO[bytes], str]:
    media_type = media_type_of(upload, name)
    if media_type not in rules.allowed:
        raise DomainError("FILE_TYPE", _("Files of this kind are not accepted here."), "file")
    if media_type in IMAGES:
        return io.BytesIO(redrawn(upload, media_type)), media_type
    return upload, media_type


def _require_size(size: int, limit: int) -> None:
    if not size:
        raise DomainError("FILE_EMPTY", _("This file is empty."), "file")
    if size > limit:
        message = _("This file is too large; %(limit)s MB is the most.") % {"limit": limit // MB}
        raise DomainError("FILE_TOO_LARGE", message, "file")


def _digest(content: IO[bytes]) -> tuple[str, int]:
    content.seek(0)
    digest, size = hashlib.sha256(), 0
    while chunk := content.read(_CHUNK):
        digest.update(chunk)
        size += len(chunk)
    content.seek(0)
    return digest.hexdigest(), size


def _safe_name(name: str) -> str:
    """A name to show and to save under: no folders, no control characters."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    clean = "".join(c for c in last if c.isprintable() and c not in '<>:"|?*').strip(". ")
    stem, dot, ending = clean.rpartition(".")
    room = _LONGEST_NAME - len(ending) - 1
    return (f"{stem[:room]}.{ending}" if dot and len(ending) < 10 else clean[:_LONGEST_NAME]) or "file"
