"""Private files of people: photos, opened by whoever sees the person, and papers of guardians' rights."""

from datetime import timedelta
from typing import Any, Final

from apps.academics.models import Guardianship, StaffMember, Student
from apps.core import files
from apps.core.audit import note_read
from apps.core.models import StoredFile
from apps.core.policy import Actor
from apps.core.sniffing import DOCUMENTS, IMAGES

PHOTO: Final = "person_photo"
COURT_DOCUMENT: Final = "court_document"
# An upload nobody put to use, or a photo that was replaced.
_UNUSED: Final = timedelta(days=2)


def register_files() -> None:
    files.register(
        PHOTO,
        allowed=IMAGES,
        max_bytes=5 * files.MB,
        reached=_sees_the_person,
        uploader=_changes_people,
        kept=_UNUSED,
    )
    files.register(
        COURT_DOCUMENT,
        allowed=IMAGES | DOCUMENTS,
        max_bytes=20 * files.MB,
        reached=_keeps_the_paper,
        uploader=lambda actor: Guardianship.policy.allows(actor, "view_document"),
        kept=_UNUSED,
        noted=_note_reading,
    )


def adopted(changes: Any) -> Any:
    """A paper among the changes becomes the school's: who handed it in opens it as office, not as owner."""
    document: StoredFile | None = changes.get("document")
    if document is not None and document.owner_id is not None:
        document.owner = None
        document.save(update_fields=["owner", "updated_at"])
    return changes


def _sees_the_person(actor: Actor, file: StoredFile) -> bool:
    return any(model.objects.permitted(actor).filter(photo=file).exists() for model in (Student, StaffMember))


def _changes_people(actor: Actor) -> bool:
    return any(model.policy.allows(actor, "change") for model in (Student, StaffMember))


def _note_reading(actor: Actor, file: StoredFile) -> None:
    """Who looked into a family's court papers stands in the history of the rights they are about."""
    for link in Guardianship.objects.filter(document=file):
        note_read(link, actor)


def _keeps_the_paper(actor: Actor, file: StoredFile) -> bool:
    return Guardianship.objects.permitted(actor, "view_document").filter(document=file).exists()
