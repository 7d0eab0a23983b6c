"""What a rehearsal proposes, what it asks somebody to look at, and what people decide."""

from datetime import date
from typing import Any

import pytest
from django.utils import timezone

from apps.academics import models
from apps.academics.services import rollover as year_end
from apps.academics.tests import factories as make
from apps.academics.tests.year_end import YearEnd
from apps.accounts.tests.factories import CampusFactory
from apps.core.errors import Conflict, DomainError

pytestmark = pytest.mark.django_db


def said(school: YearEnd, rollover: Any, pupil: Any) -> tuple[str, str, str]:
    line = school.line(rollover, pupil)
    return line.decision, line.exception, line.goal


def test_everybody_moves_up_with_the_class_and_the_last_grade_graduates() -> None:
    school = YearEnd()
    rollover = school.rehearsed()

    assert said(school, rollover, school.pupils["8A"][0]) == ("promote", "", "9A")
    assert said(school, rollover, school.pupils["9B"][2]) == ("promote", "", "10B")
    assert said(school, rollover, school.pupils["10A"][0]) == ("graduate", "", "")
    total = year_end.overview(rollover.lines.all())
    assert dict(total.pupils) == {"promote": 12, "graduate": 6}
    assert {kind: total.kinds[kind] for kind in ("session", "section", "teaching")} == {
        "session": 3,
        "section": 18,
        "teaching": 18,
    }
    assert total.is_decided


def test_exceptions_stand_first_and_what_stops_before_the_rest() -> None:
    school = YearEnd(capacity=3)
    homeless = make.StudentFactory.create(
        school=school.school, campus=school.campus, grade_level=school.grade[8]
    )
    stray = make.StudentFactory.create(school=school.school, campus=school.campus)
    models.Student.objects.filter(pk=school.pupils["10B"][0].pk).update(program=None)

    rollover = school.rehearsed()

    first = list(rollover.lines.all()[:3].values_list("student_id", "exception", "decision"))
    assert {row[0] for row in first[:2]} == {homeless.pk, stray.pk}
    assert said(school, rollover, homeless) == ("undecided", "NO_HOMEROOM", "")
    assert said(school, rollover, stray) == ("undecided", "NO_GRADE", "")
    assert first[2] == (school.pupils["10B"][0].pk, "NO_NEXT_GRADE", "graduate")


def test_a_full_homeroom_leaves_the_last_ones_to_be_decided_until_a_reason_lets_them_in() -> None:
    school = YearEnd(capacity=5, pupils_each=5)
    nine = school.homerooms["9A"]
    models.Enrollment.objects.filter(section=nine).delete()
    models.Section.objects.filter(pk=nine.pk).update(seats_taken=0, capacity=4)
    last = school.pupils["8A"][4]
    rollover = school.rehearsed()

    assert said(school, rollover, last) == ("undecided", "SECTION_FULL", "")
    with pytest.raises(Conflict) as refused:
        year_end.apply_rollover(actor=school.admin, rollover=rollover)
    assert refused.value.code == "UNDECIDED"
    school.decide(rollover, "promote", last, reason="siblings stay together")

    assert said(school, rollover, last)[0::2] == ("promote", "9A")


def test_a_class_of_a_grade_that_is_new_on_the_school_opens_a_section_for_itself() -> None:
    school = YearEnd(grades=(8, 9))
    eleven = make.GradeLevelFactory.create(school=school.school, name="Grade 10", code="10", position=10)
    course = make.CourseFactory.create(school=school.school, code="MATH-10", grade_level=eleven)
    make.ProgramCourseFactory.create(
        school=school.school, program=school.program, course=course, grade_level=eleven
    )
    school.program.grade_levels.add(eleven)
    pupil = school.pupils["9A"][0]

    rollover = school.rehearsed()

    assert said(school, rollover, pupil) == ("promote", "", "10A")
    school.applied(rollover)
    rows = models.Enrollment.objects.filter(student=pupil, section__session=rollover_year(rollover))
    assert sorted(rows.values_list("section__code", flat=True)) == ["10A", "MATH-10-10A"]


