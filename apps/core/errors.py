"""What a service says when it will not do a thing; every edge turns these into its own kind of answer."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Detail:
    """One fault among several: the field, a stable code, and a sentence with the remedy."""

    field: str
    code: str
    message: str


class DomainError(Exception):
    """A rule of the school says no: a stable code, a sentence for people, the input at fault."""

    status: ClassVar[int] = 422

    def __init__(
        self,
        code: str,
        message: object,
        field: str | None = None,
        details: Sequence[Detail] = (),
        values: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(code)
        self.code = code
        self.message = message
        self.field = field
        self.details = tuple(details)
        self.values = dict(values or {})

    def __str__(self) -> str:
        return str(self.message)


class Conflict(DomainError):
    """The state of the school has moved on: full, duplicate, overlapping, already done."""

    status = 409


class StaleVersion(Conflict):
    """Someone else saved first; `values` holds `yours` and `theirs`."""

    def __init__(self, *, yours: Mapping[str, Any], theirs: Mapping[str, Any]) -> None:
        super().__init__(
            "STALE_VERSION",
            _("Someone else saved this in the meantime. Compare both values and save again."),
            values={"yours": dict(yours), "theirs": dict(theirs)},
        )


class Denied(DomainError):
    """The actor's roles never hold this verb."""

    status = 403

    def __init__(self) -> None:
        super().__init__("FORBIDDEN", _("Your role does not allow this. Ask the office if you need it."))


class Missing(DomainError):
    """Absent or out of reach; the two are never told apart."""

    status = 404

    def __init__(self) -> None:
        super().__init__("NOT_FOUND", _("There is nothing here, or it is not yours to see."))


class Unavailable(DomainError):
    """A part we lean on does not answer; try again later."""

    status = 503
