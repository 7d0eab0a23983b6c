"""What a section is marked for: added, changed, put in order, left out of totals, deleted while untouched."""

from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from apps.academics.models import AcademicSession, Section
from apps.core.errors import Conflict, DomainError
from apps.core.policy import Actor
from apps.core.rows import of_school, removed, revised, written
from apps.gradebook.models import (
    Category,
    Gradebook,
    LineItem,
    Posting,
    Result,
    ScoreScale,
    ScoreStatus,
)
from apps.gradebook.selectors.years import years_of


def add_item(
    *, actor: Actor, section: Section, session: AcademicSession, title: str, **values: Any
) -> LineItem:
    """`category`, `code`, `description`, `assigned_date`, `due_date`, `maximum`, `weight`, `scale`,
    `is_counted`, `is_extra_credit`; it stands last. Letting its results out is another service."""
    of_school(actor, section)
    _require_of_year(section, session)
    _require_fit(section, values)
    with transaction.atomic():
        # Two items added at once would share a place; what only points at the section is not held up.
        Section.objects.select_for_update(no_key=True).get(pk=section.pk)
        last = LineItem.objects.filter(section=section).aggregate(last=Max("position"))["last"] or 0
        row = LineItem(school_id=section.school_id, section=section, session=session, position=last + 1)
        return written(row, title=title.strip(), **_tidy(values))


@transaction.atomic
def change_item(*, actor: Actor, item: LineItem, expected: int, **changes: Any) -> LineItem:
    """As add_item, and `session`. Once something is marked its scale stays and its maximum covers it."""
    of_school(actor, item)
    held = LineItem.objects.select_for_update(no_key=True).select_related(None).get(pk=item.pk)
    if "session" in changes:
        _require_of_year(item.section, changes["session"])
        _require_unposted(held, changes["session"])
    _require_fit(item.section, changes)
    _require_marks_fit(held, changes)
    return revised(item, expected=expected, **_tidy(changes))


@transaction.atomic
def move_item(*, actor: Actor, item: LineItem, before: LineItem | None) -> LineItem:
    """Put the item in front of another of its section, or last. All keep their order otherwise."""
    of_school(actor, item)
    rows = list(
        LineItem.objects.select_for_update(no_key=True).filter(section=item.section_id).order_by("pk")
    )
    rest = [one for one in sorted(rows, key=_place) if one.pk != item.pk]
    at = next((index for index, one in enumerate(rest) if before and one.pk == before.pk), len(rest))
    moved = next(one for one in rows if one.pk == item.pk)
    for position, one in enumerate([*rest[:at], moved, *rest[at:]], start=1):
        one.position = position
    LineItem.objects.bulk_update(rows, ["position"])
    item.position = moved.position
    return item


@transaction.atomic
def delete_item(*, actor: Actor, item: LineItem) -> None:
    """Delete an item nobody ever had a result in; one with results is left out of totals instead."""
    of_school(actor, item)
    LineItem.objects.select_for_update(no_key=True).get(pk=item.pk)
    if Result.objects.filter(line_item=item).exists():
        raise Conflict(
            "HAS_RESULTS", _("Marks stand or stood in this item. Take it out of the totals instead.")
        )
    removed(item)


def _require_of_year(section: Section, session: AcademicSession) -> None:
    """An item counts in one of the terms the section runs in, or in a grading period of it."""
    years = years_of(section.school_id)
    allowed = {pk for term in years.terms_in(section.session_id) for pk in years.inside(term.pk)}
    if session.pk not in allowed:
        raise DomainError("OTHER_YEAR", _("That term is not one of this section's year."), "session")


def _require_unposted(item: LineItem, session: AcademicSession) -> None:
    """A posted grade names the marks it was made of; they stay where it looks for them."""
    if session.pk == item.session_id or not Result.objects.filter(line_item=item).exists():
        return
    if Posting.objects.filter(section=item.section_id, session=item.session_id).exists():
        message = _("The grades of this term are posted, so marked work stays in it.")
        raise Conflict("POSTED", message, "session")


def _require_fit(section: Section, values: dict[str, Any]) -> None:
    category: Category | None = values.get("category")
    if category is not None:
        book = Gradebook.objects.filter(section=section, scheme=category.scheme_id)
        if not book.exists():
            raise DomainError(
                "OTHER_SCHEME", _("That category is not one of this section's scheme."), "category"
            )
    scale: ScoreScale | None = values.get("scale")
    if scale is not None and scale.school_id != section.school_id:
        raise DomainError("UNKNOWN", _("The school has no such scale."), "scale")


def _require_marks_fit(item: LineItem, changes: dict[str, Any]) -> None:
    """What is marked already has to make sense after the change."""
    marked = Result.objects.filter(line_item=item, status=ScoreStatus.GRADED)
    scale = changes.get("scale", item.scale)
    changes_scale = (scale.pk if scale else None) != item.scale_id
    if changes_scale and marked.exists():
        raise Conflict("MARKED", _("Marks stand in this item, so how it is marked stays."), "scale")
    maximum = changes.get("maximum", item.maximum)
    if maximum == item.maximum:
        return
    if item.scale_id and marked.exists():
        raise Conflict("MARKED", _("Letters stand in this item, so what it is out of stays."), "maximum")
    is_extra = changes.get("is_extra_credit", item.is_extra_credit)
    best = marked.aggregate(best=Max("score"))["best"]
    if best is not None and best > maximum and not is_extra:
        message = _("A mark of %s stands in this item. It cannot be out of less.") % f"{best.normalize():f}"
        raise DomainError("MARKS_ABOVE", message, "maximum")


def _tidy(values: dict[str, Any]) -> dict[str, Any]:
    return {name: value.strip() if isinstance(value, str) else value for name, value in values.items()}


def _place(item: LineItem) -> tuple[int, Any]:
    return (item.position, item.created_at)
