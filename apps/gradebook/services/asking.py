"""Message pupils who: a teacher's words to those who have not handed in, or are above or below a mark."""

import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Final

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.academics.models import Student
from apps.accounts.access import FAMILY
from apps.core.errors import DomainError
from apps.core.jobs import enqueue
from apps.core.policy import Actor
from apps.core.rows import of_school
from apps.gradebook.models import LineItem, ScoreStatus
from apps.gradebook.selectors.places import LEFT
from apps.gradebook.selectors.sheets import Sheet
from apps.gradebook.services.notices import families, may_still_be_told
from apps.messaging.kinds import Kind
from apps.messaging.models import Notification
from apps.messaging.services import filled, notify

MESSAGE: Final = "gradebook.message"
LONGEST: Final = 1000

OPEN, MISSING, BELOW, ABOVE, ALL = "open", "missing", "below", "above", "all"
GROUPS: Final = (
    (OPEN, gettext_lazy("have handed in nothing yet")),
    (MISSING, gettext_lazy("are marked missing")),
    (BELOW, gettext_lazy("have less than")),
    (ABOVE, gettext_lazy("have at least")),
    (ALL, gettext_lazy("are in the section")),
)


@dataclass(frozen=True)
class Told:
    """A pupil of the group, and how many people a message would reach."""

    student: Student
    pupil: bool
    guardians: int

    def reach(self, with_guardians: bool) -> int:
        return int(self.pupil) + (self.guardians if with_guardians else 0)


def group_of(made: Sheet, item: LineItem, group: str, bound: Decimal | None) -> list[Student]:
    """The pupils of the section now, whom the words would be for. Who had not come yet owes nothing."""
    found = []
    for row in made.rows:
        cell = made.cell(row.student.pk, item.pk)
        status = cell.status if cell else ScoreStatus.UNMARKED
        score = cell.score if cell else None
        owes = row.place.is_expected(item) and status in {ScoreStatus.UNMARKED, ScoreStatus.MISSING}
        fits = {
            OPEN: owes,
            MISSING: status == ScoreStatus.MISSING,
            BELOW: score is not None and bound is not None and score < bound,
            ABOVE: score is not None and bound is not None and score >= bound,
            ALL: True,
        }
        if row.state != LEFT and fits[group]:
            found.append(row.student)
    return found


def reached(pupils: Sequence[Student], today: date) -> list[Told]:
    """Who of them can be told at all, and how many guardians."""
    people = families(list(pupils), today)
    return [
        Told(
            one,
            one.user_id is not None,
            sum(1 for each in people[one.pk] if one.user_id is None or each.user_id != one.user_id),
        )
        for one in pupils
    ]


@transaction.atomic
def message_pupils(
    *,
    actor: Actor,
    item: LineItem,
    students: Collection[uuid.UUID],
    text: str,
    with_guardians: bool,
    key: uuid.UUID,
) -> int:
    """Hand the words to a job. `key` names this message, so that sending it twice tells nobody twice."""
    of_school(actor, item)
    words = text.strip()
    if not 0 < len(words) <= LONGEST:
        raise DomainError("TEXT", _("Write 1 to %d letters.") % LONGEST, "text")
    if not students:
        raise DomainError("NOBODY", _("Nobody is chosen."), "students")
    enqueue(
        "gradebook.tell_pupils",
        school_id=item.school_id,
        owner_id=actor.user_id,
        item_id=item.pk,
        student_ids=sorted(str(one) for one in students),
        text=words,
        with_guardians=with_guardians,
        key=key,
    )
    return len(students)


def tell_pupils(
    *,
    item_id: uuid.UUID,
    student_ids: Sequence[str],
    text: str,
    with_guardians: bool,
    key: str,
    today: date,
    now: datetime,
) -> int:
    """Tell each pupil, and the guardians who may see marks and be told. Returns how many people were told."""
    item = LineItem.objects.select_related("section").get(pk=item_id)
    pupils = list(
        Student.objects.filter(
            pk__in=student_ids, school=item.school_id, enrollments__section=item.section_id
        ).distinct()
    )
    people = families(pupils, today)
    told = 0
    for pupil in pupils:
        others = people[pupil.pk] if with_guardians else []
        own = [one for one in people[pupil.pk] if pupil.user_id and one.user_id == pupil.user_id]
        made = notify(
            school_id=pupil.school_id,
            kind=MESSAGE,
            recipients=[*own, *others],
            title=filled("%(name)s: %(item)s", {"name": pupil.given_name, "item": item.title}),
            body=text,
            url=reverse("gradebook:student", args=[pupil.pk]),
            dedupe=f"{MESSAGE}:{pupil.pk}:{key}",
            now=now,
        )
        told += len(made)
    return told


def is_still_due(notification: Notification) -> bool:
    return may_still_be_told(notification, notification.dedupe.split(":")[1])


KINDS: Final = (
    Kind(
        MESSAGE, gettext_lazy("Words of a teacher about work"), FAMILY, icon="message", still_due=is_still_due
    ),
)
