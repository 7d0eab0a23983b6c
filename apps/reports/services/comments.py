"""Comments on report cards: written, proof-read by somebody else, accepted."""

import uuid
from typing import Any, Final

from django.db import transaction
from django.utils.translation import gettext as _

from apps.academics.models import AcademicSession, Enrollment, Section, Student
from apps.core.errors import Conflict, DomainError, Missing
from apps.core.policy import Actor
from apps.core.rows import of_school, revised, school_of, told_as_rule, user_of, written
from apps.gradebook.models import MarkingRules
from apps.reports.models import CommentState, ReportComment

LONGEST: Final = 1500


@transaction.atomic
def write_comment(
    *,
    actor: Actor,
    section: Section,
    session: AcademicSession,
    student: Student,
    text: str,
    expected: int = 0,
    submit: bool = False,
) -> ReportComment:
    """Save a draft, or hand it in for proof-reading; `expected` is 0 for the first word on a pupil.

    A comment that was accepted before goes the whole way again.
    """
    of_school(actor, section)
    of_school(actor, session)
    of_school(actor, student)
    _require_in_section(section, session, student)
    text = _of_length(text, "text")
    if submit and not text:
        raise DomainError("COMMENT_EMPTY", _("Write something before you hand it in."), "text")
    values: dict[str, Any] = {
        "text": text,
        "state": _state_after(section, submit),
        "author_id": user_of(actor),
        "proposal": "",
    }
    comment = ReportComment.objects.filter(section=section, session=session, student=student).first()
    if comment is not None:
        return revised(comment, expected=expected, **values)
    with told_as_rule():
        row = ReportComment(school_id=school_of(actor), section=section, session=session, student=student)
        return written(row, **values)


@transaction.atomic
def propose_wording(
    *, actor: Actor, comment: ReportComment, expected: int, proposal: str, note: str = ""
) -> ReportComment:
    """Send a handed-in comment back with other words, a note, or both."""
    _require_second_eyes(actor, comment)
    _require_state(comment, CommentState.SUBMITTED)
    proposal = _of_length(proposal, "proposal")
    if proposal == comment.text:
        proposal = ""
    if not proposal and not note.strip():
        raise DomainError("NOTHING_PROPOSED", _("Change the wording or say what to change."), "proposal")
    return revised(
        comment,
        expected=expected,
        proposal=proposal,
        note=note.strip(),
        state=CommentState.RETURNED,
        proofread_by_id=user_of(actor),
    )


@transaction.atomic
def accept_comment(*, actor: Actor, comment: ReportComment, expected: int) -> ReportComment:
    """The proof-reader lets it stand."""
    _require_second_eyes(actor, comment)
    _require_state(comment, CommentState.SUBMITTED)
    return revised(
        comment,
        expected=expected,
        state=CommentState.ACCEPTED,
        proofread_by_id=user_of(actor),
        proposal="",
        note="",
    )


@transaction.atomic
def take_proposal(*, actor: Actor, comment: ReportComment, expected: int) -> ReportComment:
    """The writer takes the proof-reader's words, which two people have then seen."""
    of_school(actor, comment)
    _require_state(comment, CommentState.RETURNED)
    _require_other(actor, comment.proofread_by_id)
    if not comment.proposal:
        raise Conflict("NOTHING_PROPOSED", _("The proof-reader asked for a change but proposed no wording."))
    return revised(
        comment, expected=expected, text=comment.proposal, proposal="", note="", state=CommentState.ACCEPTED
    )


@transaction.atomic
def decline_proposal(*, actor: Actor, comment: ReportComment, expected: int, note: str) -> ReportComment:
    """The writer keeps the own words and says why; the proof-reader looks again."""
    of_school(actor, comment)
    _require_state(comment, CommentState.RETURNED)
    if not note.strip():
        raise DomainError("NOTE_NEEDED", _("Say why the wording should stay."), "note")
    return revised(comment, expected=expected, proposal="", note=note.strip(), state=CommentState.SUBMITTED)


def submit_drafts(*, actor: Actor, section: Section, session: AcademicSession) -> int:
    """Hand in all drafts of the actor in a section that say something; how many they were."""
    of_school(actor, section)
    drafts = ReportComment.objects.select_for_update().filter(
        section=section, session=session, author_id=user_of(actor), state=CommentState.DRAFT
    )
    with transaction.atomic():
        ready = list(drafts.exclude(text="").order_by("pk"))
        state = _state_after(section, submit=True)
        for comment in ready:
            revised(comment, expected=comment.version, state=state)
    return len(ready)


def _state_after(section: Section, submit: bool) -> str:
    if not submit:
        return CommentState.DRAFT
    return CommentState.SUBMITTED if needs_proofreading(section) else CommentState.ACCEPTED


def needs_proofreading(section: Section) -> bool:
    """What the campus asks for; a campus that has said nothing wants a second pair of eyes."""
    rules = MarkingRules.objects.filter(campus=section.campus_id).first()
    return rules is None or rules.needs_proofreading


def _require_in_section(section: Section, session: AcademicSession, student: Student) -> None:
    sat = Enrollment.objects.filter(
        section=section, student=student, begin_date__lt=session.end_date, end_date__gt=session.begin_date
    )
    if not sat.exists():
        raise Missing


def _require_second_eyes(actor: Actor, comment: ReportComment) -> None:
    of_school(actor, comment)
    _require_other(actor, comment.author_id)


def _require_other(actor: Actor, wrote_id: uuid.UUID | None) -> None:
    """Nobody accepts words of their own."""
    if wrote_id == user_of(actor):
        raise Conflict("OWN_COMMENT", _("Somebody else reads what you wrote."))


def _of_length(text: str, field: str) -> str:
    text = text.strip()
    if len(text) > LONGEST:
        raise DomainError("TOO_LONG", _("A comment has at most %d letters.") % LONGEST, field)
    return text


def _require_state(comment: ReportComment, state: CommentState) -> None:
    if comment.state != state:
        raise Conflict(
            "COMMENT_MOVED_ON",
            _("This comment is “%s” by now. Load the page again.") % comment.get_state_display(),
        )
