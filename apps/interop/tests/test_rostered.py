"""OneRoster 1.1 and 1.2 in small: what each table becomes, and what is said of rows that do not fit."""

import random
from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from apps.academics.models import (
    AcademicSession,
    CampusEnrollment,
    Course,
    Enrollment,
    Guardianship,
    Section,
    StaffMember,
    Student,
    TeachingAssignment,
)
from apps.accounts.models import Campus, School
from apps.interop.tests.roster import applied, checked, codes, problems, totals, zipped

ORGS = """sourcedId,status,name,type,identifier,parentSourcedId
d1,,District,district,,
o1,,North,school,100,d1
"""
SESSIONS = """sourcedId,status,title,type,startDate,endDate,parentSourcedId,schoolYear
y1,,2026-27,schoolYear,2026-08-15,2027-06-10,,2027
t1,,Autumn,term,2026-08-15,2027-01-10,y1,2027
"""
COURSES = """sourcedId,status,title,courseCode,grades,orgSourcedId,subjects
c1,,Mathematics 9,MA9,09,o1,Mathematics
"""
CLASSES = """sourcedId,status,title,grades,courseSourcedId,classCode,classType,schoolSourcedId,termSourcedIds
k1,,Mathematics 9A,09,c1,MA9-A,scheduled,o1,t1
h1,,9A,09,,9A,homeroom,o1,y1
"""
USERS = """\
sourcedId,status,enabledUser,orgSourcedIds,role,username,givenName,familyName,identifier,email,sms,\
agentSourcedIds,grades,password
s1,,true,o1,student,asha,Asha,Rao,A1,asha@x.test,,g1,09,Sup3rSecret
s2,,true,"o1",STUDENT,bela,Béla,"O'Neil, Jr",A2,,,,9,Sup3rSecret
t1,,true,o1,teacher,t,Tara,Sen,E1,tara@x.test,,,,Sup3rSecret
g1,,true,o1,parent,g,Gita,Rao,,gita@x.test,12345,,,
"""
DEMOGRAPHICS = """sourcedId,status,birthDate,sex
s1,,2012-03-04,female
"""
ENROLLMENTS = """sourcedId,status,classSourcedId,schoolSourcedId,userSourcedId,role,primary,beginDate,endDate
e1,,k1,o1,s1,student,,2026-08-15,2027-01-10
e2,,k1,o1,s2,student,,2026-08-15,2027-01-10
e3,,k1,o1,t1,teacher,true,2026-08-15,2027-01-10
e4,,h1,o1,s1,student,,,
"""
MANIFEST = """propertyName,value
manifest.version,1.0
oneroster.version,1.1
file.orgs,bulk
file.academicSessions,bulk
file.courses,bulk
file.classes,bulk
file.users,bulk
file.demographics,bulk
file.enrollments,bulk
"""
FILES: dict[str, str] = {
    "manifest.csv": MANIFEST,
    "orgs.csv": ORGS,
    "academicSessions.csv": SESSIONS,
    "courses.csv": COURSES,
    "classes.csv": CLASSES,
    "users.csv": USERS,
    "demographics.csv": DEMOGRAPHICS,
    "enrollments.csv": ENROLLMENTS,
}
ALL = {
    "campus": 1, "session": 2, "grade_level": 1, "subject": 1, "course": 1, "section": 2, "student": 2,
    "staff": 1, "guardian": 1, "guardianship": 1, "teaching": 1, "enrollment": 3,
}  # fmt: skip


def bundle(**files: str) -> Any:
    named = {f"{name}.csv": text for name, text in files.items()}
    return zipped({**FILES, **named})


def test_a_small_roster_comes_in_whole(school: School) -> None:
    run = applied(school, bundle())
    assert (run.format, codes(run), totals(run)) == ("OneRoster 1.1", [], ALL)
    asha = Student.objects.get(school=school, sourced_id="s1")
    assert (asha.full_name, asha.admission_number, asha.birth_date, asha.sex) == (
        "Asha Rao", "A1", date(2012, 3, 4), "female",
    )  # fmt: skip
    assert (asha.campus.name, str(asha.grade_level), asha.status) == ("North", "Grade 9", "active")
    assert Student.objects.get(school=school, sourced_id="s2").family_name == "O'Neil, Jr"
    stay = CampusEnrollment.objects.get(student=asha)
    assert (stay.begin_date, stay.end_date) == (date(2026, 8, 15), None)
    assert Guardianship.objects.get(student=asha).guardian.phone == "12345"
    teacher = TeachingAssignment.objects.get(section__sourced_id="k1")
    assert (teacher.is_primary, teacher.staff.job_title) == (True, "Teacher")
    assert AcademicSession.objects.get(school=school, sourced_id="t1", parent__sourced_id="y1")


