"""The school's year and its parts."""

from datetime import date

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from apps.academics.models import AcademicSession, SessionKind
from apps.academics.services.statistics import figures_changed
from apps.core.errors import Conflict, DomainError
from apps.core.policy import Actor
from apps.core.rows import of_school, removed, school_of, written


def save_session(
    *,
    actor: Actor,
    kind: str,
    name: str,
    code: str,
    begin_date: date,
    end_date: date,
    parent: AcademicSession | None = None,
    session: AcademicSession | None = None,
) -> AcademicSession:
    """A year stands alone, its parts lie inside their parent; `end_date` is the first day after it."""
    row = of_school(actor, session) if session else AcademicSession(school_id=school_of(actor))
    if end_date <= begin_date:
        raise DomainError("DATES_OUT_OF_ORDER", _("The end lies before the beginning."), "end_date")
    if (kind == SessionKind.SCHOOL_YEAR) != (parent is None):
        raise DomainError("PARENT", _("A year has no parent; every part of it has one."), "parent")
    with transaction.atomic():
        if parent is not None:
            _require_inside(of_school(actor, parent), row, begin_date, end_date)
        _require_around_children(row, begin_date, end_date)
        written(row, kind=kind, name=name, code=code, begin_date=begin_date, end_date=end_date, parent=parent)
        figures_changed(row.school_id)
    return row


def delete_session(*, actor: Actor, session: AcademicSession) -> None:
    removed(of_school(actor, session))


def _require_inside(parent: AcademicSession, row: AcademicSession, begin: date, end: date) -> None:
    line: AcademicSession | None = parent
    while line is not None:
        if line.pk == row.pk:
            raise DomainError("SESSION_CYCLE", _("A session cannot lie inside itself."), "parent")
        line = line.parent
    if begin < parent.begin_date or (parent.end_date and end > parent.end_date):
        raise DomainError("OUTSIDE_PARENT", _("These days lie outside %s.") % parent, "begin_date")


def _require_around_children(row: AcademicSession, begin: date, end: date) -> None:
    outside = row.children.filter(Q(begin_date__lt=begin) | Q(end_date__gt=end)) if row.created_at else None
    if outside is not None and (child := outside.first()):
        raise Conflict("CUTS_CHILD", _("%s would lie outside. Change it first.") % child, "end_date")
