"""The comment bank: the school's sentences, and one's own."""

from typing import Any

from apps.accounts.access import Role
from apps.core.policy import Actor
from apps.core.rows import of_school, removed, school_of, user_of, written
from apps.reports.models import CommentBankEntry


def add_bank_entry(*, actor: Actor, is_shared: bool = False, **values: Any) -> CommentBankEntry:
    """`text`, `heading`, `subject`. Only heads add to the school's sentences; anybody else's are theirs."""
    heads = actor.has(Role.SCHOOL_ADMIN, Role.CAMPUS_ADMIN)
    owner = None if is_shared and heads else user_of(actor)
    return written(CommentBankEntry(school_id=school_of(actor), owner_id=owner), **_checked(actor, values))


def change_bank_entry(*, actor: Actor, entry: CommentBankEntry, **changes: Any) -> CommentBankEntry:
    of_school(actor, entry)
    return written(entry, **_checked(actor, changes))


def remove_bank_entry(*, actor: Actor, entry: CommentBankEntry) -> None:
    of_school(actor, entry)
    removed(entry)


def _checked(actor: Actor, values: dict[str, Any]) -> dict[str, Any]:
    if values.get("subject") is not None:
        of_school(actor, values["subject"])
    return values
