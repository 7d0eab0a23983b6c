"""What the database refused, said as a rule: constraint names become the messages their models carry."""

from collections.abc import Iterator
from functools import cache
from typing import Final

from django.apps import apps
from django.db import DataError, Error, IntegrityError, InterfaceError, OperationalError
from django.db.models import BaseConstraint, ProtectedError, RestrictedError, UniqueConstraint
from django.utils.translation import gettext_lazy as _

from apps.core.errors import Conflict, DomainError, Unavailable

_UNIQUE: Final = "23505"
_EXCLUSION: Final = "23P01"
_FOREIGN_KEY: Final = "23503"
_CHECK: Final = "23514"
# Too long, out of range, no such day, signs the database cannot keep; a NUL byte is refused by the driver.
_UNFIT: Final = frozenset({"22001", "22003", "22007", "22008", "22021", "22P05", None})
# Deadlock and serialization failures come as OperationalError too: the whole transaction may be tried again.
_BUSY: Final = (OperationalError, InterfaceError)


def refusal_of(error: Error) -> DomainError | None:
    """The rule behind a database error; None when it is a fault of ours that nobody should catch."""
    if isinstance(error, _BUSY):
        return Unavailable("BUSY", _("Too much is going on right now. Nothing was saved; try again shortly."))
    if isinstance(error, ProtectedError | RestrictedError):
        return Conflict("IN_USE", _("Other records still refer to this."))
    if isinstance(error, IntegrityError):
        return _refused_by_constraint(error)
    if isinstance(error, DataError) and getattr(error.__cause__, "sqlstate", None) in _UNFIT:
        return DomainError("VALIDATION_ERROR", _("These values do not fit."))
    return None


def _refused_by_constraint(error: IntegrityError) -> DomainError | None:
    state = getattr(error.__cause__, "sqlstate", None)
    name = getattr(getattr(error.__cause__, "diag", None), "constraint_name", None) or ""
    constraint = _constraints().get(name)
    field = _field_of(constraint)
    if state == _UNIQUE:
        return Conflict("DUPLICATE", _message(constraint, _("This exists already.")), field)
    if state == _EXCLUSION:
        return Conflict("OVERLAP", _message(constraint, _("This overlaps with another entry.")), field)
    if state == _FOREIGN_KEY:
        return Conflict("IN_USE", _("This refers to something that is gone, or is itself still in use."))
    if state == _CHECK:
        return DomainError("VALIDATION_ERROR", _message(constraint, _("These values do not fit.")), field)
    return None


@cache
def _constraints() -> dict[str, BaseConstraint]:
    return dict(_named_constraints())


def _named_constraints() -> Iterator[tuple[str, BaseConstraint]]:
    for model in apps.get_models():
        for constraint in model._meta.constraints:
            yield constraint.name, constraint


def _field_of(constraint: BaseConstraint | None) -> str | None:
    """The last field of a uniqueness rule is the one a person typed; those before it are its scope."""
    fields = constraint.fields if isinstance(constraint, UniqueConstraint) else ()
    return fields[-1] if fields else None


def _message(constraint: BaseConstraint | None, otherwise: object) -> object:
    if constraint is None:
        return otherwise
    own = constraint.violation_error_message
    return own if own and own != BaseConstraint.default_violation_error_message else otherwise
