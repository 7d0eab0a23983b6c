"""What every page of this app begins and ends with: a permitted row, and a form that calls one service."""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse

from apps.core import files
from apps.core.errors import DomainError, Missing
from apps.core.policy import Actor, added, require_verb
from apps.core.web.forms import ServiceForm
from apps.core.web.responses import go, say, show_form

_M = TypeVar("_M")
Answer = HttpResponse | StreamingHttpResponse


def actor_of(request: HttpRequest) -> Actor:
    actor: Actor = request.actor  # type: ignore[attr-defined]  # set by ActorMiddleware
    return actor


def found(
    request: HttpRequest, model: type[_M], pk: Any, verb: str = "view", *, joins: tuple[str, ...] = ()
) -> _M:
    """The row the actor reaches: 403 when the verb is never theirs, 404 when it is absent or foreign."""
    ruled: Any = model
    require_verb(actor_of(request), verb, ruled)
    rows = ruled.objects.permitted(actor_of(request), verb).filter(pk=pk)
    row: _M | None = (rows.select_related(*joins) if joins else rows).first()
    if row is None:
        raise Missing
    return row


def form_page(
    request: HttpRequest,
    form: ServiceForm,
    service: Callable[..., Any],
    *,
    title: Any,
    back: str,
    done: Any = "",
    then: Callable[[Any], str] | None = None,
    new: bool = False,
    template: str = "academics/form.html",
    context: Mapping[str, Any] | None = None,
) -> HttpResponse:
    """Show the form, or call the service with its values and go on. A new row must lie within reach."""
    if request.method == "POST" and form.is_valid():
        row = form.call(_in_reach(request, service, new), **form.cleaned_data)
        if row is not None:
            if done:
                say(request, done)
            return go(request, then(row) if then else back)
    return show_form(request, template, form, {"title": title, "cancel_url": back, **(context or {})})


def done(request: HttpRequest, service: Callable[[], Any], back: str, message: Any = "") -> HttpResponse:
    """One press of a button: call the service, say what happened, go back."""
    try:
        with transaction.atomic():
            service()
    except DomainError as refusal:
        if refusal.status in {403, 404}:
            raise
        say(request, refusal, level=messages.ERROR)
    else:
        if message:
            say(request, message)
    return go(request, back)


def photo_of(person: Any, actor: Actor) -> str:
    """A short link to the photo of a person who is on this page anyway."""
    return files.address_of(person.photo_id, actor) if person.photo_id else ""


def _in_reach(request: HttpRequest, service: Callable[..., Any], new: bool) -> Callable[..., Any]:
    def call(**values: Any) -> Any:
        with transaction.atomic():
            row = service(actor=actor_of(request), **values)
            return added(actor_of(request), row) if new else row

    return call
