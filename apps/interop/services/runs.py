"""The verbs of an import: take a file in, name its columns, check it, apply it, forget it."""

import tempfile
import uuid
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, Final

from django.core.files.base import File
from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _

from apps.academics.services import roster
from apps.accounts.models import Campus
from apps.core import files, jobs
from apps.core.audit import acting
from apps.core.errors import Conflict, Denied, DomainError, Missing
from apps.core.policy import Actor, may, reached
from apps.core.sniffing import ZIP
from apps.gradebook.models import LineItem, Result
from apps.interop.models import ColumnMapping, ImportRun, RunState
from apps.interop.services import bundles, formats, mapping, tables
from apps.interop.services.decoding import FileRefused
from apps.interop.services.effects import Paper, School
from apps.interop.services.notices import tell_owner
from apps.interop.services.planning.draw import draw_up
from apps.interop.services.planning.plan import Plan

PURPOSE: Final = "roster"
PLAN, APPLY = "interop.plan_import", "interop.apply_import"
_NAMES_SHOWN: Final = 3


def register_files() -> None:
    """Cleaned bundles are stored and opened by these services only."""
    files.register(PURPOSE, allowed=frozenset({ZIP}), max_bytes=200 * files.MB, uploadable=False)


def start_import(
    *,
    actor: Actor,
    uploads: "Sequence[File[Any]]",
    campus: Campus | None = None,
    date_order: str = "",
    strict: bool = False,
) -> ImportRun:
    """Take files in, without passwords, and begin the dry run; a plain file may wait for its columns'
    names.
    """
    if actor.school_id is None or (campus is not None and campus.school_id != actor.school_id):
        raise Missing
    with tempfile.TemporaryFile() as target:
        parts = bundles.pack(uploads, target)
        _refuse_unknown(parts)
        target.seek(0)
        with transaction.atomic():
            stored = files.store(
                File(target, name="roster.zip"),
                school_id=actor.school_id,
                owner_id=actor.user_id,
                purpose=PURPOSE,
            )
            run = ImportRun.objects.create(
                school_id=actor.school_id,
                owner_id=actor.user_id,
                campus=campus,
                name=_name_of(uploads),
                format=formats.format_of(parts),
                file=stored,
                outline=bundles.outline_of(parts),
                mapping=_remembered(actor.school_id, parts),
                date_order=date_order,
                strict=strict,
            )
            return run if run.needs_mapping else plan_again(actor=actor, run=run)


def name_columns(*, actor: Actor, run: ImportRun, named: Mapping[str, Mapping[str, Any]]) -> ImportRun:
    """Say what the columns of plain files mean (`{file: {"kind", "columns": {field: header}}}`);
    remember it.
    """
    with transaction.atomic():
        return _named(actor, _locked(actor, run), named)


def _named(actor: Actor, run: ImportRun, named: Mapping[str, Mapping[str, Any]]) -> ImportRun:
    if run.applied_at is not None:
        raise _already()
    parts = {part["name"]: part for part in run.outline if part["table"] == tables.PLAIN}
    for name, meaning in named.items():
        if name not in parts:
            raise Missing
        _check_meaning(name, parts[name], meaning)
        signature = mapping.signature_of(parts[name]["headers"])
        ColumnMapping.objects.update_or_create(
            school_id=run.school_id,
            signature=signature,
            defaults={"kind": meaning["kind"], "columns": dict(meaning["columns"])},
        )
    run.mapping = {**run.mapping, **{name: dict(meaning) for name, meaning in named.items()}}
    run.save(update_fields=["mapping", "updated_at"])
    return run if run.needs_mapping else plan_again(actor=actor, run=run)


def guessed_columns(run: ImportRun) -> dict[str, Any]:
    """What the headers of the plain files without names seem to mean."""
    plain = [
        part for part in run.outline if part["table"] == tables.PLAIN and part["name"] not in run.mapping
    ]
    return {part["name"]: mapping.guess(part["headers"], part["name"]) for part in plain}


