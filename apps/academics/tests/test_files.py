"""Photos over the API, papers of guardians' rights, and who opens them."""

import io
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from PIL import Image
from rest_framework.test import APIClient

from apps.academics import services
from apps.academics.tests import factories as make
from apps.academics.tests.conftest import World
from apps.accounts.models import Role
from apps.accounts.tests.factories import SchoolFactory, user_with
from apps.core import files
from apps.core.models import ScanState, StoredFile

pytestmark = pytest.mark.django_db
API = "/api/v1"
PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n"


@pytest.fixture(autouse=True)
def _storage(settings: Any, tmp_path: Any) -> None:
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": str(tmp_path)},
        },
    }


def picture() -> SimpleUploadedFile:
    content = io.BytesIO()
    Image.new("RGB", (8, 8), "teal").save(content, "PNG")
    return SimpleUploadedFile("face.png", content.getvalue(), "image/png")


def paper() -> SimpleUploadedFile:
    return SimpleUploadedFile("order.pdf", PDF, "application/pdf")


def client_of(user: Any) -> APIClient:
    client = APIClient()
    client.force_login(user)
    return client


def uploaded(client: APIClient, purpose: str = services.PHOTO, file: Any = None) -> Any:
    body = {"file": file or picture(), "purpose": purpose}
    return client.post(f"{API}/files/uploads", body, format="multipart")


@pytest.fixture
def registrar(world: World) -> Any:
    return world.login(Role.REGISTRAR)


@pytest.fixture
def office(registrar: Any) -> APIClient:
    return client_of(registrar)


@pytest.mark.parametrize("noun", ["students", "staff"])
def test_a_photo_is_handed_in_and_named(world: World, office: APIClient, noun: str) -> None:
    made_by = make.StudentFactory if noun == "students" else make.StaffMemberFactory
    row = made_by.create(school=world.school, campus=world.campus)
    number = uploaded(office).data["id"]

    answer = office.patch(f"{API}/{noun}/{row.pk}", {"photo": number, "version": 1}, format="json")

    row.refresh_from_db()
    assert (answer.status_code, str(row.photo_id)) == (200, number)
    again = {"photo": number, "roll_number": "4", "version": 2}
    other = client_of(world.login(Role.REGISTRAR))
    assert other.patch(f"{API}/{noun}/{row.pk}", again, format="json").status_code == 200


def test_another_s_upload_or_a_paper_is_no_photo(world: World, office: APIClient) -> None:
    student = world.student()
    foreign = uploaded(client_of(world.login(Role.REGISTRAR))).data["id"]
    elsewhere = uploaded(client_of(user_with(Role.REGISTRAR, school=SchoolFactory.create()))).data["id"]
    other_purpose = uploaded(office, services.COURT_DOCUMENT, paper()).data["id"]
    infected = uploaded(office).data["id"]
    StoredFile.objects.filter(pk=infected).update(scan=ScanState.INFECTED)
    for number in (foreign, elsewhere, other_purpose, infected):
        answer = office.patch(f"{API}/students/{student.pk}", {"photo": number, "version": 1}, format="json")
        assert (answer.status_code, answer.json()["error"]["details"][0]["field"]) == (422, "photo")
    student.refresh_from_db()
    assert student.photo is None


@pytest.mark.parametrize("role", [Role.TEACHER, Role.GUARDIAN, Role.STUDENT, Role.ACCOUNTANT])
@pytest.mark.parametrize("purpose", [services.PHOTO, services.COURT_DOCUMENT])
def test_who_changes_no_people_hands_in_no_such_files(world: World, role: Role, purpose: str) -> None:
    assert uploaded(client_of(world.login(role)), purpose).status_code == 403


