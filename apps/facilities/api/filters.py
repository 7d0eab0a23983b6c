"""What lists of places may be narrowed by."""

from django_filters import rest_framework as filters

from apps.facilities.models import Building, Room, RoomKind


class BuildingFilter(filters.FilterSet):
    campus = filters.UUIDFilter(field_name="campus_id")

    class Meta:
        model = Building
        fields = ["campus"]


class RoomFilter(filters.FilterSet):
    campus = filters.UUIDFilter(field_name="campus_id")
    building = filters.UUIDFilter(field_name="building_id")
    kind = filters.ChoiceFilter(choices=RoomKind.choices)
    is_active = filters.BooleanFilter()

    class Meta:
        model = Room
        fields = ["campus", "building", "kind", "is_active"]
