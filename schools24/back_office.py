"""The admin site under /admin/: one door with the pages, opened by staff roles."""

from collections.abc import Callable
from typing import Any

from csp.constants import UNSAFE_EVAL
from csp.decorators import csp_update
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from unfold.sites import UnfoldAdminSite

from apps.accounts.access import STAFF
from apps.core.policy import Actor

# unfold draws with Alpine, which evaluates the expressions of its templates; see docs/decisions.
_CONTENT_POLICY = csp_update({"script-src": UNSAFE_EVAL})


class BackOffice(UnfoldAdminSite):
    """It has no sign-in form of its own: one lockout, one second factor."""

    def register(self, model_or_iterable: Any, admin_class: Any = None, **options: Any) -> None:
        """What libraries bring along has no policy, and so no place here."""
        models = [model_or_iterable] if isinstance(model_or_iterable, type) else model_or_iterable
        ours = [model for model in models if hasattr(model, "policy")]
        super().register(ours, admin_class, **options)

    def has_permission(self, request: HttpRequest) -> bool:
        actor: Actor = request.actor  # type: ignore[attr-defined]  # set by ActorMiddleware
        return actor.has(*STAFF)

    def admin_view(self, view: Callable[..., Any], cacheable: bool = False) -> Callable[..., Any]:
        wrapped: Callable[..., Any] = _CONTENT_POLICY(super().admin_view(view, cacheable))
        return wrapped

    def each_context(self, request: HttpRequest) -> dict[str, Any]:
        """The colours stand in back_office.css: the library would write them into the page."""
        context: dict[str, Any] = super().each_context(request)
        return {**context, "colors": {}}

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        if request.user.is_authenticated:
            raise PermissionDenied
        return redirect_to_login(request.GET.get("next", request.path))

    def password_change(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Passwords are changed where other sessions end with them."""
        return redirect("account_change_password")
