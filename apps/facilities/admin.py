"""Places in the back office."""

from typing import Any

from django.contrib import admin

from apps.core.admin import PermittedModelAdmin
from apps.core.policy import Actor
from apps.facilities import services
from apps.facilities.models import Building, Room


@admin.register(Building)
class BuildingAdmin(PermittedModelAdmin):
    list_display = ("name", "code", "campus")
    list_select_related = ("campus",)
    list_filter = ("campus",)
    search_fields = ("name", "code")

    def create(self, actor: Actor, data: dict[str, Any]) -> Building:
        return services.save_building(actor=actor, **data)

    def update(self, actor: Actor, row: Any, data: dict[str, Any]) -> Building:
        return services.save_building(actor=actor, building=row, **data)

    def remove(self, actor: Actor, row: Any) -> None:
        services.delete_place(actor=actor, place=row)


@admin.register(Room)
class RoomAdmin(PermittedModelAdmin):
    list_display = ("name", "code", "kind", "capacity", "building", "campus", "is_active")
    list_select_related = ("building", "campus")
    list_filter = ("kind", "is_active")
    search_fields = ("name", "code")

    def create(self, actor: Actor, data: dict[str, Any]) -> Room:
        return services.save_room(actor=actor, **data)

    def update(self, actor: Actor, row: Any, data: dict[str, Any]) -> Room:
        return services.save_room(actor=actor, room=row, **data)

    def remove(self, actor: Actor, row: Any) -> None:
        services.delete_place(actor=actor, place=row)
