"""Files: what is taken in, and who gets them out again."""

import io
import socketserver
import struct
import threading
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
import time_machine
from django.core.files.storage import storages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from moto import mock_aws
from PIL import Image
from rest_framework.test import APIClient

from apps.accounts.models import Role, User
from apps.accounts.tests.factories import user_with
from apps.core import files, jobs
from apps.core.errors import Conflict, DomainError, Missing
from apps.core.models import Job, ScanState, StoredFile
from apps.core.policy import Actor
from apps.core.sniffing import DOCUMENTS, DOCX, IMAGES, PDF

pytestmark = pytest.mark.django_db
PDF_BYTES = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n"
EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-STANDARD-" + b"ANTIVIRUS-TEST-FILE!$H+H*"


@pytest.fixture(autouse=True)
def _purposes(settings: Any, tmp_path: Path) -> Iterator[None]:
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": str(tmp_path)},
        },
    }
    known = dict(files._purposes)
    files.register("homework", allowed=IMAGES | DOCUMENTS, max_bytes=files.MB)
    files.register("notice", allowed=frozenset({PDF}), reached=lambda actor, _: actor.has(Role.STUDENT))
    files.register("payslip", uploadable=False)
    yield
    files._purposes.clear()
    files._purposes.update(known)


@pytest.fixture
def teacher() -> User:
    return user_with(Role.TEACHER)


def _actor(user: User) -> Actor:
    from django.utils import timezone

    return user.actor(timezone.localdate())


def _store(user: User, content: bytes, name: str = "a.pdf", purpose: str = "homework") -> StoredFile:
    upload = SimpleUploadedFile(name, content)
    return files.store(upload, school_id=user.school_id, owner_id=user.pk, purpose=purpose)


def _picture(kind: str, size: tuple[int, int] = (20, 10), **more: Any) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, "red").save(out, kind, **more)
    return out.getvalue()


