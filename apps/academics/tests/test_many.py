"""One verb for many pupils: rehearsed, done, refused one by one, and never beyond one's reach."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from apps.academics import services
from apps.academics.models import Enrollment, Student, WaitingListEntry
from apps.academics.tests import factories as make
from apps.academics.tests.conftest import TODAY, World
from apps.academics.web.many import KINDS
from apps.accounts.models import Role
from apps.accounts.tests.factories import CampusFactory, SchoolFactory
from apps.core.errors import DomainError

pytestmark = pytest.mark.django_db


@pytest.fixture
def office(world: World) -> Client:
    client = Client()
    client.force_login(world.login(Role.REGISTRAR))
    return client


def ask(client: Client, name: str, students: list[Any], step: str = "apply", **data: Any) -> Any:
    chosen = ",".join(str(getattr(one, "pk", one)) for one in students)
    return client.post(
        reverse("academics:students-many", args=[name]), {"chosen": chosen, "step": step, **data}
    )


def place(section: Any, **data: Any) -> dict[str, Any]:
    return {"section": section.pk, "begin_date": TODAY.isoformat(), **data}


def strangers(world: World) -> list[Any]:
    """A pupil of another campus and one of another school."""
    campuses = [
        CampusFactory.create(school=world.school),
        CampusFactory.create(school=SchoolFactory.create()),
    ]
    return [make.StudentFactory.create(school=one.school, campus=one) for one in campuses]


@pytest.mark.parametrize("count", [1, 30])
def test_the_list_leads_to_a_form_at_a_flat_cost(
    world: World, office: Client, django_assert_num_queries: Any, count: int
) -> None:
    data = {"action": "enroll", "selected": [world.student().pk for _ in range(count)]}
    url = reverse("academics:student-list")
    office.post(url, data)
    with django_assert_num_queries(7):
        page = office.post(url, data)
    assert (page.status_code, len(page.context["students"])) == (200, count)


def test_pupils_of_others_in_the_choice_are_passed_over(world: World, office: Client) -> None:
    mine, others = world.student(), strangers(world)
    ids = [one.pk for one in (mine, *others)]

    page = office.post(reverse("academics:student-list"), {"action": "withdraw", "selected": ids})
    assert [one.pk for one in page.context["students"]] == [mine.pk]
    data = {"effective_date": TODAY.isoformat(), "reason": "moved"}
    assert ask(office, "withdraw", [mine, *others, "nonsense"], **data).status_code == 200
    assert ask(office, "withdraw", others, **data).status_code == 404

    assert list(Student.objects.filter(status="withdrawn")) == [mine]


def test_a_rehearsal_tells_the_same_and_changes_nothing(world: World, office: Client) -> None:
    section = world.section(capacity=2)
    students = [world.student() for _ in range(3)]

    page = ask(office, "enroll", students, "rehearse", **place(section))

    assert (len(page.context["done"]), len(page.context["refused"])) == (2, 1)
    assert "Nothing has changed yet." in page.content.decode()
    section.refresh_from_db()
    assert (section.seats_taken, Enrollment.objects.count()) == (0, 0)


def test_each_goes_through_or_is_named_with_the_reason(world: World, office: Client) -> None:
    section = world.section(capacity=2)
    inside, gone = world.student(), world.student(status="withdrawn", given_name="Gone")
    services.enroll(actor=world.registrar, student=inside, section=section, begin_date=TODAY)
    new, late = world.student(given_name="Anu"), world.student(given_name="Zoya")

    page = ask(office, "enroll", [inside, gone, new, late], **place(section))

    assert [one.student for one in page.context["done"]] in ([new], [late])
    codes = {one.student: one.refusal.code for one in page.context["refused"]}
    assert codes.pop(inside) in {"ALREADY_ENROLLED", "SECTION_FULL"}
    assert codes.pop(gone) in {"STUDENT_NOT_ENROLLED", "SECTION_FULL"}
    assert list(codes.values()) == ["SECTION_FULL"]
    section.refresh_from_db()
    assert section.seats_taken == Enrollment.objects.count() == 2
    assert f"All 2 seats of {section} are taken." in page.content.decode()


def test_who_finds_no_seat_waits_if_wanted(world: World, office: Client) -> None:
    world.campus.features = {"waiting_list": True}
    world.campus.save()
    section = world.section(capacity=1)

    ask(office, "enroll", [world.student() for _ in range(3)], **place(section, wait="on"))

    assert (Enrollment.objects.count(), WaitingListEntry.objects.count()) == (1, 2)


def test_grade_program_and_leaving(world: World, office: Client) -> None:
    students = [world.student() for _ in range(2)]
    grade = make.GradeLevelFactory.create(school=world.school)
    program = make.ProgramFactory.create(school=world.school)
    day = {"effective_date": TODAY.isoformat()}

    ask(office, "promote", students, grade_level=grade.pk, **day)
    ask(office, "program", students, program=program.pk)
    ask(office, "withdraw", students, reason="moved away", **day)

    told = set(Student.objects.values_list("grade_level", "program", "status"))
    assert told == {(grade.pk, program.pk, "withdrawn")}


def test_leaving_needs_a_reason(world: World, office: Client) -> None:
    page = ask(office, "withdraw", [world.student()], effective_date=TODAY.isoformat(), reason="")
    assert (page.status_code, Student.objects.get().status) == (422, "active")


@pytest.mark.parametrize("name", list(KINDS))
def test_teachers_move_nobody(world: World, name: str) -> None:
    client = Client()
    client.force_login(world.login(Role.TEACHER))
    assert ask(client, name, [world.student()]).status_code == 403


def test_there_is_a_most(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("apps.academics.services.many.MOST", 1)
    with pytest.raises(DomainError, match="At most 1"):
        services.for_each(
            actor=world.registrar, students=[world.student(), world.student()], verb=services.withdraw_student
        )


def test_chosen_pupils_leave_as_a_file_those_one_may_export(world: World, office: Client) -> None:
    mine, also = world.student(given_name="Anu"), world.student(given_name="Binu")
    ids = [one.pk for one in (mine, *strangers(world))]

    answer = office.post(reverse("academics:student-list"), {"action": "export-csv", "selected": ids})

    text = b"".join(answer.streaming_content).decode()  # type: ignore[attr-defined]  # a stream
    assert len(text.splitlines()) == 2
    assert (mine.admission_number in text, also.admission_number in text) == (True, False)
