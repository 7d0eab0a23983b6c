"""Places of a campus."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.core.audit import audited
from apps.core.models import SchoolRow
from apps.core.privacy import NO_PERSON
from apps.facilities import access


@audited()
class Building(SchoolRow):
    """A house of a campus."""

    campus = models.ForeignKey(
        "accounts.Campus",
        on_delete=models.PROTECT,
        related_name="buildings",
        verbose_name=_("campus"),
    )
    name = models.CharField(_("name"), max_length=100)
    code = models.CharField(_("code"), max_length=40)

    policy: ClassVar = access.PLACE_POLICY
    privacy = NO_PERSON

    class Meta:
        verbose_name = _("building")
        verbose_name_plural = _("buildings")
        ordering = ["name", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["campus", "code"],
                name="facilities_building_code",
                violation_error_message=_("The campus has a building with this code already."),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class RoomKind(models.TextChoices):
    CLASSROOM = "classroom", _("Classroom")
    LABORATORY = "laboratory", _("Laboratory")
    COMPUTER = "computer", _("Computer room")
    LIBRARY = "library", _("Library")
    HALL = "hall", _("Hall")
    GYM = "gym", _("Gym")
    GROUND = "ground", _("Playing field")
    OFFICE = "office", _("Office")
    OTHER = "other", _("Other")


@audited()
class Room(SchoolRow):
    """A place where a lesson can be; a playing field counts. `building` is empty for what stands in none."""

    campus = models.ForeignKey(
        "accounts.Campus", on_delete=models.PROTECT, related_name="rooms", verbose_name=_("campus")
    )
    building = models.ForeignKey(
        Building,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="rooms",
        verbose_name=_("building"),
    )
    name = models.CharField(_("name"), max_length=100)
    code = models.CharField(_("code"), max_length=40)
    kind = models.CharField(_("kind"), max_length=12, choices=RoomKind.choices, default=RoomKind.CLASSROOM)
    capacity = models.PositiveSmallIntegerField(_("capacity"), default=40)
    is_active = models.BooleanField(_("in use"), default=True)

    policy: ClassVar = access.PLACE_POLICY
    privacy = NO_PERSON

    class Meta:
        verbose_name = _("room")
        verbose_name_plural = _("rooms")
        ordering = ["name", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["campus", "code"],
                name="facilities_room_code",
                violation_error_message=_("The campus has a room with this code already."),
            ),
            models.CheckConstraint(
                condition=Q(capacity__gte=1),
                name="facilities_room_capacity",
                violation_error_message=_("A room holds at least one person."),
            ),
        ]

    def __str__(self) -> str:
        return self.name
