"""Settings of the test run: the same real parts, cheaper hashing, mail kept in memory."""

import os
from pathlib import Path

os.environ.setdefault(
    "SCHOOLS24_VAR",
    str(Path(__file__).resolve().parent.parent / "var" / "test"),
)
os.environ.setdefault("SCHOOLS24_FAST_DATABASE", "1")

from schools24.settings import *
from schools24.settings import (
    CACHES,
    CELERY_BROKER_TRANSPORT_OPTIONS,
    DATABASES,
    INSTALLED_APPS,
    STORAGES,
    env,
)

INSTALLED_APPS = [*INSTALLED_APPS]
DEBUG = False
ALLOWED_HOSTS = ["*"]
# A pool would hold connections open across the creation and dropping of test databases.
DATABASES["default"]["OPTIONS"].pop("pool", None)
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
REDIS_PREFIX = f"{env('TEST_DB', default='test')}:{env('PYTEST_XDIST_WORKER', default='main')}"
CACHES["default"]["KEY_PREFIX"] = REDIS_PREFIX
PASSWORD_HASHERS = ["apps.accounts.hashers.SchoolArgon2Hasher"]
DATABASE_MAY_FORGET = True
# A worker of one test run takes no work of another.
CELERY_BROKER_TRANSPORT_OPTIONS = {
    **CELERY_BROKER_TRANSPORT_OPTIONS,
    "global_keyprefix": f"{REDIS_PREFIX}:celery:",
}
