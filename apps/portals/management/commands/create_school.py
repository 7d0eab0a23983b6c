from getpass import getpass
from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from django.utils.text import slugify

from apps.core.errors import DomainError
from apps.portals.services import open_school

QUESTIONS = {
    "name": "Name of the school: ",
    "campus": "Name of its first campus: ",
    "admin_name": "Your name: ",
    "email": "Your e-mail address: ",
}


class Command(BaseCommand):
    help = "Open a school: its first campus, its attendance codes and the login of its administrator."

    def add_arguments(self, parser: CommandParser) -> None:
        for option in QUESTIONS:
            parser.add_argument(f"--{option.replace('_', '-')}")
        parser.add_argument("--code", help="short name for addresses and commands; made from the name")
        parser.add_argument("--invite", action="store_true", help="mail a link instead of asking a password")
        for option in ("time_zone", "language", "currency", "country"):
            parser.add_argument(f"--{option.replace('_', '-')}", help="for example as of another country")

    def handle(self, *args: Any, **options: Any) -> None:
        said = {name: options[name] or input(question) for name, question in QUESTIONS.items()}
        chosen = ("time_zone", "language", "currency", "country")
        now = timezone.now()
        try:
            school = open_school(
                **said,
                **{name: options[name] for name in chosen if options[name]},
                code=options["code"] or slugify(said["name"])[:40],
                password=None if options["invite"] else _password(),
                now=now,
                today=timezone.localdate(now),
            )
        except DomainError as refusal:
            raise CommandError(f"{refusal.field}: {refusal}" if refusal.field else str(refusal)) from refusal
        self.stdout.write(f"{school.name} is open; its code is {school.code}.")


def _password() -> str:
    """Asked until two agree and are good enough."""
    while True:
        password = getpass("A password for you: ")
        try:
            validate_password(password)
        except ValidationError as fault:
            print(*fault.messages, sep="\n")  # noqa: T201 - the person at the terminal is asked again
            continue
        if getpass("Again: ") == password:
            return password
        print("These two differ.")  # noqa: T201 - as above
