"""One verb for many pupils: each as a whole or not at all, and why not; first as a rehearsal if wanted."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Final

from django.db import transaction
from django.utils.translation import gettext as _

from apps.academics.models import Student
from apps.core.errors import DomainError
from apps.core.policy import Actor

MOST: Final = 500
Verb = Callable[..., Any]


@dataclass(frozen=True)
class Outcome:
    """What became of one pupil; without a refusal it went through, and `row` is what the verb made."""

    student: Student
    row: Any = None
    refusal: DomainError | None = None


def for_each(
    *, actor: Actor, students: Iterable[Student], verb: Verb, rehearse: bool = False, **values: Any
) -> list[Outcome]:
    """Call `verb(actor=, student=, **values)` for each; a rehearsal finds out the same and leaves nothing.

    All pupils are locked first, in one order: a single enrollment locks its pupil and then the section, so
    whoever held a section and then asked for a pupil could wait in a circle.
    """
    ids = [student.pk for student in students]
    if len(ids) > MOST:
        raise DomainError("TOO_MANY", _("At most %d pupils at once; narrow the list.") % MOST)
    with transaction.atomic():
        rows = Student.objects.select_for_update(of=("self",)).filter(pk__in=ids).order_by("pk")
        outcomes = [_one(actor, student, verb, values) for student in list(rows)]
        if rehearse:
            transaction.set_rollback(True)
    return sorted(outcomes, key=lambda one: one.student.full_name)


def _one(actor: Actor, student: Student, verb: Verb, values: dict[str, Any]) -> Outcome:
    try:
        with transaction.atomic():
            return Outcome(student, verb(actor=actor, student=student, **values))
    except DomainError as refusal:
        return Outcome(student, refusal=refusal)
