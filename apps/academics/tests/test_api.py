"""The endpoints: what may be written, what is shown to whom, and how many queries it takes."""

from datetime import date
from typing import Any

import pytest
from django.urls import reverse
from rest_framework.test import APIClient

from apps.academics.models import Enrollment, Student, WaitingListEntry
from apps.academics.tests import factories as make
from apps.academics.tests.conftest import World
from apps.accounts.models import Role
from apps.accounts.tests.factories import CampusFactory, RoleAssignmentFactory, UserFactory

API = "/api/v1"


def client_of(user: Any) -> APIClient:
    client = APIClient()
    client.force_login(user)
    return client


@pytest.fixture
def office(world: World) -> APIClient:
    return client_of(world.login(Role.REGISTRAR))


@pytest.fixture
def family(world: World) -> dict[str, Any]:
    """A pupil of two separated parents, a teacher of theirs, and a teacher of others."""
    school, year = world.school, world.year
    student = world.student(address="HOME-STREET", phone="PUPIL-PHONE", birth_date=date(2015, 5, 5))
    people: dict[str, Any] = {"student": student}
    for name, lives_with in (("mother", True), ("father", False)):
        user = world.login(Role.GUARDIAN)
        guardian = make.GuardianFactory.create(
            school=school, user=user, phone=f"{name}-phone", address=f"{name}-address"
        )
        make.GuardianshipFactory.create(
            school=school, student=student, guardian=guardian, lives_with=lives_with
        )
        people[name] = user
    make.EmergencyContactFactory.create(school=school, student=student, phone="AUNT-PHONE")
    for name in ("teacher", "other_teacher"):
        user = world.login(Role.TEACHER)
        staff = make.StaffMemberFactory.create(
            school=school, campus=world.campus, user=user, phone=f"{name}-phone"
        )
        section = world.section()
        make.TeachingAssignmentFactory.create(school=school, section=section, staff=staff)
        people[name], people[f"{name}_section"] = user, section
    make.EnrollmentFactory.create(school=school, section=people["teacher_section"], student=student)
    people["pupil"] = world.login(Role.STUDENT)
    student.user = people["pupil"]
    student.save()
    people["accountant"] = world.login(Role.ACCOUNTANT)
    people["session"] = year
    return people


def seen(user: Any, student: Any, query: str = "") -> Any:
    response = client_of(user).get(f"{API}/students/{student.pk}{query}")
    return response.json()["data"] if response.status_code == 200 else response.status_code


SECRETS = ("HOME-STREET", "PUPIL-PHONE", "AUNT-PHONE", "mother-phone", "father-phone")
EVERYTHING = "?expand=guardians,enrollments,emergency_contacts"


@pytest.mark.parametrize(
    ("who", "known"),
    [
        ("mother", {"HOME-STREET", "PUPIL-PHONE", "AUNT-PHONE", "mother-phone"}),
        ("father", {"father-phone"}),
        ("teacher", set(SECRETS)),
        ("pupil", {"HOME-STREET", "PUPIL-PHONE", "AUNT-PHONE"}),
        ("accountant", {"mother-phone", "father-phone"}),
    ],
)
def test_each_principal_sees_the_contacts_that_are_theirs(
    family: dict[str, Any], who: str, known: set[str]
) -> None:
    answer = client_of(family[who]).get(f"{API}/students/{family['student'].pk}{EVERYTHING}")
    assert answer.status_code == 200
    assert {secret for secret in SECRETS if secret in answer.content.decode()} == known


@pytest.mark.parametrize(
    ("who", "birth_date"),
    [("mother", "2015-05-05"), ("father", "2015-05-05"), ("teacher", "2015-05-05"), ("accountant", None)],
)
def test_details_are_for_who_looks_after_the_pupil(
    family: dict[str, Any], who: str, birth_date: str | None
) -> None:
    assert seen(family[who], family["student"])["birth_date"] == birth_date


def test_teacher_of_others_does_not_reach_the_pupil(family: dict[str, Any]) -> None:
    assert seen(family["other_teacher"], family["student"]) == 404
    listed = client_of(family["other_teacher"]).get(f"{API}/students").json()
    assert listed["meta"]["total"] == 0


