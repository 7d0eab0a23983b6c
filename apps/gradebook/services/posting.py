"""Posting: a term's grades frozen with a name on them, let out, and taken back."""

import uuid
from datetime import date, datetime
from decimal import Decimal
from typing import Final

from django.db import transaction
from django.db.models.functions import Now
from django.utils.translation import gettext as _

from apps.academics.models import AcademicSession, Section
from apps.core.audit import acting
from apps.core.errors import Conflict, DomainError
from apps.core.policy import Actor
from apps.core.protections import stands
from apps.core.rows import of_school, told_as_rule
from apps.gradebook.models import Gradebook, PostedGrade, Posting
from apps.gradebook.selectors.posting import Change, PostingPreview, posting_preview
from apps.gradebook.services.release import tell_later

_NOUGHT: Final = Decimal(0)


def post_grades(
    *,
    actor: Actor,
    section: Section,
    session: AcademicSession,
    seen: str,
    reason: str = "",
    now: datetime,
    today: date,
) -> Posting:
    """Freeze what `posting_preview` showed; `seen` is its fingerprint.

    Of two who post at once one wins, and the other looks again. Grades that say the same stay, so do those
    set by hand. A grade that was out stays out with its new value, and the family is told.
    """
    of_school(actor, section)
    with told_as_rule(), acting(actor, reason=reason), transaction.atomic():
        hold_grades(section)
        preview = posting_preview(section, session, today)
        _require_seen(preview, seen)
        _require_reason(preview, reason)
        posting = _posting(actor, preview, reason, now)
        _freeze(posting, preview.written, preview, now)
    return posting


def release_posted(
    *,
    actor: Actor,
    section: Section,
    session: AcademicSession,
    at: datetime | None = None,
    now: datetime,
) -> int:
    """Let out the grades that stand and are not out yet. Returns how many."""
    of_school(actor, section)
    if at is not None and at <= now:
        raise DomainError("IN_THE_PAST", _("Choose a time that lies ahead, or none for at once."), "at")
    with acting(actor), transaction.atomic():
        hold_grades(section)
        rows = PostedGrade.objects.filter(section=section, session=session).standing().waiting()
        return _let_out(section, list(rows.values_list("pk", flat=True)), at, now)


def withdraw_posting(*, actor: Actor, posting: Posting, reason: str, now: datetime) -> int:
    """The grades of a posting stand no longer, and nobody outside sees them. Returns how many.

    What it had replaced does not come back by itself: post again.
    """
    of_school(actor, posting)
    require_reason(reason)
    with acting(actor, reason=reason), transaction.atomic():
        hold_grades(posting.section)
        count = PostedGrade.objects.filter(posting=posting).standing().update(
            replaced_at=now, updated_at=now
        )  # fmt: skip
    if not count:
        raise Conflict("GONE", _("No grade of this posting stands any more."))
    return count


def hold_grades(section: Section) -> None:
    """Who posts, lets out or changes grades of a section does so one after another, to the end of each."""
    Gradebook.objects.select_for_update().filter(section=section).first()


def require_reason(reason: str) -> None:
    if not reason.strip():
        raise DomainError("REASON_NEEDED", _("Say why a posted grade changes."), "reason")


def keep_out(section: Section, posted: list[PostedGrade], now: datetime) -> None:
    """What takes the place of a grade that was out is out from now on, and told as new."""
    before_out = [one.pk for one in posted if one.release_at is not None and one.release_at <= now]
    if before_out:
        _let_out(section, before_out, None, now)


def _require_seen(preview: PostingPreview, seen: str) -> None:
    if preview.fingerprint != seen and stands("posting_seen"):
        raise Conflict(
            "PREVIEW_OVERTAKEN",
            _("Marks or grades changed since you looked. Look at what would be posted and post again."),
            "seen",
            values={"yours": {"seen": seen}, "theirs": {"seen": preview.fingerprint}},
        )
    if not preview.written:
        raise Conflict("NOTHING_NEW", _("Every grade that stands says this already."))


def _require_reason(preview: PostingPreview, reason: str) -> None:
    if preview.replaces:
        require_reason(reason)


def _posting(actor: Actor, preview: PostingPreview, reason: str, now: datetime) -> Posting:
    posting: Posting = Posting.objects.create(
        school_id=preview.section.school_id,
        section=preview.section,
        session=preview.session,
        scheme_name=preview.rules.name,
        scheme_version=preview.rules.version,
        rules=preview.rules.as_json(),
        reason=reason.strip(),
        posted_at=now,
        posted_by_id=actor.user_id,
    )
    return posting


def _freeze(posting: Posting, changes: list[Change], preview: PostingPreview, now: datetime) -> None:
    replaced = [one.before.pk for one in changes if one.before is not None]
    PostedGrade.objects.filter(pk__in=replaced).update(replaced_at=now, updated_at=now)
    grades = [_grade(posting, one, preview) for one in changes]
    PostedGrade.objects.bulk_create(grades)
    keep_out(preview.section, grades, now)


def _grade(posting: Posting, change: Change, preview: PostingPreview) -> PostedGrade:
    total, before = change.total, change.before
    worth = preview.section.course.credits if preview.is_final and preview.section.course else _NOUGHT
    return PostedGrade(
        school_id=posting.school_id,
        posting=posting,
        student=change.student,
        section_id=posting.section_id,
        session_id=posting.session_id,
        percent=total.percent,
        label=total.label,
        points=total.points,
        is_passing=total.is_passing,
        credits_attempted=_NOUGHT if total.percent is None else worth,
        credits_earned=worth if total.is_passing else _NOUGHT,
        workings=[step.as_json() for step in total.steps],
        reason=posting.reason if before is not None else "",
        release_at=before.release_at if before is not None else None,
    )


def _let_out(section: Section, pks: list[uuid.UUID], at: datetime | None, now: datetime) -> int:
    rows = PostedGrade.objects.filter(pk__in=pks)
    # At once is the moment of the database, whose clock decides what is out.
    count = rows.update(release_at=at or Now(), updated_at=now)
    if moment := rows.values_list("release_at", flat=True).first():
        tell_later("gradebook.tell_posted", section, moment, at)
    return count
