"""The school's own settings, its campuses and their switches."""

from typing import Any, TypeVar
from zoneinfo import available_timezones

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import Campus, Feature, School
from apps.core.errors import Conflict, DomainError

SCHOOL_FIELDS = frozenset({"name", "time_zone", "language", "currency", "country", "labels"})
CAMPUS_FIELDS = frozenset({"name", "code", "address", "phone", "time_zone", "is_active"})
# Our words a school may call by its own; see words.md.
LABELS = frozenset(
    {
        "section",
        "guardian",
        "student",
        "staff",
        "program",
        "course",
        "subject",
        "grade_level",
        "campus",
        "term",
    }
)


_Row = TypeVar("_Row", School, Campus)


def change_school(*, school: School, **changes: Any) -> School:
    _require_known(changes, SCHOOL_FIELDS)
    _require_time_zone(changes)
    if changes.get("language", school.language) not in dict(settings.LANGUAGES):
        raise DomainError("LANGUAGE", _("This language is not available."), "language")
    if "labels" in changes:
        changes["labels"] = _clean_labels(changes["labels"])
    return _write(school, changes)


@transaction.atomic
def found_school(*, name: str, code: str, **settings_: Any) -> School:
    """A new tenant without campuses or logins."""
    _require_known(settings_, SCHOOL_FIELDS)
    _require_time_zone(settings_)
    if School.objects.filter(code=code).exists():
        raise Conflict("DUPLICATE", _("There is a school with this code already."), "code")
    return School.objects.create(name=name, code=code, **settings_)


@transaction.atomic
def add_campus(*, school: School, name: str, code: str, **more: Any) -> Campus:
    _require_known(more, CAMPUS_FIELDS)
    _require_time_zone(more)
    _require_free_code(school, code)
    return Campus.objects.create(school=school, name=name, code=code, **more)


def change_campus(*, campus: Campus, **changes: Any) -> Campus:
    _require_known(changes, CAMPUS_FIELDS)
    _require_time_zone(changes)
    if "code" in changes and changes["code"] != campus.code:
        _require_free_code(campus.school, changes["code"])
    return _write(campus, changes)


@transaction.atomic
def switch_features(*, campus: Campus, features: dict[str, bool]) -> Campus:
    """Only named switches change; two people who switch different ones do not undo each other."""
    unknown = sorted(set(features) - set(Feature.values))
    if unknown or not all(isinstance(value, bool) for value in features.values()):
        raise DomainError("UNKNOWN_FEATURE", _("These switches are not known."), "features")
    held = Campus.objects.select_for_update().get(pk=campus.pk)
    held.features = {**held.features, **features}
    held.save(update_fields=["features", "updated_at"])
    return held


def _write(row: _Row, changes: dict[str, Any]) -> _Row:
    for field, value in changes.items():
        setattr(row, field, value)
    row.save(update_fields=[*changes, "updated_at"])
    return row


def _require_known(changes: dict[str, Any], fields: frozenset[str]) -> None:
    if unknown := sorted(set(changes) - fields):
        raise TypeError(f"not a setting: {unknown}")


def _require_time_zone(changes: dict[str, Any]) -> None:
    if "time_zone" in changes and changes["time_zone"] not in available_timezones():
        raise DomainError("TIME_ZONE", _("This time zone is not known."), "time_zone")


def _require_free_code(school: School, code: str) -> None:
    if Campus.objects.filter(school=school, code=code).exists():
        raise Conflict("DUPLICATE", _("Another campus has this code."), "code")


def _clean_labels(labels: Any) -> dict[str, str]:
    is_flat = isinstance(labels, dict) and all(isinstance(value, str) for value in labels.values())
    if not is_flat or set(labels) - LABELS:
        raise DomainError("LABELS", _("These words cannot be renamed."), "labels")
    return {name: value.strip()[:40] for name, value in labels.items() if value.strip()}
