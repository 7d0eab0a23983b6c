"""The only writers of buildings and rooms."""

from django.utils.translation import gettext as _

from apps.accounts.models import Campus
from apps.core.errors import DomainError
from apps.core.policy import Actor
from apps.core.rows import of_school, removed, school_of, written
from apps.facilities.models import Building, Room, RoomKind


def save_building(
    *, actor: Actor, campus: Campus, name: str, code: str, building: Building | None = None
) -> Building:
    """A new building, or new values of one."""
    row = of_school(actor, building) if building else Building(school_id=school_of(actor))
    return written(row, campus=of_school(actor, campus), name=name, code=code)


def save_room(
    *,
    actor: Actor,
    campus: Campus,
    name: str,
    code: str,
    kind: str = RoomKind.CLASSROOM,
    capacity: int = 40,
    building: Building | None = None,
    is_active: bool = True,
    room: Room | None = None,
) -> Room:
    """A new room, or new values of one; its building stands on its campus."""
    row = of_school(actor, room) if room else Room(school_id=school_of(actor))
    if building is not None and of_school(actor, building).campus_id != campus.pk:
        raise DomainError("OTHER_CAMPUS", _("%s stands on another campus.") % building, "building")
    return written(
        row,
        campus=of_school(actor, campus),
        building=building,
        name=name,
        code=code,
        kind=kind,
        capacity=capacity,
        is_active=is_active,
    )


def delete_place(*, actor: Actor, place: Building | Room) -> None:
    """Only what nothing refers to; a room with lessons is switched off instead."""
    removed(of_school(actor, place))
