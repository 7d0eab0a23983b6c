"""Write, proof-read, accept: who may take which step, and what the next one finds."""

import pytest

from apps.academics.tests.factories import StudentFactory, TeachingAssignmentFactory
from apps.accounts.tests.factories import SchoolFactory
from apps.core.audit import history
from apps.core.errors import Conflict, DomainError, Missing, StaleVersion
from apps.core.policy import may
from apps.gradebook.models import MarkingRules
from apps.reports import services
from apps.reports.models import CommentState, ReportComment
from apps.reports.selectors import comments
from apps.reports.tests.staffroom import Staffroom

pytestmark = pytest.mark.django_db


@pytest.fixture
def room() -> Staffroom:
    return Staffroom()


def test_a_comment_goes_from_draft_over_a_reader_to_the_printer(room: Staffroom) -> None:
    draft = room.write("Asha tries")
    assert (draft.state, draft.author_id) == (CommentState.DRAFT, room.writer.pk)
    handed_in = room.write("Asha tries hard.", expected=draft.version, submit=True)
    assert handed_in.state == CommentState.SUBMITTED
    accepted = services.accept_comment(
        actor=room.actor(room.tutor), comment=handed_in, expected=handed_in.version
    )
    assert (accepted.state, accepted.proofread_by_id) == (CommentState.ACCEPTED, room.tutor.pk)
    assert len(history(accepted)) == 3


def test_the_reader_proposes_and_the_writer_takes_it(room: Staffroom) -> None:
    row = room.write("Asha try hard.", submit=True)
    row = services.propose_wording(
        actor=room.actor(room.tutor), comment=row, expected=row.version, proposal="Asha tries hard."
    )
    assert (row.state, row.text) == (CommentState.RETURNED, "Asha try hard.")
    row = services.take_proposal(actor=room.actor(room.writer), comment=row, expected=row.version)
    assert (row.state, row.text, row.proposal) == (CommentState.ACCEPTED, "Asha tries hard.", "")


def test_the_writer_declines_with_a_reason_and_the_reader_looks_again(room: Staffroom) -> None:
    row = room.write("She sings.", submit=True)
    row = services.propose_wording(
        actor=room.actor(room.tutor), comment=row, expected=row.version, proposal="", note="Really?"
    )
    with pytest.raises(Conflict, match="proposed no wording"):
        services.take_proposal(actor=room.actor(room.writer), comment=row, expected=row.version)
    with pytest.raises(DomainError, match="Say why"):
        services.decline_proposal(actor=room.actor(room.writer), comment=row, expected=row.version, note=" ")
    row = services.decline_proposal(
        actor=room.actor(room.writer), comment=row, expected=row.version, note="In the choir."
    )
    assert (row.state, row.note) == (CommentState.SUBMITTED, "In the choir.")


def test_nobody_accepts_their_own_words(room: Staffroom) -> None:
    row = room.write("Fine.", submit=True)
    with pytest.raises(Conflict, match="Somebody else"):
        services.accept_comment(actor=room.actor(room.writer), comment=row, expected=row.version)


def test_an_accepted_comment_that_is_written_anew_is_read_anew(room: Staffroom) -> None:
    row = room.write("Fine.", submit=True)
    row = services.accept_comment(actor=room.actor(room.tutor), comment=row, expected=row.version)
    again = room.write("Excellent.", expected=row.version, submit=True)
    assert again.state == CommentState.SUBMITTED


def test_a_campus_may_do_without_a_reader(room: Staffroom) -> None:
    MarkingRules.objects.create(school=room.school, campus=room.campus, needs_proofreading=False)
    assert room.write("Fine.", submit=True).state == CommentState.ACCEPTED


def test_two_who_write_at_once_do_not_overwrite_each_other(room: Staffroom) -> None:
    first = room.write("Mine.")
    room.write("Theirs.", expected=first.version)
    with pytest.raises(StaleVersion) as refused:
        room.write("Mine again.", expected=first.version)
    assert refused.value.values["theirs"]["text"] == "Theirs."


