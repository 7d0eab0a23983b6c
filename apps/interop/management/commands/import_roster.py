"""manage.py import_roster PATH --school CODE [--campus CODE] [--apply] [--mapping FILE]"""

import json
import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.files.base import File
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from apps.accounts.access import Role
from apps.accounts.models import Campus, School
from apps.core import jobs
from apps.core.errors import DomainError
from apps.core.models import Job
from apps.core.policy import Actor
from apps.interop import services
from apps.interop.models import ImportRun
from apps.interop.services.problems import message_of, remedy_of


class Command(BaseCommand):
    """Shows the dry run of a roster (a zip, a table, or a folder of tables); with --apply it brings it in."""

    help = __doc__ or ""

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("path", type=Path, help="a zip, a CSV or XLSX file, or a folder of them")
        parser.add_argument("--school", required=True, metavar="CODE")
        parser.add_argument("--campus", metavar="CODE", help="put everything on this campus")
        parser.add_argument(
            "--apply", action="store_true", help="change the school; without it nothing changes"
        )
        parser.add_argument("--strict", action="store_true", help="refuse the whole file when a row is wrong")
        parser.add_argument("--date-order", choices=["dmy", "mdy"], default="")
        parser.add_argument(
            "--mapping",
            type=Path,
            help='JSON for plain files: {"file.csv": {"kind": ..., "columns": {field: header}}}',
        )

    def handle(self, *args: Any, **options: Any) -> None:
        school = School.objects.filter(code=options["school"]).first()
        if school is None:
            raise CommandError(f"There is no school with the code {options['school']}.")
        actor = Actor(
            user_id=None, school_id=school.pk, today=timezone.localdate(), roles={Role.SCHOOL_ADMIN: None}
        )
        try:
            run = self._checked(actor, school, options)
            if options["apply"]:
                self._apply(actor, run)
        except DomainError as refusal:
            raise CommandError(f"{refusal.code}: {refusal}") from None

    def _checked(self, actor: Actor, school: School, options: dict[str, Any]) -> ImportRun:
        opened = [path.open("rb") for path in _paths(options["path"])]
        try:
            run = services.start_import(
                actor=actor,
                uploads=[File(content, name=Path(content.name).name) for content in opened],
                campus=_campus(school, options["campus"]),
                date_order=options["date_order"],
                strict=options["strict"],
            )
        finally:
            for content in opened:
                content.close()
        if run.needs_mapping:
            run = services.name_columns(actor=actor, run=run, named=self._named(run, options["mapping"]))
        _work(run.plan_job)
        run = _fresh(run)
        self._show(run)
        return run

    def _named(self, run: ImportRun, path: Path | None) -> dict[str, Any]:
        """What the mapping file says, and a guess from the header for what it leaves out."""
        said = json.loads(path.read_text("utf-8")) if path else {}
        return {**services.guessed_columns(run), **said}

    def _show(self, run: ImportRun) -> None:
        self.stdout.write(f"{run.name}: {run.format}")
        for name, counts in run.summary["files"].items():
            told = ", ".join(f"{count} {what}" for what, count in counts.items())
            self.stdout.write(f"  {name}: {told}")
        for row in run.problems.all().iterator():
            place = f"{row.file}:{row.line}" + (f" [{row.column}]" if row.column else "")
            value = f" {row.value!r}" if row.value else ""
            words = f"{message_of(row.code)} {remedy_of(row.code)}"
            self.stdout.write(f"  {row.severity:7} {place} {row.code}{value} {words}")
        for kind, counts in run.totals.items():
            told = ", ".join(f"{count} {what}" for what, count in counts.items())
            self.stdout.write(f"{kind}: {told}")

    def _apply(self, actor: Actor, run: ImportRun) -> None:
        run = services.apply_run(actor=actor, run=run)
        _work(run.apply_job)
        result = _fresh(run).result
        told = ", ".join(f"{result[what]} {what}" for what in ("created", "changed", "ended", "left"))
        self.stdout.write(self.style.SUCCESS(f"Applied: {told}"))


def _paths(path: Path) -> list[Path]:
    if path.is_dir():
        return [
            one for one in sorted(path.iterdir()) if one.suffix.lower() in {".csv", ".tsv", ".txt", ".xlsx"}
        ]
    if not path.is_file():
        raise CommandError(f"There is no file {path}.")
    return [path]


def _campus(school: School, code: str | None) -> Campus | None:
    if code is None:
        return None
    campus = Campus.objects.filter(school=school, code=code).first()
    if campus is None:
        raise CommandError(f"The school has no campus with the code {code}.")
    return campus


def _work(job: Job | None) -> None:
    """Do it here; a worker that was offered the job too finds it taken or closed."""
    if job is None:
        raise CommandError("The work could not be begun.")
    jobs.run(job.pk)
    while (row := Job.objects.get(pk=job.pk)).is_open and not row.error_code:
        time.sleep(1)
    if row.error_code:
        raise CommandError(f"{row.error_code}: {row.note}")


def _fresh(run: ImportRun) -> ImportRun:
    return ImportRun.objects.select_related("plan_job", "apply_job").get(pk=run.pk)
