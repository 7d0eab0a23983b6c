from datetime import time
from io import StringIO

import pytest
from django.core.management import call_command
from django_celery_beat.models import IntervalSchedule, PeriodicTask, PeriodicTasks

from apps.core import jobs, schedules

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _two_schedules(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(schedules, "_schedules", {})
    schedules.every("attendance.chase_registers", minutes=10)
    schedules.daily("messaging.sweep", at=time(2, 30))


def install() -> str:
    out = StringIO()
    call_command("install_schedules", stdout=out)
    return out.getvalue().strip()


def test_every_schedule_is_written_for_beat() -> None:
    assert install() == "2 schedules, 2 new or changed."
    often = PeriodicTask.objects.get(name="schools24: attendance.chase_registers")
    assert (often.task, often.args, often.interval.every) == (
        "core.run_scheduled",
        '["attendance.chase_registers"]',
        10,
    )
    nightly = PeriodicTask.objects.get(name="schools24: messaging.sweep")
    assert (nightly.crontab.hour, nightly.crontab.minute, str(nightly.crontab.timezone)) == (
        "2",
        "30",
        "Asia/Kolkata",
    )


def test_a_second_run_changes_nothing_and_does_not_wake_beat() -> None:
    install()
    before = PeriodicTasks.last_change()
    assert install() == "2 schedules, 0 new or changed."
    assert PeriodicTasks.last_change() == before


def test_changes_are_written_and_leftovers_go_but_only_ours() -> None:
    install()
    hourly = IntervalSchedule.objects.create(every=1, period=IntervalSchedule.HOURS)
    PeriodicTask.objects.create(name="by hand", task="x", interval=hourly)
    schedules._schedules.pop("messaging.sweep")
    schedules.every("attendance.chase_registers", minutes=15)
    assert install() == "1 schedules, 1 new or changed."
    rows = PeriodicTask.objects.exclude(name__startswith="celery.")
    assert sorted(rows.values_list("name", "interval__every")) == [
        ("by hand", 1),
        ("schools24: attendance.chase_registers", 15),
    ]


def test_what_is_scheduled_are_jobs_that_exist() -> None:
    assert set(schedules.registered()) <= set(jobs.registered())
