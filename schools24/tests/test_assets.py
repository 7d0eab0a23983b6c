"""Front-end files: only what is listed, nothing that names a registry, every icon there is."""

import json
import re

from apps.core.web import nav
from schools24 import assets


def test_icons_of_templates_and_code_are_on_the_list() -> None:
    known = set(assets.icon_names())
    pages = [*(assets.ROOT / "templates").rglob("*.html")]
    named = {
        name
        for path in pages
        for name in re.findall(r'{% icon "([a-z0-9-]+)"', path.read_text(encoding="utf-8"))
    }
    named |= {
        name
        for path in (assets.ROOT / "apps").rglob("*.py")
        for name in re.findall(r'\bicon="([a-z0-9-]+)"', path.read_text(encoding="utf-8"))
        if "tests" not in path.parts
    }
    named |= {entry.icon for entry in nav._entries}
    assert named - known == set()


def test_icon_list_is_sorted_and_without_repeats() -> None:
    names = assets.icon_names()
    assert names == sorted(set(names))


def test_lock_keeps_hashes_and_names_no_host() -> None:
    text = assets.LOCK.read_text(encoding="utf-8")
    packages = json.loads(text)["packages"]
    assert "://" not in re.sub(r'"url": "[^"]*"', "", text)
    assert all("integrity" in package for name, package in packages.items() if name)
    assert not any("resolved" in package for package in packages.values())


def test_second_build_has_nothing_to_do() -> None:
    assert assets.build() is False
    assert {path.name for path in assets.VENDOR.iterdir()} == {*assets.FILES.values(), "icons.svg", ".stamp"}


def test_sprite_holds_every_icon_and_no_style_of_its_own() -> None:
    sprite = (assets.VENDOR / "icons.svg").read_text(encoding="utf-8")
    assert re.findall(r'<symbol id="([^"]+)"', sprite) == assets.icon_names()
    assert "style=" not in sprite
