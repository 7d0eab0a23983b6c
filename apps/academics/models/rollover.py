"""A school year rolled over into the next: what was rehearsed, what became of it, how it is taken back."""

from typing import Any, ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.academics import access
from apps.core.audit import audited
from apps.core.models import Job, JobState, SchoolRow
from apps.core.privacy import NO_PERSON, Basis, Privacy


class RolloverState(models.TextChoices):
    REHEARSED = "rehearsed", _("Rehearsed")
    APPLYING = "applying", _("Being applied")
    APPLIED = "applied", _("Applied")
    UNDOING = "undoing", _("Being undone")
    UNDONE = "undone", _("Undone")


class RolloverDecision(models.TextChoices):
    UNDECIDED = "undecided", _("To be decided")
    PROMOTE = "promote", _("Moves up")
    REPEAT = "repeat", _("Repeats the grade")
    GRADUATE = "graduate", _("Graduates")
    LEAVE = "leave", _("Leaves the school")
    MAKE = "make", _("Is made")
    SKIP = "skip", _("Left as it is")


def _who(label: Any) -> models.ForeignKey[Any, Any]:
    return models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=label,
    )


@audited()
class Rollover(SchoolRow):
    """One rehearsal of a year's end, which may be applied and undone. Until then only its tables change.

    `to_year` is empty while the next year is yet to be made; the fields named `next_…` say how.
    The state is not stored: it follows from the job and the stamps, so a killed worker leaves no wrong one.
    Applied before the first day, it writes what belongs to the new year; pupils and the places of the old
    year follow on that day (`turned_at`), so nobody's day changes before.
    """

    from_year = models.ForeignKey(
        "academics.AcademicSession", on_delete=models.PROTECT, related_name="+", verbose_name=_("from year")
    )
    to_year = models.ForeignKey(
        "academics.AcademicSession",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("to year"),
    )
    next_name = models.CharField(_("name of the new year"), max_length=100)
    next_begin = models.DateField(_("new year from"))
    next_end = models.DateField(_("new year until (exclusive)"))
    rehearsed_at = models.DateTimeField(_("rehearsed"))
    rehearsed_by = _who(_("rehearsed by"))
    applied_at = models.DateTimeField(_("applied"), null=True, blank=True)
    applied_by = _who(_("applied by"))
    turned_at = models.DateTimeField(_("pupils moved"), null=True, blank=True)
    undone_at = models.DateTimeField(_("undone"), null=True, blank=True)
    undone_by = _who(_("undone by"))
    job = models.ForeignKey("core.Job", on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    result = models.JSONField(default=dict, blank=True)

    policy: ClassVar = access.ROLLOVER_POLICY
    privacy = Privacy(
        "says who turned the year", Basis.EDUCATION, 2, ("rehearsed_by", "applied_by", "undone_by")
    )

    class Meta:
        verbose_name = _("rollover")
        verbose_name_plural = _("rollovers")
        ordering = ["-created_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["from_year"],
                condition=Q(applied_at__isnull=False, undone_at__isnull=True),
                name="academics_rollover_one_applied",
                violation_error_message=_("This year has been rolled over already."),
            ),
            models.CheckConstraint(
                condition=Q(undone_at__isnull=True) | Q(applied_at__isnull=False),
                name="academics_rollover_undone_was_applied",
            ),
        ]
        indexes = [models.Index(fields=["school", "-created_at"], name="academics_rollover_newest")]

    def __str__(self) -> str:
        return f"{self.from_year_id} > {self.next_name}"

    @property
    def state(self) -> RolloverState:
        works = self.job is not None and self.job.is_open
        if self.undone_at is not None:
            return RolloverState.UNDONE
        if self.applied_at is not None:
            return RolloverState.UNDOING if works else RolloverState.APPLIED
        return RolloverState.APPLYING if works else RolloverState.REHEARSED

    @property
    def refusal(self) -> str:
        """Why the last piece of work stopped, in the words of whoever stopped it."""
        job: Job | None = self.job
        if job is None or job.is_open or job.state == JobState.DONE:
            return ""
        return job.note or str(_("A fault stopped the work; nothing was changed. Try again."))


