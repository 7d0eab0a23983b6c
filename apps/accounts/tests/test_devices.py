import pytest

from apps.accounts.templatetags.devices import device_icon, device_name

ANDROID = "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/130.0 Mobile Safari/537.36"
WINDOWS = "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/130.0 Safari/537.36 Edg/130.0"
IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Mobile Safari/604.1"
LINUX = "Mozilla/5.0 (X11; Linux x86_64; rv:132.0) Gecko/20100101 Firefox/132.0"


@pytest.mark.parametrize(
    ("said", "name", "icon"),
    [
        (ANDROID, "Chrome on Android", "device-mobile"),
        (WINDOWS, "Edge on Windows", "device-desktop"),
        (IPHONE, "Safari on iPhone", "device-mobile"),
        (LINUX, "Firefox on Linux", "device-desktop"),
        ("SchoolApp/2.1", "SchoolApp", "device-desktop"),
        ("", "Unknown device", "device-desktop"),
    ],
)
def test_devices_have_names_people_use(said: str, name: str, icon: str) -> None:
    assert (device_name(said), device_icon(said)) == (name, icon)
