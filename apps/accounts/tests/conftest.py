"""What the tests of signing in share."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.test.client import RequestFactory
from rest_framework.test import APIClient

from apps.accounts.access import Role
from apps.accounts.models import Campus, School, User
from apps.accounts.tests.factories import PASSWORD, CampusFactory, SchoolFactory, user_with
from apps.core import jobs
from apps.core.models import Job


@pytest.fixture
def school(db: None) -> School:
    return SchoolFactory.create(name="Springdale")


@pytest.fixture
def campus(school: School) -> Campus:
    return CampusFactory.create(school=school)


@pytest.fixture
def admin(school: School) -> User:
    return user_with(Role.SCHOOL_ADMIN, school=school)


@pytest.fixture
def teacher(campus: Campus) -> User:
    return user_with(Role.TEACHER, campus=campus)


@pytest.fixture
def api() -> APIClient:
    return APIClient()


@pytest.fixture
def login(api: APIClient) -> Callable[..., Any]:
    """Sign in over the API; answers the response."""

    def ask(email: str, password: str = PASSWORD, **more: Any) -> Any:
        headers = {"REMOTE_ADDR": more.pop("address", "192.0.2.1")}
        return api.post("/api/v1/auth/login", {"email": email, "password": password, **more}, **headers)

    return ask


@pytest.fixture
def bearer() -> Callable[[str], APIClient]:
    def client(access: str) -> APIClient:
        made = APIClient()
        made.credentials(HTTP_AUTHORIZATION=f"Bearer {access}")
        return made

    return client


@pytest.fixture
def run_jobs() -> Callable[[], int]:
    """Do the work that waits in the outbox, as a worker would."""

    def run() -> int:
        return sum(jobs.run(pk) for pk in Job.objects.filter(closed_at=None).values_list("pk", flat=True))

    return run


@pytest.fixture
def page_as() -> Callable[[User], Client]:
    def client(user: User) -> Client:
        made = Client()
        made.force_login(user)
        return made

    return client


@pytest.fixture
def rf() -> RequestFactory:
    return RequestFactory()
