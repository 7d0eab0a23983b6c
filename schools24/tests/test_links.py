"""No link on any page leads its reader to a refusal, or to nothing."""

import html
import re
from collections import Counter
from typing import Final
from urllib.parse import urldefrag, urljoin

import pytest
from django.urls import Resolver404, resolve

from schools24.tests import matrix
from schools24.tests.addresses import addresses
from schools24.tests.matrix import LETTERS, Line
from schools24.tests.principals import Principals
from schools24.tests.test_matrix import GIVEN

pytestmark = pytest.mark.django_db
LINK: Final = re.compile(r"<a\b[^>]*?\bhref=\"([^\"#][^\"]*)\"")
# The codes of the world's papers are its canaries, which no paper is verified by.
ELSEWHERE: Final = ("/static/", "/admin/", "/verify/")
# Rows are alike: so many links to one kind of page are followed.
ENOUGH: Final = 2


def own_pages(principals: Principals, letter: str) -> list[str]:
    """Every page the principal opens, for the row nearest to them."""
    return [
        principals.address(line, letter, relation, **_takes(line))
        for line in matrix.lines()
        if line.method == "GET" and not line.name.startswith(("api:", "admin:"))
        if (relation := next((one for one, letters in line.through.items() if letter in letters), None))
    ]


def _takes(line: Line) -> dict[str, object]:
    return {**dict.fromkeys(addresses()[line.name].takes), **GIVEN.get(line.url, {})}


def links_of(page: str, text: str) -> list[str]:
    """Addresses of this house the page links to."""
    found = (urldefrag(urljoin(page, html.unescape(href))).url for href in LINK.findall(text))
    return [path for path in found if path.startswith("/") and not path.startswith(ELSEWHERE)]


def pattern_of(path: str) -> str:
    try:
        return resolve(path.partition("?")[0]).view_name
    except Resolver404:
        return path


@pytest.mark.parametrize("letter", sorted(LETTERS))
def test_links_lead_somewhere(letter: str, principals: Principals) -> None:
    waiting = [(path, "the matrix") for path in own_pages(principals, letter)]
    seen, followed, faults = set(), Counter[str](), []
    while waiting:
        path, source = waiting.pop()
        if path in seen or (source != "the matrix" and followed[pattern_of(path)] >= ENOUGH):
            continue
        seen.add(path)
        followed[pattern_of(path)] += 1
        answer = principals.ask(letter, "GET", path)
        # 409 is an answer about the row's state: a file that is still being checked.
        if answer.status >= 400 and answer.status != 409:
            faults.append(f"{source} links to {path}: {answer.status}")
        waiting += [(one, path) for one in links_of(path, answer.text)]

    assert not faults, "\n".join(sorted(faults))
