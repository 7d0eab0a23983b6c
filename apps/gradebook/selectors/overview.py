"""A campus and a homeroom at a glance: who has closed the term, and how each pupil stands in each subject."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from apps.academics.models import AcademicSession, Section, Student
from apps.academics.selectors import roster, teacher_names
from apps.core.policy import Actor, active_on
from apps.gradebook.models import LineItem
from apps.gradebook.selectors.posting import Posted
from apps.gradebook.selectors.progress import Progress, progress_of
from apps.gradebook.selectors.standing import Subject, marks_of_pupils
from apps.gradebook.selectors.waiting import to_mark, to_post
from apps.gradebook.selectors.years import Years


@dataclass(frozen=True)
class SectionLine:
    """A section in a term: how far it is, how many marks are late, whether it should be posted by now."""

    section: Section
    teachers: str
    progress: Progress
    late: int
    must_post: bool

    @property
    def is_late(self) -> bool:
        """What is posted is closed, whatever was left unmarked."""
        return not self.progress.is_posted and (self.late > 0 or self.must_post)


@dataclass(frozen=True)
class HomeroomRow:
    """A pupil with a cell for each subject: what is posted, or else the average of what is out."""

    student: Student
    cells: Sequence["HomeroomCell"]
    mean: Decimal | None


@dataclass(frozen=True)
class HomeroomCell:
    posted: Posted | None
    live: Subject | None

    @property
    def percent(self) -> Decimal | None:
        if self.posted and self.posted.best:
            return self.posted.best.percent
        return self.live.live.percent if self.live and self.live.live else None


def section_lines(
    sections: Sequence[Section], session: AcademicSession, years: Years, today: date
) -> list[SectionLine]:
    """Each of these sections in the term, the late ones first; a fixed number of queries."""
    ids = [one.pk for one in sections]
    progress = progress_of([(pk, session) for pk in ids], years)
    teachers = teacher_names(ids, today)
    inside = set(years.inside(session.pk))
    late: dict[uuid.UUID, int] = {}
    for one in to_mark(LineItem.objects.filter(section__in=ids, session__in=inside), today):
        if one.is_late:
            late[one.item.section_id] = late.get(one.item.section_id, 0) + one.count
    due = {one.section.pk for one in to_post(sections, years, today) if one.session == session}
    lines = [
        SectionLine(one, teachers.get(one.pk, ""), progress[one.pk], late.get(one.pk, 0), one.pk in due)
        for one in sections
    ]
    return sorted(lines, key=lambda one: (not one.is_late, not one.must_post, -one.late))


def homeroom_table(
    actor: Actor, homeroom: Section, session: AcademicSession, years: Years
) -> tuple[list[str], list[HomeroomRow]]:
    """Subjects and pupils of a homeroom, as the actor may see their marks."""
    pupils = [one.student for one in roster(homeroom, actor.today)]
    marks = marks_of_pupils(actor, pupils, session, years)
    titles = sorted({subject.title for one in marks for subject in one.subjects})
    rows = []
    for one in marks:
        by_title = {subject.title: subject for subject in one.subjects}
        cells = [_cell(by_title.get(title), session) for title in titles]
        known = [cell.percent for cell in cells if cell.percent is not None]
        rows.append(HomeroomRow(one.student, cells, sum(known, Decimal(0)) / len(known) if known else None))
    return titles, rows


def sections_in(actor: Actor, campus_id: uuid.UUID, session: AcademicSession, years: Years) -> list[Section]:
    """The taught sections of a campus that are graded in the term."""
    rows = Section.objects.permitted(actor, "view_roster").filter(
        active_on(max(session.begin_date, min(actor.today, _last_day(session))), "session"),
        campus=campus_id, kind="scheduled", is_active=True,
    )  # fmt: skip
    found = rows.select_related("course", "grade_level").order_by("grade_level__position", "name")
    return [one for one in found if session in years.postable(one.session_id)]


def _cell(subject: Subject | None, session: AcademicSession) -> HomeroomCell:
    posted: Mapping[uuid.UUID, Posted] = subject.posted if subject else {}
    return HomeroomCell(posted.get(session.pk), subject)


def _last_day(session: AcademicSession) -> date:
    return date.fromordinal((session.end_date or session.begin_date).toordinal() - 1)
