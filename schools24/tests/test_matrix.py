"""Every address, as every principal, for rows in every relation: who gets through, and what comes out."""

from typing import Any

import pytest
from django.utils import timezone

from schools24.tests import matrix
from schools24.tests.addresses import addresses
from schools24.tests.matrix.bodies import BODIES
from schools24.tests.principals import OUTSIDERS, UNDERSTOOD, Answer, Principals

pytestmark = pytest.mark.django_db
LINES = matrix.lines()
# A link to a file is made out to one login; for anybody else there is nothing.
OUTSIDE = {"file-download": "missing"}
GIVEN: dict[str, dict[str, Any]] = {
    "portals:today-card": {"key": "people"},
    "accounts:session-end": {"pk": 1},
    "academics:students-many": {"name": "withdraw"},
    "attendance:register-day": {"day": timezone.localdate()},
}


def relations_of(line: matrix.Line, principals: Principals) -> list[str]:
    """The relations to ask about: one where the address and the body name no row."""
    takes = addresses()[line.name].takes
    names_a_row = (takes and line.noun != "-") or len(line.through) > 1 or "@" in line.query
    if not names_a_row:
        return ["own"]
    known = [*principals.world.rows[line.noun]]
    return [relation for relation in known if relation in {*line.through, "past", "foreign"}]


def answers(line: matrix.Line, principals: Principals) -> list[tuple[str, str, Answer]]:
    """Holders of the verb are asked about every relation; for the others one row is as good as another."""
    relations = relations_of(line, principals)
    asked = []
    for letter in (*sorted(matrix.LETTERS), *OUTSIDERS):
        for relation in relations if letter in line.holders else relations[:1]:
            takes = dict.fromkeys(addresses()[line.name].takes)
            path = principals.address(line, letter, relation, **{**takes, **GIVEN.get(line.url, {})})
            body = principals.body(line, relation)
            asked.append((letter, relation, principals.ask(letter, line.method, path, body)))
    return asked


def gets_through(line: matrix.Line, answer: Answer) -> bool:
    if answer.sends_to_sign_in:
        return False
    has_body = str(line) in BODIES
    asked_only = set() if line.method == "GET" or has_body else UNDERSTOOD
    return answer.status in {200, 201, 202, 204, 302} | asked_only


def wrong(line: matrix.Line, letter: str, relation: str, answer: Answer) -> str:
    outside = OUTSIDE.get(line.url, "sign in")
    expected = outside if letter in OUTSIDERS else line.expected(letter, relation)
    met = "through" if gets_through(line, answer) else answer.kind
    if line.name.startswith("admin:") and letter not in OUTSIDERS and met == "sign in":
        met = "denied"
    # Django's admin finds the row before it asks for the verb, and denies what is only to be looked at.
    known_first = met == "missing" or (met == "denied" and relation != "foreign")
    if line.name.startswith("admin:") and expected in {"missing", "denied"} and known_first:
        return ""
    # A row named in a body is as unknown as one that does not exist.
    unknown_in_body = expected == "missing" and answer.status in {403, 422} and str(line) in BODIES
    return "" if met == expected or unknown_in_body else f"{letter} {relation}: {met}, not {expected}"


@pytest.mark.parametrize("line", LINES, ids=str)
def test_line(line: matrix.Line, principals: Principals) -> None:
    faults = []
    for letter, relation, answer in answers(line, principals):
        faults.append(wrong(line, letter, relation, answer))
        faults += [f"{letter} {relation}: reads {text}" for text in principals.leaks(letter, answer)]

    assert not any(faults), "\n".join([f"{line} ({line.place})", *filter(None, faults)])
