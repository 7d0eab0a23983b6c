"""Work a person waits for: look at it, or ask it to stop."""

from typing import Any

from django.utils import timezone
from rest_framework.response import Response

from apps.core import jobs
from apps.core.api.pagination import Cursors
from apps.core.api.serializers import JobSerializer
from apps.core.api.viewsets import Removing
from apps.core.models import Job


class JobViewSet(Removing):
    """One's own jobs, the newest first; DELETE asks a job to stop."""

    model = Job
    serializer_class = JobSerializer
    pagination_class = Cursors
    filter_backends = []
    verbs = {"destroy": "cancel"}

    def perform_destroy(self, row: Job) -> None:
        jobs.cancel(row, now=timezone.now())

    def answer(self, row: Job, code: int = 200) -> Response:
        row.done, row.total, row.note = jobs.progress(row)
        return super().answer(row, code)

    def paginate_queryset(self, queryset: Any) -> Any:
        page = super().paginate_queryset(queryset)
        for row in page or ():
            row.done, row.total, row.note = jobs.progress(row)
        return page
