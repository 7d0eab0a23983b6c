"""A section's gradebook, and the scales and schemes every school begins with."""

from decimal import Decimal
from typing import Any, Final

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from apps.academics.models import Section
from apps.accounts.models import School
from apps.core.policy import Actor
from apps.core.rows import of_school
from apps.gradebook.models import (
    Category,
    Gradebook,
    GradingScheme,
    ScaleKind,
    ScoreBand,
    ScoreScale,
    Weighting,
    YearFrom,
)

# Label, from (percent), grade points, passes; the highest first.
_Bands = tuple[tuple[str, int, str | None, bool], ...]
_SCALES: Final[tuple[tuple[str, str, str, _Bands], ...]] = (
    ("percentage", gettext_noop("Percentage"), ScaleKind.PERCENTAGE, ()),
    (
        "cbse",
        gettext_noop("Letters A1 to E (CBSE, ten points)"),
        ScaleKind.LETTER,
        (
            ("A1", 91, "10", True), ("A2", 81, "9", True), ("B1", 71, "8", True), ("B2", 61, "7", True),
            ("C1", 51, "6", True), ("C2", 41, "5", True), ("D", 33, "4", True), ("E", 0, "0", False),
        ),
    ),
    (
        "gpa",
        gettext_noop("GPA of 4.0"),
        ScaleKind.GPA,
        (
            ("A", 93, "4.0", True), ("A-", 90, "3.7", True), ("B+", 87, "3.3", True), ("B", 83, "3.0", True),
            ("B-", 80, "2.7", True), ("C+", 77, "2.3", True), ("C", 73, "2.0", True), ("C-", 70, "1.7", True),
            ("D+", 67, "1.3", True), ("D", 60, "1.0", True), ("F", 0, "0.0", False),
        ),
    ),
    (
        "rubric",
        gettext_noop("Four levels"),
        ScaleKind.RUBRIC,
        (
            (gettext_noop("Exceeds"), 85, "4", True), (gettext_noop("Meets"), 60, "3", True),
            (gettext_noop("Approaches"), 33, "2", True), (gettext_noop("Begins"), 0, "1", False),
        ),
    ),
)  # fmt: skip

# Code, name, weight, only in term.
_Categories = tuple[tuple[str, str, int, int | None], ...]
_WORK: Final[_Categories] = (
    ("homework", gettext_noop("Homework"), 20, None),
    ("quizzes", gettext_noop("Quizzes"), 30, None),
    ("exams", gettext_noop("Exams"), 50, None),
)
_CBSE: Final[_Categories] = (
    ("FA1", "FA1", 10, 1), ("FA2", "FA2", 10, 1), ("SA1", "SA1", 30, 1),
    ("FA3", "FA3", 10, 2), ("FA4", "FA4", 10, 2), ("SA2", "SA2", 30, 2),
)  # fmt: skip
_SCHEMES: Final[tuple[tuple[str, str, str, dict[str, Any], _Categories], ...]] = (
    ("points", gettext_noop("Points"), "percentage", {"weighting": Weighting.POINTS}, ()),
    (
        "weighted",
        gettext_noop("Weighted categories"),
        "cbse",
        {"weighting": Weighting.CATEGORIES, "is_default": True},
        _WORK,
    ),
    (
        "cbse",
        gettext_noop("CBSE: FA1 to FA4, SA1 and SA2"),
        "cbse",
        {"weighting": Weighting.CATEGORIES, "year_from": YearFrom.WHOLE},
        _CBSE,
    ),
)


@transaction.atomic
def open_gradebook(*, actor: Actor, section: Section) -> Gradebook:
    """The section's gradebook; the first time it is made, with the section's own scheme or the school's."""
    of_school(actor, section)
    book = Gradebook.objects.select_related("scheme__scale", "section").filter(section=section).first()
    if book is not None:
        return book
    scheme = GradingScheme.objects.filter(section=section).first() or default_scheme(school=section.school)
    # Two people may open it at the same moment; the first one's is everybody's.
    made, _is_new = Gradebook.objects.get_or_create(
        section=section, defaults={"school_id": section.school_id, "scheme": scheme}
    )
    return Gradebook.objects.select_related("scheme__scale", "section").get(pk=made.pk)


def default_scheme(*, school: School) -> GradingScheme:
    """The scheme for new gradebooks; a school without any gets the first ones."""
    install_grading(school=school)
    rows = GradingScheme.objects.filter(school=school, section__isnull=True, is_active=True)
    return rows.order_by("-is_default", "created_at")[0]


@transaction.atomic
def install_grading(*, school: School) -> list[GradingScheme]:
    """The scales and schemes a new school begins with; a school that has schemes keeps them."""
    if GradingScheme.objects.filter(school=school, section__isnull=True).exists():
        return []
    # One at a time: two first gradebooks would install twice.
    School.objects.select_for_update().get(pk=school.pk)
    if GradingScheme.objects.filter(school=school, section__isnull=True).exists():
        return []
    scales = {code: _scale(school, code, name, kind, bands) for code, name, kind, bands in _SCALES}
    return [
        _scheme(school, scales[scale], code, name, values, categories)
        for code, name, scale, values, categories in _SCHEMES
    ]


def _scale(school: School, code: str, name: str, kind: str, bands: _Bands) -> ScoreScale:
    scale, is_new = ScoreScale.objects.get_or_create(
        school=school, code=code, defaults={"name": _(name), "kind": kind}
    )
    if is_new:
        ScoreBand.objects.bulk_create(
            ScoreBand(
                school=school,
                scale=scale,
                label=_(label),
                lower=lower,
                points=None if points is None else Decimal(points),
                is_passing=is_passing,
            )
            for label, lower, points, is_passing in bands
        )
    return scale


def _scheme(
    school: School, scale: ScoreScale, code: str, name: str, values: dict[str, Any], categories: _Categories
) -> GradingScheme:
    scheme = GradingScheme.objects.create(school=school, scale=scale, code=code, name=_(name), **values)
    Category.objects.bulk_create(
        Category(
            school=school,
            scheme=scheme,
            code=code,
            name=_(name),
            weight=weight,
            term_number=term,
            position=position,
        )
        for position, (code, name, weight, term) in enumerate(categories, 1)
    )
    return scheme