def test_the_end_date_of_the_standard_is_the_first_day_after(school: School) -> None:
    applied(school, bundle())
    year = AcademicSession.objects.get(school=school, sourced_id="y1")
    assert year.end_date == date(2027, 6, 10)


def test_a_dry_run_changes_nothing(school: School) -> None:
    run = checked(school, bundle())
    assert totals(run) == ALL
    assert not Student.objects.filter(school=school).exists()
    assert not Campus.objects.filter(school=school).exists()
    assert not Section.objects.filter(school=school).exists()


def test_the_second_time_changes_nothing(school: School) -> None:
    applied(school, bundle())
    assert applied(school, bundle()).result == {"created": 0, "changed": 0, "ended": 0, "left": 16}


def test_a_change_shows_before_and_after(school: School) -> None:
    applied(school, bundle())
    run = applied(school, bundle(users=USERS.replace("asha@x.test", "asha.rao@x.test")))
    line = run.lines.get()
    assert (line.file, line.line, line.kind, line.label, line.action) == (
        "users.csv", 2, "student", "Asha Rao", "changed",
    )  # fmt: skip
    assert line.changes == {"email": ["asha@x.test", "asha.rao@x.test"]}
    asha = Student.objects.get(school=school, sourced_id="s1")
    assert (asha.email, asha.version) == ("asha.rao@x.test", 2)


def test_absence_deletes_and_ends_nothing(school: School) -> None:
    applied(school, bundle())
    header = {name: text.split("\n")[0] + "\n" for name, text in FILES.items()}
    run = applied(school, zipped({**header, "orgs.csv": ORGS, "manifest.csv": MANIFEST}))
    assert {name: run.result[name] for name in ("created", "changed", "ended")} == {
        "created": 0, "changed": 0, "ended": 0,
    }  # fmt: skip
    assert Student.objects.filter(school=school, status="active").count() == 2
    assert Enrollment.objects.filter(school=school, status="active").count() == 3


def test_an_empty_cell_erases_nothing(school: School) -> None:
    applied(school, bundle())
    run = applied(school, bundle(users=USERS.replace("asha@x.test", "")))
    assert run.result["changed"] == 0
    assert Student.objects.get(school=school, sourced_id="s1").email == "asha@x.test"


def test_tobedeleted_ends_and_never_deletes(school: School) -> None:
    applied(school, bundle())
    enrollments = ENROLLMENTS.replace("e2,,", "e2,tobedeleted,").replace("e3,,", "e3,ToBeDeleted,")
    run = applied(school, bundle(enrollments=enrollments))
    assert run.result == {"created": 0, "changed": 0, "ended": 2, "left": 14}
    ended = Enrollment.objects.get(sourced_id="e2")
    today = date.fromisoformat(str(run.applied_at.date())) if run.applied_at else None
    assert ended.status == "withdrawn"
    assert today is not None
    assert ended.end_date is not None
    assert abs((ended.end_date - today).days) <= 1
    assert Section.objects.get(sourced_id="k1").seats_taken == 1
    assert TeachingAssignment.objects.get(sourced_id="e3").end_date == ended.end_date
    assert applied(school, bundle(enrollments=enrollments)).result["ended"] == 0


def test_a_session_ends_on_its_own_date_only(school: School) -> None:
    applied(school, bundle())
    before = AcademicSession.objects.get(school=school, sourced_id="t1").end_date
    run = applied(school, bundle(academicSessions=SESSIONS.replace("t1,,", "t1,tobedeleted,")))
    assert codes(run) == ["SESSION_STAYS"]
    assert AcademicSession.objects.get(school=school, sourced_id="t1").end_date == before


def test_a_pupil_who_is_deleted_leaves_the_school_and_its_sections(school: School) -> None:
    applied(school, bundle())
    applied(
        school,
        bundle(
            users=USERS.replace("s1,,", "s1,tobedeleted,"), enrollments=ENROLLMENTS.split("e1", maxsplit=1)[0]
        ),
    )
    asha = Student.objects.get(school=school, sourced_id="s1")
    assert asha.status == "withdrawn"
    assert set(asha.enrollments.values_list("status", flat=True)) == {"withdrawn"}
    assert CampusEnrollment.objects.get(student=asha).end_date is not None
    assert Section.objects.get(sourced_id="k1").seats_taken == 1


def test_a_delta_refers_to_what_the_school_has(school: School) -> None:
    applied(school, bundle())
    delta = {
        "manifest.csv": "propertyName,value\noneroster.version,1.1\nfile.enrollments,delta\n",
        "enrollments.csv": ENROLLMENTS.split("\n", maxsplit=1)[0] + "\ne9,active,h1,o1,s2,student,,,\n",
    }
    run = applied(school, zipped(delta))
    assert (codes(run), totals(run)) == ([], {"enrollment": 1})


