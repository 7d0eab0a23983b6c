"""What a page never sends is refused, not stumbled over."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from apps.gradebook.models import Result
from apps.gradebook.tests.marking import Book

pytestmark = pytest.mark.django_db
Given = dict[str, Any]


@pytest.fixture
def book() -> Book:
    return Book(today=timezone.localdate())


def signed_in(user: Any) -> Client:
    client = Client()
    client.force_login(user)
    return client


def cell(**more: Any) -> Callable[[Given], str]:
    return lambda spot: json.dumps([spot | more])


@pytest.mark.parametrize(
    "sent",
    [
        pytest.param(lambda spot: "[" * 200_000, id="too deep"),
        pytest.param(lambda spot: json.dumps([spot]).replace("0}", "1e999}"), id="endless version"),
        pytest.param(cell(comment="\ud800"), id="half a character in a comment"),
        pytest.param(cell(entry="\udfff"), id="half a character in an entry"),
        pytest.param(cell(comment="a\x00b"), id="NUL"),
        pytest.param(lambda spot: '{"a": 1}', id="another shape"),
    ],
)
def test_what_is_no_list_of_marks_is_refused(book: Book, sent: Callable[[Given], str]) -> None:
    spot = {"item": str(book.items[0].pk), "student": str(book.pupils[0].pk), "version": 0}
    page = reverse("gradebook:grid", args=[book.section.pk])
    answer = signed_in(book.staff.user).post(page, {"cells": sent(spot), "key": "k"})

    assert (answer.status_code, answer.json()["code"]) == (422, "VALIDATION_ERROR")
    assert not Result.objects.exists()


@pytest.mark.parametrize("version", ["x", "9" * 30, "-1", "٣"])
def test_an_item_with_an_odd_version_is_overtaken(book: Book, version: str) -> None:
    item = book.items[0]
    values = {"title": "New", "session": str(item.session_id), "maximum": "20", "weight": "1"}
    page = reverse("gradebook:item-change", args=[item.pk])
    answer = signed_in(book.staff.user).post(page, values | {"version": version})

    assert answer.status_code == 409
    item.refresh_from_db()
    assert item.title == "Quiz 1"
