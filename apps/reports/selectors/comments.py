"""Who has a comment, what waits for a second pair of eyes, and how far each teacher is."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from apps.academics.models import AcademicSession, Enrollment, Section, Student
from apps.academics.selectors import teacher_names
from apps.accounts.access import Role
from apps.core.policy import Actor, PermittedQuerySet, active_on
from apps.reports.models import CommentBankEntry, CommentState, ReportComment
from apps.reports.selectors.wording import Piece, differences, remarks_on


@dataclass(frozen=True)
class CommentLine:
    """A pupil of the section, and what is said about them so far."""

    student: Student
    comment: ReportComment | None
    remarks: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        return self.comment.text if self.comment else ""

    @property
    def version(self) -> int:
        return self.comment.version if self.comment else 0

    @property
    def state(self) -> str:
        return self.comment.state if self.comment else ""

    @property
    def changes(self) -> list[Piece]:
        """What the proof-reader would change, while that waits for the writer."""
        if self.comment is None or not self.comment.proposal:
            return []
        return differences(self.comment.text, self.comment.proposal)


def shown_comments() -> PermittedQuerySet[ReportComment]:
    """Comments with what a line of a page shows; whom they are shown to is for the page to ask."""
    return ReportComment.objects.select_related("section__course", "session", "student", "author")


def comment_lines(section: Section, session: AcademicSession) -> list[CommentLine]:
    """Everybody who sat in the section during the term, with their comments: two queries."""
    students = list(sitting(section, session))
    rows = ReportComment.objects.filter(section=section, session=session)
    comments = {row.student_id: row for row in rows.select_related("author", "proofread_by")}
    return [_line(student, comments.get(student.pk), students) for student in students]


def comment_line(section: Section, session: AcademicSession, student: Student) -> CommentLine:
    """One pupil's line as it stands now."""
    rows = ReportComment.objects.filter(section=section, session=session, student=student)
    comment = rows.select_related("author", "proofread_by").first()
    return _line(student, comment, list(sitting(section, session)))


def remarked(rows: Sequence[ReportComment]) -> list[CommentLine]:
    """Comments for a reader; pupils of one section are compared with those whose comments wait beside it."""
    beside: dict[UUID, list[Student]] = {}
    for row in rows:
        beside.setdefault(row.section_id, []).append(row.student)
    return [_line(row.student, row, beside[row.section_id]) for row in rows]


def _line(student: Student, comment: ReportComment | None, others: Sequence[Student]) -> CommentLine:
    remarks = remarks_on(comment.text, student, others) if comment else []
    return CommentLine(student, comment, remarks)


def sitting(section: Section, session: AcademicSession) -> QuerySet[Student]:
    """The pupils who had a place in the section on some day of the term."""
    seats = Enrollment.objects.filter(
        section=section,
        student=OuterRef("pk"),
        begin_date__lt=session.end_date,
        end_date__gt=session.begin_date,
    )
    return Student.objects.filter(Exists(seats)).order_by("given_name", "family_name", "pk")


def taught_by(actor: Actor) -> Q:
    """Sections somebody teaches today, and so writes about."""
    taught = Section.objects.filter(
        active_on(actor.today, "teaching_assignments"), teaching_assignments__staff__user=actor.user_id
    )
    return Q(pk__in=taught.values("pk"))


def commented_sections(actor: Actor, session: AcademicSession) -> QuerySet[Section]:
    """Sections that run in the term: all within a head's reach, a teacher's own."""
    rows: QuerySet[Section] = Section.objects.permitted(actor).filter(
        is_active=True, session__begin_date__lt=session.end_date, session__end_date__gt=session.begin_date
    )
    if not actor.has(Role.SCHOOL_ADMIN, Role.CAMPUS_ADMIN, Role.REGISTRAR):
        rows = rows.filter(taught_by(actor))
    return rows.select_related("course").order_by("grade_level__position", "name")


def to_proofread(actor: Actor, session: AcademicSession) -> QuerySet[ReportComment]:
    """Handed-in comments that wait for this reader; never one's own."""
    rows: QuerySet[ReportComment] = ReportComment.objects.permitted(actor, "proofread").filter(
        session=session, state=CommentState.SUBMITTED
    )
    waiting = rows.exclude(author=actor.user_id).select_related("student", "section", "session", "author")
    return waiting.order_by("section__name", "student__given_name", "pk")


@dataclass(frozen=True)
class SectionProgress:
    """How many pupils of a section have a comment, and how far those comments are."""

    section: Section
    teachers: str
    pupils: int
    written: int
    submitted: int
    accepted: int

    @property
    def is_complete(self) -> bool:
        return self.accepted >= self.pupils

    @property
    def missing(self) -> int:
        return max(0, self.pupils - self.written)


def comment_progress(
    sections: Sequence[Section], session: AcademicSession, actor: Actor
) -> list[SectionProgress]:
    """For each section, in three queries whatever their number."""
    ids = [section.pk for section in sections]
    pupils = _seats(ids, session)
    counts = _counts(ids, session)
    teachers = teacher_names(ids, actor.today)
    return [
        SectionProgress(one, teachers.get(one.pk, ""), pupils.get(one.pk, 0), *counts.get(one.pk, (0, 0, 0)))
        for one in sections
    ]


def _seats(sections: list[UUID], session: AcademicSession) -> dict[UUID, int]:
    seats = Enrollment.objects.filter(
        section__in=sections, begin_date__lt=session.end_date, end_date__gt=session.begin_date
    )
    rows = seats.order_by().values("section").annotate(n=Count("student", distinct=True))
    return {row["section"]: row["n"] for row in rows}


def _counts(sections: list[UUID], session: AcademicSession) -> dict[UUID, tuple[int, int, int]]:
    waiting = Q(state__in=(CommentState.SUBMITTED, CommentState.RETURNED))
    rows = (
        ReportComment.objects.filter(section__in=sections, session=session)
        .order_by()
        .values("section")
        .annotate(
            written=Count("pk", filter=~Q(text="")),
            submitted=Count("pk", filter=waiting),
            accepted=Count("pk", filter=Q(state=CommentState.ACCEPTED)),
        )
    )
    return {row["section"]: (row["written"], row["submitted"], row["accepted"]) for row in rows}


def bank_for(actor: Actor, section: Section) -> QuerySet[CommentBankEntry]:
    """The sentences that fit a section: of its subject, or of none."""
    subject = section.course.subject_id if section.course else None
    fits = Q(subject__isnull=True) | Q(subject=subject)
    rows: QuerySet[CommentBankEntry] = CommentBankEntry.objects.permitted(actor).filter(fits)
    return rows.order_by("heading", "text")
