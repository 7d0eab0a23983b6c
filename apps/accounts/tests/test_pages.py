"""The pages of people and of the house: who opens them, what they do, what they cost."""

import html
import re
from collections.abc import Callable
from datetime import date

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from apps.accounts import services
from apps.accounts.access import Role
from apps.accounts.models import Campus, RoleAssignment, School, User
from apps.accounts.tests.factories import (
    CampusFactory,
    RoleAssignmentFactory,
    SchoolFactory,
    UserFactory,
    user_with,
)

PageAs = Callable[[User], Client]
ADMIN_PAGES = [
    "user-list",
    "user-invite",
    "campus-list",
    "campus-add",
    "school-settings",
    "school-labels",
    "audit-trail",
]


@pytest.mark.parametrize("name", ADMIN_PAGES)
def test_administrator_opens(name: str, page_as: PageAs, admin: User, campus: Campus) -> None:
    assert page_as(admin).get(reverse(f"accounts:{name}")).status_code == 200


@pytest.mark.parametrize("name", ADMIN_PAGES)
@pytest.mark.parametrize("role", [Role.TEACHER, Role.STUDENT, Role.GUARDIAN, Role.REGISTRAR, Role.ACCOUNTANT])
def test_others_are_refused(name: str, role: Role, page_as: PageAs, campus: Campus) -> None:
    assert page_as(user_with(role, campus=campus)).get(reverse(f"accounts:{name}")).status_code == 403


@pytest.mark.parametrize("name", [*ADMIN_PAGES, "profile"])
def test_nobody_is_sent_to_sign_in(name: str, client: Client, db: None) -> None:
    answer = client.get(reverse(f"accounts:{name}"))
    assert answer.status_code == 302
    assert answer["Location"].startswith("/accounts/login/?next=")


@pytest.mark.parametrize("name", ["user-detail", "user-change", "role-add", "impersonation-begin"])
def test_person_of_another_school_is_missing(name: str, page_as: PageAs, admin: User) -> None:
    stranger = user_with(Role.TEACHER, campus=CampusFactory.create(school=SchoolFactory.create()))
    assert page_as(admin).get(reverse(f"accounts:{name}", args=[stranger.pk])).status_code == 404


def test_campus_of_another_school_is_missing(page_as: PageAs, admin: User) -> None:
    foreign = CampusFactory.create()
    assert page_as(admin).get(reverse("accounts:campus-detail", args=[foreign.pk])).status_code == 404


def test_campus_admin_sees_people_of_the_campus_only(page_as: PageAs, campus: Campus) -> None:
    boss = user_with(Role.CAMPUS_ADMIN, campus=campus)
    near = user_with(Role.TEACHER, campus=campus)
    far = user_with(Role.TEACHER, campus=CampusFactory.create(school=campus.school))
    body = page_as(boss).get(reverse("accounts:user-list")).content.decode()
    assert near.email in body
    assert far.email not in body


def test_person_whose_role_ended_is_gone_from_the_campus(page_as: PageAs, campus: Campus) -> None:
    boss = user_with(Role.CAMPUS_ADMIN, campus=campus)
    gone = UserFactory.create(school=campus.school)
    RoleAssignmentFactory.create(user=gone, role=Role.TEACHER, campus=campus, end_date=date(2021, 1, 1))
    assert page_as(boss).get(reverse("accounts:user-detail", args=[gone.pk])).status_code == 404


@pytest.mark.parametrize("count", [1, 30])
def test_user_list_costs_the_same_for_any_number(
    count: int, page_as: PageAs, admin: User, campus: Campus
) -> None:
    for _ in range(count):
        user_with(Role.TEACHER, campus=campus)
    client = page_as(admin)
    with CaptureQueriesContext(
        connection,
    ) as queries:
        client.get(reverse("accounts:user-list"))
    assert len(queries) == 6, [query["sql"][:90] for query in queries]


def test_list_finds_by_role_and_state(page_as: PageAs, admin: User, campus: Campus) -> None:
    teacher, student = user_with(Role.TEACHER, campus=campus), user_with(Role.STUDENT, campus=campus)
    body = (
        page_as(admin)
        .get(reverse("accounts:user-list"), {"role": "teacher", "state": "active"})
        .content.decode()
    )
    assert teacher.email in body
    assert student.email not in body


def test_role_is_given_and_ended_with_the_last_day_shown(page_as: PageAs, admin: User, teacher: User) -> None:
    client = page_as(admin)
    url = reverse("accounts:role-add", args=[teacher.pk])
    client.post(
        url, {"role": "accountant", "campus": "", "begin_date": "2026-01-01", "last_day": "2026-12-31"}
    )
    role = teacher.role_assignments.get(role=Role.ACCOUNTANT)
    assert role.end_date == date(2027, 1, 1)
    body = client.get(reverse("accounts:user-detail", args=[teacher.pk])).content.decode()
    assert "31 Dec 2026" in body
    client.post(reverse("accounts:role-end", args=[role.pk]), {"last_day": "2026-06-30"})
    role.refresh_from_db()
    assert role.end_date == date(2026, 7, 1)