def test_rights_end_with_the_dated_link(world: World, family: dict[str, Any]) -> None:
    links = family["student"].guardianships.all()
    links.update(end_date=date(2026, 4, 2))
    family["teacher_section"].teaching_assignments.update(end_date=date(2026, 4, 2))
    assert [seen(family[who], family["student"]) for who in ("mother", "father", "teacher")] == [404] * 3


def test_co_guardian_finds_no_card_of_the_other(family: dict[str, Any]) -> None:
    client = client_of(family["father"])
    for path in ("guardians", "guardianships", "emergency-contacts", "contact-requests"):
        text = client.get(f"{API}/{path}").content.decode()
        assert "mother" not in text, path
    assert client.get(f"{API}/guardians").json()["meta"]["total"] == 1


def test_parent_without_the_household_cannot_ask_for_its_address(family: dict[str, Any]) -> None:
    body = {"student": str(family["student"].pk), "after": {"address": "Elsewhere"}}
    answers = [
        client_of(family[who]).post(f"{API}/contact-requests", body).status_code
        for who in ("father", "mother")
    ]
    assert answers == [404, 201]


def test_staff_phone_is_private(world: World, family: dict[str, Any]) -> None:
    mine = client_of(family["teacher"]).get(f"{API}/staff").json()["data"]
    assert {row["phone"] for row in mine} == {"teacher-phone", None}
    assert client_of(family["mother"]).get(f"{API}/staff").status_code == 403


def test_families_see_the_custom_fields_meant_for_them(world: World, family: dict[str, Any]) -> None:
    make.CustomFieldFactory.create(school=world.school, code="house", families_may_see=True)
    make.CustomFieldFactory.create(school=world.school, code="note")
    Student.objects.filter(pk=family["student"].pk).update(custom={"house": "Red", "note": "SECRET"})
    assert seen(family["mother"], family["student"])["custom"] == {"house": "Red"}
    assert seen(family["teacher"], family["student"])["custom"] == {"house": "Red", "note": "SECRET"}


def teaches_others(world: World, parent: Any) -> Any:
    """The parent, employed here as well, with a section of their own."""
    RoleAssignmentFactory.create(user=parent, role=Role.TEACHER, campus=world.campus)
    staff = make.StaffMemberFactory.create(school=world.school, campus=world.campus, user=parent)
    section = world.section()
    make.TeachingAssignmentFactory.create(school=world.school, section=section, staff=staff)
    return section


def test_a_parent_who_teaches_here_sees_their_child_as_a_parent(world: World, family: dict[str, Any]) -> None:
    make.CustomFieldFactory.create(school=world.school, code="note")
    Student.objects.all().update(custom={"note": "SECRET"})
    pupil = world.student(custom={"note": "OTHERS"})
    section = teaches_others(world, family["mother"])
    make.EnrollmentFactory.create(school=world.school, section=section, student=pupil)
    client = client_of(family["mother"])
    page = reverse("academics:student-detail", args=[family["student"].pk])

    assert seen(family["mother"], family["student"])["custom"] == {}
    assert seen(family["mother"], pupil)["custom"] == {"note": "OTHERS"}
    assert "SECRET" not in client.get(page).content.decode()
    assert "SECRET" in client_of(family["teacher"]).get(page).content.decode()


def total(user: Any, query: str) -> int:
    counted: int = client_of(user).get(f"{API}/{query}").json()["meta"]["total"]
    return counted


def test_a_filter_by_a_section_out_of_reach_finds_nothing(world: World, family: dict[str, Any]) -> None:
    remedial = world.section()
    make.EnrollmentFactory.create(school=world.school, section=remedial, student=family["student"])
    homeroom = world.homeroom()
    make.EnrollmentFactory.create(school=world.school, section=homeroom, student=family["student"])
    asked = [f"students?section={one.pk}" for one in (family["teacher_section"], remedial, homeroom)]

    assert [total(family["teacher"], query) for query in asked] == [1, 0, 1]
    assert [total(family["mother"], query) for query in asked] == [1, 1, 1]
    assert [total(family["accountant"], query) for query in asked] == [0, 0, 0]


