"""The page on which anybody checks a paper, without signing in: it says no more than the paper does."""

import hashlib
from typing import Final

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods

from apps.core.api.throttling import wait_of
from apps.core.web.forms import ServiceForm
from apps.reports.selectors.verifying import PaperState, plain_code, shown_code, verdict

LANE: Final = "costly"
MOST_BYTES: Final = 25 * 1024 * 1024


class CodeForm(ServiceForm):
    code = forms.CharField(label=_("Code on the paper"), max_length=60)


class FileForm(ServiceForm):
    file = forms.FileField(
        label=_("Compare a file"),
        help_text=_("It is compared with the one that was issued, and not kept."),
    )


@require_GET
def start(request: HttpRequest) -> HttpResponse:
    """Where a code is typed in that cannot be scanned."""
    form = CodeForm(request.GET or None)
    if form.is_bound and form.is_valid() and (code := plain_code(form.cleaned_data["code"])):
        return redirect("verify:document", code)
    return render(request, "reports/verify_start.html", {"form": form})


@require_http_methods(["GET", "POST"])
def document(request: HttpRequest, code: str) -> HttpResponse:
    """What the paper with this code is; a file handed in is compared where it arrives."""
    if wait := wait_of(LANE, str(request.META.get("REMOTE_ADDR", ""))):
        answer = render(request, "reports/verify_wait.html", status=429)
        answer["Retry-After"] = str(int(wait))
        return answer
    found = verdict(code)
    form = FileForm(request.POST or None, request.FILES or None)
    context = {"verdict": found, "code": shown_code(plain_code(code)), "form": form}
    if request.method == "POST" and form.is_valid():
        context["is_same"] = found.is_of(_digest(form.cleaned_data["file"]))
    status = 404 if found.state == PaperState.UNKNOWN else 422 if form.errors else 200
    return render(request, "reports/verify.html", context, status=status)


def _digest(upload: object) -> str:
    """A file too large to be a paper of ours is no paper of ours."""
    digest = hashlib.sha256()
    if upload.size > MOST_BYTES:  # type: ignore[attr-defined]  # an uploaded file
        return ""
    for chunk in upload.chunks():  # type: ignore[attr-defined]  # as above
        digest.update(chunk)
    return digest.hexdigest()
