"""Rooms and buildings: who keeps them, and what is refused."""

from typing import Any

import pytest
from django.test import Client
from rest_framework.test import APIClient

from apps.accounts.models import Role
from apps.accounts.tests.factories import CampusFactory, user_with
from apps.core.errors import Conflict, DomainError
from apps.facilities import services
from apps.facilities.models import Building, Room
from apps.facilities.tests.factories import BuildingFactory, RoomFactory

pytestmark = pytest.mark.django_db
API = "/api/v1"


@pytest.fixture
def campus() -> Any:
    return CampusFactory.create()


def client_of(user: Any) -> APIClient:
    client = APIClient()
    client.force_login(user)
    return client


@pytest.mark.parametrize("made", [BuildingFactory, RoomFactory])
def test_factory_row_is_valid(made: Any) -> None:
    made.create().full_clean()


def test_campus_administrator_keeps_the_rooms_of_the_campus(campus: Any) -> None:
    client = client_of(user_with(Role.CAMPUS_ADMIN, campus=campus))
    body = {"campus": str(campus.pk), "name": "Room 1", "code": "R1", "kind": "laboratory", "capacity": 30}
    made = client.post(f"{API}/rooms", body)
    assert made.status_code == 201
    url = f"{API}/rooms/{made.json()['data']['id']}"
    assert client.patch(url, {"capacity": 20}).json()["data"]["capacity"] == 20
    assert client.post(f"{API}/rooms", body).status_code == 409
    assert client.delete(url).status_code == 204


def test_campus_administrator_keeps_no_rooms_elsewhere(campus: Any) -> None:
    other = CampusFactory.create(school=campus.school)
    mine = RoomFactory.create(school=campus.school, campus=campus)
    theirs = RoomFactory.create(school=campus.school, campus=other)
    client = client_of(user_with(Role.CAMPUS_ADMIN, campus=campus))
    body = {"campus": str(other.pk), "name": "New room", "code": "NEW"}
    assert client.post(f"{API}/rooms", body).status_code == 404
    assert client.patch(f"{API}/rooms/{theirs.pk}", {"name": "x"}).status_code == 404
    assert client.patch(f"{API}/rooms/{mine.pk}", {"campus": str(other.pk)}).status_code == 404
    assert set(Room.objects.values_list("name", "campus")) == {
        (mine.name, campus.pk),
        (theirs.name, other.pk),
    }


@pytest.mark.parametrize("role", [Role.TEACHER, Role.STUDENT, Role.GUARDIAN, Role.REGISTRAR])
def test_others_only_look(campus: Any, role: Role) -> None:
    room = RoomFactory.create(school=campus.school, campus=campus)
    RoomFactory.create()
    client = client_of(user_with(role, campus=campus))
    assert [row["id"] for row in client.get(f"{API}/rooms").json()["data"]] == [str(room.pk)]
    assert client.delete(f"{API}/rooms/{room.pk}").status_code == 403


def test_room_stands_in_a_building_of_its_campus(campus: Any) -> None:
    actor = user_with(Role.SCHOOL_ADMIN, school=campus.school).actor(campus.created_at.date())
    elsewhere = BuildingFactory.create(school=campus.school)
    with pytest.raises(DomainError) as error:
        services.save_room(actor=actor, campus=campus, building=elsewhere, name="R", code="R")
    assert error.value.field == "building"


def test_building_with_rooms_is_not_deleted(campus: Any) -> None:
    actor = user_with(Role.SCHOOL_ADMIN, school=campus.school).actor(campus.created_at.date())
    building = BuildingFactory.create(school=campus.school, campus=campus)
    RoomFactory.create(school=campus.school, campus=campus, building=building)
    with pytest.raises(Conflict):
        services.delete_place(actor=actor, place=building)
    assert Building.objects.exists()


@pytest.mark.parametrize("count", [1, 30])
def test_pages_take_the_same_queries_for_any_number_of_rooms(
    campus: Any, count: int, django_assert_num_queries: Any
) -> None:
    RoomFactory.create_batch(count, school=campus.school, campus=campus)
    client = Client()
    client.force_login(user_with(Role.SCHOOL_ADMIN, school=campus.school))
    with django_assert_num_queries(7):
        assert client.get("/facilities/rooms/").status_code == 200


def test_room_is_added_and_changed_by_page(campus: Any) -> None:
    client = Client()
    client.force_login(user_with(Role.SCHOOL_ADMIN, school=campus.school))
    form = {
        "campus": campus.pk,
        "name": "Lab",
        "code": "L1",
        "kind": "laboratory",
        "capacity": 30,
        "is_active": "on",
    }
    assert client.post("/facilities/rooms/add/", form).status_code == 302
    room = Room.objects.get()
    assert client.post("/facilities/rooms/add/", form).status_code == 409
    assert client.get(f"/facilities/rooms/{room.pk}/change/").status_code == 200
    assert (
        client.post(f"/facilities/rooms/{room.pk}/change/", {**form, "name": "Laboratory"}).status_code == 302
    )
    room.refresh_from_db()
    assert room.name == "Laboratory"
    assert client.post(f"/facilities/rooms/{room.pk}/delete/").status_code == 302
    assert not Room.objects.exists()
