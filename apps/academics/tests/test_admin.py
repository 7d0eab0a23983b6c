"""The back office: permitted rows, forms that call services, actions that tell refusals."""

from typing import Any

import pytest
from django.contrib import admin
from django.test import Client
from django.urls import reverse

from apps.academics.models import Enrollment, Student
from apps.academics.tests import factories as make
from apps.academics.tests.conftest import World
from apps.accounts.models import Role

MODELS = [model for model in admin.site._registry if model._meta.app_label == "academics"]


@pytest.fixture
def office(world: World) -> Client:
    client = Client()
    client.force_login(world.login(Role.REGISTRAR))
    return client


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_list_opens_and_shows_no_other_school(world: World, office: Client, model: Any) -> None:
    factory = getattr(make, f"{model.__name__}Factory")
    theirs = factory.create()
    answer = office.get(reverse(f"admin:academics_{model._meta.model_name}_changelist"))
    assert answer.status_code == 200
    assert str(theirs.pk) not in answer.content.decode()


def test_student_form_changes_by_the_service(world: World, office: Client) -> None:
    student = world.student()
    url = reverse("admin:academics_student_change", args=[student.pk])
    page = office.get(url)
    assert page.status_code == 200
    data = {name: value or "" for name, value in page.context["adminform"].form.initial.items()}
    management = {"TOTAL_FORMS": 0, "INITIAL_FORMS": 0}
    inlines = {f"{p}-{k}": v for p in ("guardianships", "enrollments") for k, v in management.items()}
    answer = office.post(url, {**data, **inlines, "phone": "12345"})
    assert answer.status_code == 302
    student = Student.objects.get(pk=student.pk)
    assert (student.phone, student.version) == ("12345", 2)


def test_withdraw_action_ends_places_and_tells_what_cannot(world: World, office: Client) -> None:
    rows = [
        make.EnrollmentFactory.create(school=world.school, section=world.section(), student=world.student()),
        make.EnrollmentFactory.create(
            school=world.school, section=world.section(), student=world.student(), status="completed"
        ),
    ]
    data = {"action": "withdraw_rows", "_selected_action": [row.pk for row in rows]}
    answer = office.post(reverse("admin:academics_enrollment_changelist"), data, follow=True)
    assert "This place has ended already." in answer.content.decode()
    assert set(Enrollment.objects.values_list("status", flat=True)) == {"withdrawn", "completed"}


def test_teacher_changes_nobody_here(world: World) -> None:
    client = Client()
    client.force_login(world.login(Role.TEACHER))
    answer = client.get(reverse("admin:academics_student_change", args=[world.student().pk]))
    assert answer.status_code in {302, 403, 404}


@pytest.mark.parametrize(
    "asked",
    [
        "campus__role_assignments__user__password__startswith=a",
        "campus__school__users__email__startswith=a",
        "grade_level__students__birth_date__gte=2010-01-01",
    ],
)
def test_no_filter_walks_to_a_neighbours_columns(office: Client, asked: str) -> None:
    """A filter that follows relations would spell out password hashes letter by letter."""
    url = reverse("admin:academics_student_changelist")
    assert office.get(f"{url}?{asked}").status_code == 400


def test_the_filters_of_the_page_still_filter(world: World, office: Client) -> None:
    student, other = world.student(), make.GradeLevelFactory.create(school=world.school)
    url = reverse("admin:academics_student_changelist")
    asked = f"campus__id__exact={world.campus.pk}&status__exact=active"
    assert str(student.pk) in office.get(f"{url}?{asked}").content.decode()
    assert str(student.pk) not in office.get(f"{url}?grade_level__id__exact={other.pk}").content.decode()