def rollover_year(rollover: Any) -> Any:
    rollover.refresh_from_db()
    return rollover.to_year


def test_a_grade_that_is_on_another_campus_only_needs_a_person() -> None:
    school = YearEnd(grades=(8,), letters="A")
    other = CampusFactory.create(school=school.school)
    nine = make.GradeLevelFactory.create(school=school.school, name="Grade 9", code="9", position=9)
    home = make.HomeroomFactory.create(
        school=school.school, campus=other, session=school.year, grade_level=nine, name="9A", code="9A"
    )
    pupil = school.pupils["8A"][0]
    rollover = school.rehearsed()
    assert said(school, rollover, pupil) == ("undecided", "NO_SECTION", "")

    school.decide(rollover, "promote", *school.pupils["8A"], target=f"section:{home.pk}")

    assert said(school, rollover, pupil)[0::2] == ("promote", "9A")
    school.turned(school.applied(rollover))
    pupil.refresh_from_db()
    assert (pupil.campus, pupil.grade_level) == (other, nine)
    assert pupil.campus_enrollments.get(end_date__isnull=True).campus == other


def test_a_year_that_is_there_is_used_with_what_was_opened_in_it() -> None:
    school = YearEnd()
    year = make.AcademicSessionFactory.create(
        school=school.school, name="Next", begin_date=date(2027, 4, 5), end_date=date(2028, 4, 1)
    )
    opened = make.HomeroomFactory.create(
        school=school.school, campus=school.campus, session=year, name="9A", code="9A",
        grade_level=school.grade[9],
    )  # fmt: skip
    rollover = school.rehearsed()

    assert rollover.to_year == year
    assert not rollover.lines.filter(kind="session").exists()
    assert not rollover.lines.filter(kind="section", name="9A").exists()
    school.applied(rollover)
    assert school.place_after(school.pupils["8A"][0]) == opened
    opened.refresh_from_db()
    assert opened.seats_taken == 3


def test_who_has_a_place_in_the_new_year_already_is_left_alone() -> None:
    school = YearEnd()
    year = make.AcademicSessionFactory.create(
        school=school.school, begin_date=date(2027, 4, 1), end_date=date(2028, 4, 1)
    )
    section = make.HomeroomFactory.create(school=school.school, campus=school.campus, session=year)
    make.EnrollmentFactory.create(
        school=school.school, student=school.pupils["8A"][0], section=section, begin_date=date(2027, 4, 1),
        end_date=date(2028, 4, 1),
    )  # fmt: skip

    rollover = school.rehearsed()

    assert said(school, rollover, school.pupils["8A"][0])[:2] == ("skip", "ALREADY_ENROLLED")


def test_who_repeats_goes_into_the_same_homeroom_again() -> None:
    school = YearEnd()
    pupil = school.pupils["9A"][0]
    rollover = school.rehearsed()

    school.decide(rollover, "repeat", pupil)

    line = school.line(rollover, pupil)
    assert (line.decision, line.goal, line.proposal) == ("repeat", "9A", "promote")
    assert line.decided_by_id == school.admin.user_id
    school.turned(school.applied(rollover))
    pupil.refresh_from_db()
    assert pupil.grade_level == school.grade[9]
    assert school.place_after(pupil).name == "9A"


def test_an_empty_decision_goes_back_to_the_proposal() -> None:
    school = YearEnd()
    pupil = school.pupils["9A"][0]
    rollover = school.rehearsed()
    school.decide(rollover, "leave", pupil, reason="moves away")

    school.decide(rollover, "", pupil)

    line = school.line(rollover, pupil)
    assert (line.decision, line.asked, line.reason, line.decided_by) == ("promote", "", "", None)


def test_decisions_outlive_another_rehearsal_and_lines_keep_their_ids() -> None:
    school = YearEnd()
    pupil = school.pupils["9A"][0]
    rollover = school.rehearsed()
    school.decide(rollover, "repeat", pupil, reason="wishes so")
    before = school.line(rollover, pupil)
    school.admit("8B")

    year_end.rehearse_again(actor=school.admin, rollover=rollover, now=timezone.now())

    after = school.line(rollover, pupil)
    assert (after.pk, after.decision, after.reason) == (before.pk, "repeat", "wishes so")
    assert rollover.lines.filter(kind="pupil").count() == 19