def test_the_first_word_written_twice_is_refused(room: Staffroom) -> None:
    room.write("One.")
    with pytest.raises(StaleVersion):
        room.write("Two.")
    assert ReportComment.objects.get().text == "One."


def test_only_pupils_of_the_section_are_written_about(room: Staffroom) -> None:
    stranger = StudentFactory.create(school=room.school, campus=room.campus)
    with pytest.raises(Missing):
        room.write(student=stranger)
    with pytest.raises(Missing):
        room.write(student=StudentFactory.create(school=SchoolFactory.create()))


def test_nothing_is_not_handed_in(room: Staffroom) -> None:
    with pytest.raises(DomainError, match="Write something"):
        room.write("  ", submit=True)


def test_all_drafts_are_handed_in_at_once_and_nobody_elses(room: Staffroom) -> None:
    room.write("One.")
    room.write("Two.", student=room.pupils[1])
    room.write("", student=room.pupils[2])
    count = services.submit_drafts(actor=room.actor(room.writer), section=room.section, session=room.term)
    assert count == 2
    assert services.submit_drafts(actor=room.actor(room.tutor), section=room.section, session=room.term) == 0
    states = ReportComment.objects.order_by("student__given_name").values_list("state", flat=True)
    assert list(states) == ["submitted", "submitted", "draft"]


def test_who_reaches_a_comment(room: Staffroom) -> None:
    row = room.write("Fine.", submit=True)
    other = room.login("teacher")  # type: ignore[arg-type]  # a role's value
    reach = {
        verb: [may(room.actor(user), verb, row) for user in (room.writer, room.tutor, room.head, other)]
        for verb in ("view", "write", "proofread")
    }
    assert reach == {
        "view": [True, True, True, False],
        "write": [True, False, False, False],
        "proofread": [False, True, True, False],
    }


def test_progress_counts_pupils_not_rows(room: Staffroom) -> None:
    room.write("One.", submit=True)
    room.write("Two.", student=room.pupils[1])
    (line,) = comments.comment_progress([room.section], room.term, room.actor(room.head))
    assert (line.pupils, line.written, line.submitted, line.accepted, line.missing) == (3, 2, 1, 0, 1)
    assert line.teachers


@pytest.mark.parametrize("pupils", [1, 30])
def test_the_sheet_of_a_section_asks_a_fixed_number_of_queries(
    pupils: int, django_assert_num_queries: object
) -> None:
    room = Staffroom(tuple(f"Asha{n}" for n in range(pupils)))
    for pupil in room.pupils:
        room.write("Fine.", student=pupil)
    with django_assert_num_queries(2):  # type: ignore[operator]  # a fixture
        assert len(comments.comment_lines(room.section, room.term)) == pupils


def test_nobody_takes_the_wording_they_proposed(room: Staffroom) -> None:
    """A homeroom teacher who also teaches the section is writer and reader there."""
    TeachingAssignmentFactory.create(school=room.school, section=room.section, staff=room.tutor.staff_member)
    row = room.write("Asha try hard.", submit=True)
    reader = room.actor(room.tutor)
    row = services.propose_wording(
        actor=reader, comment=row, expected=row.version, proposal="Asha tries hard."
    )
    with pytest.raises(Conflict) as refused:
        services.take_proposal(actor=reader, comment=row, expected=row.version)
    assert refused.value.code == "OWN_COMMENT"


def test_a_comment_is_as_long_as_a_report_card_holds(room: Staffroom) -> None:
    row = room.write("x" * 1500, submit=True)
    with pytest.raises(DomainError) as refused:
        room.write("x" * 1501, expected=row.version)
    assert (refused.value.code, refused.value.field) == ("TOO_LONG", "text")
    with pytest.raises(DomainError) as refused:
        services.propose_wording(
            actor=room.actor(room.tutor), comment=row, expected=row.version, proposal="y" * 1501
        )
    assert (refused.value.code, refused.value.field) == ("TOO_LONG", "proposal")
