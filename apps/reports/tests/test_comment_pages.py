"""The pages of report comments, and what the API says of the same rows."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from apps.accounts.models import Role
from apps.reports import services
from apps.reports.models import CommentBankEntry, ReportComment
from apps.reports.tests.staffroom import Staffroom

pytestmark = pytest.mark.django_db


@pytest.fixture
def room() -> Staffroom:
    return Staffroom(today=timezone.localdate())


def signed_in(user: Any) -> Client:
    client = Client()
    client.force_login(user)
    return client


def save(room: Staffroom, user: Any, pupil: Any, **fields: Any) -> Any:
    url = reverse("reports:comment-save", args=[room.section.pk, pupil.pk])
    return signed_in(user).post(url, {"term": str(room.term.pk), "version": "0", **fields})


def test_a_teacher_writes_and_hands_in(room: Staffroom) -> None:
    sheet = signed_in(room.writer).get(reverse("reports:comment-sheet", args=[room.section.pk]))
    assert [pupil.given_name in sheet.content.decode() for pupil in room.pupils] == [True, True, True]
    answer = save(room, room.writer, room.pupils[0], text="Asha tries.", do="submit")
    assert answer.status_code == 200
    assert "To be proof-read" in answer.content.decode()
    assert ReportComment.objects.get().text == "Asha tries."


def test_what_was_typed_stays_when_a_colleague_was_first(room: Staffroom) -> None:
    room.write("Theirs.")
    answer = save(room, room.writer, room.pupils[0], text="Mine.")
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "Mine." in page
    assert "Theirs." in page
    assert ReportComment.objects.get().text == "Theirs."


def test_another_teachers_section_is_not_there(room: Staffroom) -> None:
    other = room.login(Role.TEACHER)
    url = reverse("reports:comment-sheet", args=[room.section.pk])
    assert signed_in(other).get(url).status_code == 404
    assert save(room, other, room.pupils[0], text="Hello").status_code == 404
    assert not ReportComment.objects.exists()


@pytest.mark.parametrize("role", [Role.STUDENT, Role.GUARDIAN, Role.ACCOUNTANT])
def test_comments_are_the_staffs_until_they_are_printed(room: Staffroom, role: Role) -> None:
    client = signed_in(room.login(role))
    for name in ("comments", "proofread", "comment-bank"):
        assert client.get(reverse(f"reports:{name}")).status_code == 403


def test_the_reader_sees_what_waits_and_accepts(room: Staffroom) -> None:
    row = room.write("Asha tries.", submit=True)
    client = signed_in(room.tutor)
    assert "Asha tries." in client.get(reverse("reports:proofread")).content.decode()
    url = reverse("reports:proofread-one", args=[row.pk])
    answer = client.post(url, {"version": row.version, "do": "accept", "proposal": row.text})
    assert answer.status_code == 200
    row.refresh_from_db()
    assert row.state == "accepted"


def test_returned_words_show_what_changed(room: Staffroom) -> None:
    row = room.write("Asha try hard.", submit=True)
    url = reverse("reports:proofread-one", args=[row.pk])
    signed_in(room.tutor).post(url, {"version": row.version, "do": "return", "proposal": "Asha tries hard."})
    page = signed_in(room.writer).get(reverse("reports:comment-sheet", args=[room.section.pk]))
    text = page.content.decode()
    assert "removed: </span>try</del>" in text
    assert "added: </span>tries</ins>" in text


def test_a_sentence_of_the_bank_comes_with_the_pupils_name(room: Staffroom) -> None:
    entry = services.add_bank_entry(actor=room.actor(room.writer), text="{name} sings.")
    url = reverse("reports:bank-fill", args=[room.section.pk, room.pupils[1].pk])
    answer = signed_in(room.writer).get(url, {"entry": str(entry.pk)})
    assert answer.content.decode() == "Bina sings."
    assert signed_in(room.writer).get(url, {"entry": "x"}).status_code == 404


def test_ones_own_sentences_are_nobody_elses(room: Staffroom) -> None:
    mine = services.add_bank_entry(actor=room.actor(room.writer), text="Mine.", is_shared=True)
    shared = services.add_bank_entry(actor=room.actor(room.head), text="Ours.", is_shared=True)
    assert (mine.owner_id, shared.owner_id) == (room.writer.pk, None)
    seen = {
        user.pk: set(CommentBankEntry.objects.permitted(room.actor(user)).values_list("text", flat=True))
        for user in (room.writer, room.tutor, room.head)
    }
    assert seen == {
        room.writer.pk: {"Mine.", "Ours."},
        room.tutor.pk: {"Ours."},
        room.head.pk: {"Ours."},
    }
    change = reverse("reports:bank-change", args=[shared.pk])
    assert signed_in(room.writer).get(change).status_code == 404


def test_the_bank_is_kept_on_its_pages(room: Staffroom) -> None:
    client = signed_in(room.writer)
    client.post(reverse("reports:bank-add"), {"text": "{name} reads.", "heading": "Effort"})
    entry = CommentBankEntry.objects.get()
    assert "{name} reads." in client.get(reverse("reports:comment-bank")).content.decode()
    client.post(reverse("reports:bank-change", args=[entry.pk]), {"text": "{name} reads a lot."})
    entry.refresh_from_db()
    assert (entry.text, entry.heading) == ("{name} reads a lot.", "")
    client.post(reverse("reports:bank-remove", args=[entry.pk]))
    assert not CommentBankEntry.objects.exists()


@pytest.mark.parametrize("count", [1, 12])
def test_progress_asks_the_same_queries_for_any_number_of_sections(
    room: Staffroom, count: int, django_assert_num_queries: Any
) -> None:
    from apps.academics.tests.factories import EnrollmentFactory, SectionFactory

    for _ in range(count):
        section = SectionFactory.create(school=room.school, campus=room.campus, session=room.section.session)
        EnrollmentFactory.create(school=room.school, section=section, student=room.pupils[0])
    client = signed_in(room.head)
    with django_assert_num_queries(11):
        client.get(reverse("reports:comments"))


def test_the_api_does_the_same_steps(room: Staffroom) -> None:
    client = signed_in(room.writer)
    body = {
        "section": str(room.section.pk),
        "session": str(room.term.pk),
        "student": str(room.pupils[0].pk),
        "text": "Asha try.",
        "submit": True,
    }
    made = client.post("/api/v1/report-comments", body, content_type="application/json")
    assert made.status_code == 201
    row = made.json()["data"]
    again = client.post("/api/v1/report-comments", body, content_type="application/json")
    assert again.status_code == 409
    reader = signed_in(room.tutor)
    place = f"/api/v1/report-comments/{row['id']}"
    proposal = {"proposal": "Asha tries.", "version": row["version"]}
    returned = reader.post(f"{place}/propose", proposal, content_type="application/json").json()["data"]
    assert returned["state"] == "returned"
    taken = client.post(f"{place}/take", {"version": returned["version"]}, content_type="application/json")
    assert (taken.json()["data"]["text"], taken.json()["data"]["state"]) == ("Asha tries.", "accepted")
