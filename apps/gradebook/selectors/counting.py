"""What each mark counts as: late and missing work, extra credit, and which scores are left out."""

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from apps.gradebook.models import MissingWork, ScoreStatus, Weighting
from apps.gradebook.selectors.exact import percent_of, snapped
from apps.gradebook.selectors.rules import ONE, CategoryRule, Rules, WorkRules
from apps.gradebook.selectors.steps import Story

ZERO: Final = Decimal(0)
_HUNDRED: Final = Decimal(100)
_LEFT_OUT: Final = {
    ScoreStatus.UNMARKED: "left_out_unmarked",
    ScoreStatus.SUBMITTED: "left_out_submitted",
    ScoreStatus.EXEMPT: "left_out_exempt",
}
# Weightings of one ratio for the whole; the others make one for each category.
PLAIN: Final = {Weighting.POINTS, Weighting.ITEMS}


@dataclass(frozen=True, slots=True)
class Mark:
    """A pupil's result with what its line item says; `category` is the category's code, "" for none."""

    item_id: uuid.UUID
    title: str
    code: str = ""
    category: str = ""
    maximum: Decimal = _HUNDRED
    weight: Decimal = ONE
    score: Decimal | None = None
    status: str = ScoreStatus.GRADED
    days_late: int = 0
    is_extra_credit: bool = False
    is_counted: bool = True
    term_number: int | None = None


@dataclass(slots=True)
class Work:
    """A mark on its way into a total: what it has earned, or the code of the reason why it does not count."""

    mark: Mark
    rule: CategoryRule | None
    earned: Decimal = ZERO
    reason: str = ""
    dropped: bool = False
    # Its part of the ratio it goes into.
    part: Decimal = ZERO
    whole: Decimal = ZERO

    @property
    def is_extra(self) -> bool:
        return self.mark.is_extra_credit

    @property
    def counts(self) -> bool:
        return not self.reason and not self.dropped

    @property
    def percent(self) -> Decimal:
        """An item out of 0, which only extra credit can be, is marked in percent."""
        return percent_of(self.earned, self.mark.maximum) if self.mark.maximum else self.earned


def works(rules: Rules, marks: Iterable[Mark], term_number: int | None) -> list[Work]:
    """The marks in a fixed order, so that no total depends on the order they came in."""
    by_code = {rule.code: rule for rule in rules.categories}
    ordered = sorted(marks, key=lambda mark: mark.item_id)
    return [_work(rules, mark, by_code.get(mark.category), term_number) for mark in ordered]


def choose(worked: Sequence[Work], groups: Iterable[tuple[list[Work], int]]) -> None:
    """Leave out of each group all but `keep` works, so that the ratio of what counts is the highest possible.

    Leaving out the lowest percentage is not always best for the pupil: a bad short test may weigh less than a
    poor long one. So the ratio is improved until it stands still (Dinkelbach): at ratio q the works worth
    most are those with the largest part - q x whole.
    """
    full = [(group, keep) for group, keep in groups if len(group) > keep]
    if not full:
        return
    members = {id(one) for group, _ in full for one in group}
    always = [one for one in worked if one.counts and id(one) not in members]
    kept = [one for group, keep in full for one in group[:keep]]
    while True:
        ratio = _ratio([*always, *kept])
        better = [one for group, keep in full for one in _worth_most(group, keep, ratio)]
        if snapped(_ratio([*always, *better])) <= snapped(ratio):
            break
        kept = better
    stays = {id(one) for one in kept}
    for group, _ in full:
        for one in group:
            one.dropped = id(one) not in stays


def keep_of(rule: CategoryRule | None, count: int) -> int:
    """How many of so many scores stay; leaving out the lowest always leaves one."""
    if rule is None:
        return count
    return rule.best_of if rule.best_of is not None else max(1, count - rule.drop_lowest)


def total_of(worked: Iterable[Work]) -> tuple[Decimal, Decimal]:
    """The sums of the parts and of the wholes of what counts."""
    counted = [one for one in worked if one.counts]
    return sum((one.part for one in counted), ZERO), sum((one.whole for one in counted), ZERO)