def test_a_filter_by_a_pupil_out_of_reach_finds_nothing(world: World, family: dict[str, Any]) -> None:
    """A guardian of two pupils, of whom the teacher reaches one, does not stand for the other."""
    sibling = world.student()
    mother = family["mother"].guardian
    make.GuardianshipFactory.create(school=world.school, student=sibling, guardian=mother)

    assert total(family["teacher"], f"guardians?student={family['student'].pk}") == 2
    assert total(family["teacher"], f"guardians?student={sibling.pk}") == 0
    assert total(family["mother"], f"guardians?student={sibling.pk}") == 1


def test_admit_change_and_withdraw_by_api(world: World, office: APIClient) -> None:
    body = {"given_name": "Asha", "campus": str(world.campus.pk), "begin_date": "2026-06-15"}
    made = office.post(f"{API}/students", body)
    assert made.status_code == 201
    url = f"{API}/students/{made.json()['data']['id']}"
    assert office.patch(url, {"phone": "123"}).status_code == 422
    changed = office.patch(url, {"phone": "123"}, headers={"If-Match": '"1"'})
    assert (changed.status_code, changed.json()["data"]["version"]) == (200, 2)
    stale = office.patch(url, {"phone": "456", "version": 1})
    assert stale.status_code == 409
    assert stale.json()["error"]["values"]["theirs"]["phone"] == "123"
    gone = office.post(f"{url}/withdraw", {"effective_date": "2026-09-01", "reason": "Moved"})
    assert gone.json()["data"]["status"] == "withdrawn"


def test_nothing_outside_the_named_fields_is_written(world: World, office: APIClient) -> None:
    student = world.student()
    other = CampusFactory.create()
    body = {
        "version": 1, "school": str(other.school_id), "campus": str(other.pk), "status": "graduated",
        "user": str(UserFactory.create().pk), "sourced_id": "x", "id": str(other.pk), "phone": "1",
    }  # fmt: skip
    assert office.patch(f"{API}/students/{student.pk}", body).status_code == 200
    after = Student.objects.get(pk=student.pk)
    kept = (after.school_id, after.campus_id, after.status, after.user_id, after.sourced_id)
    assert kept == (student.school_id, student.campus_id, "active", None, "")


def test_campus_registrar_adds_nothing_elsewhere(world: World, office: APIClient) -> None:
    elsewhere = CampusFactory.create(school=world.school)
    body = {"given_name": "Asha", "campus": str(elsewhere.pk), "begin_date": "2026-06-15"}
    answer = office.post(f"{API}/students", body)
    assert (answer.status_code, answer.json()["error"]["details"][0]["field"]) == (422, "campus")
    assert not Student.objects.filter(given_name="Asha").exists()


def test_relations_of_another_school_are_unknown(world: World, office: APIClient) -> None:
    foreign = make.GradeLevelFactory.create()
    body = {
        "given_name": "Asha",
        "campus": str(world.campus.pk),
        "begin_date": "2026-06-15",
        "grade_level": str(foreign.pk),
    }
    answer = office.post(f"{API}/students", body)
    assert answer.status_code == 422
    assert answer.json()["error"]["details"][0]["field"] == "grade_level"


def place(world: World, section: Any, **more: Any) -> dict[str, Any]:
    student = str(world.student().pk)
    return {"student": student, "section": str(section.pk), "begin_date": "2026-06-15", **more}


def test_full_section_answers_409_or_202_with_a_place_in_the_queue(world: World, office: APIClient) -> None:
    section = world.section(capacity=1)
    assert office.post(f"{API}/enrollments", place(world, section)).status_code == 201
    full = office.post(f"{API}/enrollments", place(world, section))
    assert (full.status_code, full.json()["error"]["code"]) == (409, "SECTION_FULL")
    waits = office.post(f"{API}/enrollments", place(world, section, wait=True))
    assert (waits.status_code, waits.json()["data"]["state"]) == (202, "waiting")
    entry = WaitingListEntry.objects.get()
    assert office.delete(f"{API}/waiting-list/{entry.pk}").status_code == 204


