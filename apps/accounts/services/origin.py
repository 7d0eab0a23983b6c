"""Where a try to sign in comes from."""

from dataclasses import dataclass

from allauth.core.internal.httpkit import get_client_ip
from django.http import HttpRequest

from apps.accounts.services.attempts import DEVICE_COOKIE, known_device


@dataclass(frozen=True)
class Origin:
    """`device` is the token the device was given at an earlier sign-in, as it was sent."""

    address: str
    user_agent: str = ""
    device: str = ""

    def device_for(self, email: str) -> str | None:
        return known_device(self.device, email)


def origin_of(request: HttpRequest, device: str = "") -> Origin:
    """Only configured proxies are believed about the address."""
    return Origin(
        address=get_client_ip(request) or "0.0.0.0",  # noqa: S104  # a name for "unknown", nothing listens on it
        user_agent=request.headers.get("User-Agent", ""),
        device=device or request.COOKIES.get(DEVICE_COOKIE, ""),
    )
