"""The back office: permitted rows, verbs instead of permissions, services instead of saves."""

from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from apps.accounts.access import Role
from apps.accounts.models import Campus, User
from apps.accounts.tests.factories import CampusFactory, user_with

PageAs = Callable[[User], Client]


@pytest.mark.parametrize("role", list(Role))
def test_staff_enters(role: Role, page_as: PageAs, campus: Campus) -> None:
    user = user_with(role, campus=None if role == Role.SCHOOL_ADMIN else campus, school=campus.school)
    expected = 403 if role in {Role.STUDENT, Role.GUARDIAN} else 200
    answer = page_as(user).get("/admin/", follow=True)
    assert answer.status_code == expected


def test_nobody_signs_in_at_the_one_door(client: Client, db: None) -> None:
    answer = client.get("/admin/", follow=True)
    assert answer.redirect_chain[-1][0] == "/accounts/login/?next=/admin/"


def test_lists_show_permitted_rows_only(page_as: PageAs, campus: Campus, admin: User) -> None:
    far = CampusFactory.create(school=campus.school)
    near_person, far_person = user_with(Role.TEACHER, campus=campus), user_with(Role.TEACHER, campus=far)
    stranger = user_with(Role.TEACHER, campus=CampusFactory.create())
    boss = user_with(Role.CAMPUS_ADMIN, campus=campus)
    body = page_as(boss).get("/admin/accounts/user/").content.decode()
    assert near_person.email in body
    assert far_person.email not in body
    assert stranger.email not in page_as(admin).get("/admin/accounts/user/").content.decode()
    assert page_as(boss).get(f"/admin/accounts/user/{far_person.pk}/change/").status_code in {302, 404}


@pytest.mark.parametrize("model", ["user", "campus", "roleassignment"])
@pytest.mark.parametrize("count", [1, 30])
def test_lists_cost_the_same_for_any_number(
    model: str, count: int, page_as: PageAs, admin: User, campus: Campus
) -> None:
    for _ in range(count):
        user_with(Role.TEACHER, campus=CampusFactory.create(school=campus.school))
    client = page_as(admin)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(f"/admin/accounts/{model}/").status_code == 200
    assert len(queries) == 5, [query["sql"][:90] for query in queries]


def test_form_saves_through_the_service(page_as: PageAs, admin: User, campus: Campus) -> None:
    data = {"name": "North", "code": campus.code, "address": "", "phone": "", "time_zone": "Asia/Kolkata"}
    client = page_as(admin)
    url = f"/admin/accounts/campus/{campus.pk}/change/"
    assert client.post(url, data).status_code == 302
    campus.refresh_from_db()
    assert campus.name == "North"
    refused = client.post(url, {**data, "name": "South", "time_zone": "Mars/Olympus"})
    assert refused.status_code == 200
    assert "time_zone" in refused.context["adminform"].form.errors
    campus.refresh_from_db()
    assert campus.name == "North"


def test_adding_goes_through_the_service(page_as: PageAs, admin: User, school: object) -> None:
    data = {"name": "New", "code": "new", "time_zone": "Asia/Kolkata", "is_active": "on"}
    assert page_as(admin).post("/admin/accounts/campus/add/", data).status_code == 302
    assert Campus.objects.get(code="new").school == admin.school


def test_choices_are_permitted_rows(page_as: PageAs, admin: User, campus: Campus) -> None:
    foreign = CampusFactory.create(name="Foreign campus")
    client = page_as(admin)
    assert b"Foreign campus" not in client.get("/admin/accounts/roleassignment/add/").content
    data = {"user": str(admin.pk), "role": "teacher", "campus": str(foreign.pk), "begin_date": "2026-01-01"}
    assert client.post("/admin/accounts/roleassignment/add/", data).status_code == 200
    assert not admin.role_assignments.filter(role="teacher").exists()


def test_role_beyond_reach_is_refused_in_the_form(page_as: PageAs, campus: Campus, teacher: User) -> None:
    boss = user_with(Role.CAMPUS_ADMIN, campus=campus)
    data = {"user": str(teacher.pk), "role": "accountant", "campus": "", "begin_date": "2026-01-01"}
    answer = page_as(boss).post("/admin/accounts/roleassignment/add/", data)
    assert "role" in answer.context["adminform"].form.errors
    assert teacher.role_assignments.count() == 1


def test_action_calls_the_service_on_permitted_rows(page_as: PageAs, admin: User, teacher: User) -> None:
    stranger = user_with(Role.TEACHER, campus=CampusFactory.create())
    data = {"action": "suspend_rows", "_selected_action": [str(teacher.pk), str(stranger.pk)]}
    page_as(admin).post("/admin/accounts/user/", data)
    teacher.refresh_from_db()
    stranger.refresh_from_db()
    assert (teacher.is_active, stranger.is_active) == (False, True)


def test_actions_without_the_verb_are_not_offered(page_as: PageAs, teacher: User) -> None:
    assert b"suspend_rows" not in page_as(teacher).get("/admin/accounts/user/").content


def test_nothing_is_deleted_here(page_as: PageAs, admin: User, teacher: User) -> None:
    client = page_as(admin)
    assert client.post(f"/admin/accounts/user/{teacher.pk}/delete/", {"post": "yes"}).status_code == 403
    client.post(
        "/admin/accounts/user/",
        {"action": "delete_selected", "_selected_action": [str(teacher.pk)], "post": "yes"},
    )
    assert User.objects.filter(pk=teacher.pk).exists()


def test_history_comes_from_the_audit_trail(page_as: PageAs, admin: User, campus: Campus) -> None:
    client = page_as(admin)
    data = {"name": "North", "code": campus.code, "time_zone": "Asia/Kolkata"}
    client.post(f"/admin/accounts/campus/{campus.pk}/change/", data)
    body = client.get(f"/admin/accounts/campus/{campus.pk}/history/").content.decode()
    assert admin.name in body
    assert "update" in body


def test_search_of_people_for_a_role_stays_in_the_school(page_as: PageAs, admin: User, teacher: User) -> None:
    stranger = user_with(Role.TEACHER, campus=CampusFactory.create())
    query = {"app_label": "accounts", "model_name": "roleassignment", "field_name": "user", "term": "user"}
    found = page_as(admin).get("/admin/autocomplete/", query).json()["results"]
    ids = {one["id"] for one in found}
    assert str(teacher.pk) in ids
    assert str(stranger.pk) not in ids


def test_wider_content_policy_stays_in_the_back_office(page_as: PageAs, admin: User) -> None:
    client = page_as(admin)
    inside, outside = (client.get(url)["Content-Security-Policy"] for url in ("/admin/", "/accounts/users/"))
    assert "'unsafe-eval'" in inside
    assert "unsafe-inline" not in inside
    assert "unsafe" not in outside


def test_password_is_changed_on_the_pages(page_as: PageAs, admin: User) -> None:
    assert page_as(admin).get("/admin/password_change/")["Location"] == "/accounts/password/change/"
