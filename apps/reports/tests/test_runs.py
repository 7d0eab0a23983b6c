"""Many papers at once: in chunks, stopped and gone on with, forgiving, bound at the end."""

import io
import zipfile
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pypdf import PdfReader

from apps.core import files, jobs
from apps.core.errors import Conflict, DomainError
from apps.core.models import Job
from apps.messaging.models import Notification
from apps.reports import services
from apps.reports.models import DocumentKind, EntryState, IssuedDocument, PrintAs, ReportRun
from apps.reports.selectors import runs
from apps.reports.services import issuing
from apps.reports.services import runs as printing
from apps.reports.tests.registry import Registry
from apps.reports.tests.test_word_files import word

pytestmark = pytest.mark.django_db
NAMES = ("Asha", "Bina", "Chetan", "Dev", "Esha")


@pytest.fixture
def school() -> Registry:
    made = Registry(NAMES, courses=("Art",))
    made.post_all(1)
    return made


def started(school: Registry, **more: Any) -> ReportRun:
    wanted = {
        "actor": school.actor(),
        "campus": school.campus,
        "template": school.template(),
        "session": school.terms[0],
    }
    return services.start_run(**{**wanted, **more})


def worked_off(run: ReportRun) -> ReportRun:
    """As the workers do, one share after the other."""
    for job in list(runs.open_jobs(run)):
        jobs.run(job.pk)
    run.refresh_from_db()
    return run


def content_of(run: ReportRun) -> bytes:
    assert run.output is not None
    with files.content_of(run.output) as content:
        return content.read()


def test_a_run_prints_every_pupil_once(school: Registry) -> None:
    run = worked_off(started(school))

    assert runs.counts(run) == runs.Counts(total=5, done=5, failed=0)
    assert IssuedDocument.objects.values("student").distinct().count() == 5
    assert run.ended_at is not None


def test_one_file_has_all_pages_in_order(school: Registry) -> None:
    pages = PdfReader(io.BytesIO(content_of(worked_off(started(school))))).pages

    assert len(pages) == 10
    assert [name for page in pages for name in NAMES if f"· {name} Rao" in page.extract_text()] == [
        name for name in NAMES for _ in range(2)
    ]


def test_a_zip_has_a_file_for_each(school: Registry) -> None:
    run = worked_off(started(school, print_as=PrintAs.ZIP))
    with zipfile.ZipFile(io.BytesIO(content_of(run))) as archive:
        assert archive.namelist() == [
            f"{number:04}-report-card-{name.lower()}-rao.pdf" for number, name in enumerate(NAMES, 1)
        ]
        assert archive.read(archive.namelist()[0]).startswith(b"%PDF-")


def test_a_failed_pupil_is_listed_and_the_rest_go_on(school: Registry) -> None:
    school.enroll("Farid", 6)
    run = worked_off(started(school))

    assert runs.counts(run) == runs.Counts(total=6, done=5, failed=1)
    failed = run.entries.get(state=EntryState.FAILED)
    assert (failed.student.given_name, failed.fault) == (
        "Farid",
        "No grades have been posted for Farid Rao. Post them first.",
    )


def test_an_odd_paper_does_not_hold_up_the_rest(school: Registry, monkeypatch: pytest.MonkeyPatch) -> None:
    real = issuing.make

    def make(paper: Any) -> Any:
        if paper.name.startswith("Chetan"):
            raise ZeroDivisionError
        return real(paper)

    monkeypatch.setattr(issuing, "make", make)
    run = worked_off(started(school))

    assert runs.counts(run) == runs.Counts(total=5, done=4, failed=1)
    assert "could not be drawn" in run.entries.get(state=EntryState.FAILED).fault


def test_those_that_failed_are_tried_again(school: Registry) -> None:
    late = school.enroll("Farid", 6)
    run = worked_off(started(school))
    school.post(late, school.sections[0], school.terms[0])
    services.continue_run(actor=school.actor(), run=run)
    worked_off(run)

    assert runs.counts(run) == runs.Counts(total=6, done=6, failed=0)
    assert len(PdfReader(io.BytesIO(content_of(run))).pages) == 12


def test_a_stopped_run_goes_on_with_what_is_left(school: Registry, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(printing, "CHUNK", 2)
    run = started(school)
    printing._next_chunk(run, school.today, timezone.now())
    services.cancel_run(actor=school.actor(), run=run, now=timezone.now())
    worked_off(run)
    assert runs.counts(run) == runs.Counts(total=5, done=2, failed=0)
    assert runs.progress(run).is_stopped
    assert run.ended_at is None

    services.continue_run(actor=school.actor(), run=run)
    worked_off(run)
    assert runs.counts(run).done == 5
    assert IssuedDocument.objects.count() == 5


def test_a_worker_hands_on_what_is_too_much_for_it(school: Registry, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(printing, "CHUNK", 1)
    monkeypatch.setattr(printing, "CHUNKS_A_JOB", 2)
    run = started(school)
    while runs.open_jobs(run).exists():
        worked_off(run)

    assert runs.counts(run).done == 5
    assert Job.objects.filter(task=printing.JOB).count() == 4


def test_running_a_share_again_prints_nothing_twice(school: Registry) -> None:
    run = worked_off(started(school))
    services.work_off(run_id=run.pk, today=school.today, now=timezone.now())

    assert IssuedDocument.objects.count() == 5
    assert Notification.objects.filter(recipient=school.office).count() == 1


def test_who_asked_is_told_with_the_place_to_go(school: Registry) -> None:
    run = worked_off(started(school))
    told = Notification.objects.get(recipient=school.office)

    assert (told.kind, told.url) == ("reports.run_ended", f"/reports/runs/{run.pk}/")


def test_a_run_under_way_is_not_begun_again(school: Registry) -> None:
    run = started(school)
    with pytest.raises(Conflict):
        services.continue_run(actor=school.actor(), run=run)


def test_a_section_narrows_it(school: Registry) -> None:
    other = Registry.enroll(school, "Gita", 7)
    other.enrollments.filter(section=school.homeroom).delete()
    run = started(school, section=school.homeroom)

    assert run.entries.count() == 5


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"session": None}, "SESSION_NEEDED"),
        ({"kind": DocumentKind.MARK_SHEET}, "ONE_BY_ONE"),
        ({"word": True}, "ZIP_ONLY"),
    ],
)
def test_what_cannot_be_printed_is_refused(school: Registry, more: dict[str, Any], code: str) -> None:
    wanted = dict(more)
    if kind := wanted.pop("kind", None):
        wanted["template"] = school.template(kind)
    if wanted.pop("word", None):
        upload = io.BytesIO(word("{{ student.name }}"))
        from django.core.files.base import File

        wanted["template"] = services.add_template(
            actor=school.actor(school.head),
            kind="report_card",
            name="Own",
            word_file=File(upload, name="own.docx"),
        )
    with pytest.raises(DomainError) as refusal:
        started(school, **wanted)
    assert refusal.value.code == code


def test_a_campus_without_pupils_is_refused() -> None:
    school = Registry((), courses=())
    with pytest.raises(DomainError, match="No pupil is enrolled there"):
        started(school)


def test_a_chunk_asks_the_database_as_often_for_one_as_for_five(school: Registry) -> None:
    """Beside the file row that every paper has."""
    counts = []
    for size in (1, 4):
        run = started(school)
        run.entries.filter(position__gt=size).delete()
        with CaptureQueriesContext(connection) as queries:
            printing._next_chunk(run, school.today, timezone.now())
        counts.append(len(queries) - size)

    assert counts[0] == counts[1]
