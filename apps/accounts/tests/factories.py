"""Schools, campuses, logins and roles for the tests of every app.

teacher = UserFactory(school=school)
RoleAssignmentFactory(user=teacher, role=Role.TEACHER, campus=campus)
actor = teacher.actor(date(2026, 6, 15))
"""

from datetime import date
from functools import cache

import factory
from django.contrib.auth.hashers import make_password

from apps.accounts.models import Campus, Role, RoleAssignment, School, User
from apps.core.policy import Actor

PASSWORD = "correct horse battery"
LONG_AGO = date(2020, 1, 1)


@cache
def password_hash() -> str:
    """Hashed once for the whole run."""
    return make_password(PASSWORD)


class SchoolFactory(factory.django.DjangoModelFactory[School]):
    class Meta:
        model = School

    name = factory.Sequence(lambda n: f"School {n}")
    code = factory.Sequence(lambda n: f"school-{n}")


class CampusFactory(factory.django.DjangoModelFactory[Campus]):
    class Meta:
        model = Campus

    school = factory.SubFactory(SchoolFactory)
    name = factory.Sequence(lambda n: f"Campus {n}")
    code = factory.Sequence(lambda n: f"campus-{n}")


class UserFactory(factory.django.DjangoModelFactory[User]):
    """A login that may enter with PASSWORD; without a role it reaches nothing."""

    class Meta:
        model = User

    school = factory.SubFactory(SchoolFactory)
    email = factory.Sequence(lambda n: f"user{n}@example.test")
    name = factory.Sequence(lambda n: f"User {n}")
    password = factory.LazyFunction(password_hash)


class RoleAssignmentFactory(factory.django.DjangoModelFactory[RoleAssignment]):
    """Whole-school administrator unless told otherwise; its school is the user's."""

    class Meta:
        model = RoleAssignment

    user = factory.SubFactory(UserFactory)
    school = factory.SelfAttribute("user.school")
    role = Role.SCHOOL_ADMIN
    campus = None
    begin_date = LONG_AGO


def user_with(role: Role, *, campus: Campus | None = None, school: School | None = None) -> User:
    """A login with one open role, on a campus or (without one) on the whole school."""
    home = campus.school if campus else school or SchoolFactory.create()
    user = UserFactory.create(school=home)
    RoleAssignmentFactory.create(user=user, role=role, campus=campus)
    return user


def actor_with(
    role: Role, *, campus: Campus | None = None, school: School | None = None, today: date = date(2026, 6, 15)
) -> Actor:
    return user_with(role, campus=campus, school=school).actor(today)