def test_repeated_request_with_one_key_takes_one_seat(world: World, office: APIClient) -> None:
    body = place(world, world.section())
    answers = [office.post(f"{API}/enrollments", body, headers={"Idempotency-Key": "k1"}) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [201, 201]
    assert Enrollment.objects.count() == 1


def test_roster_is_for_the_section_s_own_teachers(world: World, family: dict[str, Any]) -> None:
    url = f"{API}/sections/{family['teacher_section'].pk}/roster"
    answers = {
        who: client_of(family[who]).get(url).status_code for who in ("teacher", "other_teacher", "mother")
    }
    assert answers == {"teacher": 200, "other_teacher": 404, "mother": 403}
    row = client_of(family["teacher"]).get(url).json()["data"][0]
    assert set(row["student"]) == {"id", "full_name", "admission_number", "roll_number", "photo"}


SETUP: dict[str, dict[str, Any]] = {
    "subjects": {"name": "Mathematics", "code": "MA"},
    "grade-levels": {"name": "Grade 9", "code": "9", "position": 9},
    "courses": {"name": "Mathematics 9", "code": "MA9"},
    "programs": {"name": "Science", "code": "SCI"},
    "academic-sessions": {
        "kind": "school_year", "name": "2027-28", "code": "Y27",
        "begin_date": "2027-04-01", "end_date": "2028-04-01",
    },
    "custom-fields": {"target": "student", "code": "house", "label": "House", "kind": "text"},
}  # fmt: skip


@pytest.mark.parametrize("path", SETUP)
def test_set_up_nouns_are_made_changed_and_deleted_by_who_may(world: World, path: str) -> None:
    admin = UserFactory.create(school=world.school)
    RoleAssignmentFactory.create(user=admin, role=Role.SCHOOL_ADMIN)
    client = client_of(admin)
    made = client.post(f"{API}/{path}", SETUP[path])
    assert made.status_code == 201, made.json()
    url = f"{API}/{path}/{made.json()['data']['id']}"
    name = "label" if path == "custom-fields" else "name"
    assert client.patch(url, {name: "New"}).json()["data"][name] == "New"
    assert client.post(f"{API}/{path}", SETUP[path]).status_code == 409
    if path != "custom-fields":
        assert client.delete(url).status_code == 204
    teacher = client_of(world.login(Role.TEACHER))
    assert teacher.post(f"{API}/{path}", SETUP[path]).status_code == 403


def test_program_statistics_are_for_the_office(
    world: World, office: APIClient, family: dict[str, Any]
) -> None:
    program = make.ProgramFactory.create(school=world.school)
    url = f"{API}/programs/{program.pk}/statistics"
    nothing = dict.fromkeys(("students", "courses", "active_sections", "completed", "ended"), 0)
    assert office.get(url).json()["data"] == {**nothing, "completion_rate": None}
    assert client_of(family["teacher"]).get(url).status_code == 403


@pytest.mark.parametrize("count", [1, 30])
@pytest.mark.parametrize(
    ("path", "queries"),
    [
        ("students?expand=guardians,enrollments", 7),
        ("guardians", 5),
        ("staff", 6),
        ("sections?expand=teachers", 6),
        ("enrollments", 5),
        ("courses", 5),
    ],
)
def test_lists_take_the_same_queries_for_any_number_of_rows(
    world: World, office: APIClient, django_assert_num_queries: Any, path: str, queries: int, count: int
) -> None:
    for _ in range(count):
        section = world.section()
        student = world.student()
        make.EnrollmentFactory.create(school=world.school, section=section, student=student)
        make.GuardianshipFactory.create(school=world.school, student=student)
        make.TeachingAssignmentFactory.create(school=world.school, section=section)
    office.get(f"{API}/{path}")
    with django_assert_num_queries(queries):
        answer = office.get(f"{API}/{path}{'&' if '?' in path else '?'}per_page=100")
    assert len(answer.json()["data"]) == count
