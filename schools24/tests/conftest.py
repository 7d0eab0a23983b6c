"""The world of the permission matrix, built once a module inside a transaction that is never committed."""

import logging
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction
from django.test import override_settings

from schools24.tests.principals import Principals


@pytest.fixture(scope="module")
def principals(
    django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Principals]:
    from django.conf import settings

    from schools24.tests import world

    folder = str(tmp_path_factory.mktemp("files"))
    storage = {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": folder},
    }
    # Thousands of refusals, each of them meant.
    logging.disable(logging.CRITICAL)
    with (
        django_db_blocker.unblock(),
        override_settings(STORAGES={**settings.STORAGES, "default": storage}),
        transaction.atomic(),
    ):
        yield Principals(world.build())
        transaction.set_rollback(True)
    logging.disable(logging.NOTSET)


@pytest.fixture
def stage(site: str, tmp_path: Any) -> Iterator[Principals]:
    """The same world behind the running site, committed."""
    from django.conf import settings

    from schools24.tests import world

    storage = {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": str(tmp_path)},
    }
    with override_settings(STORAGES={**settings.STORAGES, "default": storage}):
        yield Principals(world.build())
