"""Fields a school adds without code: their set-up, and the check of their values."""

import uuid
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from django.utils.translation import gettext as _

from apps.academics.models import CustomField, CustomFieldKind
from apps.core.errors import Detail, DomainError
from apps.core.policy import Actor
from apps.core.rows import of_school, school_of, written

LONGEST_TEXT: Final = 1000
MOST_CHOICES: Final = 100
# More digits than this do not survive the way through JSON.
MOST_DIGITS: Final = 15


def add_custom_field(
    *,
    actor: Actor,
    target: str,
    code: str,
    label: str,
    kind: str,
    choices: Iterable[str] = (),
    is_required: bool = False,
    families_may_see: bool = False,
    position: int = 1,
) -> CustomField:
    return written(
        CustomField(school_id=school_of(actor)),
        target=target,
        code=code,
        label=label,
        kind=kind,
        choices=_checked_choices(kind, choices),
        is_required=is_required,
        families_may_see=families_may_see,
        position=position,
    )


def change_custom_field(
    *,
    actor: Actor,
    field: CustomField,
    label: str,
    choices: Iterable[str] = (),
    is_required: bool = False,
    families_may_see: bool = False,
    position: int = 1,
    is_active: bool = True,
) -> CustomField:
    """Everything but target, code and kind: values already kept must stay readable."""
    of_school(actor, field)
    return written(
        field,
        label=label,
        choices=_checked_choices(field.kind, choices),
        is_required=is_required,
        families_may_see=families_may_see,
        position=position,
        is_active=is_active,
    )


def checked_custom(
    school_id: uuid.UUID, target: str, values: Mapping[str, Any], kept: Mapping[str, Any]
) -> dict[str, Any]:
    """`kept` with `values` written over it, each checked by its field; an empty value takes it away."""
    fields = CustomField.objects.filter(school_id=school_id, target=target, is_active=True)
    return merged(list(fields), values, kept)


def merged(
    fields: Iterable[CustomField], values: Mapping[str, Any], kept: Mapping[str, Any]
) -> dict[str, Any]:
    """The check itself. Values of fields that were switched off stay as they are."""
    known = {field.code: field for field in fields}
    faults = [
        Detail(f"custom.{code}", "UNKNOWN_FIELD", _("There is no such field."))
        for code in values
        if code not in known
    ]
    result = dict(kept)
    for code, field in known.items():
        try:
            value = _checked(field, values[code] if code in values else kept.get(code))
        except ValueError as fault:
            faults.append(Detail(f"custom.{code}", "INVALID", str(fault)))
            continue
        result.pop(code, None)
        if value is not None:
            result[code] = value
        elif field.is_required:
            faults.append(Detail(f"custom.{code}", "REQUIRED", _("This field must be filled in.")))
    if faults:
        raise DomainError("VALIDATION_ERROR", faults[0].message, faults[0].field, faults)
    return result


def _checked(field: CustomField, value: Any) -> Any:
    if value is None or (isinstance(value, str) and not value.strip()):
        return None
    return _CHECKS[CustomFieldKind(field.kind)](field, value)


def _text(_field: CustomField, value: Any) -> str:
    text = str(value).strip() if isinstance(value, str | int) else ""
    if not text or len(text) > LONGEST_TEXT or "\0" in text:
        raise ValueError(_("Enter a text of at most %d characters.") % LONGEST_TEXT)
    return text


def _number(_field: CustomField, value: Any) -> int | float:
    try:
        number = Decimal(str(value).strip()) if not isinstance(value, bool) else Decimal("NaN")
    except InvalidOperation:
        number = Decimal("NaN")
    if (
        not number.is_finite()
        or len(number.as_tuple().digits) > MOST_DIGITS
        or abs(number.adjusted()) > MOST_DIGITS
    ):
        raise ValueError(_("Enter a number."))
    return int(number) if number == number.to_integral_value() else float(number)


def _date(_field: CustomField, value: Any) -> str:
    try:
        return value.isoformat() if type(value) is date else date.fromisoformat(str(value)).isoformat()
    except ValueError:
        raise ValueError(_("Enter a date as year-month-day.")) from None


def _choice(field: CustomField, value: Any) -> str:
    if value not in field.choices:
        raise ValueError(_("Choose one of: %s.") % ", ".join(field.choices))
    return str(value)


def _yes_no(_field: CustomField, value: Any) -> bool:
    known = {True: True, False: False, "true": True, "false": False}
    try:
        return known[value]
    except (KeyError, TypeError):
        raise ValueError(_("Answer yes or no.")) from None


_CHECKS: Final[dict[CustomFieldKind, Callable[[CustomField, Any], Any]]] = {
    CustomFieldKind.TEXT: _text,
    CustomFieldKind.NUMBER: _number,
    CustomFieldKind.DATE: _date,
    CustomFieldKind.CHOICE: _choice,
    CustomFieldKind.YES_NO: _yes_no,
}


def _checked_choices(kind: str, choices: Iterable[str]) -> list[str]:
    clean = list(dict.fromkeys(text.strip() for text in choices if text.strip()))
    if kind != CustomFieldKind.CHOICE:
        return []
    if not 0 < len(clean) <= MOST_CHOICES:
        raise DomainError("CHOICES_NEEDED", _("Name 1 to %d choices, one a line.") % MOST_CHOICES, "choices")
    return clean
