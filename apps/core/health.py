"""The doors for machines: alive, ready, and how busy."""

import hmac
import os
from collections.abc import Callable, Iterator
from ipaddress import ip_address
from typing import Any, Final

import prometheus_client
from celery import current_app
from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.http import require_safe
from django_redis import get_redis_connection
from kombu.exceptions import OperationalError as BrokerError
from prometheus_client import CollectorRegistry, generate_latest, multiprocess
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector
from redis.exceptions import RedisError

from apps.core import jobs
from apps.core.models import Job

OUTBOX_SECONDS: Final = 300

Check = Callable[[], bool]


@require_safe
def alive(_request: HttpRequest) -> JsonResponse:
    """The process answers; asks nothing else, so that a slow database restarts no web server."""
    return JsonResponse({"status": "ok"})


@require_safe
def ready(_request: HttpRequest) -> JsonResponse:
    """503 while pages cannot be served. Redis, broker and outbox only degrade: saving goes on without."""
    needed = {"database": _database(), "migrations": _migrations()}
    helpful = {"redis": _redis(), "broker": _broker(), "outbox": needed["database"] and _outbox()}
    status = "unavailable" if not all(needed.values()) else "ok" if all(helpful.values()) else "degraded"
    checks = {name: "ok" if good else "failing" for name, good in {**needed, **helpful}.items()}
    response = JsonResponse(
        {"status": status, "checks": checks}, status=503 if status == "unavailable" else 200
    )
    response["Cache-Control"] = "no-store"
    return response


@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """Prometheus text, for whoever has METRICS_TOKEN; without one in the settings, for this machine only."""
    if not _may_read_metrics(request):
        raise Http404
    page = generate_latest(_process_registry()) + generate_latest(_outbox_registry)
    return HttpResponse(page, content_type=prometheus_client.CONTENT_TYPE_LATEST)


class OutboxCollector(Collector):
    """How much work waits and for how long, asked at each scrape."""

    def collect(self) -> Iterator[GaugeMetricFamily]:
        try:
            age = jobs.oldest_open_age(now=timezone.now())
            waiting = Job.objects.filter(closed_at__isnull=True).count()
            parked = Job.objects.filter(state="parked").count()
        except DatabaseError:
            return
        yield GaugeMetricFamily("schools24_outbox_oldest_seconds", "Age of the oldest due job", value=age)
        yield GaugeMetricFamily("schools24_outbox_open", "Jobs not closed yet", value=waiting)
        yield GaugeMetricFamily(
            "schools24_outbox_parked", "Jobs set aside after repeated faults", value=parked
        )

    def describe(self) -> list[Any]:
        return []


_outbox_registry = CollectorRegistry()
_outbox_registry.register(OutboxCollector())


def _process_registry() -> CollectorRegistry:
    if "PROMETHEUS_MULTIPROC_DIR" not in os.environ:
        return prometheus_client.REGISTRY
    registry = CollectorRegistry()
    multiprocess.MultiProcessCollector(registry)
    return registry


def _may_read_metrics(request: HttpRequest) -> bool:
    token = settings.METRICS_TOKEN
    if token:
        given = request.headers.get("Authorization", "").removeprefix("Bearer ")
        return hmac.compare_digest(given.encode(), str(token).encode())
    # Behind a proxy on this machine everybody looks local; such requests carry a forwarding header.
    forwarded = any(name in request.headers for name in ("X-Forwarded-For", "Forwarded", "X-Real-Ip"))
    return not forwarded and _is_loopback(request.META.get("REMOTE_ADDR", ""))


def _is_loopback(address: str) -> bool:
    try:
        return ip_address(address).is_loopback
    except ValueError:
        return False


def _database() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return False
    return True


def _migrations() -> bool:
    """Asked of the database until the answer is yes; it stays yes for the life of the process."""
    global _migrated  # noqa: PLW0603  # one answer for the process
    if not _migrated:
        try:
            executor = MigrationExecutor(connection)
            _migrated = not executor.migration_plan(executor.loader.graph.leaf_nodes())
        except DatabaseError:
            return False
    return _migrated


_migrated = False


def _redis() -> bool:
    try:
        return bool(get_redis_connection("default").ping())
    except RedisError:
        return False


def _broker() -> bool:
    try:
        with current_app.connection_for_write(connect_timeout=2) as door:
            door.ensure_connection(max_retries=1, interval_start=0, interval_step=0, timeout=2)
    except (BrokerError, OSError, RedisError):
        return False
    return True


def _outbox() -> bool:
    return jobs.oldest_open_age(now=timezone.now()) < OUTBOX_SECONDS
