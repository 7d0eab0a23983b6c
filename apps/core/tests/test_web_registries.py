"""What apps put in: menu entries, cards of Today, answers of the search."""

from datetime import date
from typing import Any
from uuid import uuid4

import pytest
from django.test import RequestFactory

from apps.core.policy import SCHOOL, Actor, Policy
from apps.core.web import nav, search, today
from apps.core.web.today import TodayCard

POLICY = Policy(paths={SCHOOL: "school"}, grants={"view": {"registrar": SCHOOL}})
DAY = date(2026, 6, 15)


def actor(*roles: str) -> Actor:
    return Actor(uuid4(), uuid4(), DAY, dict.fromkeys(roles))


@pytest.fixture(autouse=True)
def _own_registries(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(nav, "_entries", [])
    monkeypatch.setattr(today, "_makers", [])
    monkeypatch.setattr(search, "_finders", {})


def labels(who: Actor, path: str = "") -> list[tuple[str, list[str]]]:
    return [(section.label, [link.label for link in section.links]) for section in nav.sections(who, path)]


def test_entry_shows_to_those_who_hold_the_verb() -> None:
    nav.register("People", "Pupils", "account_email", "users", verb=(POLICY, "view"))
    assert labels(actor("registrar")) == [("People", ["Pupils"])]
    assert labels(actor("teacher")) == []


def test_entry_shows_to_its_roles_or_to_all_who_signed_in() -> None:
    nav.register("A", "Marked", "account_email", "x", roles=("teacher",), order=2)
    nav.register("A", "All", "account_logout", "x", order=1)
    assert labels(actor("teacher")) == [("A", ["All", "Marked"])]
    assert labels(actor("guardian")) == [("A", ["All"])]
    assert labels(Actor.anonymous(DAY)) == []


def test_entry_without_an_address_waits_for_it() -> None:
    nav.register("A", "Later", "nobody:knows", "x")
    assert labels(actor()) == []


def test_registering_twice_shows_once() -> None:
    for _again in range(2):
        nav.register("A", "One", "account_email", "x")
    assert labels(actor()) == [("A", ["One"])]


def test_closest_entry_is_the_current_one() -> None:
    nav.register("A", "Sign out", "account_logout", "x")
    nav.register("A", "Mail", "account_email", "x")
    links = nav.sections(actor(), "/accounts/email/")[0].links
    assert [(link.label, link.current) for link in links] == [("Sign out", False), ("Mail", True)]


def test_bottom_bar_takes_what_asked_first() -> None:
    for number, name in enumerate(("account_email", "account_logout", "account_login")):
        nav.register("A", name, name, "x", order=number, phone=name == "account_login")
    assert [link.label for link in nav.bottom_bar(nav.sections(actor()), 2)] == [
        "account_login",
        "account_email",
    ]


def request_of(who: Actor) -> Any:
    request: Any = RequestFactory().get("/")
    request.actor = who
    return request


def test_cards_come_in_order_to_their_roles_only() -> None:
    today.register("teacher", 2, lambda request: TodayCard("b", "B", "x"))
    today.register(("teacher", "guardian"), 1, lambda request: TodayCard("a", "A", "x"))
    today.register("teacher", 3, lambda request: None)
    assert [card.key for card in today.cards(request_of(actor("teacher")))] == ["a", "b"]
    assert [card.key for card in today.cards(request_of(actor("guardian")))] == ["a"]
    assert today.cards(request_of(Actor.anonymous(DAY))) == []


def test_one_card_is_made_again_without_those_after_it() -> None:
    asked: list[str] = []

    def maker(key: str) -> today.Maker:
        def make(request: Any) -> TodayCard:
            asked.append(key)
            return TodayCard(key, key, "x")

        return make

    today.register("teacher", 1, maker("a"))
    today.register("teacher", 2, maker("b"))
    found = today.card(request_of(actor("teacher")), "a")
    assert found is not None
    assert found.key == "a"
    assert asked == ["a"]


def test_search_joins_pages_and_finders() -> None:
    nav.register("People", "Registers", "account_email", "x", keywords="roll call")
    search.register("student", lambda who, text, limit: [search.Hit("Asha", "/s/1")], label="Pupils")
    search.register("room", lambda who, text, limit: [], label="Rooms")
    groups = search.find(actor(), "  roll   call ")
    assert [(g.label, [h.label for h in g.hits]) for g in groups] == [
        ("Pages", ["Registers"]),
        ("Pupils", ["Asha"]),
    ]


def test_one_letter_asks_nobody() -> None:
    search.register("student", lambda who, text, limit: pytest.fail("asked"), label="Pupils")
    assert search.find(actor(), " a ") == []


def test_menu_entry_a_person_may_not_see_is_not_found_either() -> None:
    nav.register("People", "Pupils", "account_email", "users", verb=(POLICY, "view"))
    assert search.find(actor("teacher"), "pupils") == []
