"""Pages of what was let out and posted, for families, teachers and heads."""

from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from apps.academics.tests.factories import GuardianshipFactory, HomeroomFactory
from apps.accounts.models import Role
from apps.accounts.tests.factories import RoleAssignmentFactory
from apps.gradebook.models import CourseTranscript, PostedGrade, Posting, RankMethod
from apps.gradebook.services.posting import release_posted
from apps.gradebook.tests.term import Term

pytestmark = pytest.mark.django_db


@pytest.fixture
def term() -> Term:
    term = Term()
    term.item("FA1", scores=[17, 9])
    return term


def client(user: Any) -> Client:
    signed_in = Client()
    signed_in.force_login(user)
    return signed_in


def text(answer: Any) -> str:
    return str(answer.content.decode())


def posting(term: Term) -> str:
    return reverse("gradebook:posting", args=[term.section.pk])


def test_a_teacher_looks_and_posts_what_was_shown(term: Term) -> None:
    teacher = client(term.staff.user)
    shown = teacher.get(posting(term))
    seen = shown.context["preview"].fingerprint
    answer = teacher.post(posting(term), {"seen": seen, "reason": "End of term"})
    assert (answer.status_code, Posting.objects.get().reason) == (302, "End of term")
    assert "posted these grades" in text(teacher.get(answer.headers["Location"]))


def test_an_overtaken_post_shows_what_is_there_now(term: Term) -> None:
    teacher = client(term.staff.user)
    seen = teacher.get(posting(term)).context["preview"].fingerprint
    term.item("FA2", scores=[1, 1])
    answer = teacher.post(posting(term), {"seen": seen})
    assert (answer.status_code, Posting.objects.count()) == (409, 0)
    assert "changed since you looked" in text(answer)
    fresh = answer.context["preview"].fingerprint
    assert f'value="{fresh}"' in text(answer)


def test_letting_out_results_and_grades(term: Term) -> None:
    teacher, head = client(term.staff.user), client(term.login(Role.CAMPUS_ADMIN))
    term.post()
    out = {"term": term.first.pk}
    teacher.post(reverse("gradebook:results-out", args=[term.section.pk]), out)
    assert term.section.line_items.get().release_at is not None
    path = reverse("gradebook:grades-out", args=[term.section.pk])
    assert teacher.post(path, out).status_code == 403
    assert head.post(path, out).status_code == 302
    assert not PostedGrade.objects.waiting().exists()
    answer = head.post(path, out | {"at": "2020-01-01T00:00"}, follow=True)
    assert "Choose a time that lies ahead" in text(answer)


def test_withdrawing_needs_a_reason(term: Term) -> None:
    path = reverse("gradebook:posting-withdraw", args=[term.post().pk])
    head = client(term.login(Role.CAMPUS_ADMIN))
    assert head.post(path, {"reason": ""}).status_code == 422
    assert head.post(path, {"reason": "Wrong scheme"}).status_code == 302
    assert not PostedGrade.objects.standing().exists()


def test_a_head_changes_a_grade_and_everybody_sees_why(term: Term) -> None:
    term.post()
    head, grade = client(term.login(Role.CAMPUS_ADMIN)), term.grade(term.pupils[1])
    path = reverse("gradebook:grade-amend", args=[grade.pk])
    assert head.post(path, {"percent": "60"}).status_code == 422
    answer = head.post(path, {"percent": "60", "reason": "Paper found"}, follow=True)
    assert "Paper found" in text(answer)
    assert "45" in text(answer)
    assert head.post(path, {"percent": "70", "reason": "Again"}).status_code == 409
    resit = reverse("gradebook:grade-resit", args=[term.grade(term.pupils[1]).pk])
    assert head.post(resit, {"percent": "80", "reason": "June"}).status_code == 302


def test_a_guardian_has_all_children_side_by_side(term: Term) -> None:
    term.release(term.section.line_items.get())
    guardian = term.guardian(term.pupils[0])
    alone = client(guardian.user).get(reverse("gradebook:mine"))
    assert alone.headers["Location"] == reverse("gradebook:student", args=[term.pupils[0].pk])
    GuardianshipFactory.create(
        school=term.school, student=term.pupils[1], guardian=guardian, begin_date=term.year.begin_date
    )
    both = text(client(guardian.user).get(reverse("gradebook:mine")))
    assert all(pupil.full_name in both for pupil in term.pupils)


