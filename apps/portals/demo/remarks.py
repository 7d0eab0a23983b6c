"""Comments for report cards: those of terms that are over accepted, this term's on every step."""

import random
from collections.abc import Iterator
from datetime import timedelta
from typing import Any, Final
from uuid import UUID

from apps.academics.models import (
    AcademicSession,
    Enrollment,
    Section,
    SectionKind,
    Student,
    TeachingAssignment,
)
from apps.academics.services import roster
from apps.accounts.models import Role, RoleAssignment
from apps.core.models import uuid7
from apps.portals.demo.grading import Shelf
from apps.portals.demo.scores import seeded
from apps.reports.models import CommentBankEntry, CommentState, ReportComment

# (heading, sentence of the bank)
BANK: Final = (
    ("Effort", "{name} works steadily and asks when something is unclear."),
    ("Effort", "{name} has made a real effort this term, and it shows."),
    ("Effort", "{name} can do more than this term's marks say; regular revision will help."),
    ("Class", "{name} listens well and helps others without being asked."),
    ("Class", "{name} joins in more than before; that is a pleasure to see."),
    ("Class", "{name} is easily distracted and does better near the front."),
    ("Next step", "Reading a little every day would help {name} most."),
    ("Next step", "{name} should check the work once more before handing it in."),
)
# (as it was written in a hurry, as the proof-reader has it)
_HURRIED: Final = (
    ("{name} have worked well this term and are improving in all subject.",
     "{name} has worked well this term and is improving in all subjects."),
    ("{name} is a bright child but dont finish homework.",
     "{name} is a bright child who does not always finish the homework."),
)  # fmt: skip
_STATES: Final = (CommentState.DRAFT, CommentState.SUBMITTED, CommentState.RETURNED, CommentState.ACCEPTED)
_WEIGHTS: Final = (35, 30, 10, 25)
_BUSY: Final = 0.15  # sections whose teachers have begun to write this term
_BEGUN: Final = 0.65  # of the pupils of such a section


def make_remarks(shelf: Shelf) -> None:
    """The bank, and comments where a section has none for the term."""
    school = shelf.school
    if not CommentBankEntry.objects.filter(school=school).exists():
        CommentBankEntry.objects.bulk_create(
            CommentBankEntry(school=school, heading=heading, text=text) for heading, text in BANK
        )
    known = set(ReportComment.objects.filter(school=school).values_list("section", "session"))
    rows = [
        row
        for section in _sections(shelf)
        for _number, term in shelf.terms_of(section)
        if (section.pk, term.pk) not in known
        for row in _Writer(shelf, section, term).rows()
    ]
    roster.create_rows(ReportComment, rows, school_id=school.pk, now=shelf.now)


def _sections(shelf: Shelf) -> list[Section]:
    """Homerooms, where the general comment is written, and what teacher@ teaches."""
    homerooms = Section.objects.filter(school=shelf.school, kind=SectionKind.HOMEROOM, is_active=True)
    mine = [one for one in shelf.sections if shelf.teachers.get(one.pk) == shelf.demo_teacher is not None]
    return [*homerooms.select_related("campus").order_by("campus__code", "code"), *mine]


class _Writer:
    """The comments of one section in one term."""

    def __init__(self, shelf: Shelf, section: Section, term: AcademicSession) -> None:
        self.shelf, self.section, self.term = shelf, section, term
        self.is_over = term.end_date is not None and term.end_date <= shelf.today
        self.day = term.end_date - timedelta(days=1) if term.end_date and self.is_over else shelf.today
        self.author = _teacher_of(section)
        self.reader = _head_of(section)

    def rows(self) -> Iterator[dict[str, Any]]:
        rng = seeded(self.shelf.plan.seed, "remarks", self.shelf.key_of(self.section), self.term.code)
        is_mine = self.author is not None and self.author == self.shelf.demo_teacher
        if not (self.is_over or is_mine or rng.random() < _BUSY):
            return
        places = Enrollment.objects.filter(
            section=self.section, begin_date__lte=self.day, end_date__gt=self.day
        ).order_by("student__admission_number")
        for student in Student.objects.filter(pk__in=places.values("student")).order_by("admission_number"):
            if self.is_over or rng.random() < _BEGUN:
                yield self._comment(rng, student)

    def _comment(self, rng: random.Random, student: Student) -> dict[str, Any]:
        state = CommentState.ACCEPTED if self.is_over else rng.choices(_STATES, _WEIGHTS)[0]
        text, proposal = rng.choice(BANK)[1], ""
        if state == CommentState.RETURNED:
            text, proposal = rng.choice(_HURRIED)
        is_read = state in {CommentState.RETURNED, CommentState.ACCEPTED}
        return {
            "id": uuid7(),
            "section_id": self.section.pk,
            "session_id": self.term.pk,
            "student_id": student.pk,
            "text": text.format(name=student.given_name),
            "proposal": proposal.format(name=student.given_name),
            "state": state.value,
            "author_id": self.author,
            "proofread_by_id": self.reader if is_read else None,
        }


def _teacher_of(section: Section) -> UUID | None:
    rows = TeachingAssignment.objects.filter(section=section).order_by("-is_primary", "created_at")
    return rows.values_list("staff__user", flat=True).first()


def _head_of(section: Section) -> UUID | None:
    heads = RoleAssignment.objects.filter(role=Role.CAMPUS_ADMIN, campus=section.campus_id)
    return heads.order_by("begin_date", "pk").values_list("user", flat=True).first()
