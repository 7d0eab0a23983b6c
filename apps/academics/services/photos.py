"""Photos of pupils and staff: private files, opened by whoever sees the person."""

from apps.academics.models import StaffMember, Student
from apps.core import files
from apps.core.models import StoredFile
from apps.core.policy import Actor
from apps.core.sniffing import IMAGES

PHOTO = "person_photo"


def register_photos() -> None:
    files.register(PHOTO, allowed=IMAGES, max_bytes=5 * files.MB, reached=_sees_the_person, uploadable=False)


def _sees_the_person(actor: Actor, file: StoredFile) -> bool:
    return any(model.objects.permitted(actor).filter(photo=file).exists() for model in (Student, StaffMember))
