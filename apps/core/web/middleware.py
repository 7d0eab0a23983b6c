"""Messages said during an htmx request ride along as an event; whole pages show them themselves."""

from collections.abc import Callable

from django.contrib.messages import get_messages
from django.http import HttpRequest, HttpResponse

from apps.core.web.responses import is_partial, trigger

Handler = Callable[[HttpRequest], HttpResponse]


class ToastMiddleware:
    """Stands after MessageMiddleware; leaves messages for the next page when htmx is sent elsewhere."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if not is_partial(request) or "HX-Redirect" in response.headers or "Location" in response.headers:
            return response
        said = [{"level": message.level_tag, "text": str(message)} for message in get_messages(request)]
        return trigger(response, "toasts", said) if said else response
