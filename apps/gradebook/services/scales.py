"""Score scales with their bands, and what a campus makes of late and missing work."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from apps.accounts.models import Campus
from apps.core.errors import Conflict, DomainError
from apps.core.policy import Actor
from apps.core.rows import of_school, removed, revised, school_of, written
from apps.gradebook.models import (
    GradingScheme,
    LineItem,
    MarkingRules,
    ScaleKind,
    ScoreBand,
    ScoreScale,
)
from apps.gradebook.services.rows import said_of

# Scales that may do without bands: the figure speaks for itself.
_PLAIN: Final = {ScaleKind.PERCENTAGE, ScaleKind.POINTS}
_BAND_FIELDS: Final = ("label", "description", "lower", "points", "is_passing")

Values = Mapping[str, Any]


@transaction.atomic
def add_scale(*, actor: Actor, bands: Sequence[Values] = (), **values: Any) -> ScoreScale:
    """`name`, `code`, `kind`; `bands` with `label`, `lower`, `points`, `is_passing`, `description`."""
    scale = written(ScoreScale(school_id=school_of(actor)), **values)
    _write_bands(scale, bands)
    return scale


@transaction.atomic
def change_scale(
    *,
    actor: Actor,
    scale: ScoreScale,
    expected: int,
    bands: Sequence[Values] | None = None,
    **changes: Any,
) -> ScoreScale:
    """As add_scale, and `is_active`. New bands take the place of all old ones; totals follow at once."""
    of_school(actor, scale)
    if changes.get("is_active") is False and scale.schemes.filter(is_active=True).exists():
        raise Conflict("SCALE_IN_USE", _("Schemes in use are read by this scale."), "is_active")
    before = _kept(scale)
    revised(scale, expected=expected, **changes)
    if bands is not None and (bands := [_band(one) for one in bands]) != before:
        scale.bands.all().delete()
        _write_bands(scale, bands)
        # What a posted grade names as its rules is a version, so it has to move.
        GradingScheme.objects.filter(scale=scale).update(version=F("version") + 1)
    else:
        _check_bands(scale, before)
    return scale


@transaction.atomic
def remove_scale(*, actor: Actor, scale: ScoreScale) -> None:
    """A scale no scheme and no item is read by."""
    of_school(actor, scale)
    if scale.schemes.exists() or LineItem.objects.filter(scale=scale).exists():
        raise Conflict("SCALE_IN_USE", _("Schemes or items are read by this scale. Retire it instead."))
    removed(scale)


@transaction.atomic
def change_marking_rules(
    *, actor: Actor, campus: Campus, expected: int | None = None, **changes: Any
) -> MarkingRules:
    """Any field of the rules; a campus without a row begins with the defaults."""
    of_school(actor, campus)
    row = MarkingRules.objects.select_for_update().filter(campus=campus).first()
    if row is None:
        return written(MarkingRules(school_id=campus.school_id, campus=campus), **changes)
    return revised(row, expected=expected or row.version, **changes)


def _write_bands(scale: ScoreScale, bands: Sequence[Values]) -> None:
    _check_bands(scale, bands)
    for place, band in enumerate(bands):
        with said_of("bands", place):
            written(ScoreBand(school_id=scale.school_id, scale=scale), **_band(band))


def _check_bands(scale: ScoreScale, bands: Sequence[Values]) -> None:
    """Every percentage has a band: the lowest begins at 0."""
    if not bands:
        if scale.kind not in _PLAIN:
            raise DomainError(
                "BANDS_MISSING", _("A scale of this kind needs bands. Add at least one."), "bands"
            )
        return
    if min(band["lower"] for band in bands) != 0:
        raise DomainError(
            "BANDS_GAP", _("No band takes the lowest scores. Let the lowest band begin at 0."), "bands"
        )


def _kept(scale: ScoreScale) -> list[Values]:
    return [{name: getattr(row, name) for name in _BAND_FIELDS} for row in scale.bands.order_by("-lower")]


def _band(values: Values) -> dict[str, Any]:
    """All fields of a band, those not given as they are by default."""
    defaults: dict[str, Any] = {"description": "", "points": None, "is_passing": True}
    return {name: values.get(name, defaults.get(name)) for name in _BAND_FIELDS}
