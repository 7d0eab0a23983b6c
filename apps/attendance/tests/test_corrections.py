"""What a register shows of its own past."""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from apps.attendance.tests.classroom import Class

pytestmark = pytest.mark.django_db


def test_a_corrected_register_opens_and_says_what_was_corrected() -> None:
    school = Class(2, day=timezone.localdate())
    school.take("PA", now=timezone.now())
    school.take("PP", expected=1, now=timezone.now())
    client = Client()
    client.force_login(school.staff.user)

    shown = client.get(reverse("attendance:register-lesson", args=[school.lesson.pk]))

    assert shown.status_code == 200
    assert [(line["name"], line["code"].letter) for line in shown.context["history"]] == [
        (school.pupils[1].full_name, "P")
    ]
    assert b"Corrections" in shown.content


def test_a_register_nobody_corrected_has_no_past() -> None:
    school = Class(2, day=timezone.localdate())
    school.take("PA", now=timezone.now())
    client = Client()
    client.force_login(school.staff.user)

    shown = client.get(reverse("attendance:register-lesson", args=[school.lesson.pk]))

    assert shown.context["history"] == []
