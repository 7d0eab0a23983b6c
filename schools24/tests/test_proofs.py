"""The matrix proves itself: with the scoping of rows switched off it goes red."""

import pytest
from django.urls import reverse

from apps.core.policy import PermittedQuerySet
from schools24.tests.matrix import Line
from schools24.tests.principals import Principals
from schools24.tests.test_matrix import LINES, answers, wrong

pytestmark = pytest.mark.django_db

SAMPLE = (
    "academics:student-detail GET",
    "academics:section-detail GET",
    "academics:guardian-change POST",
    "attendance:register-lesson GET",
    "interop:import-detail GET",
    "messaging:notification-open GET",
    "accounts:user-change GET",
    "admin:academics_student_change GET",
    "api:student-detail GET",
    "api:student-list POST",
    "api:enrollment-withdraw POST",
    "api:attendance-detail GET",
    "file-download GET",
)


@pytest.mark.parametrize("line", [line for line in LINES if str(line) in SAMPLE], ids=str)
def test_without_scoping_foreign_rows_come_out(
    line: Line, principals: Principals, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(PermittedQuerySet, "permitted", lambda rows, actor, verb="view": rows.all())
    asked = answers(line, principals)
    through = [
        (letter, relation)
        for letter, relation, answer in asked
        if "through, not missing" in wrong(line, letter, relation, answer)
    ]
    leaks = {text for letter, _, answer in asked for text in principals.leaks(letter, answer)}

    assert through
    assert leaks or line.method == "POST" or "foreign" in {relation for _, relation in through}


def test_the_sample_is_all_there() -> None:
    assert {str(line) for line in LINES} >= set(SAMPLE)


def test_a_planted_text_is_found(principals: Principals) -> None:
    world = principals.world
    path = reverse("academics:student-detail", args=[world.at("student", "mate").pk])
    answer = principals.ask("A", "GET", path)

    assert "zxstudentmatephonex" in principals.leaks("S", answer)
    assert principals.leaks("A", answer) == []
