"""Pages cost the same queries for one row and for thirty."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from apps.academics.tests import factories as make
from apps.academics.tests.conftest import World
from apps.accounts.models import Role


@pytest.fixture
def office(world: World) -> Client:
    client = Client()
    client.force_login(world.login(Role.REGISTRAR))
    return client


def furnish(world: World, count: int) -> Any:
    """`count` pupils in one homeroom, each with a guardian and a section of their own with a teacher."""
    school, home = world.school, world.homeroom(capacity=50)
    for _ in range(count):
        student, section = world.student(), world.section()
        make.EnrollmentFactory.create(school=school, section=home, student=student)
        make.GuardianshipFactory.create(school=school, student=student)
        make.TeachingAssignmentFactory.create(school=school, section=section)
        make.ContactChangeRequestFactory.create(school=school, student=student)
    return home


@pytest.mark.parametrize("count", [1, 30])
@pytest.mark.parametrize(
    ("page", "queries"),
    [
        ("student-list", 9),
        ("staff-list", 6),
        ("section-list", 9),
        ("course-list", 7),
        ("subject-list", 4),
        ("session-list", 4),
        ("request-list", 5),
    ],
)
def test_list_pages(
    world: World, office: Client, django_assert_num_queries: Any, page: str, queries: int, count: int
) -> None:
    furnish(world, count)
    url = reverse(f"academics:{page}")
    office.get(url)
    with django_assert_num_queries(queries):
        assert office.get(url).status_code == 200


@pytest.mark.parametrize("count", [1, 30])
def test_roster_page(world: World, office: Client, django_assert_num_queries: Any, count: int) -> None:
    url = reverse("academics:section-detail", args=[furnish(world, count).pk])
    office.get(url)
    with django_assert_num_queries(11):
        assert office.get(url).content.decode().count("Asha") == 2 * count
