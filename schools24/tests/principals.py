"""Asks addresses as each principal, and reads every answer for texts its reader must not see."""

import io
import re
import time
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import parse_qsl, urlencode

from django.db import transaction
from django.test import Client
from django.urls import reverse

from apps.accounts.services.sign_in import PROVED_KEY
from apps.core import files
from schools24.tests.matrix import LETTERS, Line, sight
from schools24.tests.matrix.bodies import BODIES
from schools24.tests.world import World

OUTSIDERS: Final = ("anonymous", "suspended")
SIGN_IN: Final = ("/accounts/login/", "/admin/login/")
# The permission held, and the request itself wanting: more cannot be told from outside.
UNDERSTOOD: Final = {400, 409, 415, 422}


@dataclass(frozen=True)
class Answer:
    """What came back, read to the end."""

    status: int
    text: str
    location: str = ""
    fault: str = ""

    @property
    def sends_to_sign_in(self) -> bool:
        return self.status == 401 or (self.status == 302 and self.location.startswith(SIGN_IN))

    @property
    def kind(self) -> str:
        """How refusals are told apart."""
        if self.sends_to_sign_in:
            return "sign in"
        return {404: "missing", 403: "denied"}.get(self.status, f"{self.status} {self.fault}".strip())


class Principals:
    """The cast, signed in; whatever a request does is undone after it."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.sight = sight()
        self.clients = {letter: Client() for letter in (*LETTERS, *OUTSIDERS)}
        for letter, client in self.clients.items():
            if letter != "anonymous":
                client.force_login(world.cast[letter])
                _prove(client)
        self._canaries = re.compile("|".join(sorted(map(re.escape, world.says), key=len, reverse=True)))

    def ask(
        self,
        letter: str,
        method: str,
        path: str,
        body: Any = None,
        *,
        then: Callable[[Answer], None] | None = None,
        headers: dict[str, str] | None = None,
    ) -> Answer:
        """The answer; `then` may look at the database before what was done is undone."""
        client = self.clients[letter]
        kept: Any = client.cookies.copy()
        how: dict[str, Any] = {"headers": headers}
        if body is not None:
            how["data"] = body
        if method != "GET" and path.startswith("/api/"):
            how["content_type"] = "application/json"
        with transaction.atomic():
            answer = self._sent(client, method, path, how)
            if then is not None:
                then(answer)
            transaction.set_rollback(True)
        client.cookies = kept
        return answer

    def _sent(self, client: Client, method: str, path: str, how: dict[str, Any]) -> Answer:
        try:
            with transaction.atomic():
                response: Any = getattr(client, method.lower())(path, **how)
                content = b"".join(response.streaming_content) if response.streaming else response.content
        except Exception as fault:  # noqa: BLE001  # any crash is a finding, told with its line
            return Answer(500, "", fault=repr(fault)[:300])
        headers = "\n".join(f"{name}: {value}" for name, value in response.headers.items())
        return Answer(
            response.status_code, f"{headers}\n{_readable(content)}", response.headers.get("Location", "")
        )

    def leaks(self, letter: str, answer: Answer) -> list[str]:
        """The texts in an answer that this principal must never read."""
        found = set(self._canaries.findall(answer.text.lower()))
        return sorted(text for text in found if letter not in self.readers(*self.world.says[text]))

    def readers(self, kind: str, relation: str) -> frozenset[str]:
        columns = self.sight[kind]
        return columns.get(relation, columns.get("other" if relation == "past" else "", frozenset()))

    def address(self, line: Line, letter: str, relation: str, **given: Any) -> str:
        """The line's address for the row in that relation; links to files are made out to who asks."""
        row: Any = self.world.at(line.noun, relation) if line.noun != "-" else None
        if line.url == "file-download":
            actor = self.world.cast[letter if letter in LETTERS else "A"].actor(self.world.today)
            return files.address_of(row.pk, actor)
        named = {
            name: value or self._named(line, name, relation, len(given) > 1) for name, value in given.items()
        }
        path = reverse(line.name, kwargs=named)
        query = self._filled(dict(parse_qsl(line.query)), line, relation)
        return f"{path}?{urlencode(query)}" if query else path

    def _named(self, line: Line, name: str, relation: str, several: bool) -> Any:
        """The row a part of the address means: the line's noun, or the one the part is named after."""
        noun = name.removesuffix("_id")
        if not several or noun == line.noun or noun not in self.world.rows:
            return self.world.at(line.noun, relation).pk
        return self.world.at(noun, "own" if relation == "mate" else relation).pk

    def body(self, line: Line, relation: str) -> Any:
        return self._filled(BODIES.get(str(line)), line, relation)

    def _filled(self, value: Any, line: Line, relation: str) -> Any:
        if isinstance(value, dict):
            return {name: self._filled(one, line, relation) for name, one in value.items()}
        if isinstance(value, list):
            return [self._filled(one, line, relation) for one in value]
        if value == "today":
            return self.world.today.isoformat()
        if value == "version":
            return self.world.at(line.noun, relation).version
        if isinstance(value, str) and value.startswith("@"):
            near = value.endswith("!")
            return str(self.world.at(value.strip("@!"), _nearest(relation) if near else relation).pk)
        return value


def _nearest(relation: str) -> str:
    return "foreign" if relation == "foreign" else "own"


def _readable(content: bytes) -> str:
    """The text of an answer; a workbook is unpacked first."""
    if not content.startswith(b"PK"):
        return content.decode(errors="replace")
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return "\n".join(archive.read(name).decode(errors="replace") for name in archive.namelist())


def _prove(client: Client) -> None:
    """Nobody is asked for the password again, however long the tables are."""
    session = client.session
    session[PROVED_KEY] = time.time() + 24 * 3600
    session.save()
