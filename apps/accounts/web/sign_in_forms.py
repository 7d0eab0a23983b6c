"""allauth's forms where they must do as our services do."""

from typing import Any

from allauth.account import forms
from allauth.mfa.webauthn.forms import AddWebAuthnForm
from django.forms import BooleanField
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from apps.accounts import services
from apps.accounts.reset_tokens import ResetTokens


class ResetPasswordForm(forms.ResetPasswordForm):
    """The same answer and the same work for every address."""

    def clean_email(self) -> str:
        return str(self.cleaned_data["email"]).strip().lower()

    def save(self, request: HttpRequest, **kwargs: Any) -> str:
        email: str = self.cleaned_data["email"]
        services.request_password_reset(email=email)
        return email


class ResetKeyForm(forms.UserTokenForm):
    token_generator = ResetTokens()


class AddPasskeyForm(AddWebAuthnForm):
    """One that signs in alone, unless somebody wants it beside the password."""

    passwordless = BooleanField(
        label=_("Sign in with it alone"),
        required=False,
        initial=True,
        help_text=_("Your device asks for your fingerprint, face or PIN, so no password is needed."),
    )