def weigh(worked: Iterable[Work], weighting: str) -> None:
    """Set each work's part of the ratio: points, percentages by weight, or points by weight in a category."""
    for one in worked:
        if one.reason:
            continue
        mark = one.mark
        if weighting == Weighting.POINTS:
            one.part, one.whole = one.earned, mark.maximum
        elif weighting == Weighting.ITEMS:
            one.part, one.whole = mark.weight * one.percent / _HUNDRED, mark.weight
        else:
            one.part, one.whole = mark.weight * one.earned, mark.weight * mark.maximum
        if one.is_extra or (weighting in PLAIN and one.rule is not None and one.rule.is_extra_credit):
            one.whole = ZERO


def tell(story: Story, worked: Iterable[Work], depth: int) -> None:
    """Say of each work what it counts as."""
    for one in worked if story.told else ():
        code, words = _sentence(one)
        story.say(code, depth, **words)


def _work(rules: Rules, mark: Mark, rule: CategoryRule | None, term_number: int | None) -> Work:
    reason = _reason(rules, mark, rule, term_number)
    return Work(mark, rule, reason=reason) if reason else Work(mark, rule, _earned(rules.work, mark))


def _reason(rules: Rules, mark: Mark, rule: CategoryRule | None, term_number: int | None) -> str:
    """Why it does not count; "" if it does."""
    if not mark.is_counted:
        return "left_out_uncounted"
    if rule is None and rules.weighting == Weighting.CATEGORIES:
        return "left_out_category"
    if rule is not None and not rule.counts_in(term_number):
        return "left_out_term"
    if mark.weight == 0 and rules.weighting != Weighting.POINTS:
        return "left_out_weight"
    if mark.status in _LEFT_OUT or (mark.status == ScoreStatus.GRADED and mark.score is None):
        return _LEFT_OUT.get(ScoreStatus(mark.status), "left_out_unmarked")
    if mark.status == ScoreStatus.GRADED:
        return ""
    ignored = _policy(rules.work, mark.status) == MissingWork.IGNORE or mark.is_extra_credit
    return f"left_out_{mark.status}" if ignored else ""


def _policy(work: WorkRules, status: str) -> str:
    return work.missing_work if status == ScoreStatus.MISSING else work.absent_work


def _earned(work: WorkRules, mark: Mark) -> Decimal:
    if mark.status == ScoreStatus.GRADED:
        return _after_lateness(work, mark, mark.score or ZERO)
    if _policy(work, mark.status) == MissingWork.ZERO:
        return ZERO
    return mark.maximum * work.missing_percent / _HUNDRED


def _after_lateness(work: WorkRules, mark: Mark, score: Decimal) -> Decimal:
    days = max(0, mark.days_late - work.late_grace_days)
    taken = mark.maximum * work.late_percent_per_day * days / _HUNDRED
    return max(score - taken, score * work.late_floor_percent / _HUNDRED) if taken else score


def _ratio(worked: Iterable[Work]) -> Decimal:
    part, whole = total_of(worked)
    return part / whole if whole else part


def _worth_most(group: Sequence[Work], keep: int, ratio: Decimal) -> list[Work]:
    return sorted(group, key=lambda one: one.part - ratio * one.whole, reverse=True)[:keep]


def _sentence(one: Work) -> tuple[str, dict[str, Any]]:
    mark = one.mark
    if one.reason:
        return one.reason, {"title": mark.title}
    if one.dropped:
        best_of = one.rule.best_of if one.rule else None
        left_out = {"title": mark.title, "counted": one.earned, "maximum": mark.maximum}
        return ("dropped_best", {**left_out, "n": best_of}) if best_of else ("dropped_lowest", left_out)
    if mark.status != ScoreStatus.GRADED:
        return str(mark.status), {"title": mark.title, "counted": one.earned, "maximum": mark.maximum}
    score = mark.score or ZERO
    if one.is_extra:
        return "scored_extra", {"title": mark.title, "score": one.earned}
    told = {"title": mark.title, "score": score, "maximum": mark.maximum}
    if one.earned != score:
        return "scored_late", {**told, "days": mark.days_late, "counted": one.earned}
    return "scored", told
