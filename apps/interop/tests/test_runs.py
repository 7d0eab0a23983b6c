"""The way of a run: jobs, cancel, a killed worker, a school that moves on, the shrunken bench."""

import runpy
import uuid
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.db import connection, transaction
from django.utils import timezone

from apps.academics.models import Enrollment, Section, Student
from apps.academics.services import roster
from apps.academics.tests.factories import StudentFactory
from apps.accounts.models import Role, RoleAssignment, School
from apps.accounts.tests.factories import CampusFactory, RoleAssignmentFactory, SchoolFactory, UserFactory
from apps.core import jobs
from apps.core.audit import history
from apps.core.errors import Conflict, DomainError, Missing, StaleVersion
from apps.core.models import Job, JobState, StoredFile
from apps.core.policy import Actor
from apps.interop import services
from apps.interop.models import ImportRun, RunState
from apps.interop.services import runs
from apps.interop.tests.roster import actor_of, applied, checked, zipped
from apps.interop.tests.test_rostered import ALL, FILES, USERS, bundle
from apps.messaging.models import Notification

BENCH = Path(__file__).resolve().parents[3] / "bench" / "import_roster.py"


def do(job_id: uuid.UUID | None) -> bool:
    assert job_id is not None
    return jobs.run(job_id)


def fresh(run: ImportRun) -> ImportRun:
    return ImportRun.objects.select_related("plan_job", "apply_job", "file").get(pk=run.pk)


def counts(school: School) -> tuple[int, int, int]:
    return tuple(model.objects.filter(school=school).count() for model in (Student, Section, Enrollment))  # type: ignore[return-value]


@pytest.mark.django_db(transaction=True)
def test_the_jobs_do_the_work_and_tell_the_owner() -> None:
    school = SchoolFactory.create()
    owner = UserFactory.create(school=school)
    RoleAssignmentFactory.create(user=owner, role=Role.SCHOOL_ADMIN, campus=None)
    actor = owner.actor(timezone.localdate())
    run = services.start_import(actor=actor, uploads=[bundle()])
    assert run.state == RunState.CHECKING
    assert do(run.plan_job_id)
    run = fresh(run)
    assert run.state == RunState.READY
    run = services.apply_run(actor=actor, run=run)
    assert run.state == RunState.APPLYING
    assert services.apply_run(actor=actor, run=run).apply_job_id == run.apply_job_id
    assert do(run.apply_job_id)
    assert not do(run.apply_job_id)
    run = fresh(run)
    assert (run.state, run.file, run.result["created"]) == (RunState.APPLIED, None, 17)
    assert run.apply_job is not None
    assert (run.apply_job.state, run.apply_job.done, run.apply_job.total) == (JobState.DONE, 50, 50)
    assert Notification.objects.filter(recipient=owner, kind="interop.import").count() == 2
    assert history(Student.objects.get(school=school, sourced_id="s1"))[0]["pgh_context"]["user"] == str(
        owner.pk
    )
    for service in (services.apply_run, services.plan_again, services.discard_run):
        with pytest.raises(Conflict) as refusal:
            service(actor=actor, run=run)
        assert refusal.value.code == "ALREADY_APPLIED"