def _zip(entries: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries.items():
            archive.writestr(name, content)
    return out.getvalue()


def _refused(user: User, content: bytes, name: str = "a.pdf", purpose: str = "homework") -> str:
    with pytest.raises(DomainError) as refusal:
        _store(user, content, name, purpose)
    assert not StoredFile.objects.exists()
    return refusal.value.code


def test_a_document_is_kept_under_a_random_key(teacher: User) -> None:
    file = _store(teacher, PDF_BYTES, "../../etc/Ünit <1>.pdf")
    assert (file.name, file.media_type, file.size) == ("Ünit 1.pdf", PDF, len(PDF_BYTES))
    assert file.key.startswith(f"{teacher.school_id}/homework/")
    assert "nit" not in file.key
    assert files.content_of(file).read() == PDF_BYTES


@pytest.mark.parametrize(
    ("content", "name", "media_type"),
    [
        (PDF_BYTES, "picture.png", PDF),
        ("नमस्ते".encode() * 3000, "a.txt", "text/plain"),
        (b"a,b\n1,2\n", "Marks.CSV", "text/csv"),
        (_zip({"word/document.xml": b"<w/>", "[Content_Types].xml": b""}), "a.docx", DOCX),
    ],
)
def test_the_bytes_say_what_a_file_is(teacher: User, content: bytes, name: str, media_type: str) -> None:
    assert _store(teacher, content, name).media_type == media_type


@pytest.mark.parametrize(
    ("content", "name", "code"),
    [
        (b"", "a.pdf", "FILE_EMPTY"),
        (b"%PDF-" + b"0" * files.MB, "a.pdf", "FILE_TOO_LARGE"),
        (b"MZ\x90\x00\x03\x00\x00\x00\x04\x00", "a.pdf", "FILE_TYPE"),
        (b"GIF89a\x01\x00\x01\x00\x00\x00\x00", "a.gif", "FILE_TYPE"),
        (_zip({"a.txt": b"x"}), "a.docx", "FILE_TYPE"),
        (b"PK\x03\x04 not really", "a.docx", "ARCHIVE_UNREADABLE"),
        (_zip({"word/document.xml": b"", "word/vbaProject.bin": b""}), "a.docm", "MACROS_REFUSED"),
        (_zip({"word/document.xml": b"0" * 30_000_000}), "a.docx", "ARCHIVE_REFUSED"),
        (_zip({f"{n}": b"" for n in range(1001)}), "a.docx", "ARCHIVE_REFUSED"),
        (_zip({"../../a": b"", "word/document.xml": b""}), "a.docx", "ARCHIVE_REFUSED"),
        (b"\x89PNG\r\n\x1a\n" + b"broken" * 20, "a.png", "IMAGE_UNREADABLE"),
        (_picture("PNG", (8000, 6000)), "a.png", "IMAGE_TOO_LARGE"),
    ],
)
def test_what_is_refused(teacher: User, content: bytes, name: str, code: str) -> None:
    assert _refused(teacher, content, name) == code


def test_each_purpose_takes_its_own_types(teacher: User) -> None:
    assert _refused(teacher, _picture("PNG"), "a.png", "notice") == "FILE_TYPE"
    assert _refused(teacher, PDF_BYTES, "a.pdf", "no such purpose") == "UNKNOWN_PURPOSE"


def test_pictures_are_drawn_anew_without_what_they_carried(teacher: User) -> None:
    exif = Image.Exif()
    exif[0x010E] = "taken at home"
    payload = _picture("JPEG", exif=exif) + b"<script>alert(1)</script>"
    kept = files.content_of(_store(teacher, payload, "a.jpg")).read()
    assert b"taken at home" not in kept
    assert b"<script>" not in kept
    with Image.open(io.BytesIO(kept)) as picture:
        assert (picture.size, picture.format, dict(picture.getexif())) == ((20, 10), "JPEG", {})


def test_transparency_survives(teacher: User) -> None:
    out = io.BytesIO()
    Image.new("RGBA", (4, 4), (0, 0, 0, 0)).convert("P").save(out, "PNG", transparency=0)
    with Image.open(files.content_of(_store(teacher, out.getvalue(), "a.png"))) as picture:
        assert picture.convert("RGBA").getpixel((0, 0)) == (0, 0, 0, 0)


def _get(user: User, address: str) -> Any:
    client = Client()
    client.force_login(user)
    return client.get(address)


def test_the_owner_opens_the_link_and_gets_inert_bytes(teacher: User) -> None:
    response = _get(teacher, files.link(_store(teacher, PDF_BYTES), _actor(teacher)))
    assert b"".join(response.streaming_content) == PDF_BYTES
    assert response["Content-Disposition"] == 'attachment; filename="a.pdf"'
    assert response["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Cache-Control"] == "private, no-store"


def test_a_link_is_dead_after_five_minutes_or_when_touched(teacher: User) -> None:
    address = files.link(_store(teacher, PDF_BYTES), _actor(teacher))
    assert _get(teacher, f"{address}x").status_code == 404
    with time_machine.travel(0, tick=False) as clock:
        clock.move_to("2026-06-15T10:00:00Z")
        address = files.link(StoredFile.objects.get(), _actor(teacher))
        clock.shift(299)
        assert files.opened(address.removeprefix("/files/"), _actor(teacher)).owner == teacher
        clock.shift(2)
        with pytest.raises(Missing):
            files.opened(address.removeprefix("/files/"), _actor(teacher))


@pytest.mark.parametrize("role", list(Role))
def test_a_link_serves_nobody_else(teacher: User, role: Role) -> None:
    address = files.link(_store(teacher, PDF_BYTES), _actor(teacher))
    assert _get(user_with(role, school=teacher.school), address).status_code == 404
    assert _get(user_with(role), address).status_code == 404
    assert Client().get(address).status_code == 404


def test_who_else_may_open_follows_from_the_purpose(teacher: User) -> None:
    notice = _store(teacher, PDF_BYTES, purpose="notice")
    student = user_with(Role.STUDENT, school=teacher.school)
    assert _get(student, files.link(notice, _actor(student))).status_code == 200
    for outsider in (user_with(Role.GUARDIAN, school=teacher.school), user_with(Role.STUDENT)):
        with pytest.raises(Missing):
            files.link(notice, _actor(outsider))


def test_a_lost_right_kills_a_link_that_is_still_fresh(teacher: User) -> None:
    notice = _store(teacher, PDF_BYTES, purpose="notice")
    student = user_with(Role.STUDENT, school=teacher.school)
    address = files.link(notice, _actor(student))
    student.role_assignments.all().delete()
    assert _get(student, address).status_code == 404


def test_upload_by_the_api(teacher: User) -> None:
    client = APIClient()
    client.force_login(teacher)
    body = {"file": SimpleUploadedFile("a.pdf", PDF_BYTES), "purpose": "homework"}
    answers = []
    for _ in range(2):
        body["file"].seek(0)  # type: ignore[attr-defined]
        answers.append(
            client.post("/api/v1/files/uploads", body, format="multipart", headers={"Idempotency-Key": "f-1"})
        )
    data = answers[0].json()["data"]
    assert [answer.status_code for answer in answers] == [201, 201]
    assert (StoredFile.objects.count(), answers[1].json()["data"]["id"]) == (1, data["id"])
    assert client.get(data["link"]).status_code == 200


@pytest.mark.parametrize("purpose", ["payslip", "anything"])
def test_not_every_purpose_may_be_uploaded(teacher: User, purpose: str) -> None:
    client = APIClient()
    client.force_login(teacher)
    body = {"file": SimpleUploadedFile("a.pdf", PDF_BYTES), "purpose": purpose}
    response = client.post("/api/v1/files/uploads", body, format="multipart")
    assert (response.status_code, response.json()["error"]["code"]) == (422, "UNKNOWN_PURPOSE")


def test_discarded_files_lose_their_bytes_after_commit(teacher: User) -> None:
    file = _store(teacher, PDF_BYTES)
    storage, key = storages["default"], file.key
    files.discard(file)
    assert storage.exists(key)
    jobs.run(Job.objects.get(task="core.erase_content").pk)
    assert not storage.exists(key)


class _Clamd(socketserver.BaseRequestHandler):
    """Speaks clamd's INSTREAM and knows one signature."""

    def handle(self) -> None:
        assert self._exactly(10) == b"zINSTREAM\0"
        content = b""
        while length := struct.unpack("!L", self._exactly(4))[0]:
            content += self._exactly(length)
        verdict = b"stream: Eicar FOUND\0" if EICAR in content else b"stream: OK\0"
        self.request.sendall(verdict)

    def _exactly(self, count: int) -> bytes:
        said = b""
        while len(said) < count:
            said += self.request.recv(count - len(said))
        return said


@pytest.fixture
def clamd(settings: Any) -> Iterator[None]:
    with socketserver.TCPServer(("127.0.0.1", 0), _Clamd) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        settings.CLAMD_URL = f"tcp://127.0.0.1:{server.server_address[1]}"
        yield
        server.shutdown()


@pytest.mark.parametrize(
    ("content", "scan", "status"),
    [(b"fine", ScanState.CLEAN, 200), (EICAR, ScanState.INFECTED, 409)],
)
@pytest.mark.usefixtures("clamd")
def test_with_a_scanner_nothing_is_served_before_its_verdict(
    teacher: User, content: bytes, scan: ScanState, status: int
) -> None:
    file = _store(teacher, content, "a.txt")
    address = files.link(file, _actor(teacher))
    with pytest.raises(Conflict) as waiting:
        files.opened(address.removeprefix("/files/"), _actor(teacher))
    assert (waiting.value.code, _get(teacher, address).status_code) == ("FILE_BEING_CHECKED", 409)
    jobs.run(Job.objects.get(task="core.scan_file").pk)
    file.refresh_from_db()
    assert (file.scan, _get(teacher, address).status_code) == (scan, status)
    assert storages["default"].exists(file.key) is (scan == ScanState.CLEAN)


def test_a_silent_scanner_keeps_the_file_back(teacher: User, settings: Any) -> None:
    settings.CLAMD_URL = "tcp://127.0.0.1:1"
    file = _store(teacher, PDF_BYTES)
    jobs.run(Job.objects.get(task="core.scan_file").pk)
    file.refresh_from_db()
    assert (file.scan, Job.objects.get().state) == (ScanState.WAITING, "queued")


def test_documents_in_s3_are_handed_on_and_pictures_are_not(
    teacher: User, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in {"AWS_ACCESS_KEY_ID": "k", "AWS_SECRET_ACCESS_KEY": "s"}.items():
        monkeypatch.setenv(name, value)
    with mock_aws():
        boto3.client("s3", region_name="us-east-1").create_bucket(Bucket="school")
        options = {"bucket_name": "school", "region_name": "us-east-1", "default_acl": None}
        backend = {"BACKEND": "storages.backends.s3.S3Storage", "OPTIONS": options}
        settings.S3_BUCKET, settings.STORAGES = "school", {**settings.STORAGES, "default": backend}
        document, picture = _store(teacher, PDF_BYTES), _store(teacher, _picture("PNG"), "a.png")
        sent = _get(teacher, files.link(document, _actor(teacher)))
        shown = _get(teacher, files.link(picture, _actor(teacher)))
    assert sent.status_code == 302
    assert f"school.s3.amazonaws.com/{document.key}" in sent["Location"]
    assert "response-content-disposition=attachment" in sent["Location"]
    assert (shown.status_code, shown["Content-Type"]) == (200, "image/png")
