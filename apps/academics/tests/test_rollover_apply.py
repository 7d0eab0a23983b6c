"""Applying a rollover: what is made at once, what waits for the first day, how it is taken back."""

import pytest
from django.utils import timezone

from apps.academics import models, selectors
from apps.academics.services import rollover as year_end
from apps.academics.tests.year_end import BEFORE, FIRST_DAY, YearEnd, checksum, fresh
from apps.core.errors import Conflict

pytestmark = pytest.mark.django_db


def test_a_rehearsal_writes_nothing_in_the_tables_of_the_school() -> None:
    school = YearEnd()
    before = checksum()

    rollover = school.rehearsed()

    assert checksum() == before
    assert rollover.state == "rehearsed"
    assert (rollover.next_name, rollover.next_begin) == ("2027-28", FIRST_DAY)


def test_before_the_first_day_the_new_year_stands_and_nobody_has_moved() -> None:
    school = YearEnd()
    pupil, home = school.pupils["8A"][0], school.homerooms["8A"]

    rollover = school.applied(school.rehearsed())

    assert rollover.state == "applied"
    assert rollover.turned_at is None
    year = rollover.to_year
    assert year is not None
    assert [one.name for one in year.children.order_by("begin_date")] == ["Term 1", "Term 2"]
    after = school.place_after(pupil)
    assert (after.name, after.session_id, after.seats_taken) == ("9A", year.pk, 3)
    pupil.refresh_from_db()
    assert pupil.grade_level == school.grade[8]
    assert pupil.pk in selectors.roster(home, BEFORE).values_list("student_id", flat=True)
    assert selectors.roster(after, BEFORE).count() == 0
    assert selectors.roster(after, FIRST_DAY).count() == 3


def test_on_the_first_day_old_places_are_completed_and_pupils_move() -> None:
    school = YearEnd()
    up, out = school.pupils["9B"][0], school.pupils["10A"][0]
    rollover = school.turned(school.applied(school.rehearsed()))

    up.refresh_from_db()
    out.refresh_from_db()
    assert (up.grade_level, up.roll_number, up.status) == (school.grade[10], "", "active")
    assert (out.grade_level, out.status) == (school.grade[10], "graduated")
    old = models.Enrollment.objects.get(student=up, section=school.homerooms["9B"])
    assert (old.status, old.end_date) == ("completed", FIRST_DAY)
    assert old.status_changes.get(status="completed").effective_date == FIRST_DAY
    stays = up.campus_enrollments.order_by("begin_date").values_list("begin_date", "end_date", "grade_level")
    assert list(stays) == [
        (school.year.begin_date, FIRST_DAY, school.grade[9].pk),
        (FIRST_DAY, None, school.grade[10].pk),
    ]
    assert not models.Enrollment.objects.filter(student=out, status="active").exists()
    school.homerooms["9B"].refresh_from_db()
    assert school.homerooms["9B"].seats_taken == 0
    assert rollover.result["moved"] == 18


def test_applied_after_the_first_day_everything_happens_at_once() -> None:
    school = YearEnd()

    rollover = school.applied(school.rehearsed(), today=FIRST_DAY)

    assert rollover.turned_at is not None
    school.pupils["8A"][0].refresh_from_db()
    assert school.pupils["8A"][0].grade_level == school.grade[9]


def test_pupils_sit_in_the_required_sections_of_their_new_homeroom() -> None:
    school = YearEnd()
    school.applied(school.rehearsed())

    rows = models.Enrollment.objects.filter(student=school.pupils["8B"][1], begin_date=FIRST_DAY)

    assert sorted(rows.values_list("section__name", flat=True)) == ["9B", "Mathematics 9B", "Science 9B"]


def test_teachers_go_on_teaching_the_counterparts() -> None:
    school = YearEnd()
    gone = models.TeachingAssignment.objects.get(section=school.homerooms["8A"]).staff
    models.StaffMember.objects.filter(pk=gone.pk).update(left_date=BEFORE)
    rollover = school.rehearsed()

    assert rollover.lines.get(exception="TEACHER_LEFT").name == gone.full_name
    year = school.applied(rollover).to_year

    taught = models.TeachingAssignment.objects.filter(section__session=year)
    assert taught.count() == 17
    assert set(taught.values_list("begin_date", flat=True)) == {FIRST_DAY}
    assert not taught.filter(staff=gone).exists()


@pytest.mark.parametrize("turns", [False, True], ids=["before the first day", "after it"])
def test_undo_restores_every_row_to_the_letter(*, turns: bool) -> None:
    school = YearEnd()
    rollover = school.rehearsed()
    school.decide(rollover, "repeat", school.pupils["8A"][0])
    school.decide(rollover, "leave", school.pupils["9A"][0], reason="moves to another town")
    before = checksum()

    school.applied(rollover)
    if turns:
        school.turned(rollover)
    assert checksum() != before
    undone = school.undone(rollover)

    assert checksum() == before
    assert undone.state == "undone"
    assert undone.to_year is None
    assert not undone.effects.exists()


def test_a_second_apply_is_refused() -> None:
    school = YearEnd()
    one, other = school.rehearsed(), school.rehearsed()
    school.applied(one)

    with pytest.raises(Conflict) as again:
        year_end.apply_rollover(actor=school.admin, rollover=one)
    with pytest.raises(Conflict) as second:
        year_end.carry_out(rollover=fresh(other), today=BEFORE, now=timezone.now())

    assert again.value.code == "ALREADY_APPLIED"
    assert second.value.code == "ALREADY_APPLIED"


def test_a_stale_rehearsal_is_refused_and_says_what_changed() -> None:
    school = YearEnd()
    rollover = school.rehearsed()
    newcomer = school.admit("8A", given_name="Zoya", family_name="Khan")
    models.Student.objects.filter(pk=school.pupils["9A"][0].pk).update(status="withdrawn")

    with pytest.raises(year_end.RehearsalStale) as stale:
        year_end.apply_rollover(actor=school.admin, rollover=rollover)

    assert stale.value.values["added"] == [newcomer.full_name]
    assert stale.value.values["gone"] == [school.pupils["9A"][0].full_name]
    assert "Zoya Khan" in str(stale.value)
    year_end.rehearse_again(actor=school.admin, rollover=rollover, now=timezone.now())
    school.applied(rollover)
    assert school.place_after(newcomer).name == "9A"
