"""One roster file brought in: what was found, what it would do, what it did."""

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.core.models import Job, JobState, SchoolRow
from apps.core.privacy import NO_PERSON, Basis, Privacy
from apps.interop import access


class RunState(models.TextChoices):
    MAPPING = "mapping", _("Columns to be named")
    CHECKING = "checking", _("Being checked")
    READY = "ready", _("Ready to apply")
    APPLYING = "applying", _("Being applied")
    APPLIED = "applied", _("Applied")
    FAILED = "failed", _("Stopped by a fault")
    CANCELLED = "cancelled", _("Cancelled")


class DateOrder(models.TextChoices):
    UNSET = "", _("Decide by the file")
    DAY_FIRST = "dmy", _("Day first (31/12/2026)")
    MONTH_FIRST = "mdy", _("Month first (12/31/2026)")


class ImportRun(SchoolRow):
    """One upload on its way through the dry run to its effect.

    `file` holds the cleaned rows (no passwords, no columns we do not carry) until the run is applied.
    `campus` binds everything to one campus. The state is not stored: it follows from the two jobs and their
    time stamps, so a killed worker leaves no run in a wrong state. `fingerprint` is what the dry run showed;
    apply does that or nothing.
    """

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("brought in by"),
    )
    campus = models.ForeignKey(
        "accounts.Campus",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("only for campus"),
    )
    name = models.CharField(_("file"), max_length=200)
    format = models.CharField(_("format"), max_length=60, blank=True)
    file = models.ForeignKey(
        "core.StoredFile", on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    outline = models.JSONField(default=list)
    mapping = models.JSONField(default=dict, blank=True)
    date_order = models.CharField(
        _("order of day and month"), max_length=3, choices=DateOrder.choices, blank=True
    )
    strict = models.BooleanField(_("refuse the whole file when a row is wrong"), default=False)
    plan_job = models.ForeignKey(
        "core.Job", on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    apply_job = models.ForeignKey(
        "core.Job", on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    planned_at = models.DateTimeField(_("checked"), null=True, blank=True)
    applied_at = models.DateTimeField(_("applied"), null=True, blank=True)
    fingerprint = models.CharField(max_length=64, blank=True)
    summary = models.JSONField(default=dict, blank=True)
    result = models.JSONField(default=dict, blank=True)

    policy: ClassVar = access.IMPORT_POLICY
    privacy = Privacy("brings rosters of other systems in", Basis.EDUCATION, 1, ("owner", "name", "file"))

    class Meta:
        verbose_name = _("import")
        verbose_name_plural = _("imports")
        ordering = ["-created_at"]
        indexes = [models.Index(fields=["school", "-created_at"], name="interop_run_newest")]

    def __str__(self) -> str:
        return self.name

    @property
    def needs_mapping(self) -> bool:
        """Whether a plain file waits for somebody to say what its columns are."""
        return any(part["table"] == "plain" and part["name"] not in self.mapping for part in self.outline)

    @property
    def state(self) -> RunState:
        if self.applied_at is not None:
            return RunState.APPLIED
        if self.apply_job is not None and self.apply_job.is_open:
            return RunState.APPLYING
        if self.plan_job is not None and self.plan_job.is_open:
            return RunState.CHECKING
        return RunState.READY if self.planned_at is not None else self._unplanned_state

    @property
    def _unplanned_state(self) -> RunState:
        if self.plan_job is None:
            return RunState.MAPPING
        cancelled = self.plan_job.state == JobState.CANCELLED
        return RunState.CANCELLED if cancelled else RunState.FAILED

    @property
    def job(self) -> Job | None:
        """What runs or ran last."""
        return self.apply_job or self.plan_job

    @property
    def refusal(self) -> str:
        """Why the last step stopped, in the words of whoever stopped it."""
        job = self.job
        if self.applied_at or job is None or job.is_open or job.state == JobState.DONE:
            return ""
        return job.note or str(_("A fault stopped the work; nothing was changed. Try again."))

    @property
    def errors(self) -> int:
        return int(self.summary.get("errors", 0))

    @property
    def totals(self) -> dict[str, Any]:
        return dict(self.summary.get("totals", {}))


class Severity(models.TextChoices):
    ERROR = "error", _("Row left out")
    HELD = "held", _("Waits for another row")
    WARNING = "warning", _("Please look")


class ImportProblem(SchoolRow):
    """One thing wrong with one cell or row; words and remedy follow from `code`."""

    run = models.ForeignKey(ImportRun, on_delete=models.CASCADE, related_name="problems")
    file = models.CharField(_("file"), max_length=200)
    line = models.PositiveIntegerField(_("line"))
    column = models.CharField(_("column"), max_length=100, blank=True)
    code = models.CharField(_("code"), max_length=40)
    severity = models.CharField(_("severity"), max_length=8, choices=Severity.choices)
    value = models.CharField(_("value"), max_length=200, blank=True)
    hint = models.CharField(max_length=300, blank=True)

    policy: ClassVar = access.IMPORT_PART_POLICY
    privacy = Privacy("lets the office correct a file", Basis.EDUCATION, 1, ("value", "hint"))

    class Meta:
        verbose_name = _("problem")
        verbose_name_plural = _("problems")
        ordering = ["file", "line", "column"]
        indexes = [models.Index(fields=["run", "file", "line"], name="interop_problem_place")]

    def __str__(self) -> str:
        return f"{self.file}:{self.line} {self.code}"


class Action(models.TextChoices):
    CREATED = "created", _("New")
    CHANGED = "changed", _("Changed")
    ENDED = "ended", _("Ended")


class ImportLine(SchoolRow):
    """What one row of the file does to one record; rows that change nothing are only counted."""

    run = models.ForeignKey(ImportRun, on_delete=models.CASCADE, related_name="lines")
    file = models.CharField(_("file"), max_length=200)
    line = models.PositiveIntegerField(_("line"))
    kind = models.CharField(_("kind"), max_length=20)
    label = models.CharField(_("name"), max_length=300)
    action = models.CharField(_("effect"), max_length=8, choices=Action.choices)
    changes = models.JSONField(_("before and after"), default=dict, blank=True)

    policy: ClassVar = access.IMPORT_PART_POLICY
    privacy = Privacy("shows the office what an import does", Basis.EDUCATION, 1, ("label", "changes"))

    class Meta:
        verbose_name = _("effect")
        verbose_name_plural = _("effects")
        ordering = ["file", "line"]
        indexes = [models.Index(fields=["run", "action", "kind"], name="interop_line_effect")]

    def __str__(self) -> str:
        return f"{self.file}:{self.line} {self.action}"


class ColumnMapping(SchoolRow):
    """What the columns of a plain file mean, remembered for files with the same header."""

    signature = models.CharField(max_length=64)
    kind = models.CharField(_("kind"), max_length=20)
    columns = models.JSONField(_("columns"))

    policy: ClassVar = access.MAPPING_POLICY
    privacy = NO_PERSON

    class Meta:
        verbose_name = _("column mapping")
        verbose_name_plural = _("column mappings")
        constraints = [
            models.UniqueConstraint(fields=["school", "signature"], name="interop_mapping_once"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} ({len(self.columns)})"