class RolloverLine(SchoolRow):
    """One thing the rollover does: a pupil's way on, a section, a term, or what an upper floor adds.

    `key` names it through all rehearsals. `target` is the key of the homeroom a pupil goes to. What a person
    asked for (`asked`, `chosen`) has a name and a time and outlives the next rehearsal. The rest is drawn
    anew, `decision` too: a pupil asked into a full homeroom is still to be decided.
    """

    rollover = models.ForeignKey(Rollover, on_delete=models.CASCADE, related_name="lines")
    kind = models.CharField(_("kind"), max_length=40)
    key = models.CharField(max_length=120)
    position = models.PositiveIntegerField(default=0)
    campus = models.ForeignKey(
        "accounts.Campus", on_delete=models.CASCADE, null=True, blank=True, related_name="+",
        verbose_name=_("campus"),
    )  # fmt: skip
    student = models.ForeignKey(
        "academics.Student", on_delete=models.CASCADE, null=True, blank=True, related_name="+",
        verbose_name=_("student"),
    )  # fmt: skip
    section = models.ForeignKey(
        "academics.Section", on_delete=models.SET_NULL, null=True, blank=True, related_name="+",
        verbose_name=_("section"),
    )  # fmt: skip
    name = models.CharField(_("what"), max_length=300)
    source = models.CharField(_("now"), max_length=200, blank=True)
    goal = models.CharField(_("next year"), max_length=200, blank=True)
    target = models.CharField(max_length=120, blank=True)
    proposal = models.CharField(_("proposed"), max_length=10, choices=RolloverDecision.choices)
    decision = models.CharField(_("decision"), max_length=10, choices=RolloverDecision.choices)
    exception = models.CharField(_("exception"), max_length=40, blank=True)
    detail = models.JSONField(default=dict, blank=True)
    asked = models.CharField(_("asked for"), max_length=10, choices=RolloverDecision.choices, blank=True)
    chosen = models.CharField(max_length=120, blank=True)
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    decided_by = _who(_("decided by"))
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)

    policy: ClassVar = access.ROLLOVER_LINE_POLICY
    privacy = Privacy(
        "plans the pupil's way into the next year",
        Basis.EDUCATION,
        2,
        ("student", "name", "detail", "reason"),
    )

    class Meta:
        verbose_name = _("line of a rollover")
        verbose_name_plural = _("lines of rollovers")
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["rollover", "key"], name="academics_rollover_line_once"),
        ]
        indexes = [
            models.Index(fields=["rollover", "position"], name="academics_rollover_line_order"),
            models.Index(fields=["rollover", "kind"], name="academics_rollover_line_kind"),
        ]

    def __str__(self) -> str:
        return self.name


class RolloverEffect(SchoolRow):
    """What applying did to one table: rows it made, and rows it changed, as they were and as they became.

    With these the undo is exact. Kept apart from the audit trail, which only ever grows.
    """

    rollover = models.ForeignKey(Rollover, on_delete=models.CASCADE, related_name="effects")
    position = models.PositiveIntegerField()
    model = models.CharField(max_length=80)
    created = ArrayField(models.UUIDField(), default=list, blank=True)
    columns = ArrayField(models.CharField(max_length=63), default=list, blank=True)
    before = models.JSONField(default=list, blank=True)
    after = models.JSONField(default=list, blank=True)

    policy: ClassVar = access.ROLLOVER_EFFECT_POLICY
    privacy = NO_PERSON

    class Meta:
        verbose_name = _("effect of a rollover")
        verbose_name_plural = _("effects of rollovers")
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["rollover", "position"], name="academics_rollover_effect_order"),
        ]

    def __str__(self) -> str:
        return f"{self.model}: {len(self.created)} + {len(self.before)}"
