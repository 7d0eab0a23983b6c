"""A school from nothing, at the command line."""

from typing import Any

import pytest
from django.core.management import CommandError, call_command

from apps.accounts.models import Role, School, User
from apps.attendance.models import AttendanceCode
from apps.core.models import Job
from apps.portals.management.commands import create_school

pytestmark = pytest.mark.django_db
SAID = {"name": "Hill School", "campus": "Hill", "admin_name": "Asha Rao", "email": "asha@hill.example"}


def opened(**more: Any) -> School:
    call_command("create_school", **SAID, **more)
    return School.objects.get(code="hill-school")


def test_a_school_opens_with_all_its_first_day_needs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(create_school, "getpass", lambda _: "a-long-enough-phrase")

    school = opened(time_zone="Asia/Kathmandu", currency="NPR")

    admin = User.objects.get(email=SAID["email"])
    assert admin.check_password("a-long-enough-phrase")
    assert list(admin.role_assignments.values_list("role", "campus")) == [(Role.SCHOOL_ADMIN, None)]
    assert (school.currency, school.time_zone) == ("NPR", "Asia/Kathmandu")
    assert AttendanceCode.objects.filter(school=school).exists()


def test_an_invited_administrator_gets_a_mail_and_no_password() -> None:
    opened(invite=True)

    assert not User.objects.get().has_usable_password()
    assert Job.objects.get().task == "accounts.mail_invitation"


def test_a_second_school_of_that_code_is_refused_whole() -> None:
    opened(invite=True)

    with pytest.raises(CommandError, match="code"):
        opened(invite=True)

    assert (School.objects.count(), User.objects.count()) == (1, 1)


def test_a_weak_password_is_asked_again(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    typed = iter(["short", "a-long-enough-phrase", "another", "a-long-enough-phrase", "a-long-enough-phrase"])
    monkeypatch.setattr(create_school, "getpass", lambda _: next(typed))

    opened()

    assert "12" in capsys.readouterr().out
    assert User.objects.get().check_password("a-long-enough-phrase")
