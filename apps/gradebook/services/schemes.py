"""Grading schemes with their categories and formulas: the school's, and a section's own copy of one."""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from apps.academics.models import Section
from apps.core.errors import Conflict, DomainError
from apps.core.policy import Actor
from apps.core.rows import of_school, removed, revised, school_of, written
from apps.gradebook.models import Category, Gradebook, GradingScheme, LineItem
from apps.gradebook.selectors.formula import check_name, check_names, parse
from apps.gradebook.services.gradebooks import open_gradebook
from apps.gradebook.services.rows import said_of

MOST_TERMS: Final = 12
_TERM: Final = re.compile(r"[1-9]\d?")
_WEIGHT: Final = re.compile(r"\d{1,5}(\.\d{1,4})?")
_CATEGORY_FIELDS: Final = (
    "name", "code", "weight", "drop_lowest", "best_of", "must_pass_percent", "is_extra_credit", "term_number",
)  # fmt: skip
_SCHEME_FIELDS: Final = (
    "scale", "weighting", "formula", "year_from", "year_formula", "term_weights", "decimals", "rounding",
    "pass_mark", "grace_marks", "most_percent",
)  # fmt: skip

Values = Mapping[str, Any]


@transaction.atomic
def add_scheme(
    *, actor: Actor, categories: Sequence[Values] = (), section: Section | None = None, **values: Any
) -> GradingScheme:
    """The fields of the model, and of each category; with `section` it is that section's own."""
    scheme = GradingScheme(school_id=school_of(actor), section=section and of_school(actor, section))
    _make_room(actor, values)
    written(scheme, **_with_weights(values))
    _write_categories(scheme, categories)
    _check_scheme(scheme)
    return scheme


@transaction.atomic
def change_scheme(
    *,
    actor: Actor,
    scheme: GradingScheme,
    expected: int,
    categories: Sequence[Values] | None = None,
    **changes: Any,
) -> GradingScheme:
    """As add_scheme. Categories given are all there are: by `id` or code they stay, others go or come."""
    of_school(actor, scheme)
    if scheme.section_id is not None and changes.get("is_default"):
        raise DomainError(
            "SCHEME_OF_SECTION", _("A section's own scheme is not for new gradebooks."), "is_default"
        )
    _make_room(actor, changes, but=scheme)
    revised(scheme, expected=expected, **_with_weights(changes))
    if categories is not None:
        _write_categories(scheme, categories)
    _check_scheme(scheme)
    return scheme


@transaction.atomic
def remove_scheme(*, actor: Actor, scheme: GradingScheme) -> None:
    """A scheme no gradebook uses; its categories go with it."""
    of_school(actor, scheme)
    if Gradebook.objects.filter(scheme=scheme).exists():
        raise Conflict("SCHEME_IN_USE", _("Gradebooks use this scheme. Retire it instead."))
    removed(scheme)


@transaction.atomic
def customise_scheme(*, actor: Actor, section: Section) -> GradingScheme:
    """The section's own scheme: the first time, a copy of the one it uses, which its items move into."""
    of_school(actor, section)
    own = GradingScheme.objects.filter(section=section).first()
    book = open_gradebook(actor=actor, section=section)
    if own is None:
        own = _copied(book.scheme, section)
    use_scheme(actor=actor, gradebook=book, scheme=own)
    return own


@transaction.atomic
def use_scheme(*, actor: Actor, gradebook: Gradebook, scheme: GradingScheme) -> Gradebook:
    """Let another scheme make the totals: items keep their category where the scheme has one of its code."""
    of_school(actor, gradebook)
    of_school(actor, scheme)
    if scheme.section_id not in {None, gradebook.section_id}:
        raise DomainError("SCHEME_OF_SECTION", _("That scheme belongs to another section."), "scheme")
    if not scheme.is_active:
        raise DomainError("SCHEME_RETIRED", _("That scheme is no longer in use."), "scheme")
    if gradebook.scheme_id == scheme.pk:
        return gradebook
    items = LineItem.objects.filter(section=gradebook.section_id)
    by_code = {row.code: row for row in scheme.categories.all()}
    for code in items.exclude(category=None).values_list("category__code", flat=True).distinct().order_by():
        moved = items.filter(category__code=code)
        moved.update(category=by_code.get(code), version=F("version") + 1)
    return revised(gradebook, expected=gradebook.version, scheme=scheme)