BAD = [
    ("users", "s1,,true,o1,student", "s1,,true,o1,wizard", "ROLE_UNKNOWN", "role", "wizard"),
    ("users", "Tara,Sen", ",", "REQUIRED", "givenName", ""),
    ("users", "s1,,true,o1,", "s1,,true,o9,", "REFERENCE_UNKNOWN", "orgSourcedIds", "o9"),
    ("demographics", "2012-03-04", "2012-13-04", "DATE_INVALID", "birthDate", "2012-13-04"),
    ("demographics", "2012-03-04", "2099-03-04", "DATE_UNLIKELY", "birthDate", "2099-03-04"),
    ("enrollments", "e1,,k1", "e1,,k9", "REFERENCE_UNKNOWN", "classSourcedId", "k9"),
    ("enrollments", "o1,s1,student,,2026", "o1,s9,student,,2026", "REFERENCE_UNKNOWN", "userSourcedId", "s9"),
    ("enrollments", "o1,t1,teacher", "o1,s1,teacher", "ROLE_MISMATCH", "role", "s1"),
    ("enrollments", "o1,s2,student", "o1,t1,student", "ROLE_MISMATCH", "role", "t1"),
    ("enrollments", ",2026-08-15,2027", ",2026-08-15,2025", "DATES_OUT_OF_ORDER", "endDate", "2025-01-10"),
    ("enrollments", "teacher,true", "teacher,maybe", "FLAG_INVALID", "primary", "maybe"),
    ("enrollments", "e2,,k1,o1,s2", "e1,,k1,o1,s2", "DUPLICATE_ID", "sourcedId", "e1"),
    ("enrollments", "e2,,k1,o1,s2", "e2,,k1,o1,s1", "ENROLLED_TWICE", "userSourcedId", "s1"),
    ("enrollments", "2027-01-10\ne2", "2027-01-10,oops\ne2", "TOO_MANY_CELLS", "", ""),
    ("academicSessions", "y1,2027\n", "t1,2027\n", "CYCLE", "parentSourcedId", "t1"),
    ("academicSessions", "y1,2027\n", "zz,2027\n", "REFERENCE_UNKNOWN", "parentSourcedId", "zz"),
    ("academicSessions", "t1,,Autumn,term", "t1,,Autumn,eon", "KIND_UNKNOWN", "type", "eon"),
    ("users", "A2,", "A1,", "NUMBER_TAKEN", "identifier", "A1"),
]  # fmt: skip


@pytest.mark.parametrize(("table", "good", "bad", "code", "column", "value"), BAD)
def test_a_bad_row_is_named_with_its_place_and_the_others_come_in(
    school: School, table: str, good: str, bad: str, code: str, column: str, value: str
) -> None:
    assert good in FILES[f"{table}.csv"]
    run = applied(school, bundle(**{table: FILES[f"{table}.csv"].replace(good, bad, 1)}))
    errors = [row for row in problems(run) if row[3] not in {"DEPENDS_ON_SKIPPED", "EMAIL_SHARED"}]
    assert [(row[2], row[3], row[4]) for row in errors] == [(column, code, value)]
    assert run.errors == 1
    assert Campus.objects.filter(school=school).count() == 1


WARNED = [
    ("users", "asha@x.test", "not-an-address", ["EMAIL_INVALID"]),
    ("users", "tara@x.test", "asha@x.test", ["EMAIL_SHARED"]),
    ("users", "g1,09,", 'g1,"09,10",', ["SEVERAL_GRADES"]),
    ("users", "s1,,true", "s1,pending,true", ["STATUS_UNKNOWN"]),
    ("demographics", "female", "dragon", ["SEX_UNKNOWN"]),
    ("academicSessions", "y1,2027\n", "y1,2026-2027\n", ["SCHOOL_YEAR_FORM"]),
    ("classes", ",o1,t1", ",o1,", ["TERM_MISSING"]),
    ("classes", ",c1,", ",,", ["COURSE_MISSING"]),
    ("classes", ",o1,t1", ',o1,"t1,y1"', ["SEVERAL_TERMS"]),
    ("manifest", "file.demographics,bulk", "file.demographics,absent", ["NOT_DESCRIBED"]),
    ("enrollments", "e4,,h1,o1,s1,student,,,", f"{'e4,,h1,o1,s1,student,,,'}\n" * 2, ["DUPLICATE_ROW"]),
    ("orgs", "o1,,North,school,100,d1", "o1,,North,school,100,d1\nx1,,Maths,department,,o1", []),
]  # fmt: skip


