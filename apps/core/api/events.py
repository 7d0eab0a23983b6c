"""The stream of "something changed" (server-sent events)."""

from collections.abc import AsyncIterator
from functools import partial

from asgiref.sync import sync_to_async
from django.db import connections
from django.http import HttpRequest, HttpResponse, JsonResponse, StreamingHttpResponse
from django.utils.translation import gettext as _

from apps.core import live
from apps.core.api.authentication import signed_in_actor
from apps.core.api.envelopes import envelope, request_id_of


async def events_stream(request: HttpRequest) -> HttpResponse | StreamingHttpResponse:
    """Open until its time is up; which channels it carries follows from who asks, not from what is asked."""
    if request.method != "GET":
        return HttpResponse(status=405, headers={"Allow": "GET"})
    channels = await sync_to_async(_channels)(request)
    if not channels:
        body = envelope("NOT_AUTHENTICATED", _("Please sign in."), request_id=request_id_of(request))
        return JsonResponse(body, status=401)
    frames = live.stream(
        channels, resumed="Last-Event-ID" in request.headers, may_go_on=partial(_may_go_on, request, channels)
    )
    response = StreamingHttpResponse(
        _without_database(frames),
        content_type="text/event-stream",
    )
    response["Cache-Control"] = "private, no-store"
    response["X-Accel-Buffering"] = "no"
    return response


def _channels(request: HttpRequest) -> frozenset[str]:
    return live.channels_of(signed_in_actor(request))


async def _may_go_on(request: HttpRequest, channels: frozenset[str]) -> bool:
    """Whether the asker would be given the same stream again: still signed in, with the same roles."""
    return await sync_to_async(_still_hears)(request, channels)


def _still_hears(request: HttpRequest, channels: frozenset[str]) -> bool:
    try:
        return _channels(request.anew()) == channels  # type: ignore[attr-defined]  # put there by ActorMiddleware
    finally:
        connections.close_all()


async def _without_database(frames: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """An open stream must not keep the connection its request used: a handful would empty the pool."""
    await sync_to_async(connections.close_all)()
    async for frame in frames:
        yield frame
