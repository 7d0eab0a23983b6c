"""What posted grades say about moving up, which schemes go on, and that a mark closes the door to an undo."""

from datetime import date
from typing import Any

import pytest

from apps.academics.models import ProgramCourse
from apps.academics.tests.factories import AcademicSessionFactory, HomeroomFactory
from apps.academics.tests.year_end import FIRST_DAY, YearEnd, checksum
from apps.core.errors import Conflict, DomainError
from apps.gradebook.models import Attempt, Gradebook
from apps.gradebook.tests import factories as marks

pytestmark = pytest.mark.django_db


def post(school: YearEnd, pupil: Any, section: Any, *, passes: bool | None, **values: Any) -> None:
    posting = marks.PostingFactory.create(school=school.school, section=section, session=school.year)
    marks.PostedGradeFactory.create(
        school=school.school, posting=posting, section=section, session=school.year, student=pupil,
        is_passing=passes, **values,
    )  # fmt: skip


def graded(school: YearEnd) -> None:
    """Everybody of 8A passes everything."""
    for pupil in school.pupils["8A"]:
        for section in school.taught["8A"]:
            post(school, pupil, section, passes=True)


def said(school: YearEnd, rollover: Any, pupil: Any) -> tuple[str, str]:
    line = school.line(rollover, pupil)
    return line.decision, line.exception


def test_without_any_year_grade_nobody_is_judged() -> None:
    school = YearEnd()

    assert said(school, school.rehearsed(), school.pupils["8A"][0]) == ("promote", "")


def test_who_passed_moves_up_and_who_has_no_grade_is_looked_at() -> None:
    school = YearEnd()
    graded(school)
    rollover = school.rehearsed()

    assert said(school, rollover, school.pupils["8A"][0]) == ("promote", "")
    assert said(school, rollover, school.pupils["8B"][0]) == ("promote", "NO_YEAR_GRADE")


def failing() -> tuple[YearEnd, Any]:
    school = YearEnd()
    pupil, (maths, science) = school.pupils["8A"][0], school.taught["8A"]
    post(school, pupil, maths, passes=False)
    post(school, pupil, science, passes=True)
    return school, pupil


def test_who_failed_repeats_and_is_promoted_with_a_reason_only() -> None:
    school, pupil = failing()
    rollover = school.rehearsed()

    assert said(school, rollover, pupil) == ("repeat", "FAILED")
    assert school.line(rollover, pupil).detail["failed"] == ["Mathematics 8"]
    with pytest.raises(DomainError) as refused:
        school.decide(rollover, "promote", pupil)
    assert refused.value.code == "REASON_NEEDED"
    school.decide(rollover, "promote", pupil, reason="The staff conference decided so.")
    assert said(school, rollover, pupil) == ("promote", "FAILED")


def test_a_passed_resit_counts() -> None:
    school, pupil = failing()
    post(school, pupil, school.taught["8A"][0], passes=True, attempt=Attempt.RESIT)

    assert said(school, school.rehearsed(), pupil) == ("promote", "")


def test_a_course_of_choice_holds_nobody_back() -> None:
    school, pupil = failing()
    ProgramCourse.objects.filter(course=school.taught["8A"][0].course).update(is_required=False)

    assert said(school, school.rehearsed(), pupil) == ("promote", "")


def test_a_grade_posted_after_the_rehearsal_makes_it_stale() -> None:
    school = YearEnd()
    graded(school)
    rollover = school.rehearsed()
    post(school, school.pupils["8B"][0], school.taught["8B"][0], passes=False)

    with pytest.raises(Conflict) as stale:
        school.applied(rollover)

    assert stale.value.values["changed"] == [school.pupils["8B"][0].full_name]


def test_schemes_of_the_school_go_on_and_a_section_s_own_stays() -> None:
    school = YearEnd()
    shared = marks.GradingSchemeFactory.create(school=school.school)
    own = marks.GradingSchemeFactory.create(school=school.school, section=school.taught["8A"][1])
    Gradebook.objects.create(school=school.school, section=school.taught["8A"][0], scheme=shared)
    Gradebook.objects.create(school=school.school, section=school.taught["8A"][1], scheme=own)
    rollover = school.rehearsed()
    before = checksum(Gradebook)

    year = school.applied(rollover).to_year

    made = Gradebook.objects.get(section__session=year)
    assert (made.section.name, made.scheme) == ("Mathematics 8A", shared)
    school.undone(rollover)
    assert checksum(Gradebook) == before


def with_a_mark(status: str) -> tuple[YearEnd, Any]:
    """In a homeroom that was open in the new year before, so nothing else stands against the undo."""
    school = YearEnd()
    year = AcademicSessionFactory.create(
        school=school.school, begin_date=FIRST_DAY, end_date=date(2028, 4, 1)
    )
    home = HomeroomFactory.create(school=school.school, campus=school.campus, session=year, name="Choir")
    rollover = school.applied(school.rehearsed())
    item = marks.LineItemFactory.create(school=school.school, section=home, session=year, title="Song")
    score = 7 if status == "graded" else None
    marks.ResultFactory.create(
        school=school.school, line_item=item, student=school.pupils["8A"][0], status=status, score=score
    )
    return school, rollover


def test_a_mark_in_the_new_year_refuses_the_undo() -> None:
    school, rollover = with_a_mark("graded")

    with pytest.raises(Conflict) as refused:
        school.undone(rollover)

    assert str(refused.value) == "A mark has been entered for Song in Choir."


def test_an_untouched_cell_does_not() -> None:
    school, rollover = with_a_mark("unmarked")

    assert school.undone(rollover).state == "undone"
