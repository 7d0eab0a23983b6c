"""Answers that suit both a whole page and an htmx request."""

import json
from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render, resolve_url
from django.utils.cache import patch_vary_headers


def is_partial(request: HttpRequest) -> bool:
    """Whether htmx asks for a piece of the page (a restored history entry wants the whole)."""
    headers = request.headers
    return headers.get("HX-Request") == "true" and headers.get("HX-History-Restore-Request") != "true"


def go(request: HttpRequest, to: Any, *args: Any, **kwargs: Any) -> HttpResponse:
    """Redirect the browser: by status for a page, by header for htmx (which would swap the target in)."""
    url = resolve_url(to, *args, **kwargs)
    if not is_partial(request):
        return HttpResponseRedirect(url)
    return HttpResponse(status=204, headers={"HX-Redirect": url})


def say(request: HttpRequest, message: Any, *, level: int = messages.SUCCESS) -> None:
    """Tell the person what happened: a toast, read aloud by screen readers, on this or the next page."""
    messages.add_message(request, level, str(message))


def show(
    request: HttpRequest, whole: str, part: str, context: Mapping[str, Any], *, status: int = 200
) -> HttpResponse:
    """Render the page, or only the part of it htmx asked for; caches keep the two apart."""
    response = render(request, part if is_partial(request) else whole, dict(context), status=status)
    patch_vary_headers(response, ["HX-Request"])
    return response


def show_form(
    request: HttpRequest, template: str, form: BaseForm, context: Mapping[str, Any] | None = None
) -> HttpResponse:
    """Render a form with the status its errors deserve: 200 fresh, 422 refused, 409 overtaken."""
    status = getattr(form, "status", None) or (422 if form.is_bound and form.errors else 200)
    return render(request, template, {"form": form, **(context or {})}, status=status)


def trigger(response: HttpResponse, event: str, detail: Any = None) -> HttpResponse:
    """Fire a browser event after htmx has taken this response, keeping events already asked for."""
    events: dict[str, Any] = json.loads(response.headers.get("HX-Trigger", "{}"))
    events[event] = detail
    response.headers["HX-Trigger"] = json.dumps(events)
    return response
