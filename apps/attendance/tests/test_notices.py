"""Guardians are told once a pupil and day, and not any more once it is explained."""

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone
from django.utils.translation import trans_real

from apps.accounts.models import School
from apps.attendance import services
from apps.attendance.models import AbsenceNotice, AttendanceEvent
from apps.attendance.services import notices
from apps.attendance.tests.classroom import NOW, Class
from apps.core import jobs
from apps.core.errors import Conflict, DomainError
from apps.core.models import Job
from apps.messaging.models import Notification
from apps.timetable.tests.factories import MONDAY, MeetingFactory, between

pytestmark = pytest.mark.django_db


@pytest.fixture
def school() -> Class:
    """Today, as the telling asks for rights on the day it is done."""
    return Class(day=timezone.localdate())


def tell(task: str = "attendance.tell_guardians") -> int:
    """Run the open jobs of a kind, as a worker does."""
    open_jobs = list(Job.objects.filter(task=task, closed_at__isnull=True))
    for one in open_jobs:
        assert jobs.run(one.pk)
    return len(open_jobs)


def told() -> list[Any]:
    return list(Notification.objects.order_by("created_at"))


def test_an_unexplained_absence_tells_the_guardians(school: Class) -> None:
    mother, father = school.guardian(school.pupils[1]), school.guardian(school.pupils[1])
    school.take("PAP")
    assert tell() == 1
    assert {one.recipient for one in told()} == {mother.user, father.user}
    assert told()[0].title == f"{school.pupils[1].given_name} is not in class"
    assert AbsenceNotice.objects.get().told == 2


def test_nobody_is_told_of_the_present_and_the_excused(school: Class) -> None:
    school.guardian(school.pupils[0])
    school.take("PEL")
    assert (tell(), told()) == (0, [])


def test_once_a_day_whatever_the_lessons(school: Class) -> None:
    school.guardian(school.pupils[1])
    school.take("PAP")
    tell()
    later = MeetingFactory.create(school=school.school, section=school.section, date=school.day,
        during=between("06:00", "06:40", school.day))  # fmt: skip
    school.take("PAP", meeting=later)
    assert tell() == 1
    assert len(told()) == 1


def test_without_the_uniqueness_the_family_hears_it_twice(school: Class, monkeypatch: Any) -> None:
    """The notice's uniqueness keeps the second lesson quiet; the dedupe of notify is the second wall."""
    school.guardian(school.pupils[1])
    register = school.take("PAP")
    monkeypatch.setattr(notices, "_first_today", lambda students, day: students)
    for _ in range(2):
        assert services.tell_guardians(register_id=register.pk, today=school.day, now=timezone.now()) == 1


def test_who_may_not_be_told_is_not(school: Class) -> None:
    school.guardian(school.pupils[1], may_contact=False)
    school.guardian(school.pupils[1], end_date=school.day)
    school.take("PAP")
    tell()
    assert told() == []
    assert AbsenceNotice.objects.get().told == 0


def test_explained_before_the_job_runs_is_not_told(school: Class) -> None:
    school.guardian(school.pupils[1])
    school.take("PAP")
    services.explain_absence(
        actor=school.office, student=school.pupils[1], date=school.day, reason="Called in"
    )
    tell()
    assert told() == []


def test_explained_before_the_mail_goes_out_is_no_longer_due(school: Class) -> None:
    school.guardian(school.pupils[1])
    school.take("PAP")
    tell()
    [notification] = told()
    assert notices.is_still_due(notification)
    services.explain_absence(
        actor=school.office, student=school.pupils[1], date=school.day, reason="Called in"
    )
    assert not notices.is_still_due(notification)


def test_a_right_that_ended_stops_the_mail(school: Class) -> None:
    guardian = school.guardian(school.pupils[1])
    school.take("PAP")
    tell()
    [notification] = told()
    guardian.guardianships.update(may_contact=False)
    assert not notices.is_still_due(notification)


@pytest.mark.parametrize(("time_zone", "due"), [("Pacific/Pago_Pago", True), ("Pacific/Kiritimati", False)])
def test_a_right_ends_by_the_day_of_the_school(school: Class, time_zone: str, due: bool) -> None:
    """These two are more than a day apart, so the link ends tomorrow or later here, today or before there."""
    guardian = school.guardian(school.pupils[1])
    school.take("PAP")
    tell()
    guardian.guardianships.update(end_date=datetime.now(ZoneInfo("Pacific/Kiritimati")).date())
    School.objects.update(time_zone=time_zone)
    [notification] = told()
    assert notices.may_still_be_told(notification) is due


@pytest.fixture
def hindi(monkeypatch: pytest.MonkeyPatch) -> None:
    """Three sentences, whatever the catalogue of the day says."""
    catalogue: Any = trans_real.translation("hi")._catalog  # type: ignore[attr-defined]  # gettext's own
    for words, translated in {
        "%(name)s is not in class": "%(name)s कक्षा में नहीं",
        "%(name)s is in school": "%(name)s स्कूल में",
        "The register of %(section)s is due": "%(section)s बाक़ी",
    }.items():
        monkeypatch.setitem(catalogue._catalogs[0], words, translated)


