from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from apps.core.api.serializers import InputSerializer, RowSerializer
from apps.messaging.models import Notification


class NotificationSerializer(RowSerializer):
    class Meta:
        model = Notification
        fields = ["id", "kind", "title", "body", "url", "created_at", "read_at"]


class ReadInput(InputSerializer):
    """Which ones were read; `all` for everything."""

    ids = serializers.ListField(child=serializers.UUIDField(), required=False, max_length=500)
    all = serializers.BooleanField(required=False, default=False)


class ReadAnswer(serializers.Serializer[object]):
    marked = serializers.IntegerField()
    unread = serializers.IntegerField()


class KindChoice(serializers.Serializer[object]):
    """One kind of notice and whether it goes out by this channel."""

    kind = serializers.CharField()
    label = serializers.CharField(read_only=True)  # type: ignore[assignment]  # the client's word; Field has one too
    on = serializers.BooleanField()


class ChannelAnswer(serializers.Serializer[object]):
    """A channel, whether the school has set it up, and what the caller wants by it."""

    channel = serializers.CharField()
    is_offered = serializers.BooleanField()
    kinds = serializers.SerializerMethodField()

    @extend_schema_field(KindChoice(many=True))
    def get_kinds(self, answer: object) -> list[dict[str, object]]:
        kinds: list[dict[str, object]] = answer["kinds"]  # type: ignore[index]  # a plain mapping
        return kinds


class ChannelInput(InputSerializer):
    """The kinds to switch on or off for this channel; others stay as they are."""

    kinds = KindChoice(many=True)
