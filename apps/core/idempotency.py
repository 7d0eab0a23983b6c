"""A creating request that arrives twice has one effect and one answer."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from apps.core.errors import Denied, DomainError
from apps.core.models import IdempotencyKey
from apps.core.policy import Actor

KEPT: Final = timedelta(days=7)
LONGEST_KEY: Final = 200


@dataclass(frozen=True)
class Answer:
    """What was said the first time; `replayed` when this is a repetition."""

    status: int
    data: Any
    replayed: bool = False
    headers: dict[str, str] = field(default_factory=dict)


def once(actor: Actor, key: str, body_hash: str, work: Callable[[], Answer]) -> Answer:
    """Do the work and remember its answer in one transaction, or repeat the answer it got before.

    Parallel requests with one key wait on the unique index for the first of them. A refusal (exception)
    undoes the claim too, so a corrected request may use the key again.
    """
    if not 0 < len(key) <= LONGEST_KEY or not key.isprintable():
        raise DomainError(
            "VALIDATION_ERROR", _("The key is 1 to 200 printable characters."), "Idempotency-Key"
        )
    with transaction.atomic():
        claim = _claim(actor, key, body_hash)
        if claim is None:
            return _repeat(actor, key, body_hash)
        answer = work()
        IdempotencyKey.objects.filter(pk=claim.pk).update(status=answer.status, answer=_kept(answer))
    return answer


def hash_of(*parts: Any) -> str:
    """A digest that does not depend on the order of keys or on white space."""
    return hashlib.sha256(json.dumps(parts, sort_keys=True, default=str).encode()).hexdigest()


def forget_old_answers(*, now: datetime) -> int:
    """Delete keys nobody will send again. What must never happen twice carries a constraint of its own."""
    deleted, _by_model = IdempotencyKey.objects.filter(created_at__lt=now - KEPT).delete()
    return deleted


def _claim(actor: Actor, key: str, body_hash: str) -> IdempotencyKey | None:
    """The new row, or None when the key is taken; waits while another request holds it uncommitted."""
    if actor.user_id is None or actor.school_id is None:
        raise Denied
    row = IdempotencyKey(school_id=actor.school_id, user_id=actor.user_id, key=key, body_hash=body_hash)
    IdempotencyKey.objects.bulk_create([row], ignore_conflicts=True)
    return IdempotencyKey.objects.filter(pk=row.pk).first()


def _repeat(actor: Actor, key: str, body_hash: str) -> Answer:
    known = IdempotencyKey.objects.get(user=actor.user_id, key=key)
    if known.body_hash != body_hash:
        raise DomainError(
            "IDEMPOTENCY_KEY_REUSED",
            _("This key was used for another request. Make a new key for a new request."),
            "Idempotency-Key",
        )
    kept = known.answer or {}
    return Answer(known.status or 200, kept.get("data"), replayed=True, headers=kept.get("headers", {}))


def _kept(answer: Answer) -> dict[str, Any]:
    return {"data": answer.data, "headers": answer.headers}
