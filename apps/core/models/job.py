"""Work handed to the workers: the outbox row, and what a person waits for."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.core.models.base import SchoolRow
from apps.core.policy import OWN, SCHOOL, Policy
from apps.core.privacy import Basis, Privacy

_ANYONE = (
    "school_admin",
    "campus_admin",
    "registrar",
    "accountant",
    "teacher",
    "student",
    "guardian",
)


class JobState(models.TextChoices):
    QUEUED = "queued", _("Waiting")
    RUNNING = "running", _("Running")
    DONE = "done", _("Done")
    FAILED = "failed", _("Failed")
    CANCELLED = "cancelled", _("Cancelled")
    PARKED = "parked", _("Set aside")


class Job(SchoolRow):
    """One piece of work, written in the transaction that wants it and closed in the transaction that does it.

    Holds ids only, never names. FAILED is an answer (a rule said no); PARKED is a fault that repeated
    until somebody has to look.
    """

    owner = models.ForeignKey(
        "accounts.User", on_delete=models.CASCADE, null=True, blank=True, related_name="+"
    )
    task = models.CharField(_("task"), max_length=100)
    kwargs = models.JSONField(default=dict)
    dedupe = models.CharField(max_length=200, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=JobState.choices, default=JobState.QUEUED)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    note = models.CharField(max_length=200, blank=True)
    result = models.JSONField(default=dict, blank=True)
    error_code = models.CharField(max_length=100, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    run_after = models.DateTimeField(null=True, blank=True)
    published_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    cancel_requested_at = models.DateTimeField(null=True, blank=True)

    policy: ClassVar = Policy(
        paths={SCHOOL: "school", OWN: "owner"},
        grants={
            "view": dict.fromkeys(_ANYONE, OWN),
            "cancel": dict.fromkeys(_ANYONE, OWN),
        },
    )
    privacy: ClassVar = Privacy("carries out what was asked", Basis.EDUCATION, 1, ("owner",))

    class Meta:
        verbose_name = _("job")
        verbose_name_plural = _("jobs")
        constraints = [
            models.UniqueConstraint(
                fields=["task", "dedupe"],
                condition=~Q(dedupe="") & Q(closed_at__isnull=True),
                name="core_job_one_open_per_dedupe",
            ),
            models.CheckConstraint(
                condition=Q(closed_at__isnull=True, state__in=["queued", "running"])
                | Q(closed_at__isnull=False, state__in=["done", "failed", "cancelled", "parked"]),
                name="core_job_closed_state",
            ),
        ]
        indexes = [
            models.Index(
                fields=["run_after", "published_at"],
                condition=Q(closed_at__isnull=True),
                name="core_job_open",
            ),
            models.Index(fields=["owner", "-created_at"], name="core_job_owner"),
        ]

    def __str__(self) -> str:
        return f"{self.task} ({self.get_state_display()})"

    @property
    def is_open(self) -> bool:
        return self.closed_at is None
