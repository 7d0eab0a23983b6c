"""The pages of an import, for whom they are, and what they show."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from apps.academics.models import Student
from apps.accounts.models import Role, School, User
from apps.accounts.tests.factories import CampusFactory, RoleAssignmentFactory, SchoolFactory, UserFactory
from apps.core import jobs
from apps.interop.models import ImportProblem, ImportRun
from apps.interop.tests.roster import applied, checked, csv_file
from apps.interop.tests.test_rostered import USERS, bundle


def login_of(school: School, role: Role, campus: Any = None) -> User:
    user = UserFactory.create(school=school)
    RoleAssignmentFactory.create(user=user, role=role, campus=campus)
    return user


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def office(school: School) -> Client:
    return signed_in(login_of(school, Role.SCHOOL_ADMIN))


def upload(name: str = "roster.zip") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, bundle().read())


def work(run: ImportRun) -> None:
    run.refresh_from_db()
    assert run.job is not None
    jobs.run(run.job.pk)
    run.refresh_from_db()


def test_from_upload_to_result(school: School, office: Client) -> None:
    answer = office.post(reverse("interop:import-add"), {"uploads": [upload()]})
    run = ImportRun.objects.get(school=school)
    page = reverse("interop:import-detail", args=[run.pk])
    assert (answer.status_code, answer["Location"]) == (302, page)
    assert b"Checking the files" in office.get(page).content
    progress = office.get(reverse("interop:import-progress", args=[run.pk]), headers={"HX-Request": "true"})
    assert b"<progress" in progress.content
    work(run)
    progress = office.get(reverse("interop:import-progress", args=[run.pk]), headers={"HX-Request": "true"})
    assert progress["HX-Refresh"] == "true"
    report = office.get(page).content.decode()
    assert "Every row can come in" in report
    assert "What would change" in report
    assert "password" in report  # named as not carried over
    office.post(reverse("interop:import-apply", args=[run.pk]))
    work(run)
    assert "Brought in on" in office.get(page).content.decode()
    assert Student.objects.filter(school=school).count() == 2


def test_a_refused_upload_says_why_at_the_field(office: Client) -> None:
    bad = SimpleUploadedFile("roster.csv", b"\x89PNG\r\n\x1a\n")
    answer = office.post(reverse("interop:import-add"), {"uploads": [bad]})
    assert answer.status_code == 422
    assert b"neither a table nor text" in answer.content
    assert not ImportRun.objects.exists()


def test_several_csv_files_at_once(school: School, office: Client) -> None:
    files = [
        SimpleUploadedFile("a.csv", b"Admission No,Name\nA1,Asha\n"),
        SimpleUploadedFile("b.csv", b"Emp ID,Name\n1,T\n"),
    ]
    office.post(reverse("interop:import-add"), {"uploads": files})
    assert [part["name"] for part in ImportRun.objects.get(school=school).outline] == ["a.csv", "b.csv"]


def test_columns_are_named_by_a_person(school: School, office: Client) -> None:
    CampusFactory.create(school=school)
    plain = SimpleUploadedFile("pupils.csv", b"Admission No,Name,Colour\nA1,Asha Rao,blue\n")
    answer = office.post(reverse("interop:import-add"), {"uploads": [plain]})
    page = office.get(answer["Location"], follow=True)
    text = page.content.decode()
    assert "What the columns mean" in text
    assert '<option value="Admission No" selected>' in text
    url = page.redirect_chain[-1][0]
    other = office.get(url, {"part0-kind": "staff"}).content.decode()
    assert "Employee id" in other
    data = {"part0-kind": "student", "part0-number": "Admission No", "part0-full_name": "Name"}
    missing = office.post(url, {"part0-kind": "student", "part0-full_name": "Name"})
    assert missing.status_code == 422
    assert office.post(url, data).status_code == 302
    run = ImportRun.objects.get(school=school)
    assert run.mapping["pupils.csv"]["columns"] == {"number": "Admission No", "full_name": "Name"}
    work(run)
    assert run.summary["totals"]["student"] == {"created": 1}


def test_problems_and_effects_are_listed_and_exported(school: School, office: Client) -> None:
    applied(school, bundle())
    run = checked(
        school, bundle(users=USERS.replace("asha@x.test", "asha2@x.test").replace("parent", "wizard"))
    )
    problems = reverse("interop:import-problems", args=[run.pk])
    text = office.get(problems).content.decode()
    assert "wizard" in text
    assert "This role is not known." in text
    export = office.get(problems, {"export": "csv"})
    lines = b"".join(export).decode().splitlines()
    assert len(lines) == 1 + run.problems.count()
    assert "wizard" not in office.get(problems, {"severity": "warning"}).content.decode()
    effects = office.get(reverse("interop:import-lines", args=[run.pk])).content.decode()
    assert "email: asha@x.test → asha2@x.test" in effects


PAGES = ["detail", "mapping", "progress", "problems", "lines"]
DEEDS = ["apply", "check", "cancel", "discard"]


@pytest.mark.parametrize("name", PAGES)
def test_another_school_finds_no_page(school: School, name: str) -> None:
    run = checked(school, bundle())
    client = signed_in(login_of(SchoolFactory.create(), Role.SCHOOL_ADMIN))
    assert client.get(reverse(f"interop:import-{name}", args=[run.pk])).status_code == 404


@pytest.mark.parametrize("name", DEEDS)
def test_another_school_does_nothing(school: School, name: str) -> None:
    run = checked(school, bundle())
    client = signed_in(login_of(SchoolFactory.create(), Role.SCHOOL_ADMIN))
    assert client.post(reverse(f"interop:import-{name}", args=[run.pk])).status_code == 404
    run.refresh_from_db()
    assert run.apply_job is None


@pytest.mark.parametrize(
    "role", [Role.CAMPUS_ADMIN, Role.ACCOUNTANT, Role.TEACHER, Role.STUDENT, Role.GUARDIAN]
)
def test_other_roles_are_refused(school: School, role: Role) -> None:
    run = checked(school, bundle())
    client = signed_in(login_of(school, role))
    for url in (reverse("interop:import-list"), reverse("interop:import-add")):
        assert client.get(url).status_code == 403
    for name in PAGES:
        assert client.get(reverse(f"interop:import-{name}", args=[run.pk])).status_code == 403
    for name in DEEDS:
        assert client.post(reverse(f"interop:import-{name}", args=[run.pk])).status_code == 403
    assert client.get(reverse("api:import-list")).status_code == 403


def test_a_registrar_of_a_campus_brings_in_for_it_alone(school: School) -> None:
    north, south = CampusFactory.create_batch(2, school=school)
    client = signed_in(login_of(school, Role.REGISTRAR, north))
    for wrong in ({}, {"campus": str(south.pk)}):
        assert client.post(reverse("interop:import-add"), {"uploads": [upload()], **wrong}).status_code == 422
    api = client.post(reverse("api:import-list"), {"files": [upload()], "campus": str(south.pk)})
    assert api.status_code == 404
    assert not ImportRun.objects.exists()
    client.post(reverse("interop:import-add"), {"uploads": [upload()], "campus": str(north.pk)})
    assert ImportRun.objects.get().campus == north
    whole = checked(school, bundle())
    assert client.get(reverse("interop:import-detail", args=[whole.pk])).status_code == 404


@pytest.mark.parametrize("rows", [1, 30])
def test_the_lists_cost_the_same_whatever_their_length(
    school: School, office: Client, rows: int, django_assert_num_queries: Any
) -> None:
    ImportRun.objects.bulk_create(ImportRun(school=school, name=f"file {n}") for n in range(rows))
    run = ImportRun.objects.filter(school=school).earliest("created_at")
    ImportProblem.objects.bulk_create(
        ImportProblem(school=school, run=run, file="a.csv", line=n, code="REQUIRED", severity="error")
        for n in range(rows)
    )
    office.get(reverse("interop:import-list"))
    with django_assert_num_queries(LIST_QUERIES):
        office.get(reverse("interop:import-list"))
    with django_assert_num_queries(PROBLEM_QUERIES):
        office.get(reverse("interop:import-problems", args=[run.pk]))


LIST_QUERIES, PROBLEM_QUERIES = 5, 7


def test_the_today_card_tells_of_the_last_import(school: School, office: Client) -> None:
    checked(school, bundle(users=USERS.replace("parent", "wizard")))
    assert "1 problem in roster.zip" in office.get("/").content.decode()


def test_the_back_office_lists_imports_to_look_at(school: School, office: Client) -> None:
    run = checked(school, bundle())
    text = office.get(reverse("admin:interop_importrun_changelist")).content.decode()
    assert reverse("interop:import-detail", args=[run.pk]) in text
    assert "Ready to apply" in text
    assert office.get(reverse("admin:interop_importrun_change", args=[run.pk])).status_code == 200
    assert office.get(reverse("admin:interop_importrun_add")).status_code == 403


def test_the_command_shows_and_applies(school: School, tmp_path: Any, capsys: Any) -> None:
    from django.core.management import CommandError, call_command

    (tmp_path / "roster.zip").write_bytes(bundle().read())
    call_command("import_roster", tmp_path / "roster.zip", "--school", school.code)
    assert "student: 2 created" in capsys.readouterr().out
    assert not Student.objects.filter(school=school).exists()
    call_command("import_roster", tmp_path / "roster.zip", "--school", school.code, "--apply")
    assert "Applied: 17 created" in capsys.readouterr().out
    with pytest.raises(CommandError, match="no school"):
        call_command("import_roster", tmp_path / "roster.zip", "--school", "nowhere")
    (tmp_path / "bad.csv").write_bytes(b"%PDF-1.7")
    with pytest.raises(CommandError, match="NOT_A_TABLE"):
        call_command("import_roster", tmp_path / "bad.csv", "--school", school.code)


def test_the_command_takes_a_folder_and_a_mapping(school: School, tmp_path: Any) -> None:
    from django.core.management import call_command

    CampusFactory.create(school=school, code="main")
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "x.csv").write_text("alpha,beta\nA1,Asha\n")
    (tmp_path / "map.json").write_text(
        '{"x.csv": {"kind": "student", "columns": {"number": "alpha", "full_name": "beta"}}}'
    )
    options = [
        "--school",
        school.code,
        "--campus",
        "main",
        "--mapping",
        str(tmp_path / "map.json"),
        "--apply",
    ]
    call_command("import_roster", tmp_path / "in", *options)
    assert Student.objects.get(school=school).admission_number == "A1"


def test_the_api_uploads_reads_and_applies(school: School, office: Client) -> None:
    url = reverse("api:import-list")
    key = {"Idempotency-Key": "one"}
    first = office.post(url, {"files": [upload()]}, headers=key)
    again = office.post(url, {"files": [upload()]}, headers=key)
    assert (first.status_code, again.status_code) == (202, 202)
    run = ImportRun.objects.get(school=school)
    assert first.json()["data"]["id"] == again.json()["data"]["id"] == str(run.pk)
    assert first.json()["data"]["job_id"] == str(run.plan_job_id)
    work(run)
    detail = reverse("api:import-detail", args=[run.pk])
    data = office.get(detail).json()["data"]
    assert (data["state"], data["totals"]["student"], data["wrong_rows"]) == ("ready", {"created": 2}, 0)
    assert office.get(reverse("api:import-problem-list", args=[run.pk])).json()["meta"]["total"] == 0
    assert (
        office.get(reverse("api:import-line-list", args=[run.pk]), {"kind": "student"}).json()["meta"][
            "total"
        ]
        == 2
    )
    assert office.post(reverse("api:import-apply", args=[run.pk])).status_code == 202
    work(run)
    assert office.get(detail).json()["data"]["state"] == "applied"
    assert office.post(reverse("api:import-apply", args=[run.pk])).status_code == 409
    assert office.delete(detail).status_code == 409


def test_the_api_names_columns(school: School, office: Client) -> None:
    CampusFactory.create(school=school)
    plain = SimpleUploadedFile("x.csv", b"alpha,beta\nA1,Asha\n")
    data = office.post(reverse("api:import-list"), {"files": [plain]}).json()["data"]
    assert (data["state"], data["columns"]) == ("mapping", {"x.csv": ["alpha", "beta"]})
    url = reverse("api:import-columns", args=[data["id"]])
    body = {"files": [{"file": "x.csv", "kind": "student", "columns": {"number": "alpha"}}]}
    assert office.post(url, body, content_type="application/json").status_code == 422
    body["files"][0]["columns"] = {"number": "alpha", "full_name": "beta"}
    assert office.post(url, body, content_type="application/json").json()["data"]["state"] == "checking"


@pytest.mark.parametrize("name", ["problem-list", "line-list", "detail"])
def test_the_api_of_another_school_is_empty(school: School, name: str) -> None:
    run = checked(school, bundle(users=USERS.replace("parent", "wizard")))
    client = signed_in(login_of(SchoolFactory.create(), Role.SCHOOL_ADMIN))
    assert client.get(reverse(f"api:import-{name}", args=[run.pk])).status_code == 404


def test_nobody_signed_in_is_sent_to_the_door(school: School) -> None:
    run = checked(school, csv_file("students.csv", "Admission No,Name\nA1,Asha\n"))
    assert Client().get(reverse("interop:import-detail", args=[run.pk])).status_code == 302
    assert Client().get(reverse("api:import-detail", args=[run.pk])).status_code == 401
    assert timezone.now() > run.created_at
