"""The work behind the buttons: who it acts for, and the job that waits for the first day."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from apps.academics.services import rollover as year_end
from apps.academics.tests.year_end import FIRST_DAY, YearEnd, checksum, fresh
from apps.accounts.models import RoleAssignment
from apps.core import jobs
from apps.core.models import Job
from apps.messaging.models import Notification

pytestmark = pytest.mark.django_db


def begun(school: YearEnd) -> tuple[Any, Job]:
    rollover = year_end.apply_rollover(actor=school.admin, rollover=school.rehearsed())
    assert rollover.job is not None
    return rollover, rollover.job


def test_the_pupils_wait_for_midnight_of_the_first_day_by_the_school_s_clock() -> None:
    school = YearEnd()
    rollover, job = begun(school)
    jobs.run(job.pk)

    waiting = Job.objects.get(task=year_end.TURN)
    zone = ZoneInfo(school.school.time_zone)
    assert waiting.run_after == datetime(FIRST_DAY.year, FIRST_DAY.month, FIRST_DAY.day, tzinfo=zone)
    jobs.run(waiting.pk)

    assert fresh(rollover).turned_at is not None
    school.pupils["8A"][0].refresh_from_db()
    assert school.pupils["8A"][0].grade_level == school.grade[9]


def test_the_job_acts_for_who_pressed_the_button_and_tells_them() -> None:
    school = YearEnd()
    rollover, job = begun(school)
    jobs.run(job.pk)

    assert fresh(rollover).applied_by_id == school.admin.user_id
    assert Notification.objects.get().recipient_id == school.admin.user_id
    state = fresh(rollover).to_year.events.first()  # type: ignore[union-attr]  # applied, and audited
    assert state.pgh_context["user"] == str(school.admin.user_id)


def test_who_has_lost_the_role_meanwhile_rolls_nothing_over() -> None:
    school = YearEnd()
    rollover, job = begun(school)
    before = checksum()
    RoleAssignment.objects.filter(user=school.admin.user_id).delete()

    jobs.run(job.pk)

    job.refresh_from_db()
    assert (job.state, job.error_code) == ("failed", "FORBIDDEN")
    assert fresh(rollover).state == "rehearsed"
    assert checksum() == before


def test_a_fault_half_way_leaves_nothing_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    """An app above breaks after sections and teachers have been written."""
    from apps.academics.services.rollover import plan

    def breaks(work: Any) -> None:
        raise RuntimeError("disk full")

    school = YearEnd()
    rollover, job = begun(school)
    before = checksum()
    monkeypatch.setitem(plan._contributors, "broken", plan.Contributor("broken", write=breaks))

    with pytest.raises(RuntimeError):
        jobs.run(job.pk)

    assert checksum() == before
    assert fresh(rollover).applied_at is None
    assert not fresh(rollover).effects.exists()