@pytest.mark.parametrize(("table", "good", "odd", "expected"), WARNED)
def test_an_odd_row_comes_in_with_a_warning(
    school: School, table: str, good: str, odd: str, expected: list[str]
) -> None:
    assert good in FILES[f"{table}.csv"]
    run = applied(school, bundle(**{table: FILES[f"{table}.csv"].replace(good, odd, 1)}))
    assert (codes(run), run.errors) == (expected, 0)
    assert totals(run)["enrollment"] == 3


def test_rows_that_depend_on_a_bad_one_wait_and_are_not_counted_as_errors(school: School) -> None:
    run = checked(school, bundle(users=USERS.replace("s1,,true,o1,student", "s1,,true,o1,wizard")))
    assert run.errors == 1
    held = [row for row in problems(run) if row[3] == "DEPENDS_ON_SKIPPED"]
    assert [(row[0], row[1]) for row in held] == [
        ("demographics.csv", 2), ("enrollments.csv", 2), ("enrollments.csv", 5),
    ]  # fmt: skip


def test_strict_takes_all_or_nothing(school: School) -> None:
    from apps.core.errors import Conflict

    with pytest.raises(Conflict) as refusal:
        applied(school, bundle(users=USERS.replace("parent", "wizard")), strict=True)
    assert refusal.value.code == "ROWS_WRONG"
    assert not Student.objects.filter(school=school).exists()


USERS_12 = """\
sourcedId,status,dateLastModified,enabledUser,username,userIds,givenName,familyName,middleName,\
identifier,email,sms,phone,agentSourcedIds,grades,password,userMasterIdentifier,preferredGivenName,primaryOrgSourcedId
s1,,,true,asha,,Asha,Rao,,A1,,,,g1,09,,,,
t1,,,true,tara,,Tara,Sen,,E1,,,,,,,,,o1
g1,,,true,gita,,Gita,Rao,,,,,,,,,,,
"""
ROLES_12 = """\
sourcedId,status,dateLastModified,userSourcedId,roleType,role,beginDate,endDate,orgSourcedId,\
userProfileSourcedId
r1,,,s1,primary,student,2026-08-15,,o1,
r2,,,t1,primary,teacher,,,o1,
r3,,,t1,secondary,parent,,,o1,
r4,,,g1,primary,guardian,,,o1,
"""


def test_oneroster_1_2_takes_roles_from_their_own_table(school: School) -> None:
    enrollments = "\n".join(line for line in ENROLLMENTS.split("\n") if not line.startswith("e2"))
    run = applied(school, bundle(users=USERS_12, roles=ROLES_12, enrollments=enrollments))
    assert (run.format, run.errors) == ("OneRoster 1.2", 0)
    assert totals(run) == ALL | {"student": 1, "guardian": 2, "enrollment": 2}
    assert StaffMember.objects.get(school=school).sourced_id == "t1"


def test_a_folder_inside_the_zip_and_odd_files_beside_are_no_matter(school: School) -> None:
    files = {f"export/{name}": text for name, text in FILES.items()}
    files |= {
        "export/lineItems.csv": "sourcedId,title,classSourcedId,assignDate,dueDate\n",
        "__MACOSX/._x": "x",
    }
    run = applied(school, zipped(files))
    assert totals(run) == ALL


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 10_000))
def test_the_order_of_rows_and_files_makes_no_difference(school: School, seed: int) -> None:
    from apps.accounts.tests.factories import SchoolFactory

    rng, other = random.Random(seed), SchoolFactory.create(country="IN")
    shuffled = {}
    for name, text in FILES.items():
        header, *rows = text.strip().split("\n")
        rng.shuffle(rows)
        shuffled[name] = "\n".join([header, *rows]) + "\n"
    names = list(shuffled)
    rng.shuffle(names)
    applied(other, zipped({name: shuffled[name] for name in names}))
    if not Student.objects.filter(school=school).exists():
        applied(school, bundle())
    assert _snapshot(other) == _snapshot(school)


def _snapshot(school: School) -> list[Any]:
    return [
        sorted(
            Student.objects.filter(school=school).values_list("sourced_id", "given_name", "grade_level__code")
        ),
        sorted(Course.objects.filter(school=school).values_list("sourced_id", "code", "subject__name")),
        sorted(
            Section.objects.filter(school=school).values_list(
                "sourced_id", "code", "seats_taken", "session__code"
            )
        ),
        sorted(
            Enrollment.objects.filter(school=school).values_list(
                "sourced_id", "begin_date", "end_date", "status"
            )
        ),
    ]
