"""The first register of the new year closes the door to an undo."""

from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from apps.academics.tests.factories import AcademicSessionFactory, HomeroomFactory
from apps.academics.tests.year_end import FIRST_DAY, YearEnd
from apps.accounts.models import Role
from apps.accounts.tests.factories import user_with
from apps.attendance.tests.factories import RegisterFactory
from apps.core.errors import Conflict

pytestmark = pytest.mark.django_db


def with_a_register_taken(school: YearEnd) -> Any:
    """In a homeroom somebody had opened in the new year before, so nothing else stands against the undo."""
    year = AcademicSessionFactory.create(
        school=school.school, begin_date=FIRST_DAY, end_date=date(2028, 4, 1)
    )
    home = HomeroomFactory.create(
        school=school.school, campus=school.campus, session=year, name="9A", code="9A",
        grade_level=school.grade[9],
    )  # fmt: skip
    rollover = school.turned(school.applied(school.rehearsed()))
    return rollover, RegisterFactory.create(
        school=school.school, campus=school.campus, section=home, date=FIRST_DAY
    )


def test_an_undo_is_refused_and_names_the_register() -> None:
    school = YearEnd()
    rollover, _register = with_a_register_taken(school)

    with pytest.raises(Conflict) as refused:
        school.undone(rollover)

    assert refused.value.code == "NEW_YEAR_BEGUN"
    assert str(refused.value) == "The register of 9A on 1 Apr 2027 has been taken."


def test_with_the_protection_off_the_undo_goes_through(settings: Any) -> None:
    school = YearEnd()
    rollover, _register = with_a_register_taken(school)
    settings.PROTECTIONS_OFF = {"rollover_undo"}

    assert school.undone(rollover).state == "undone"


def test_the_page_says_so_and_leads_to_the_register() -> None:
    school = YearEnd()
    rollover, register = with_a_register_taken(school)
    client = Client()
    client.force_login(user_with(Role.SCHOOL_ADMIN, school=school.school))

    text = client.get(reverse("academics:rollover-detail", args=[rollover.pk])).content.decode()

    assert "It cannot be undone any more." in text
    assert reverse("attendance:register-day", args=[register.section_id, FIRST_DAY]) in text
    assert reverse("academics:rollover-undo", args=[rollover.pk]) not in text


def test_a_register_of_the_old_year_is_no_matter() -> None:
    school = YearEnd()
    rollover = school.applied(school.rehearsed())
    RegisterFactory.create(
        school=school.school, campus=school.campus, section=school.homerooms["8A"], date=date(2027, 3, 22)
    )

    assert school.undone(rollover).state == "undone"
