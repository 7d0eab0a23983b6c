from typing import Any

from django.contrib.auth.tokens import PasswordResetTokenGenerator


class ResetTokens(PasswordResetTokenGenerator):
    """Dies with the password, a sign-in, another address, and everything that ends all sessions."""

    key_salt = "accounts.password_reset"

    def _make_hash_value(self, user: Any, timestamp: int) -> str:
        return f"{super()._make_hash_value(user, timestamp)}:{user.auth_epoch}:{user.is_active}"
