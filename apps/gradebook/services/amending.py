"""Changing one grade that stands: set by hand with a reason, or a resit beside it."""

from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Final

from django.db import transaction
from django.utils.translation import gettext as _

from apps.core.audit import acting
from apps.core.errors import Conflict, DomainError
from apps.core.policy import Actor
from apps.core.rows import of_school, told_as_rule
from apps.gradebook.models import Attempt, PostedGrade
from apps.gradebook.selectors.rules import Band, Rules, band_for
from apps.gradebook.services.posting import hold_grades, keep_out, require_reason

_STEP: Final = Decimal("0.0001")
_NOUGHT: Final = Decimal(0)


@dataclass(frozen=True)
class Said:
    """What somebody says the grade is, read by the rules it was posted with."""

    percent: Decimal | None
    label: str
    points: Decimal | None
    is_passing: bool


def amend_grade(
    *,
    actor: Actor,
    grade: PostedGrade,
    percent: Decimal | None = None,
    label: str = "",
    reason: str,
    now: datetime,
) -> PostedGrade:
    """Set the grade by hand; the one before stays in its history. Out stays out, and the family is told."""
    of_school(actor, grade)
    require_reason(reason)
    said = _said(grade, percent, label)
    with told_as_rule(), acting(actor, reason=reason), transaction.atomic():
        _hold(grade)
        _replace(grade, now)
        row = _written(grade, said, reason, attempt=grade.attempt, release_at=grade.release_at)
        keep_out(grade.section, [row], now)
    row.refresh_from_db()
    return row


def record_resit(
    *,
    actor: Actor,
    grade: PostedGrade,
    percent: Decimal | None = None,
    label: str = "",
    reason: str,
    now: datetime,
) -> PostedGrade:
    """A resit stands beside the regular grade; a further one takes the place of the resit before it.

    It is out when somebody lets it out, as posted grades are.
    """
    of_school(actor, grade)
    require_reason(reason)
    said = _said(grade, percent, label)
    before = PostedGrade.objects.filter(
        student=grade.student_id, section=grade.section_id, session=grade.session_id, attempt=Attempt.RESIT
    )
    with told_as_rule(), acting(actor, reason=reason), transaction.atomic():
        _hold(grade)
        if grade.attempt != Attempt.REGULAR or grade.replaced_at is not None:
            raise _overtaken()
        before.standing().update(replaced_at=now, updated_at=now)
        return _written(grade, said, reason, attempt=Attempt.RESIT, release_at=None)


def _said(grade: PostedGrade, percent: Decimal | None, label: str) -> Said:
    """A percentage has the label its band gives it; a label alone stands without a percentage."""
    rules = Rules.from_json(grade.posting.rules)
    if percent is None and not label:
        raise DomainError("GRADE_NEEDED", _("Give a percentage or a grade."), "percent")
    if percent is not None:
        return _by_percent(percent, rules)
    band = next((one for one in rules.bands if one.label == label), None)
    if band is None:
        known = ", ".join(one.label for one in rules.bands)
        raise DomainError("UNKNOWN_LABEL", _("Choose one of: %s.") % known, "label")
    return Said(None, band.label, band.points, band.is_passing)


def _by_percent(percent: Decimal, rules: Rules) -> Said:
    most = rules.most_percent if rules.most_percent is not None else Decimal(200)
    if not 0 <= percent <= most:
        raise DomainError("RANGE", _("A percentage is between 0 and %s.") % f"{most:f}", "percent")
    band: Band | None = band_for(percent, rules.bands)
    passes = percent >= rules.pass_mark and (band is None or band.is_passing)
    shown = percent.quantize(_STEP, rounding=ROUND_HALF_UP)
    return Said(shown, band.label if band else "", band.points if band else None, passes)


def _hold(grade: PostedGrade) -> None:
    """From here on nobody lets it out or replaces it beside us; what was done since it was read counts."""
    hold_grades(grade.section)
    grade.refresh_from_db(fields=["release_at", "replaced_at"])


def _replace(grade: PostedGrade, now: datetime) -> None:
    """Whoever was first has replaced it; the other looks again."""
    if not PostedGrade.objects.filter(pk=grade.pk).standing().update(replaced_at=now, updated_at=now):
        raise _overtaken()


def _overtaken() -> Conflict:
    return Conflict(
        "GRADE_REPLACED", _("Another grade stands in its place by now. Load the page again and look.")
    )


def _written(grade: PostedGrade, said: Said, reason: str, **more: Any) -> PostedGrade:
    course = grade.section.course
    closes = course is not None and grade.session_id == grade.section.session_id
    worth = course.credits if course is not None and closes else _NOUGHT
    row: PostedGrade = PostedGrade.objects.create(
        school_id=grade.school_id,
        posting_id=grade.posting_id,
        student_id=grade.student_id,
        section_id=grade.section_id,
        session_id=grade.session_id,
        percent=said.percent,
        label=said.label,
        points=said.points,
        is_passing=said.is_passing,
        credits_attempted=worth,
        credits_earned=worth if said.is_passing else _NOUGHT,
        is_override=True,
        reason=reason.strip(),
        **more,
    )
    return row
