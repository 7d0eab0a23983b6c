"""The rules of a section as plain values: they make totals without a query, and are frozen with a posting."""

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from decimal import Decimal
from typing import Any, Final

from apps.gradebook.models import (
    Gradebook,
    GradingScheme,
    MarkingRules,
    MissingWork,
    Rounding,
    ScaleKind,
    Weighting,
    YearFrom,
)

ONE: Final = Decimal(1)


@dataclass(frozen=True, slots=True)
class Band:
    """A step of the scale: from `lower` percent up to the next band's."""

    label: str
    lower: Decimal
    points: Decimal | None = None
    is_passing: bool = True


@dataclass(frozen=True, slots=True)
class CategoryRule:
    """A category as totals need it; `code` is what marks and formulas name."""

    code: str
    name: str
    weight: Decimal = ONE
    drop_lowest: int = 0
    best_of: int | None = None
    must_pass_percent: Decimal | None = None
    is_extra_credit: bool = False
    term_number: int | None = None

    def counts_in(self, term_number: int | None) -> bool:
        """Whether it counts in the term; None is the whole year."""
        return term_number is None or self.term_number in {None, term_number}


@dataclass(frozen=True, slots=True)
class WorkRules:
    """What a campus makes of late and missing work."""

    missing_work: str = MissingWork.ZERO
    missing_percent: Decimal = Decimal(0)
    absent_work: str = MissingWork.IGNORE
    late_percent_per_day: Decimal = Decimal(0)
    late_grace_days: int = 0
    late_floor_percent: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True)
class Rules:
    """A scheme with its categories, scale and campus rules. `version` is the scheme's."""

    name: str = ""
    version: int = 1
    scale_kind: str = ScaleKind.PERCENTAGE
    weighting: str = Weighting.CATEGORIES
    formula: str = ""
    year_from: str = YearFrom.TERMS
    year_formula: str = ""
    term_weights: Mapping[str, Decimal] = field(default_factory=dict)
    decimals: int = 1
    rounding: str = Rounding.HALF_UP
    pass_mark: Decimal = Decimal(33)
    grace_marks: Decimal = Decimal(0)
    most_percent: Decimal | None = Decimal(100)
    categories: tuple[CategoryRule, ...] = ()
    bands: tuple[Band, ...] = ()
    work: WorkRules = WorkRules()

    def as_json(self) -> dict[str, Any]:
        """With numbers as text, so that none loses a digit."""
        return {name: _as_json(value) for name, value in asdict(self).items()}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Rules":
        values = _from_json(data, ("pass_mark", "grace_marks", "most_percent"))
        weights = {number: Decimal(weight) for number, weight in data["term_weights"].items()}
        categories = [
            CategoryRule(**_from_json(one, ("weight", "must_pass_percent"))) for one in data["categories"]
        ]
        bands = [Band(**_from_json(one, ("lower", "points"))) for one in data["bands"]]
        percents = ("missing_percent", "late_percent_per_day", "late_floor_percent")
        work = WorkRules(**_from_json(data["work"], percents))
        parts = {"categories": tuple(categories), "bands": tuple(bands), "work": work}
        return cls(**{**values, **parts, "term_weights": weights})


def band_for(percent: Decimal, bands: Sequence[Band]) -> Band | None:
    """The band with the highest lower bound the percentage reaches; none of an empty scale."""
    reached = [band for band in bands if band.lower <= percent]
    return max(reached, key=lambda band: band.lower, default=None)


def rules_of(gradebooks: Iterable[Gradebook]) -> dict[uuid.UUID, Rules]:
    """The rules of each gradebook by its section, in five queries however many there are."""
    wanted = {book.pk for book in gradebooks}
    books = list(Gradebook.objects.filter(pk__in=wanted).select_related("section", "scheme__scale"))
    schemes = _schemes({book.scheme_id for book in books})
    campuses = {book.section.campus_id for book in books}
    work = {row.campus_id: _work(row) for row in MarkingRules.objects.filter(campus__in=campuses)}
    return {
        book.section_id: scheme_rules(schemes[book.scheme_id], work.get(book.section.campus_id))
        for book in books
    }


def scheme_rules(scheme: GradingScheme, work: WorkRules | None = None) -> Rules:
    """A scheme whose categories and bands are at hand (prefetched, or read here)."""
    return Rules(
        name=scheme.name,
        version=scheme.version,
        scale_kind=scheme.scale.kind,
        weighting=scheme.weighting,
        formula=scheme.formula,
        year_from=scheme.year_from,
        year_formula=scheme.year_formula,
        term_weights={str(n): Decimal(str(weight)) for n, weight in scheme.term_weights.items()},
        decimals=scheme.decimals,
        rounding=scheme.rounding,
        pass_mark=scheme.pass_mark,
        grace_marks=scheme.grace_marks,
        most_percent=scheme.most_percent,
        categories=tuple(_category(row) for row in scheme.categories.all()),
        bands=tuple(
            Band(row.label, row.lower, row.points, row.is_passing) for row in scheme.scale.bands.all()
        ),
        work=work or WorkRules(),
    )


def _schemes(ids: set[uuid.UUID]) -> dict[uuid.UUID, GradingScheme]:
    rows = GradingScheme.objects.filter(pk__in=ids).select_related("scale")
    return {row.pk: row for row in rows.prefetch_related("categories", "scale__bands")}


def _category(row: Any) -> CategoryRule:
    return CategoryRule(
        code=row.code,
        name=row.name,
        weight=row.weight,
        drop_lowest=row.drop_lowest,
        best_of=row.best_of,
        must_pass_percent=row.must_pass_percent,
        is_extra_credit=row.is_extra_credit,
        term_number=row.term_number,
    )


def _work(row: MarkingRules) -> WorkRules:
    return WorkRules(**{name: getattr(row, name) for name in WorkRules.__dataclass_fields__})


def _as_json(value: Any) -> Any:
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, Mapping):
        return {str(name): _as_json(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [_as_json(one) for one in value]
    return str(value) if isinstance(value, str) else value


def _from_json(data: Mapping[str, Any], numbers: Sequence[str]) -> dict[str, Any]:
    read = {name: Decimal(data[name]) for name in numbers if data.get(name) is not None}
    return {**data, **read}