def test_averages_and_ranks_show_where_the_campus_says_so(term: Term) -> None:
    term.release(term.section.line_items.get())
    term.post()
    release_posted(actor=term.head, section=term.section, session=term.first, now=timezone.now())
    homeroom = HomeroomFactory.create(school=term.school, campus=term.campus, session=term.year)
    for pupil in term.pupils:
        term.place(pupil, homeroom)
    path = reverse("gradebook:student", args=[term.pupils[1].pk]) + f"?term={term.first.pk}"
    family = client(term.guardian(term.pupils[1]).user)
    term.rules(rank_method=RankMethod.COMPETITION)
    page = family.get(path)
    assert (page.context["rank"], page.context["marks"].subjects[0].live) == (None, None)
    term.rules(shows_rank=True, shows_live_average=True)
    page = family.get(path)
    assert page.context["rank"] == 2
    assert page.context["marks"].subjects[0].live.percent == Decimal("45.0")
    assert "Why is this 45?" in text(page)
    assert client(term.staff.user).get(path).context["rank"] == 2
    # A place tells nothing of a grade that is not out.
    PostedGrade.objects.filter(student=term.pupils[0]).update(release_at=None)
    assert family.get(path).context["rank"] == 1
    assert client(term.staff.user).get(path).context["rank"] == 2


def test_a_teacher_who_is_a_parent_sees_the_own_child_as_a_parent(term: Term) -> None:
    """The teacher of another section; the child's marks are not theirs to see early."""
    user = term.guardian(term.pupils[0]).user
    RoleAssignmentFactory.create(user=user, role=Role.TEACHER, campus=term.campus)
    page = client(user).get(reverse("gradebook:student", args=[term.pupils[0].pk]))
    assert page.context["marks"].subjects == []


def test_the_office_keeps_records_of_elsewhere(term: Term) -> None:
    office = client(term.login(Role.REGISTRAR))
    pupil = term.pupils[0]
    add = reverse("gradebook:transcript-add", args=[pupil.pk])
    assert office.post(add, {"course_title": "Art"}).status_code == 422
    office.post(add, {"course_title": "Art", "label": "A", "is_final": "on"})
    row = CourseTranscript.objects.get()
    change = reverse("gradebook:transcript-change", args=[row.pk])
    office.post(change, {"course_title": "Fine art", "label": "A"})
    row.refresh_from_db()
    assert (row.course_title, row.is_final) == ("Fine art", False)
    office.post(reverse("gradebook:transcript-delete", args=[row.pk]))
    assert not CourseTranscript.objects.exists()


def test_the_head_sees_who_is_late(term: Term) -> None:
    late = term.item("Old test", scores=[3], due_date=term.year.begin_date)
    page = client(term.login(Role.CAMPUS_ADMIN)).get(reverse("gradebook:overview"))
    [line] = page.context["lines"]
    assert (line.late, line.is_late, line.progress.is_posted) == (1, True, False)
    term.mark(late, term.pupils[1], 4)
    term.post()
    page = client(term.login(Role.CAMPUS_ADMIN)).get(reverse("gradebook:overview"))
    [line] = page.context["lines"]
    assert (line.late, line.is_late, line.progress.is_posted) == (0, False, True)


def test_the_homeroom_teacher_sees_all_subjects(term: Term) -> None:
    homeroom = HomeroomFactory.create(school=term.school, campus=term.campus, session=term.year)
    other = term.teaches(homeroom)
    path = reverse("gradebook:my-homeroom")
    assert "You look after no homeroom" in text(client(term.staff.user).get(path))
    for pupil in term.pupils:
        term.place(pupil, homeroom)
    term.post()
    page = client(other.user).get(path, follow=True)
    assert page.context["titles"] == ["Physics"]
    assert [row.mean for row in page.context["rows"]] == [Decimal(85), Decimal(45)]


def test_today_says_what_is_to_be_marked_and_what_is_new(term: Term) -> None:
    term.item("Old test", scores=[3], due_date=term.year.begin_date)
    teacher = text(client(term.staff.user).get(reverse("portals:home")))
    assert "Old test" in teacher
    assert "1 to mark" in teacher
    pupil = client(term.pupils[0].user)
    assert "New results" not in text(pupil.get(reverse("portals:home")))
    term.release(term.section.line_items.get(title="FA1"))
    assert "FA1" in text(pupil.get(reverse("portals:home")))


def test_the_back_office_amends_with_a_reason(term: Term) -> None:
    term.post()
    grade = term.grade(term.pupils[1])
    path = reverse("admin:gradebook_postedgrade_change", args=[grade.pk])
    admin = client(term.login(Role.SCHOOL_ADMIN))
    given = {"percent": "60", "label": "", "reason": ""}
    assert admin.post(path, given).status_code == 200
    assert admin.post(path, given | {"reason": "Paper found"}).status_code == 302
    assert term.grade(term.pupils[1]).percent == 60


def test_teaching_that_ended_closes_the_posting(term: Term) -> None:
    term.staff.teaching_assignments.update(end_date=term.today)
    assert client(term.staff.user).get(posting(term)).status_code == 404
