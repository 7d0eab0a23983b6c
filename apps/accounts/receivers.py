"""Hears of sign-ins, sign-outs and resets, whoever did them."""

from typing import Any

from allauth.account.signals import password_reset
from django.contrib.auth.signals import user_logged_in, user_logged_out
from django.dispatch import receiver
from django.http import HttpRequest
from django.utils import timezone

from apps.accounts import services
from apps.accounts.models import Impersonation, User
from apps.accounts.services.sign_in import IMPERSONATION_KEY, PROVED_KEY, SEEN_KEY


@receiver(user_logged_in)
def start_clocks(request: HttpRequest, **_more: Any) -> None:
    request.session[SEEN_KEY] = request.session[PROVED_KEY] = timezone.now().timestamp()


@receiver(user_logged_out)
def end_impersonation_with_session(request: HttpRequest | None, **_more: Any) -> None:
    number = request.session.get(IMPERSONATION_KEY) if request is not None else None
    row = Impersonation.objects.filter(pk=number).first() if number else None
    if row is not None:
        services.end_impersonation(impersonation=row, now=timezone.now())


@receiver(password_reset)
def prove_address(user: User, **_more: Any) -> None:
    """The link came by mail."""
    services.verify_email(user)
