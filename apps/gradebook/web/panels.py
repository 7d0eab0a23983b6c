"""What opens beside the grid, and by its own address as a page."""

import uuid
from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import patch_vary_headers

from apps.core.web.forms import ServiceForm
from apps.core.web.responses import is_partial


def panel(
    request: HttpRequest,
    part: str,
    section_id: uuid.UUID,
    context: Mapping[str, Any],
    *,
    form: ServiceForm | None = None,
    status: int = 200,
) -> HttpResponse:
    """The part alone for the grid's panel, with a page around it for whoever opens the address."""
    if form is not None:
        status = form.status or (422 if form.is_bound and form.errors else status)
    back = reverse("gradebook:grid", args=[section_id])
    whole = {**context, "form": form, "part": part, "back": back}
    template = part if is_partial(request) else "gradebook/panel_page.html"
    response = render(request, template, whole, status=status)
    patch_vary_headers(response, ["HX-Request"])
    return response
