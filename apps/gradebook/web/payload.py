"""What the page of a gradebook gives its script: arrays in the order of the columns."""

import uuid
from collections.abc import Iterable
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from apps.gradebook.models import LineItem, Weighting
from apps.gradebook.selectors.columns import Statistics
from apps.gradebook.selectors.entries import facts_of, plain, shown
from apps.gradebook.selectors.places import LATE, LEFT
from apps.gradebook.selectors.sheets import Row, Sheet, Sums
from apps.gradebook.services.results import CONFLICT, Outcome, Saved

# Why an empty cell is nobody's fault: the pupil was not there yet, or not any more.
NOT_YET, GONE = "n", "g"


def whole(made: Sheet) -> dict[str, Any]:
    """All the script draws. Cells are `[entry, version, comment]`, null where nobody ever typed."""
    return {
        "items": [_item(made, one) for one in made.items],
        "pupils": [_pupil(one) for one in made.rows],
        "cells": [_cells(made, one) for one in made.rows],
        "absences": [_absences(made, one) for one in made.rows],
        "totals": totals(made, (one.student.pk for one in made.rows)),
        "statistics": statistics(made, made.items),
    }


def after_save(made: Sheet, saved: Saved) -> dict[str, Any]:
    """What became of each cell, and the sums and columns that moved with them."""
    students = {one.cell.student_id for one in saved.outcomes}
    items = {one.cell.line_item_id for one in saved.outcomes}
    seated = {one.student.pk for one in made.rows}
    return {
        "cells": [outcome(one) for one in saved.outcomes],
        "totals": totals(made, students & seated),
        "statistics": statistics(made, (one for one in made.items if one.pk in items)),
    }


def outcome(one: Outcome) -> dict[str, Any]:
    facts = facts_of(one.result) if one.result else {"entry": "", "comment": "", "version": 0}
    told: dict[str, Any] = {
        "item": str(one.cell.line_item_id),
        "student": str(one.cell.student_id),
        "state": one.state,
        **facts,
    }
    if one.state == CONFLICT and one.result and one.result.graded_at:
        told["at"] = date_format(timezone.localtime(one.result.graded_at), "j M, H:i")
    if one.problem:
        told["problem"] = {"code": one.problem.code, "message": one.problem.message}
    return told


def totals(made: Sheet, students: Iterable[uuid.UUID]) -> dict[str, Any]:
    return {str(pk): _sums(made.sums(pk)) for pk in students}


def statistics(made: Sheet, items: Iterable[LineItem]) -> dict[str, Any]:
    return {str(one.pk): _figures(made.statistics(one)) for one in items}


def _item(made: Sheet, item: LineItem) -> dict[str, Any]:
    labels = made.labels[item.pk]
    return {
        "id": str(item.pk),
        "title": item.title,
        "maximum": plain(item.maximum),
        "labels": list(labels.shares) if labels else [],
        "category": item.category.name if item.category else "",
        "due": date_format(item.due_date, "j M") if item.due_date else "",
        "counts": item.is_counted and _has_weight(made, item),
        "extra": item.is_extra_credit,
        "out": _release(item),
        "url": reverse("gradebook:item", args=[item.pk]),
    }


def _has_weight(made: Sheet, item: LineItem) -> bool:
    return item.category_id is not None or made.rules.weighting != Weighting.CATEGORIES


def _release(item: LineItem) -> str:
    """Whether families see it: "out", the day from which they will, or nothing."""
    if item.release_at is None:
        return ""
    if item.release_at <= timezone.now():
        return "out"
    return date_format(timezone.localtime(item.release_at), "j M")


def _pupil(row: Row) -> dict[str, Any]:
    return {
        "id": str(row.student.pk),
        "name": row.student.full_name,
        "number": row.student.roll_number,
        "state": row.state,
        "note": _note(row),
    }


def _note(row: Row) -> str:
    if row.state == LATE:
        return _("since %s") % date_format(row.place.begin, "j M")
    if row.state == LEFT and row.place.end:
        return _("left on %s") % date_format(row.place.end, "j M")
    return ""


def _cells(made: Sheet, row: Row) -> list[list[Any] | None]:
    found = (made.cell(row.student.pk, one.pk) for one in made.items)
    return [cell and [str(cell.entry), cell.version, cell.comment] for cell in found]


def _absences(made: Sheet, row: Row) -> str:
    """One sign a column: "n" not yet here, "g" gone, a blank for the rest."""
    place = row.place
    return "".join(
        NOT_YET if place.not_yet_here(one) else GONE if place.gone_before(one) else " " for one in made.items
    )


def _sums(sums: Sums) -> dict[str, Any]:
    return {
        "term": shown(sums.term.percent),
        "label": sums.term.label,
        "passing": sums.term.is_passing,
        "year": shown(sums.year.percent),
        "yearLabel": sums.year.label,
    }


def _figures(one: Statistics) -> dict[str, Any]:
    return {
        "marked": one.marked,
        "expected": one.expected,
        "mean": shown(one.mean),
        "median": shown(one.median),
        "lowest": shown(one.lowest),
        "highest": shown(one.highest),
        "spread": list(one.spread),
    }
