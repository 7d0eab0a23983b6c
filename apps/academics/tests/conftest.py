"""One school on a day in June, with the people most tests need."""

from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest
from django.utils import timezone

from apps.academics.tests import factories as make
from apps.accounts.models import Role
from apps.accounts.tests.factories import CampusFactory, RoleAssignmentFactory, UserFactory, actor_with
from apps.core.policy import Actor

TODAY = date(2026, 6, 15)


@dataclass
class World:
    """A campus with a running year, and its registrar."""

    campus: Any
    year: Any
    registrar: Actor

    @property
    def school(self) -> Any:
        return self.campus.school

    def section(self, **values: Any) -> Any:
        return self._in(make.SectionFactory, values)

    def homeroom(self, **values: Any) -> Any:
        return make.HomeroomFactory.create(
            school=self.school, campus=self.campus, session=self.year, **values
        )

    def _in(self, made_by: Any, values: dict[str, Any]) -> Any:
        place = {"school": self.school, "campus": self.campus, "session": self.year}
        return made_by.create(**{**place, **values})

    def student(self, **values: Any) -> Any:
        return make.StudentFactory.create(school=self.school, campus=self.campus, **values)

    def course(self, **values: Any) -> Any:
        return make.CourseFactory.create(school=self.school, **values)

    def login(self, role: Role, **values: Any) -> Any:
        user = UserFactory.create(school=self.school, **values)
        RoleAssignmentFactory.create(user=user, role=role, campus=self.campus)
        return user


@pytest.fixture(autouse=True)
def _school_day(monkeypatch: pytest.MonkeyPatch) -> None:
    """Edges read the day; these tests live on a day of the school year."""
    monkeypatch.setattr(timezone, "localdate", lambda *args, **kwargs: TODAY)


@pytest.fixture
def world(db: None) -> World:
    campus = CampusFactory.create()
    year = make.AcademicSessionFactory.create(school=campus.school)
    return World(campus, year, actor_with(Role.REGISTRAR, campus=campus, today=TODAY))
