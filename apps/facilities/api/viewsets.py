"""Endpoints of buildings and rooms."""

from typing import Any, ClassVar

from django.db import transaction

from apps.core.api.viewsets import SchoolViewSet
from apps.core.policy import added
from apps.facilities import services
from apps.facilities.api import filters, serializers
from apps.facilities.models import Building, Room


class _PlaceViewSet(SchoolViewSet):
    """A place that moves to a campus out of reach is refused as one that was never there."""

    noun: ClassVar[str]
    service: ClassVar[Any]
    search_fields = ("name", "code")
    ordering_fields: ClassVar[tuple[str, ...]] = ("name", "code")
    ordering = ("name",)

    def perform_create(self, serializer: Any) -> Any:
        return type(self).service(actor=self.actor, **serializer.validated_data)

    def perform_update(self, serializer: Any) -> Any:
        row = serializer.instance
        kept = {name: getattr(row, name) for name in serializer.fields}
        values = {**kept, **serializer.validated_data, self.noun: row}
        with transaction.atomic():
            return added(self.actor, type(self).service(actor=self.actor, **values), "change")

    def perform_destroy(self, row: Any) -> None:
        services.delete_place(actor=self.actor, place=row)


class BuildingViewSet(_PlaceViewSet):
    model = Building
    noun, service = "building", services.save_building
    serializer_class = serializers.BuildingSerializer
    input_class = serializers.BuildingInput
    filterset_class = filters.BuildingFilter


class RoomViewSet(_PlaceViewSet):
    model = Room
    noun, service = "room", services.save_room
    serializer_class = serializers.RoomSerializer
    input_class = serializers.RoomInput
    filterset_class = filters.RoomFilter
    ordering_fields = ("name", "code", "capacity")
