"""What stands against an undo, and what would be lost without the check."""

from datetime import date
from typing import Any

import pytest
from django.utils import timezone

from apps.academics import models, services
from apps.academics.services.rollover import Blocker, Contributor, plan
from apps.academics.tests import factories as make
from apps.academics.tests.year_end import FIRST_DAY, YearEnd, checksum
from apps.core.errors import Conflict

pytestmark = pytest.mark.django_db


@pytest.fixture
def blocker(monkeypatch: pytest.MonkeyPatch) -> None:
    """An app above that has begun to work in the new year."""
    busy = Contributor("busy", blockers=lambda year: [Blocker("The register of 9A has been taken.")])
    monkeypatch.setitem(plan._contributors, "busy", busy)


def refused(school: YearEnd, rollover: Any) -> Conflict:
    before = checksum()
    with pytest.raises(Conflict) as conflict:
        school.undone(rollover)
    assert checksum() == before
    return conflict.value


@pytest.mark.usefixtures("blocker")
def test_an_app_above_says_that_the_new_year_has_begun() -> None:
    school = YearEnd()
    rollover = school.applied(school.rehearsed())

    conflict = refused(school, rollover)

    assert conflict.code == "NEW_YEAR_BEGUN"
    assert str(conflict) == "The register of 9A has been taken."


@pytest.mark.usefixtures("blocker")
def test_without_the_check_it_would_be_undone_all_the_same(settings: Any) -> None:
    school = YearEnd()
    rollover = school.applied(school.rehearsed())
    settings.PROTECTIONS_OFF = {"rollover_undo"}

    assert school.undone(rollover).state == "undone"


def test_a_pupil_who_came_into_a_new_section_is_not_dropped_from_it() -> None:
    school = YearEnd()
    rollover = school.applied(school.rehearsed())
    section = school.place_after(school.pupils["8A"][0])
    newcomer = make.StudentFactory.create(school=school.school, campus=school.campus)
    services.enroll(actor=school.admin, student=newcomer, section=section, begin_date=FIRST_DAY)

    conflict = refused(school, rollover)

    assert conflict.code == "IN_USE_SINCE"
    assert "9A" in str(conflict)


def test_the_database_itself_keeps_that_pupil_with_the_check_switched_off(settings: Any) -> None:
    school = YearEnd()
    rollover = school.applied(school.rehearsed())
    section = school.place_after(school.pupils["8A"][0])
    newcomer = make.StudentFactory.create(school=school.school, campus=school.campus)
    services.enroll(actor=school.admin, student=newcomer, section=section, begin_date=FIRST_DAY)
    settings.PROTECTIONS_OFF = {"rollover_undo"}

    assert refused(school, rollover).code == "IN_USE"


def left_since(school: YearEnd) -> Any:
    rollover = school.turned(school.applied(school.rehearsed()))
    pupil = school.pupils["8A"][0]
    pupil.refresh_from_db()
    services.change_student(
        actor=school.admin, student=pupil, expected=pupil.version, today=FIRST_DAY, roll_number="17"
    )
    return rollover, pupil


def test_what_somebody_has_changed_since_is_not_overwritten() -> None:
    school = YearEnd()
    rollover, pupil = left_since(school)

    conflict = refused(school, rollover)

    assert conflict.code == "CHANGED_SINCE"
    assert pupil.full_name in str(conflict)


def test_without_the_check_that_change_would_be_lost(settings: Any) -> None:
    school = YearEnd()
    rollover, pupil = left_since(school)
    settings.PROTECTIONS_OFF = {"rollover_undo"}

    school.undone(rollover)

    pupil.refresh_from_db()
    assert pupil.roll_number == "1"


def test_a_new_telephone_number_stays_and_does_not_stand_against_the_undo() -> None:
    school = YearEnd()
    rollover = school.turned(school.applied(school.rehearsed()))
    pupil = school.pupils["8A"][0]
    pupil.refresh_from_db()
    services.change_student(
        actor=school.admin, student=pupil, expected=pupil.version, today=FIRST_DAY, phone="+91 98450 12345"
    )
    version = pupil.version

    school.undone(rollover)

    pupil.refresh_from_db()
    assert (pupil.phone, pupil.grade_level) == ("+91 98450 12345", school.grade[8])
    assert pupil.version > version


def test_who_left_between_applying_and_the_first_day_is_left_alone() -> None:
    school = YearEnd()
    rollover = school.applied(school.rehearsed())
    pupil = school.pupils["8A"][0]
    services.withdraw_student(
        actor=school.admin, student=pupil, effective_date=date(2027, 3, 25), reason="moves"
    )

    rollover = school.turned(rollover)

    pupil.refresh_from_db()
    assert (pupil.status, pupil.grade_level) == ("withdrawn", school.grade[8])
    assert rollover.result["left_alone"] == 1


def test_after_an_undo_the_first_day_changes_nothing_and_the_year_may_be_rolled_over_again() -> None:
    school = YearEnd()
    rollover = school.undone(school.applied(school.rehearsed()))
    before = checksum()

    school.turned(rollover)

    assert checksum() == before
    with pytest.raises(Conflict) as again:
        school.undone(rollover)
    assert again.value.code == "UNDONE"
    assert school.applied(school.rehearsed()).state == "applied"


def test_the_database_knows_one_applied_rollover_of_a_year() -> None:
    school = YearEnd()
    rollover = school.applied(school.rehearsed())

    with pytest.raises(Conflict) as twice:
        school.rehearsed()
    other = make.RolloverFactory.create(school=school.school, from_year=school.year)
    with pytest.raises(Exception, match="academics_rollover_one_applied"):
        models.Rollover.objects.filter(pk=other.pk).update(applied_at=timezone.now())

    assert twice.value.code == "ALREADY_APPLIED"
    assert rollover.state == "applied"