def _copied(scheme: GradingScheme, section: Section) -> GradingScheme:
    values = {name: getattr(scheme, name) for name in _SCHEME_FIELDS}
    name = _("{scheme}, {section}").format(scheme=scheme.name, section=section.name)[:100]
    own = written(
        GradingScheme(school_id=scheme.school_id, section=section),
        name=name,
        code=f"own-{section.pk}",
        **values,
    )
    for row in scheme.categories.all():
        copy = {field: getattr(row, field) for field in _CATEGORY_FIELDS}
        written(Category(school_id=scheme.school_id, scheme=own), **copy, position=row.position)
    return own


def _make_room(actor: Actor, values: Values, but: GradingScheme | None = None) -> None:
    """A new scheme for new gradebooks takes the place of the old one."""
    if values.get("is_default"):
        rows = GradingScheme.objects.filter(school_id=school_of(actor), is_default=True)
        (rows.exclude(pk=but.pk) if but else rows).update(is_default=False)


def _with_weights(values: Values) -> dict[str, Any]:
    """With the weights of the terms as text, so that none loses a digit in JSON."""
    if "term_weights" not in values:
        return dict(values)
    return {**values, "term_weights": dict(map(_term_weight, values["term_weights"].items()))}


def _term_weight(pair: tuple[Any, Any]) -> tuple[str, str]:
    number, weight = str(pair[0]), str(pair[1])
    if not _TERM.fullmatch(number) or int(number) > MOST_TERMS or not _WEIGHT.fullmatch(weight):
        raise DomainError(
            "TERM_WEIGHTS",
            _("Give each term by its number a weight of 0 or more, such as 1: 40."),
            "term_weights",
        )
    return number, weight


def _write_categories(scheme: GradingScheme, categories: Sequence[Values]) -> None:
    """Those given stay or come, all others go; a category that items are in cannot go."""
    known = list(scheme.categories.all())
    chosen = [(_known(known, values), values) for values in categories]
    _check_codes(values["code"] for values in categories)
    staying = {row.pk for row, _values in chosen if row}
    for one in known:
        if one.pk not in staying:
            _remove_category(one)
    for position, (row, values) in enumerate(chosen, 1):
        fields = {name: values[name] for name in _CATEGORY_FIELDS if name in values}
        fresh = Category(school_id=scheme.school_id, scheme=scheme)
        with said_of("categories", position - 1):
            written(row or fresh, **fields, position=position)


def _known(rows: Iterable[Category], values: Values) -> Category | None:
    by_id = values.get("id")
    return next((row for row in rows if (row.pk == by_id if by_id else row.code == values["code"])), None)


def _remove_category(category: Category) -> None:
    if category.line_items.exists():
        raise Conflict(
            "CATEGORY_IN_USE",
            _("Items are in the category {name}, so it cannot go.").format(name=category.name),
            "categories",
        )
    removed(category)


def _check_codes(codes: Iterable[str]) -> None:
    """Formulas do not tell capitals from small letters, and need some words themselves."""
    seen: set[str] = set()
    for code in codes:
        check_name(code, "categories")
        if code.casefold() in seen:
            raise DomainError(
                "CATEGORY_TWICE",
                _("Two categories have the name {code} in formulas.").format(code=code),
                "categories",
            )
        seen.add(code.casefold())


def _check_scheme(scheme: GradingScheme) -> None:
    """Formulas are read and their names known before anything is saved."""
    known = [row.code for row in scheme.categories.all()]
    if scheme.section_id is not None:
        items = LineItem.objects.filter(section=scheme.section_id).exclude(code="")
        known += items.values_list("code", flat=True)
    if scheme.formula:
        check_names(parse(scheme.formula), known)
    if scheme.year_formula:
        terms = [f"T{number}" for number in range(1, MOST_TERMS + 1)]
        check_names(parse(scheme.year_formula, "year_formula"), [*terms, *known], "year_formula")