def test_a_court_paper_is_the_offices_alone(world: World, registrar: Any, office: APIClient) -> None:
    student, parent = world.student(), world.login(Role.GUARDIAN)
    guardian = make.GuardianFactory.create(school=world.school, user=parent)
    link = make.GuardianshipFactory.create(school=world.school, student=student, guardian=guardian)
    teacher = world.login(Role.TEACHER)
    place = make.EnrollmentFactory.create(school=world.school, student=student, section=world.section())
    make.TeachingAssignmentFactory.create(
        school=world.school,
        section=place.section,
        staff=make.StaffMemberFactory.create(school=world.school, campus=world.campus, user=teacher),
    )
    number = uploaded(office, services.COURT_DOCUMENT, paper()).data["id"]

    answer = office.patch(f"{API}/guardianships/{link.pk}", {"document": number}, format="json")

    assert (answer.status_code, str(answer.data["document"])) == (200, number)
    for reader in (parent, teacher):
        shown = client_of(reader).get(f"{API}/guardianships/{link.pk}")
        assert (shown.status_code, shown.data["document"]) == (200, None)
    file = StoredFile.objects.get(pk=number)
    today = world.registrar.today
    opens = {user.pk: files.is_reached(file, user.actor(today)) for user in (registrar, parent, teacher)}
    assert opens == {registrar.pk: True, parent.pk: False, teacher.pk: False}


def test_who_left_the_office_opens_the_paper_no_more(world: World, registrar: Any, office: APIClient) -> None:
    link = make.GuardianshipFactory.create(school=world.school, student=world.student())
    number = uploaded(office, services.COURT_DOCUMENT, paper()).data["id"]
    office.patch(f"{API}/guardianships/{link.pk}", {"document": number}, format="json")
    registrar.role_assignments.all().delete()

    assert not files.is_reached(StoredFile.objects.get(pk=number), registrar.actor(world.registrar.today))


def test_the_page_takes_the_paper_and_opens_it(world: World, registrar: Any) -> None:
    link = make.GuardianshipFactory.create(school=world.school, student=world.student())
    client = Client()
    client.force_login(registrar)
    rights = {"relation": "mother", "pays_share": "0", "order": "1", "document": paper()}
    answer = client.post(reverse("academics:guardianship-change", args=[link.pk]), rights)
    assert answer.status_code == 302
    page = client.get(reverse("academics:student-guardians", args=[link.student_id])).content.decode()
    url = reverse("academics:guardianship-document", args=[link.pk])
    assert url in page
    assert b"".join(client.get(url, follow=True).streaming_content) == PDF  # type: ignore[attr-defined]  # a stream
    parent = Client()
    parent.force_login(world.login(Role.GUARDIAN))
    assert parent.get(url).status_code == 403
    away = Client()
    away.force_login(user_with(Role.REGISTRAR, school=SchoolFactory.create()))
    assert away.get(url).status_code == 404


def test_a_photo_in_use_is_kept_and_a_replaced_one_swept(world: World, office: APIClient) -> None:
    student = world.student()
    first, second = (uploaded(office).data["id"] for _ in range(2))
    for version, number in ((1, first), (2, second)):
        body = {"photo": number, "version": version}
        assert office.patch(f"{API}/students/{student.pk}", body, format="json").status_code == 200
    StoredFile.objects.update(created_at=timezone.now() - timedelta(days=3))

    assert files.sweep_unused(now=timezone.now()) == 1

    assert [str(pk) for pk in StoredFile.objects.values_list("pk", flat=True)] == [second]


@pytest.fixture
def order(world: World) -> Any:
    """A guardianship with its court paper, kept by the school."""
    content = io.BytesIO(PDF)
    file = files.keep_made(
        content, "order.pdf", "application/pdf", school_id=world.school.pk, purpose=services.COURT_DOCUMENT
    )
    student, guardian = world.student(), make.GuardianFactory.create(school=world.school)
    return make.GuardianshipFactory.create(
        school=world.school, student=student, guardian=guardian, document=file
    )


def test_who_reads_a_court_paper_is_written_down(world: World, order: Any) -> None:
    reader = world.login(Role.REGISTRAR)
    client = client_of(reader)
    link = client.get(f"{API}/files/{order.document_id}").json()["data"]["link"]
    assert not order.events.filter(pgh_label="read").exists()

    assert client.get(link).status_code == 200
    (seen,) = order.events.filter(pgh_label="read")
    assert seen.pgh_context["user"] == str(reader.pk)


def test_a_fresh_link_is_for_whom_the_record_lets_in(world: World, order: Any) -> None:
    answers = [
        client_of(user).get(f"{API}/files/{order.document_id}").status_code
        for user in (world.login(Role.CAMPUS_ADMIN), world.login(Role.TEACHER), user_with(Role.SCHOOL_ADMIN))
    ]
    assert answers == [200, 404, 404]
