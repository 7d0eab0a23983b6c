"""Papers for many pupils: drawn by the workers in chunks, so that a run stops, goes on, and forgives."""

import tempfile
import uuid
from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import IO, Final

import structlog
from django.db import transaction
from django.db.models.functions import Length, Now
from django.utils.text import slugify
from django.utils.translation import gettext as _

from apps.academics.models import (
    AcademicSession,
    EnrollmentStatus,
    GradeLevel,
    Section,
    Student,
    StudentStatus,
)
from apps.accounts.models import Campus
from apps.core import files, jobs
from apps.core.errors import Conflict, DomainError
from apps.core.models import Job, StoredFile
from apps.core.policy import Actor
from apps.core.rows import of_school, written
from apps.core.sniffing import PDF, ZIP
from apps.reports.models import (
    DocumentKind,
    DocumentTemplate,
    EntryState,
    IssuedDocument,
    PrintAs,
    ReportRun,
    ReportRunEntry,
)
from apps.reports.selectors import runs
from apps.reports.selectors.papers import FROM_SESSION, Paper, papers, required_session
from apps.reports.services import issuing
from apps.reports.services.binding import bind_pdf, bind_zip
from apps.reports.services.issuing import Made, look_for
from apps.reports.services.notices import tell_of_run

log = structlog.get_logger(__name__)

JOB: Final = "reports.print_run"
PURPOSE: Final = "report_run"
# As many papers lie in memory and share a transaction; as many are drawn before a worker is let go.
CHUNK: Final = 20
CHUNKS_A_JOB: Final = 25
# As many workers draw at once.
SHARES: Final = 2


def register_files() -> None:
    files.register(
        PURPOSE,
        allowed=frozenset({PDF, ZIP}),
        max_bytes=4096 * files.MB,
        reached=lambda actor, file: ReportRun.objects.permitted(actor).filter(output=file).exists(),
        uploadable=False,
    )


@transaction.atomic
def start_run(
    *,
    actor: Actor,
    campus: Campus,
    template: DocumentTemplate,
    session: AcademicSession | None = None,
    grade_level: GradeLevel | None = None,
    section: Section | None = None,
    print_as: str = PrintAs.ONE_FILE,
    reason: str = "",
) -> ReportRun:
    """Papers for the pupils of a campus, of a grade there, or of a section."""
    for row in filter(None, (campus, template, session, grade_level, section)):
        if row is not campus or campus.school_id != actor.school_id:
            of_school(actor, row)
    _require_printable(template, campus, session, print_as)
    pupils = _pupils(campus, grade_level, section)
    if not pupils:
        raise DomainError("NOBODY", _("No pupil is enrolled there."), "section" if section else "campus")
    run = ReportRun(school_id=campus.school_id, campus=campus, template=template, session=session)
    written(run, print_as=print_as, reason=reason, started_by_id=actor.user_id)
    ReportRunEntry.objects.bulk_create(
        ReportRunEntry(school_id=campus.school_id, run=run, student_id=pk, position=number)
        for number, pk in enumerate(pupils, 1)
    )
    run.job = _hire(run)[0]
    run.save(update_fields=["job", "updated_at"])
    return run


@transaction.atomic
def continue_run(*, actor: Actor, run: ReportRun) -> ReportRun:
    """Go on with those still waiting, and try those again that failed."""
    of_school(actor, run)
    run = ReportRun.objects.select_for_update().get(pk=run.pk)
    if runs.open_jobs(run).exists():
        raise Conflict("RUNNING", _("This run is still under way."))
    run.entries.filter(state=EntryState.FAILED).update(state=EntryState.WAITING, fault="", updated_at=Now())
    if not run.entries.filter(state=EntryState.WAITING).exists():
        raise Conflict("NOTHING_LEFT", _("Every paper of this run is printed."))
    run.job, run.ended_at = _hire(run)[0], None
    run.save(update_fields=["job", "ended_at", "updated_at"])
    return run


@transaction.atomic
def cancel_run(*, actor: Actor, run: ReportRun, now: datetime) -> ReportRun:
    """Stop after the papers that are being drawn; those done stay, and the run can go on later."""
    of_school(actor, run)
    for job in runs.open_jobs(run):
        jobs.cancel(job, now=now)
    return run


def work_off(*, run_id: uuid.UUID, today: date, now: datetime) -> int:
    """A worker's share: chunk after chunk of what is waiting, then the end if nothing is left."""
    run = ReportRun.objects.select_related(
        "template__logo", "template__word_file", "campus__school", "session__parent"
    ).get(pk=run_id)
    drawn = 0
    for _chunk in range(CHUNKS_A_JOB):
        counts = runs.counts(run)
        jobs.report(counts.settled, counts.total)
        count = _next_chunk(run, today, now)
        if not count:
            finish_run(run=run, now=now)
            return drawn
        drawn += count
    _hire(run, shares=1, follows=jobs.running_id())
    return drawn


@transaction.atomic
def finish_run(*, run: ReportRun, now: datetime) -> bool:
    """Bind what was printed and tell who asked; the last worker of a run does it, once."""
    row = ReportRun.objects.select_for_update().get(pk=run.pk)
    waiting = row.entries.filter(state=EntryState.WAITING).exists()
    if row.ended_at is not None or waiting:
        return False
    row.output = _output(row)
    row.ended_at = Now()  # the clock of the database
    row.save(update_fields=["output", "ended_at", "updated_at"])
    tell_of_run(row, now=now)
    return True