@pytest.mark.parametrize(
    ("letters", "goes"), [("AB", ("promote", "", "9B")), ("ABC", ("undecided", "NO_SECTION", ""))]
)
def test_a_section_left_out_takes_its_lessons_along_and_its_pupils_go_elsewhere(
    letters: str, goes: tuple[str, str, str]
) -> None:
    """Into the only homeroom that is left of the grade; of two a person chooses one."""
    school = YearEnd(letters=letters)
    rollover = school.rehearsed()
    lines = list(rollover.lines.filter(kind="section", name="9A"))

    year_end.decide_lines(
        actor=school.admin, rollover=rollover, lines=lines, decision="skip", now=timezone.now()
    )

    assert rollover.lines.filter(kind="section", decision="skip").count() == 3
    assert said(school, rollover, school.pupils["8A"][0]) == goes
    school.decide(rollover, "promote", *school.pupils["8A"], target=f"section:{school.homerooms['9B'].pk}")
    school.applied(rollover)
    year = rollover_year(rollover)
    assert not models.Section.objects.filter(session=year, name__endswith="9A").exists()
    assert school.place_after(school.pupils["8A"][0]).name == "9B"


@pytest.mark.parametrize(
    ("decision", "values", "code"),
    [
        ("leave", {}, "REASON_NEEDED"),
        ("make", {}, "NOT_FOR_THIS"),
        ("promote", {"target": "section:nothing"}, "NO_SUCH_HOMEROOM"),
        ("repeat", {"target": "10A"}, "OTHER_GRADE"),
        ("promote", {"target": "8B"}, "OTHER_GRADE"),
    ],
)
def test_what_does_not_suit_is_refused(decision: str, values: dict[str, str], code: str) -> None:
    school = YearEnd()
    rollover = school.rehearsed()
    if values.get("target") in school.homerooms:
        values = {"target": f"section:{school.homerooms[values['target']].pk}"}

    with pytest.raises(DomainError) as refused:
        school.decide(rollover, decision, school.pupils["8A"][0], **values)

    assert refused.value.code == code


def test_only_a_year_is_rolled_over_and_only_into_a_later_one() -> None:
    school = YearEnd()
    term = school.year.children.first()
    with pytest.raises(DomainError) as not_a_year:
        year_end.rehearse_rollover(actor=school.admin, from_year=term, now=timezone.now())
    with pytest.raises(DomainError) as not_later:
        school.rehearsed(to_year=school.year)

    assert (not_a_year.value.code, not_later.value.code) == ("NOT_A_YEAR", "NOT_LATER")


@pytest.mark.parametrize(
    ("text", "after"),
    [
        ("2026-27", "2027-28"),
        ("AY 2026/2027", "AY 2027/2028"),
        ("2099-00", "2100-01"),
        ("AY26", "AY26 +"),
        ("2026-27-T1", "2027-28-T1"),
    ],
)
def test_years_in_names_move_on(text: str, after: str) -> None:
    from apps.academics.services.rollover.years import renamed

    assert renamed(text, 40) == after


def test_a_rehearsal_costs_the_same_queries_for_few_and_for_many(
    django_assert_num_queries: Any,
) -> None:
    few, many = YearEnd(pupils_each=1, grades=(8, 9)), YearEnd(pupils_each=10, grades=(8, 9))
    for school in (few, many):
        with django_assert_num_queries(20):
            school.rehearsed()


def test_who_has_left_since_the_rehearsal_cannot_be_decided_about() -> None:
    school = YearEnd()
    pupil = school.pupils["8A"][0]
    rollover = school.rehearsed()
    models.Student.objects.filter(pk=pupil.pk).update(status="withdrawn")

    with pytest.raises(Conflict) as gone:
        school.decide(rollover, "repeat", pupil)

    assert gone.value.code == "LINE_GONE"
