"""The only writers of schools, campuses, logins, roles and sessions."""

from apps.accounts.services.attempts import TooManyTries, take_try
from apps.accounts.services.impersonation import begin_impersonation, end_impersonation
from apps.accounts.services.origin import Origin, origin_of
from apps.accounts.services.passwords import (
    DeadLink,
    mail_reset_link,
    request_password_reset,
    reset_password,
    set_password,
    verify_email,
)
from apps.accounts.services.people import (
    INVITATION_AGE,
    Grant,
    accept_invitation,
    change_user,
    create_user,
    end_everything,
    invite_user,
    invited_user,
    mail_invitation,
    reactivate_user,
    revoke_invitation,
    send_invitation,
    suspend_user,
)
from apps.accounts.services.roles import assign_role, end_role
from apps.accounts.services.school import add_campus, change_campus, change_school, switch_features
from apps.accounts.services.sign_in import (
    device_token,
    end_session,
    identify,
    issue_tokens,
    prove_again,
    refresh_tokens,
    session_behind,
    sign_in,
)

__all__ = [
    "INVITATION_AGE",
    "DeadLink",
    "Grant",
    "Origin",
    "TooManyTries",
    "accept_invitation",
    "add_campus",
    "assign_role",
    "begin_impersonation",
    "change_campus",
    "change_school",
    "change_user",
    "create_user",
    "device_token",
    "end_everything",
    "end_impersonation",
    "end_role",
    "end_session",
    "identify",
    "invite_user",
    "invited_user",
    "issue_tokens",
    "mail_invitation",
    "mail_reset_link",
    "origin_of",
    "prove_again",
    "reactivate_user",
    "refresh_tokens",
    "request_password_reset",
    "reset_password",
    "revoke_invitation",
    "send_invitation",
    "session_behind",
    "set_password",
    "sign_in",
    "suspend_user",
    "switch_features",
    "take_try",
    "verify_email",
]
