"""Writing one row: what the model says is checked, and what the database refuses comes back as a rule."""

import uuid
from typing import Any, TypeVar

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import DataError, IntegrityError, models, transaction

from apps.core.errors import Detail, DomainError, Missing
from apps.core.integrity import refusal_of
from apps.core.models import SchoolRow, VersionedRow
from apps.core.policy import Actor

_M = TypeVar("_M", bound=models.Model)
_S = TypeVar("_S", bound=SchoolRow)
_V = TypeVar("_V", bound=VersionedRow)


def written(row: _M, **values: Any) -> _M:
    """Set `values`, check the fields, save; a broken constraint is told as the rule it stands for."""
    _set(row, values)
    with told_as_rule(), transaction.atomic():
        row.save()
    return row


def revised(row: _V, *, expected: int, **values: Any) -> _V:
    """As `written`, for a row two people may edit at once: StaleVersion unless it is still as `expected`."""
    before = {name: getattr(row, name) for name in values}
    try:
        _set(row, values)
    except DomainError:
        _put_back(row, before)
        raise
    with told_as_rule(), transaction.atomic():
        row.change(expected=expected, **values)
    return row


def removed(row: models.Model) -> None:
    """Delete a row nothing refers to; Conflict otherwise."""
    with told_as_rule(), transaction.atomic():
        row.delete()


def of_school(actor: Actor, row: _S) -> _S:
    """The row, if it belongs to the actor's school; absent and foreign look the same."""
    if row.school_id != actor.school_id:
        raise Missing
    return row


def user_of(actor: Actor) -> uuid.UUID:
    """The login that asks; nobody is nobody."""
    if actor.user_id is None:
        raise Missing
    return actor.user_id


def school_of(actor: Actor) -> uuid.UUID:
    """The school new rows of this actor belong to."""
    if actor.school_id is None:
        raise Missing
    return actor.school_id


class told_as_rule:  # noqa: N801  # used as a statement, like contextlib's own
    """Turns what the database refuses inside the block into a DomainError."""

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: Any, error: BaseException | None, trace: Any) -> None:
        refusable = isinstance(
            error, DataError | IntegrityError | models.ProtectedError | models.RestrictedError
        )
        if refusable and (refusal := refusal_of(error)) is not None:  # type: ignore[arg-type]  # narrowed above
            raise refusal from error


def _set(row: models.Model, values: dict[str, Any]) -> None:
    for name, value in values.items():
        setattr(row, name, value)
    try:
        row.clean_fields()
    except ValidationError as invalid:
        raise _refusal(invalid) from None


def _put_back(row: models.Model, values: dict[str, Any]) -> None:
    for name, value in values.items():
        setattr(row, name, value)


def _refusal(invalid: ValidationError) -> DomainError:
    details = [
        Detail(
            "" if field == NON_FIELD_ERRORS else field, str(fault.code or "invalid"), " ".join(fault.messages)
        )
        for field, faults in invalid.error_dict.items()
        for fault in faults
    ]
    first = details[0]
    return DomainError("VALIDATION_ERROR", first.message, first.field or None, details)