def plan_again(*, actor: Actor, run: ImportRun, date_order: str | None = None) -> ImportRun:
    """Begin the dry run, the first or a fresh one after the school or a choice has changed."""
    with transaction.atomic():
        run = _locked(actor, run)
        if run.applied_at is not None:
            raise _already()
        if run.needs_mapping:
            raise DomainError("COLUMNS_UNNAMED", _("Say first what the columns of the file mean."), "mapping")
        _refuse_busy(run)
        if date_order is not None:
            run.date_order = date_order
        run.planned_at, run.apply_job, run.fingerprint, run.summary = None, None, "", {}
        run.plan_job = _enqueue(PLAN, run, actor)
        run.save()
    return run


def apply_run(*, actor: Actor, run: ImportRun) -> ImportRun:
    """Begin the effect of what the dry run showed. Asking twice begins it once."""
    with transaction.atomic():
        run = _locked(actor, run)
        if run.applied_at is not None:
            raise _already()
        if run.state == RunState.APPLYING:
            return run
        _refuse_busy(run)
        if run.planned_at is None:
            raise Conflict("NOT_CHECKED", _("Wait for the dry run first."))
        if run.strict and run.errors:
            raise Conflict("ROWS_WRONG", _("The file has wrong rows, and you chose to take all or nothing."))
        run.apply_job = _enqueue(APPLY, run, actor)
        run.save(update_fields=["apply_job", "updated_at"])
    return run


def discard_run(*, actor: Actor, run: ImportRun) -> None:
    """Forget an import that was not applied, with its file."""
    with transaction.atomic():
        run = _locked(actor, run)
        _refuse_busy(run)
        if run.applied_at is not None:
            raise _already()
        stored = run.file
        run.delete()
        if stored is not None:
            files.discard(stored)


# --- the work of the jobs ---


def plan_import(*, run: ImportRun, today: date, now: datetime) -> dict[str, Any]:
    """The dry run: keep every problem and effect. Runs inside one transaction."""
    run.lines.all().delete()
    run.problems.all().delete()
    paper = Paper(run, now)
    plan, _classes = _drawn(run, today, paper)
    problems = plan.stage.problems
    paper.keep_problems(problems.kept)
    run.fingerprint, run.planned_at = plan.digest, now
    run.summary = _summary(run, plan)
    run.outline = [{**part, "sample": []} for part in run.outline]
    run.save()
    tell_owner(run, "planned", now)
    return {"errors": problems.counts["error"], **_sums(plan)}


def apply_import(*, run: ImportRun, today: date, now: datetime) -> dict[str, Any]:
    """Do what the dry run showed, all of it or nothing. Runs inside one transaction."""
    if run.applied_at is not None:
        return dict(run.result)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [f"import:{run.school_id}"])
    actor = _who_applies(run, today)
    with acting(actor, cause="import", reason=str(run.pk)):
        school = School(run.school_id, now)
        plan, classes = _drawn(run, today, school)
        if plan.digest != run.fingerprint:
            raise Conflict(
                "PLAN_OUTDATED",
                _("The school has changed since the dry run; check the file again and look at it."),
            )
        _refuse_marks(actor, school)
        roster.settle_sections(sorted(classes.touched), school_id=run.school_id)
    run.applied_at, run.result = now, _sums(plan)
    stored, run.file = run.file, None
    run.save()
    if stored is not None:
        files.discard(stored)
    tell_owner(run, "applied", now)
    return dict(run.result)


def _drawn(run: ImportRun, today: date, sink: Any) -> tuple[Plan, Any]:
    if run.file is None:
        raise Conflict("FILE_GONE", _("The file is no longer kept; bring it in again."))
    with files.content_of(run.file) as content:
        return draw_up(
            bundles.unpack(content, run.outline),
            school=run.school,
            campus_id=run.campus_id,
            mapping=run.mapping,
            date_order=run.date_order,
            today=today,
            sink=sink,
        )


def _summary(run: ImportRun, plan: Plan) -> dict[str, Any]:
    problems = plan.stage.problems
    wrong: dict[str, set[int]] = {}
    for problem in problems.kept:
        if problem.severity != "warning":
            wrong.setdefault(problem.file, set()).add(problem.line)
    return {
        "errors": problems.counts["error"],
        "held": problems.counts["held"],
        "warnings": problems.counts["warning"],
        "totals": {kind: dict(counts) for kind, counts in sorted(plan.totals.items())},
        "files": {
            part["name"]: {
                "rows": part["rows"],
                "skipped": len(wrong.get(part["name"], ())),
                **plan.by_file.get(part["name"], {}),
            }
            for part in run.outline
        },
    }


