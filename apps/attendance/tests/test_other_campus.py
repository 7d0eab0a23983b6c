"""The office of one campus is a teacher of another: there it is a teacher."""

import pytest
from django.test import Client
from rest_framework.test import APIClient

from apps.accounts.models import Role
from apps.accounts.tests.factories import CampusFactory, RoleAssignmentFactory
from apps.attendance.models import RegisterSettings
from apps.attendance.selectors.sheets import roster
from apps.attendance.tests.classroom import Class

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("whole_school", [True, False])
def test_office_work_stays_on_the_campus_of_the_office(whole_school: bool) -> None:
    school = Class(pupils=1)
    user = school.login(Role.CAMPUS_ADMIN)
    other = CampusFactory.create(school=school.school)
    RoleAssignmentFactory.create(user=user, role=Role.TEACHER, campus=None if whole_school else other)
    api, client = APIClient(), Client()
    api.force_login(user)
    client.force_login(user)
    assert api.get(f"/api/v1/registers/missing/{school.campus.pk}").status_code == 200
    assert api.get(f"/api/v1/registers/missing/{other.pk}").status_code == 404
    assert api.get(f"/api/v1/attendance/summary?campus={other.pk}").status_code == 404
    page = client.get(f"/attendance/missing/?campus={other.pk}")
    assert page.context["campuses"] == [school.campus]
    body = {"mode": "day", "remind_after": 5, "day_due_time": "09:00"}
    client.post(f"/attendance/settings/?campus={other.pk}", body)
    assert not RegisterSettings.objects.filter(campus=other).exists()


def test_a_roll_number_that_only_looks_like_a_number_breaks_no_register() -> None:
    school = Class(pupils=2)
    school.pupils[0].roll_number = "²"
    school.pupils[0].save()
    assert len(roster(school.section, school.day)) == 2
