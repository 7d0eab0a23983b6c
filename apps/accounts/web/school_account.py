"""Signing in with the school's own account: on the way to its identity provider."""

from typing import Any

from allauth.socialaccount.providers.openid_connect.views import login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from requests import RequestException

from apps.core.errors import Unavailable


@never_cache
def oidc_begin(request: HttpRequest, provider_id: str) -> HttpResponse:
    """The provider's address stands on a page of ours: browsers let no form of ours end on another site."""
    try:
        response: Any = login(request, provider_id)
    except RequestException:
        raise Unavailable(
            "PROVIDER_AWAY", _("The sign-in of your school does not answer. Try again in a few minutes.")
        ) from None
    if response.status_code != 302:
        return response  # type: ignore[no-any-return]  # allauth has no types
    return render(request, "accounts/school_account_leaving.html", {"url": response["Location"]})
