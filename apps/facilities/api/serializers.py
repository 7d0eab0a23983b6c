"""How places look outside, and what may be written."""

from typing import Any

from django.db.models import QuerySet
from rest_framework import serializers

from apps.accounts.models import Campus
from apps.core.api.serializers import InputSerializer, RowSerializer
from apps.facilities.models import Building, Room, RoomKind


class Reached(serializers.PrimaryKeyRelatedField[Any]):
    """A row named by id, out of those the actor may view."""

    def __init__(self, *, model: Any = None, **kwargs: Any) -> None:
        self.model = model
        super().__init__(queryset=model.objects.none(), **kwargs)

    def get_queryset(self) -> QuerySet[Any]:
        rows: QuerySet[Any] = self.model.objects.permitted(self.context["request"].actor)
        return rows


class BuildingSerializer(RowSerializer):
    class Meta:
        model = Building
        fields = ["id", "campus", "name", "code"]


class RoomSerializer(RowSerializer):
    class Meta:
        model = Room
        fields = ["id", "campus", "building", "name", "code", "kind", "capacity", "is_active"]


class BuildingInput(InputSerializer):
    campus = Reached(model=Campus)
    name = serializers.CharField(max_length=100)
    code = serializers.CharField(max_length=40)


class RoomInput(BuildingInput):
    building = Reached(model=Building, required=False, allow_null=True)
    kind = serializers.ChoiceField(choices=RoomKind.choices, required=False)
    capacity = serializers.IntegerField(min_value=1, max_value=10_000, required=False)
    is_active = serializers.BooleanField(required=False)