@pytest.mark.django_db(transaction=True)
def test_a_worker_killed_in_the_middle_leaves_nothing_and_the_next_one_finishes(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    school = SchoolFactory.create()
    run = checked(school, bundle())
    run = services.apply_run(actor=actor_of(school), run=run)

    def die(*args: Any, **kwargs: Any) -> None:
        connection.close()  # the connection breaks, as it does under kill -9
        raise KeyboardInterrupt

    monkeypatch.setattr(roster, "settle_sections", die)
    with pytest.raises(KeyboardInterrupt):
        do(run.apply_job_id)
    monkeypatch.undo()
    assert counts(school) == (0, 0, 0)
    assert fresh(run).state == RunState.APPLYING
    assert do(run.apply_job_id)
    assert counts(school) == (2, 2, 3)


@pytest.mark.django_db(transaction=True)
def test_cancel_undoes_all_and_the_run_can_be_applied_later(monkeypatch: pytest.MonkeyPatch) -> None:
    school = SchoolFactory.create()
    run = services.apply_run(actor=actor_of(school), run=checked(school, bundle()))
    job = run.apply_job
    assert job is not None
    settle = roster.settle_sections

    def cancel_late(*args: Any, **kwargs: Any) -> None:
        settle(*args, **kwargs)
        Job.objects.filter(pk=job.pk).update(cancel_requested_at=timezone.now())
        jobs.report(1, 1)

    monkeypatch.setattr(roster, "settle_sections", cancel_late)
    jobs.run(job.pk)
    monkeypatch.undo()
    run = fresh(run)
    assert (run.state, counts(school)) == (RunState.READY, (0, 0, 0))
    assert run.refusal
    run = services.apply_run(actor=actor_of(school), run=run)
    do(run.apply_job_id)
    assert counts(school) == (2, 2, 3)


@pytest.mark.django_db(transaction=True)
def test_a_school_that_has_moved_on_since_the_dry_run_is_not_changed() -> None:
    school = SchoolFactory.create()
    run = checked(school, bundle())
    applied(school, bundle(users=USERS.replace("Asha", "Usha")))
    run = services.apply_run(actor=actor_of(school), run=run)
    do(run.apply_job_id)
    run = fresh(run)
    assert run.apply_job is not None
    assert (run.state, run.apply_job.error_code) == (RunState.READY, "PLAN_OUTDATED")
    assert Student.objects.get(school=school, sourced_id="s1").given_name == "Usha"
    run = services.plan_again(actor=actor_of(school), run=run)
    do(run.plan_job_id)
    run = fresh(run)
    assert [line.changes for line in run.lines.all()] == [{"given_name": ["Usha", "Asha"]}] * 1


def test_work_under_way_is_not_begun_twice(school: School) -> None:
    run = services.start_import(actor=actor_of(school), uploads=[bundle()])
    for service in (services.apply_run, services.plan_again, services.discard_run):
        with pytest.raises(Conflict) as refusal:
            service(actor=actor_of(school), run=run)
        assert refusal.value.code == "BUSY"


def test_a_forgotten_import_takes_its_file_along(school: School) -> None:
    run = checked(school, bundle())
    services.discard_run(actor=actor_of(school), run=run)
    assert not ImportRun.objects.filter(school=school).exists()
    assert not StoredFile.objects.filter(school=school).exists()


def test_another_school_reaches_nothing(school: School) -> None:
    run = checked(school, bundle())
    other = SchoolFactory.create()
    for service in (services.apply_run, services.plan_again, services.discard_run):
        with pytest.raises(Missing):
            service(actor=actor_of(other), run=run)
    with pytest.raises(Missing):
        services.start_import(
            actor=actor_of(other), uploads=[bundle()], campus=CampusFactory.create(school=school)
        )


def test_two_schools_take_the_same_roster_side_by_side(school: School) -> None:
    other = SchoolFactory.create()
    applied(school, bundle())
    applied(other, bundle())
    assert counts(school) == counts(other) == (2, 2, 3)


def test_a_run_bound_to_a_campus_touches_no_other(school: School) -> None:
    north, south = CampusFactory.create_batch(2, school=school)
    applied(school, bundle(), campus=north)
    assert set(Student.objects.filter(school=school).values_list("campus", flat=True)) == {north.pk}
    run = checked(school, bundle(users=USERS.replace("Asha", "Usha")), campus=south)
    assert set(run.problems.values_list("code", flat=True)) == {"ON_ANOTHER_CAMPUS", "DEPENDS_ON_SKIPPED"}
    assert not run.lines.filter(kind__in=["student", "staff", "section"]).exists()


def test_who_is_known_by_number_is_adopted_and_not_doubled(school: School) -> None:
    campus = CampusFactory.create(school=school, name="North")
    known = StudentFactory.create(
        school=school, campus=campus, admission_number="a1", given_name="Asha", sourced_id=""
    )
    applied(school, bundle())
    known.refresh_from_db()
    assert (known.sourced_id, known.birth_date.isoformat()) == ("s1", "2012-03-04")
    assert Student.objects.filter(school=school).count() == 2


def test_full_sections_grow_with_the_file(school: School) -> None:
    users = (
        USERS.split("\n")[0]
        + "\n"
        + "".join(f"p{n},,true,o1,student,p,P{n},Q,N{n},,,,9,\n" for n in range(60))
    )
    enrollments = FILES["enrollments.csv"].split("\n")[0] + "\n"
    enrollments += "".join(f"x{n},,k1,o1,p{n},student,,,\n" for n in range(60))
    applied(school, bundle(users=users, enrollments=enrollments, demographics="sourcedId,sex\n"))
    section = Section.objects.get(school=school, sourced_id="k1")
    assert (section.capacity, section.seats_taken) == (60, 60)


def test_a_bulk_change_refuses_rows_somebody_else_saved(school: School) -> None:
    student = StudentFactory.create(school=school)
    Student.objects.filter(pk=student.pk).update(version=2)
    with pytest.raises(StaleVersion), transaction.atomic():
        roster.change_rows(Student, [(student.pk, 1, {"given_name": "Late"})], now=timezone.now())
    student.refresh_from_db()
    assert student.given_name != "Late"


def test_every_bulk_row_is_in_the_audit_trail(school: School) -> None:
    applied(school, bundle())
    applied(school, bundle(users=USERS.replace("Asha", "Usha")))
    asha = Student.objects.get(school=school, sourced_id="s1")
    assert [(row["pgh_label"], row["given_name"]) for row in history(asha)] == [
        ("update", "Usha"),
        ("insert", "Asha"),
    ]
    assert Enrollment.objects.get(sourced_id="e1").status_changes.get().status == "active"


def test_five_thousand_rows_with_fifty_bad_ones(school: School) -> None:
    """The bench in small: every bad row listed with its place, the others in, and nothing the second time."""
    archive = runpy.run_path(str(BENCH))["archive"]

    content = archive(5_000, 50)
    run = applied(school, ContentFile(content, name="roster.zip"))
    listed = run.problems.filter(severity="error")
    assert (run.errors, listed.count(), run.problems.count()) == (50, 50, 50)
    assert sum(part["rows"] for part in run.outline if part["table"] != "manifest") == 5_000
    assert len({(row.file, row.line) for row in listed}) == 50
    assert all(row.column and (row.value or row.code == "REQUIRED") for row in listed)
    assert run.result["created"] == 5_000 - 500 - 50 + sum(
        run.summary["totals"][kind]["created"] for kind in ("grade_level", "subject", "guardianship")
    )
    again = applied(school, ContentFile(content, name="roster.zip"))
    assert (again.result["created"], again.result["changed"], again.result["ended"]) == (0, 0, 0)


def test_all_kinds_of_the_small_roster_are_counted(school: School) -> None:
    run = checked(school, zipped(FILES))
    assert {kind: sum(counted.values()) for kind, counted in run.summary["totals"].items()} == ALL | {
        "campus": 2
    }
    assert runs.PURPOSE == "roster"
    assert isinstance(Actor.anonymous(timezone.localdate()), Actor)
    assert issubclass(Conflict, DomainError)


@pytest.mark.django_db
def test_the_effect_is_theirs_who_applied_it_with_the_rights_they_still_have() -> None:
    school = SchoolFactory.create()
    drafter, registrar = UserFactory.create_batch(2, school=school)
    today = timezone.localdate()
    for user in (drafter, registrar):
        RoleAssignmentFactory.create(user=user, role=Role.REGISTRAR, campus=None)
    run = services.start_import(actor=drafter.actor(today), uploads=[bundle()])
    assert do(run.plan_job_id)
    run = services.apply_run(actor=registrar.actor(today), run=fresh(run))

    held = registrar.role_assignments.get()
    RoleAssignment.objects.filter(pk=held.pk).update(end_date=today)
    assert do(run.apply_job_id)
    refused = Job.objects.get(task="interop.apply_import")
    assert (refused.state, refused.error_code) == (JobState.FAILED, "FORBIDDEN")
    assert counts(school) == (0, 0, 0)

    RoleAssignment.objects.filter(pk=held.pk).update(end_date=None)
    run = services.apply_run(actor=registrar.actor(today), run=fresh(run))
    assert do(run.apply_job_id)
    written = history(Student.objects.filter(school=school).first())  # type: ignore[arg-type]
    assert written[0]["pgh_context"]["user"] == str(registrar.pk)
