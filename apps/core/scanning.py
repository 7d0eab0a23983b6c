"""The door to a virus scanner (clamd); without one in the settings files are not held back."""

import socket
import struct
from typing import IO, Final
from urllib.parse import urlsplit

from django.conf import settings

_CHUNK: Final = 64 * 1024
_SECONDS: Final = 60


def scanner_is_set() -> bool:
    return bool(settings.CLAMD_URL)


def is_infected(content: IO[bytes]) -> bool:
    """Send the bytes to clamd; OSError when it does not answer or not sensibly."""
    with _connection() as clamd:
        clamd.sendall(b"zINSTREAM\0")
        while chunk := content.read(_CHUNK):
            clamd.sendall(struct.pack("!L", len(chunk)) + chunk)
        clamd.sendall(struct.pack("!L", 0))
        verdict = _answer(clamd)
    if verdict.endswith("FOUND"):
        return True
    if verdict.endswith("OK"):
        return False
    raise OSError(f"clamd: {verdict[:100]}")


def _connection() -> socket.socket:
    url = urlsplit(str(settings.CLAMD_URL))
    if url.scheme == "unix":
        door = socket.socket(socket.AF_UNIX)
        door.settimeout(_SECONDS)
        door.connect(url.path)
        return door
    return socket.create_connection((url.hostname or "localhost", url.port or 3310), timeout=_SECONDS)


def _answer(clamd: socket.socket) -> str:
    said = b""
    while not said.endswith(b"\0"):
        part = clamd.recv(4096)
        if not part:
            break
        said += part
    return said.rstrip(b"\0").decode("utf-8", "replace").strip()
