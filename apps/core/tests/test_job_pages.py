"""What people left to the workers: their own only, with progress, a stop, and the file that came of it."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from apps.accounts.models import Role, User
from apps.accounts.tests.factories import SchoolFactory, UserFactory, user_with
from apps.core import files, jobs, long_exports
from apps.core.errors import Conflict
from apps.core.models import Job, JobState, StoredFile
from apps.core.web import tables

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


@pytest.fixture(autouse=True)
def _storage(settings: Any, tmp_path: Any) -> None:
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": str(tmp_path)},
        },
    }


@pytest.fixture
def admin() -> User:
    return user_with(Role.SCHOOL_ADMIN, school=SchoolFactory.create())


def entered(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def a_job(owner: User) -> Job:
    return Job.objects.create(school=owner.school, owner=owner, task="core.write_export")


def test_people_see_their_own_work_only(admin: User) -> None:
    mine, foreign = a_job(admin), a_job(user_with(Role.SCHOOL_ADMIN, school=admin.school))
    client = entered(admin)
    page = client.get(reverse("core:job-list")).content.decode()
    assert (str(mine.pk) in page, str(foreign.pk) in page) == (True, False)
    for name in ("detail", "progress", "file"):
        assert client.get(reverse(f"core:job-{name}", args=[foreign.pk])).status_code == 404
    assert client.post(reverse("core:job-cancel", args=[foreign.pk])).status_code == 404


@pytest.mark.parametrize("count", [1, 30])
def test_the_list_costs_the_same_for_any_number(
    admin: User, django_assert_num_queries: Any, count: int
) -> None:
    for _ in range(count):
        a_job(admin)
    client = entered(admin)
    client.get(reverse("core:job-list"))
    with django_assert_num_queries(5):
        client.get(reverse("core:job-list"))


def test_work_is_watched_and_stopped(admin: User) -> None:
    job, client = a_job(admin), entered(admin)
    progress = reverse("core:job-progress", args=[job.pk])
    assert "hx-get" in client.get(progress, headers=HTMX).content.decode()

    page = client.post(reverse("core:job-cancel", args=[job.pk]), headers=HTMX).content.decode()

    assert "Stopping" in page
    jobs.run(job.pk)
    job.refresh_from_db()
    assert job.state == JobState.CANCELLED
    assert client.get(progress, headers=HTMX).headers["HX-Refresh"] == "true"


@pytest.fixture
def _short(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tables, "AT_ONCE", {"csv": 2, "xlsx": 2})


@pytest.mark.usefixtures("_short")
@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_a_long_list_is_written_by_a_worker_and_told(admin: User, kind: str) -> None:
    for number in range(3):
        UserFactory.create(school=admin.school, name=f"Person {number}")
    UserFactory.create(school=SchoolFactory.create(), name="Person of others")
    client, url = entered(admin), reverse("accounts:user-list") + "?q=person"
    assert f'value="export-{kind}"' in client.get(url).content.decode()
    assert client.get(f"{url}&export={kind}").status_code == 302
    assert Job.objects.count() == 0

    answer = client.post(url, {"action": f"export-{kind}"})
    job = Job.objects.get()
    assert answer.headers["Location"] == reverse("core:job-detail", args=[job.pk])
    client.post(url, {"action": f"export-{kind}"})
    assert Job.objects.count() == 1
    assert jobs.run(job.pk)

    job.refresh_from_db()
    assert (job.state, job.error_code) == (JobState.DONE, "")
    page = client.get(reverse("core:job-detail", args=[job.pk])).content.decode()
    assert job.result["name"] in page
    answer = client.get(reverse("core:job-file", args=[job.pk]), follow=True)
    content = b"".join(answer.streaming_content)  # type: ignore[attr-defined]  # a stream
    if kind == "csv":
        assert (content.count(b"\r\n"), b"of others" in content) == (4, False)
    inbox = client.get(reverse("messaging:inbox")).content.decode()
    assert "Your list is ready" in inbox


@pytest.mark.usefixtures("_short")
def test_rights_are_those_of_the_moment_it_is_written(admin: User) -> None:
    for _ in range(3):
        UserFactory.create(school=admin.school)
    entered(admin).post(reverse("accounts:user-list"), {"action": "export-csv"})
    admin.role_assignments.all().delete()

    jobs.run(Job.objects.get().pk)

    assert (Job.objects.get().state, StoredFile.objects.count()) == (JobState.FAILED, 0)


def test_nobody_has_a_list_written_in_another_s_name(admin: User) -> None:
    from dataclasses import replace

    from django.utils import timezone

    actor = replace(admin.actor(timezone.localdate()), impersonator_id=admin.pk)
    with pytest.raises(Conflict):
        long_exports.begin_export(actor=actor, path="/accounts/users/", query="", language="en")


def test_files_nobody_uses_are_swept_after_their_time(admin: User) -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile
    from django.utils import timezone

    def stored(age: Any, purpose: str = long_exports.PURPOSE) -> StoredFile:
        upload = SimpleUploadedFile("list.csv", b"a,b\n")
        row = files.store(upload, school_id=admin.school_id, owner_id=admin.pk, purpose=purpose)
        StoredFile.objects.filter(pk=row.pk).update(created_at=timezone.now() - age)
        return row

    young, old = stored(long_exports.KEPT / 2), stored(long_exports.KEPT * 2)

    assert files.sweep_unused(now=timezone.now()) == 1

    assert list(StoredFile.objects.all()) == [young]
    assert Job.objects.get(task="core.erase_content").kwargs == {"key": old.key}
