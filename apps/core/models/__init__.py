from apps.core.models.base import (
    DatedQuerySet,
    DatedRow,
    SchoolRow,
    VersionedRow,
    dates_in_order,
    uuid7,
)
from apps.core.models.files import ScanState, StoredFile
from apps.core.models.idempotency import IdempotencyKey
from apps.core.models.job import Job, JobState

__all__ = [
    "DatedQuerySet",
    "DatedRow",
    "IdempotencyKey",
    "Job",
    "JobState",
    "ScanState",
    "SchoolRow",
    "StoredFile",
    "VersionedRow",
    "dates_in_order",
    "uuid7",
]
