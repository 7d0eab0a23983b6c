"""One's own notifications, and by which channels they come."""

import uuid
from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from apps.core.api.pagination import Cursors
from apps.core.api.viewsets import ReadViewSet, SchoolView
from apps.core.errors import Missing
from apps.messaging import channels, selectors, services
from apps.messaging.api.serializers import (
    ChannelAnswer,
    ChannelInput,
    NotificationSerializer,
    ReadAnswer,
    ReadInput,
)
from apps.messaging.models import Notification


class NotificationViewSet(ReadViewSet):
    """The newest first. `notifications/{user_id}` is the same list, for the caller's own id only."""

    model = Notification
    serializer_class = NotificationSerializer
    pagination_class = Cursors
    filter_backends = []
    verbs = {"of_user": "view", "read": "mark_read"}

    def of_user(self, request: Request, user_id: uuid.UUID) -> Response:
        if user_id != self.actor.user_id:
            raise Missing
        return self.list(request)

    @extend_schema(request=ReadInput, responses=ReadAnswer)
    def read(self, request: Request) -> Response:
        """Mark some or all as read; those of others are not touched."""
        body = ReadInput(data=request.data)
        body.is_valid(raise_exception=True)
        now = timezone.now()
        if body.validated_data["all"]:
            marked = services.mark_all_read(actor=self.actor, now=now)
        else:
            ids = body.validated_data.get("ids", ())
            marked = services.mark_read(actor=self.actor, notification_ids=ids, now=now)
        return Response({"marked": marked, "unread": selectors.unread_count(self.actor)})


class ChannelView(SchoolView):
    """What comes by one channel, and changing that. A channel the school has not set up says so."""

    channel = ""

    @extend_schema(responses=ChannelAnswer)
    def get(self, request: Request) -> Response:
        return self._answer()

    @extend_schema(request=ChannelInput, responses=ChannelAnswer)
    def patch(self, request: Request) -> Response:
        body = ChannelInput(data=request.data)
        body.is_valid(raise_exception=True)
        services.choose_channels(actor=self.actor, choices=self._choices(body.validated_data["kinds"]))
        return self._answer()

    def _choices(self, wanted: list[dict[str, Any]]) -> dict[str, set[str]]:
        now = {choice.kind.name: set(choice.channels) for choice in selectors.choices_of(self.actor)}
        return {
            one["kind"]: now.get(one["kind"], set()) - {self.channel}
            | ({self.channel} if one["on"] else set())
            for one in wanted
        }

    def _answer(self) -> Response:
        offered = channels.is_offered(self.channel)
        kinds = [
            {"kind": one.kind.name, "label": str(one.kind.label), "on": self.channel in one.channels}
            for one in selectors.choices_of(self.actor)
        ]
        answer = {"channel": self.channel, "is_offered": offered, "kinds": kinds if offered else []}
        return Response(ChannelAnswer(answer).data)
