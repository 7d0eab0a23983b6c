"""Serializers show and check; services write."""

import re
from typing import Any, NoReturn

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from apps.core.days import WITHIN_REASON
from apps.core.money import Money


class RowSerializer(serializers.ModelSerializer[Any]):
    """Shows a row: name the `fields`; nothing is ever written through it."""

    def save(self, **kwargs: Any) -> NoReturn:
        raise TypeError("services write, serializers do not")

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        fields = super().get_fields()
        for field in fields.values():
            field.read_only = True
        return fields


class InputSerializer(serializers.Serializer[Any]):
    """Checks the body of a request; `validated_data` goes to a service."""

    def save(self, **kwargs: Any) -> NoReturn:
        raise TypeError("services write, serializers do not")

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        fields = super().get_fields()
        for field in fields.values():
            if isinstance(field, serializers.DateField):
                field.validators = [*field.validators, *WITHIN_REASON]
        return fields


@extend_schema_field(
    {
        "type": "object",
        "required": ["amount", "currency"],
        "properties": {
            "amount": {"type": "integer"},
            "currency": {"type": "string", "pattern": "^[A-Z]{3}$"},
        },
    }
)
class MoneyField(serializers.Field[Money, Any, dict[str, Any], Any]):
    """`{"amount": 125000, "currency": "INR"}`, in minor units."""

    default_error_messages = {"invalid": "A whole number of minor units and an ISO currency."}

    def to_representation(self, value: Money) -> dict[str, Any]:
        return {"amount": value.amount, "currency": value.currency}

    def to_internal_value(self, data: Any) -> Money:
        if not _is_money(data):
            self.fail("invalid")
        return Money(data["amount"], data["currency"])


def _is_money(data: Any) -> bool:
    """An amount JavaScript counts exactly, and an ISO code."""
    amount = data.get("amount") if isinstance(data, dict) else None
    currency = data.get("currency") if isinstance(data, dict) else None
    whole = isinstance(amount, int) and not isinstance(amount, bool) and abs(amount) < 2**53
    return whole and isinstance(currency, str) and bool(re.fullmatch("[A-Z]{3}", currency))


class JobSerializer(serializers.Serializer[Any]):
    """A job as the person who waits for it sees it."""

    id = serializers.UUIDField()
    task = serializers.CharField()
    state = serializers.CharField()
    done = serializers.IntegerField()
    total = serializers.IntegerField()
    note = serializers.CharField()
    result = serializers.JSONField()
    error_code = serializers.CharField()
    created_at = serializers.DateTimeField()
    closed_at = serializers.DateTimeField(allow_null=True)


class FileSerializer(serializers.Serializer[Any]):
    """A stored file and a short signed link to its content."""

    id = serializers.UUIDField()
    purpose = serializers.CharField()
    name = serializers.CharField()
    media_type = serializers.CharField()
    size = serializers.IntegerField()
    sha256 = serializers.CharField()
    scan = serializers.CharField()
    created_at = serializers.DateTimeField()
    link = serializers.SerializerMethodField()

    @extend_schema_field(OpenApiTypes.URI_REF)
    def get_link(self, file: Any) -> str:
        return str(self.context["link"](file))