def _next_chunk(run: ReportRun, today: date, now: datetime) -> int:
    """Draw the next waiting entries nobody else has; what was drawn and its entry are kept together."""
    with transaction.atomic():
        waiting = ReportRunEntry.objects.select_for_update(skip_locked=True).filter(
            run=run, state=EntryState.WAITING
        )
        entries = list(waiting.order_by("position")[:CHUNK])
        if not entries:
            return 0
        made = [_drawn(entry, paper) for entry, paper in _papers(run, entries, today)]
        done = [(entry, one) for entry, one in made if one is not None]
        rows = issuing.register([one for _entry, one in done], run.started_by_id, now=now)
        for (entry, _one), row in zip(done, rows, strict=True):
            entry.state, entry.document = EntryState.DONE, row
        for entry in entries:
            entry.updated_at = now
        ReportRunEntry.objects.bulk_update(entries, ["state", "fault", "document", "updated_at"])
    return len(entries)


def _papers(
    run: ReportRun, entries: Sequence[ReportRunEntry], today: date
) -> list[tuple[ReportRunEntry, Paper]]:
    students = Student.objects.filter(pk__in=[one.student_id for one in entries])
    look = look_for(run.template, run)
    rows = list(students.select_related("grade_level", "photo"))
    found = papers(look, rows, run.session, day=today, reason=run.reason)
    return [(entry, found[entry.student_id]) for entry in entries]


def _drawn(entry: ReportRunEntry, paper: Paper) -> tuple[ReportRunEntry, Made | None]:
    """One pupil's paper; what goes wrong with it is written down, and the others go on."""
    try:
        return entry, issuing.make(paper)
    except DomainError as refusal:
        fault = str(refusal)
    except Exception:  # nothing is written here; one odd paper must not hold up the rest
        log.exception("paper_not_drawn", entry=str(entry.pk))
        fault = _("The paper could not be drawn. Look at the pupil's photo and comments.")
    entry.state, entry.fault = EntryState.FAILED, fault[:300]
    return entry, None


def _output(run: ReportRun) -> StoredFile | None:
    rows = IssuedDocument.objects.filter(pk__in=run.entries.filter(document__isnull=False).values("document"))
    by_id = {row.pk: row for row in rows.select_related("file")}
    numbered = run.entries.filter(document__isnull=False).order_by("position")
    parts = [(position, by_id[pk].file) for position, pk in numbered.values_list("position", "document")]
    if not parts:
        return None
    with tempfile.TemporaryFile() as target:
        media_type, ending = _bound(run, parts, target)
        name = f"{slugify(run.template.name) or run.template.kind}.{ending}"
        return files.keep_made(target, name, media_type, school_id=run.school_id, purpose=PURPOSE)


def _bound(run: ReportRun, parts: Sequence[tuple[int, StoredFile]], target: IO[bytes]) -> tuple[str, str]:
    if run.print_as == PrintAs.ONE_FILE:
        bind_pdf((_opener(file) for _position, file in parts), target)
        return PDF, "pdf"
    bind_zip(((f"{position:04}-{file.name}", _opener(file)) for position, file in parts), target)
    return ZIP, "zip"


def _opener(file: StoredFile) -> Callable[[], IO[bytes]]:
    return lambda: files.content_of(file)


def _hire(run: ReportRun, *, shares: int = SHARES, follows: uuid.UUID | None = None) -> list[Job]:
    """Hand the run to the workers. One who hands on names itself, being still at work."""
    return [
        jobs.enqueue(
            JOB,
            school_id=run.school_id,
            owner_id=run.started_by_id,
            dedupe=f"{run.pk}:{follows or share}",
            run_id=run.pk,
        )
        for share in range(shares)
    ]


def _require_printable(
    template: DocumentTemplate, campus: Campus, session: AcademicSession | None, print_as: str
) -> None:
    if template.kind == DocumentKind.MARK_SHEET:
        message = _("A mark sheet is one paper for a section. Issue it by itself.")
        raise DomainError("ONE_BY_ONE", message, "template")
    if not template.is_active or template.campus_id not in {None, campus.pk}:
        raise DomainError("TEMPLATE_ELSEWHERE", _("This template is not for this campus."), "template")
    if template.kind in FROM_SESSION:
        required_session(session)
    if template.word_file_id and print_as == PrintAs.ONE_FILE:
        message = _("Word files come one for each pupil. Choose the ZIP.")
        raise DomainError("ZIP_ONLY", message, "print_as")


def _pupils(campus: Campus, grade: GradeLevel | None, section: Section | None) -> list[uuid.UUID]:
    """Class by class, by roll number and name: the order of the pile on the desk."""
    rows = Student.objects.filter(campus=campus, status=StudentStatus.ACTIVE)
    if grade is not None:
        rows = rows.filter(grade_level=grade)
    if section is not None:
        rows = rows.filter(enrollments__section=section, enrollments__status=EnrollmentStatus.ACTIVE)
    ordered = rows.order_by(
        "grade_level__position", Length("roll_number"), "roll_number", "given_name", "family_name", "pk"
    )
    found = list(ordered.values_list("pk", flat=True))
    rooms = runs.homerooms(found)
    return sorted(found, key=lambda pk: rooms.get(pk, (0, ""))) if section is None else found