def test_each_guardian_is_told_in_their_own_language(school: Class, hindi: None) -> None:
    mother, father = school.guardian(school.pupils[1]), school.guardian(school.pupils[1])
    mother.user.language = "hi"
    mother.user.save()
    name = school.pupils[1].given_name
    school.take("PAP")
    tell()
    assert {one.recipient: one.title for one in told()} == {
        mother.user: f"{name} कक्षा में नहीं",
        father.user: f"{name} is not in class",
    }
    school.take("PPP", expected=1)
    tell("attendance.tell_correction")
    corrected = {one.title for one in told()[2:]}
    assert corrected == {f"{name} स्कूल में", f"{name} is in school"}


def test_a_teacher_is_reminded_in_their_own_language(hindi: None) -> None:
    school = Class(day=MONDAY)
    school.staff.user.language = "hi"
    school.staff.user.save()
    services.chase_registers(now=NOW + timedelta(minutes=15))
    assert [one.title for one in told()] == [f"{school.section.name} बाक़ी"]


def test_a_register_of_yesterday_tells_nobody(school: Class) -> None:
    school.guardian(school.pupils[1])
    school.take("PAP", today=school.day + timedelta(days=1))
    assert tell() == 0


def test_a_campus_may_switch_notices_off(school: Class) -> None:
    school.guardian(school.pupils[1])
    school.campus.features = {"absence_notices": False}
    school.campus.save()
    school.take("PAP")
    tell()
    assert told() == []


def test_a_correction_is_told_only_to_who_was_told(school: Class) -> None:
    school.guardian(school.pupils[1])
    school.take("PAP")
    tell()
    school.take("PPP", expected=1)
    assert tell("attendance.tell_correction") == 1
    assert told()[-1].title == f"{school.pupils[1].given_name} is in school"
    assert AbsenceNotice.objects.get().corrected_at is not None


def test_a_correction_of_what_nobody_heard_stays_quiet(school: Class) -> None:
    school.guardian(school.pupils[1])
    school.take("PAP")
    school.take("PPP", expected=1)
    tell("attendance.tell_correction")
    tell()
    assert told() == []


def test_the_jobs_may_run_twice(school: Class) -> None:
    school.guardian(school.pupils[1])
    register = school.take("PAP")
    for _ in range(2):
        services.tell_guardians(register_id=register.pk, today=school.day, now=timezone.now())
    assert len(told()) == 1


def test_explaining_needs_something_unexplained(school: Class) -> None:
    with pytest.raises(Conflict):
        services.explain_absence(actor=school.office, student=school.pupils[0], date=school.day, reason="x")


def test_a_code_that_explains_nothing_is_refused(school: Class) -> None:
    school.take("PAP")
    with pytest.raises(DomainError) as refused:
        services.explain_absence(
            actor=school.office, student=school.pupils[1], date=school.day, reason="x", code=school.codes["A"]
        )
    assert refused.value.code == "NO_CODE"


def test_a_report_explains_what_registers_have_missed(school: Class) -> None:
    pupil = school.pupils[1]
    guardian = school.guardian(pupil)
    school.take("PAP")
    services.report_absence(
        actor=school.actor(guardian.user), student=pupil, begin_date=school.day, last_day=school.day,
        reason="illness", today=school.day,
    )  # fmt: skip
    mark = AttendanceEvent.objects.get(student=pupil)
    assert (mark.code, mark.reason) == (school.codes["E"], "Illness")


@pytest.mark.parametrize(("begin", "last", "code"), [(1, 0, "DATES"), (-1, 0, "PAST"), (0, 60, "TOO_LONG")])
def test_a_family_reports_days_ahead(school: Class, begin: int, last: int, code: str) -> None:
    actor = school.actor(school.guardian(school.pupils[0]).user)
    with pytest.raises(DomainError) as refused:
        services.report_absence(
            actor=actor, student=school.pupils[0], reason="family", today=school.day,
            begin_date=school.day + timedelta(days=begin), last_day=school.day + timedelta(days=last),
        )  # fmt: skip
    assert refused.value.code == code


def test_the_same_days_are_reported_once(school: Class) -> None:
    values: dict[str, Any] = {"actor": school.office, "student": school.pupils[0], "reason": "family",
        "begin_date": school.day, "last_day": school.day, "today": school.day}  # fmt: skip
    services.report_absence(**values)
    with pytest.raises(Conflict):
        services.report_absence(**values)


def test_the_chaser_reminds_once_after_the_wait() -> None:
    school = Class(day=MONDAY)
    soon, late = NOW + timedelta(minutes=5), NOW + timedelta(minutes=15)
    assert services.chase_registers(now=soon) == 0
    assert services.chase_registers(now=late) == 1
    assert services.chase_registers(now=late + timedelta(minutes=10)) == 0
    assert [one.recipient for one in told()] == [school.staff.user]


def test_a_taken_register_is_not_chased() -> None:
    Class(day=MONDAY).take("PPP")
    assert services.chase_registers(now=NOW + timedelta(hours=1)) == 0


def test_a_campus_without_reminders_is_left_alone() -> None:
    school = Class(day=MONDAY)
    services.change_register_settings(actor=school.office, campus=school.campus, remind_after=0)
    assert services.chase_registers(now=NOW + timedelta(hours=1)) == 0