def test_campus_admin_is_not_offered_the_school(page_as: PageAs, campus: Campus, teacher: User) -> None:
    boss = user_with(Role.CAMPUS_ADMIN, campus=campus)
    url = reverse("accounts:role-add", args=[teacher.pk])
    for data in ({"role": "school_admin", "campus": ""}, {"role": "teacher", "campus": ""}):
        answer = page_as(boss).post(url, {**data, "begin_date": "2026-01-01"})
        assert answer.status_code == 422
    assert teacher.role_assignments.count() == 1


def test_switches_of_a_campus(page_as: PageAs, admin: User, campus: Campus) -> None:
    url = reverse("accounts:campus-detail", args=[campus.pk])
    page_as(admin).post(url, {"leaderboards": "on"})
    campus.refresh_from_db()
    assert campus.has_feature("leaderboards")
    assert not campus.has_feature("absence_reports")


def test_school_words_and_settings(page_as: PageAs, admin: User, school: School) -> None:
    client = page_as(admin)
    client.post(reverse("accounts:school-labels"), {"section": "Class", "guardian": ""})
    settings = {
        "name": "New",
        "time_zone": "Europe/Berlin",
        "language": "en",
        "currency": "EUR",
        "country": "DE",
    }
    client.post(reverse("accounts:school-settings"), settings)
    school.refresh_from_db()
    assert school.labels == {"section": "Class"}
    assert (school.name, school.time_zone) == ("New", "Europe/Berlin")
    assert (
        client.post(reverse("accounts:school-settings"), {**settings, "time_zone": "Mars"}).status_code == 422
    )


def test_suspending_from_the_page_ends_sessions(page_as: PageAs, admin: User, teacher: User) -> None:
    theirs = page_as(teacher)
    assert theirs.get(reverse("accounts:profile")).status_code == 200
    page_as(admin).post(reverse("accounts:user-suspend", args=[teacher.pk]))
    assert theirs.get(reverse("accounts:profile")).status_code == 302


def test_audit_trail_shows_own_school_only(page_as: PageAs, admin: User, campus: Campus) -> None:
    client = page_as(admin)
    client.post(reverse("accounts:campus-change", args=[campus.pk]), _campus_data(campus, "Renamed here"))
    foreign = CampusFactory.create(name="Foreign canary")
    services.change_campus(campus=foreign, name="Foreign canary again")
    body = client.get(reverse("accounts:audit-trail")).content.decode()
    assert "Renamed here" in body
    assert admin.name in body
    assert "Foreign canary" not in body


def test_audit_trail_narrows_by_model_person_and_day(page_as: PageAs, admin: User, campus: Campus) -> None:
    client = page_as(admin)
    client.post(reverse("accounts:campus-change", args=[campus.pk]), _campus_data(campus, "Narrowed"))
    url = reverse("accounts:audit-trail")
    today = timezone.localdate()
    assert b"Narrowed" in client.get(url, {"model": "accounts.campus", "person": str(admin.pk)}).content
    assert b"Narrowed" not in client.get(url, {"model": "accounts.user"}).content
    assert b"Narrowed" not in client.get(url, {"day": str(today.replace(year=today.year - 1))}).content


def test_profile_changes_name_and_language(page_as: PageAs, teacher: User) -> None:
    client = page_as(teacher)
    client.post(reverse("accounts:profile"), {"name": "Meera Nair", "language": "hi"})
    teacher.refresh_from_db()
    assert (teacher.name, teacher.language) == ("Meera Nair", "hi")
    assert RoleAssignment.objects.filter(user=teacher).count() == 1


def _campus_data(campus: Campus, name: str) -> dict[str, str]:
    return {"name": name, "code": campus.code, "address": "", "phone": "", "time_zone": campus.time_zone}


def test_search_finds_logins_for_those_who_look_after_them(
    page_as: PageAs, admin: User, teacher: User, campus: Campus
) -> None:
    page = reverse("accounts:user-detail", args=[teacher.pk]).encode()
    assert page in page_as(admin).get("/search/", {"q": teacher.email}).content
    pupil = user_with(Role.STUDENT, campus=campus)
    assert page not in page_as(pupil).get("/search/", {"q": teacher.email}).content


def test_audit_trail_tells_the_whole_history_of_one_record(
    page_as: PageAs, admin: User, campus: Campus, teacher: User
) -> None:
    client = page_as(admin)
    other = CampusFactory.create(school=campus.school, name="Quite another")
    foreign = CampusFactory.create(name="Elsewhere")
    link = re.findall(
        r'href="([^"]+row=[^"]+)"', client.get(f"/accounts/campuses/{campus.pk}/").content.decode()
    )
    assert len(link) == 1
    body = client.get(html.unescape(link[0])).content.decode()
    assert campus.name in body
    assert other.name not in body
    unknown = client.get(
        reverse("accounts:audit-trail"), {"model": "accounts.campus", "row": str(foreign.pk)}
    )
    assert foreign.name not in unknown.content.decode()
    assert "row=" not in page_as(teacher).get(f"/accounts/campuses/{campus.pk}/").content.decode()
