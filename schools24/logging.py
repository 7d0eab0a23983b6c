"""Logs: one structured line for each thing that happened, and nothing about a person but an id.

A line carries names of events, numbers, UUIDs and the few text fields of `TEXT_FIELDS`; any other text is
left out, so a careless `log.info("saved", name=student.name)` cannot leak. What remains is searched for mail
addresses, telephone numbers, tokens and the row values PostgreSQL repeats in its errors.
"""

import os
import re
from typing import Any
from uuid import UUID

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

TEXT_FIELDS = frozenset(
    {
        "event",
        "level",
        "logger",
        "timestamp",
        "request",
        "request_id",
        "correlation_id",
        "user_id",
        "school_id",
        "impersonator_id",
        "job_id",
        "task",
        "task_id",
        "parent_task_id",
        "child_task_id",
        "child_task_name",
        "error_code",
        "state",
        "exception",
        "exc_info",
        "stack",
        "stack_info",
        "_record",
        "_from_structlog",
    }
)
_KEEP_AS_THEY_ARE = frozenset({"_record", "_from_structlog", "exc_info", "timestamp", "level", "logger"})

_SCRUBS = (
    (re.compile(r"(?i)\b(bearer|basic)\s+[\w.~+/=-]+"), r"\1 [token]"),
    (re.compile(r"\beyJ[\w-]+\.[\w-]+\.[\w-]*"), "[token]"),
    (re.compile(r"[\w.+-]+@[\w-]+\.[\w.-]+"), "[mail]"),
    (re.compile(r"(?im)^\s*DETAIL:.*$"), "DETAIL: [left out]"),
    (re.compile(r"(?i)(failing row contains|key) \(.*\)"), r"\1 [left out]"),
    (re.compile(r"\?\S*"), ""),
    (re.compile(r"(?<![\w.:-])\+?\d[\d\s-]{7,}\d(?![\w.:-])"), "[number]"),
)
_UUID = re.compile(r"^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$", re.IGNORECASE)
_LONG_SEGMENT = re.compile(r"(?<=/)[^/\s]{21,}")


# django.request and the access logs repeat what request_finished says, with query strings.
QUIETER: dict[str, dict[str, Any]] = {
    "django.request": {"level": "ERROR"},
    "django.server": {"handlers": [], "level": "ERROR", "propagate": True},
    "uvicorn": {"handlers": [], "level": "WARNING", "propagate": True},
    "uvicorn.access": {"handlers": [], "level": "CRITICAL", "propagate": False},
    "gunicorn.access": {"handlers": [], "level": "CRITICAL", "propagate": False},
    "django.db.backends": {"level": "INFO"},
    "botocore": {"level": "WARNING"},
    "fontTools": {"level": "ERROR"},
    "weasyprint": {"level": "ERROR"},
}


def logging_config(*, json: bool) -> dict[str, Any]:
    """The `LOGGING` setting; `json` for machines, otherwise a coloured line for people."""
    renderer: Processor = (
        structlog.processors.JSONRenderer()
        if json
        else structlog.dev.ConsoleRenderer(pad_event_to=0, colors="NO_COLOR" not in os.environ)
    )
    time = structlog.processors.TimeStamper(fmt="iso" if json else "%H:%M:%S", utc=json)
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *_shared_processors(time),
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "lines": {
                "()": structlog.stdlib.ProcessorFormatter,
                "foreign_pre_chain": _shared_processors(time),
                "processors": [
                    structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                    structlog.processors.format_exc_info,
                    redact,
                    renderer,
                ],
            }
        },
        "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "lines"}},
        "root": {"handlers": ["console"], "level": "INFO"},
        "loggers": QUIETER,
    }


def redact(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Keep what may be kept, scrub the rest (a structlog processor)."""
    return {
        name: value if name in _KEEP_AS_THEY_ARE else scrubbed(value)
        for name, value in event.items()
        if name in TEXT_FIELDS or _tells_no_name(value)
    }


def scrubbed(value: object) -> object:
    """The same value without mail addresses, numbers of people, tokens and query strings."""
    if isinstance(value, UUID):
        return str(value)
    if not isinstance(value, str):
        return value
    for pattern, replacement in _SCRUBS:
        value = pattern.sub(replacement, value)
    return _LONG_SEGMENT.sub(_masked_segment, value)


def _shared_processors(time: Processor) -> list[Processor]:
    return [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.stdlib.PositionalArgumentsFormatter(),
        time,
        structlog.processors.StackInfoRenderer(),
        structlog.processors.UnicodeDecoder(),
    ]


def _tells_no_name(value: object) -> bool:
    return value is None or isinstance(value, bool | int | float | UUID)


def _masked_segment(match: re.Match[str]) -> str:
    """Signed links and reset keys travel in paths; ids and plain words may stay."""
    segment = match.group()
    plain = _UUID.match(segment) or segment.replace("-", "").replace("_", "").replace(".py", "").isalpha()
    return segment if plain else "[token]"