def _sums(plan: Plan) -> dict[str, int]:
    return {
        action: sum(counts[action] for counts in plan.totals.values())
        for action in ("created", "changed", "ended", "left")
    }


def _enqueue(name: str, run: ImportRun, actor: Actor) -> Any:
    return jobs.enqueue(name, school_id=run.school_id, owner_id=actor.user_id, run_id=str(run.pk))


def _who_applies(run: ImportRun, today: date) -> Actor:
    """Who pressed the button, with the rights they still have; at the command line it is nobody."""
    owner = run.apply_job.owner if run.apply_job else None
    if owner is None:
        return Actor(user_id=None, school_id=run.school_id, today=today)
    actor = owner.actor(today)
    if not may(actor, "apply", run):
        raise Denied
    return actor


def _refuse_marks(actor: Actor, school: School) -> None:
    """Who runs the office does not mark: results of a gradebook come in by those who may grade each."""
    if actor.user_id is None:
        return
    for model, verb in ((LineItem, "change"), (Result, "grade")):
        ids = school.marked[model]
        if ids and reached(actor, verb, model, ids) != ids:
            raise Denied


def _locked(actor: Actor, run: ImportRun) -> ImportRun:
    if run.school_id != actor.school_id:
        raise Missing
    found = (
        ImportRun.objects.select_for_update(of=("self",))
        .select_related("plan_job", "apply_job", "file", "school")
        .filter(pk=run.pk)
        .first()
    )
    if found is None:
        raise Missing
    return found


def _refuse_busy(run: ImportRun) -> None:
    if run.state in {RunState.CHECKING, RunState.APPLYING}:
        raise Conflict("BUSY", _("Work on this import is under way; wait for it or cancel it."))


def _already() -> Conflict:
    return Conflict("ALREADY_APPLIED", _("This import has been applied already."))


def _refuse_unknown(parts: Sequence[bundles.Part]) -> None:
    """Refuse an upload in which nothing could ever be carried, with the reason for its first file."""
    if any(tables.is_carried(part.table) and part.table != "manifest" for part in parts):
        return
    headless = next((part for part in parts if part.note == "no_header"), None)
    if headless is not None:
        message = _("The first row holds no column names. Add a header row, or export the table with one.")
        raise FileRefused("NO_HEADER", message, headless.name)
    message = _("This table is known, but it is no roster: it holds no people, classes or enrollments.")
    raise FileRefused("NOT_A_ROSTER", message, parts[0].name)


def _remembered(school_id: uuid.UUID, parts: Sequence[bundles.Part]) -> dict[str, Any]:
    """What the school said earlier about files with the same headers."""
    signatures = {
        mapping.signature_of(part.headers): part.name for part in parts if part.table == tables.PLAIN
    }
    rows = ColumnMapping.objects.filter(school_id=school_id, signature__in=signatures)
    return {signatures[row.signature]: {"kind": row.kind, "columns": row.columns} for row in rows}


def _check_meaning(name: str, part: Mapping[str, Any], meaning: Mapping[str, Any]) -> None:
    kind, columns = meaning.get("kind"), meaning.get("columns")
    if kind not in mapping.KINDS or not isinstance(columns, Mapping):
        raise DomainError("VALIDATION_ERROR", _("Say what the rows of the file are."), "kind")
    if set(columns) - set(mapping.FIELDS[kind]) or {c for c in columns.values() if c} - set(part["headers"]):
        raise DomainError("VALIDATION_ERROR", _("This column or field does not exist."), "columns")
    if gaps := mapping.missing(kind, columns):
        fields = " · ".join("/".join(str(mapping.FIELDS[kind][field]) for field in group) for group in gaps)
        raise DomainError(
            "COLUMNS_MISSING",
            _("%(file)s: name the column for: %(fields)s.") % {"file": name, "fields": fields},
            "columns",
        )


def _name_of(uploads: "Sequence[File[Any]]") -> str:
    names = [str(upload.name or "file").replace("\\", "/").rsplit("/", 1)[-1] for upload in uploads]
    rest = len(names) - _NAMES_SHOWN
    shown = ", ".join(names[:_NAMES_SHOWN]) + (f" +{rest}" if rest > 0 else "")
    return "".join(c for c in shown if c.isprintable())[:200]
