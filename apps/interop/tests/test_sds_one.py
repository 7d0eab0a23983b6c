"""School Data Sync 1 in small: terms and courses in section rows, guardians by e-mail, equal headers."""

from datetime import date

from apps.academics.models import (
    AcademicSession,
    Enrollment,
    Guardian,
    Guardianship,
    Student,
    TeachingAssignment,
)
from apps.accounts.models import School
from apps.interop.models import ImportRun
from apps.interop.tests.roster import applied, codes, csv_file, problems, totals

SCHOOL = "SIS ID,Name,School Number\n1,North High,N1\n"
SECTION = (
    "SIS ID,School SIS ID,Section Name,Section Number,Term SIS ID,Term Name,Term StartDate,Term EndDate,"
    "Course SIS ID,Course Name,Course Number,Course Subject,Status\n"
    "10,1,Maths 9A,M9A,T1,Year,8/15/2026,6/10/2027,C1,Maths 9,M9,Math,Active\n"
)
STUDENT = (
    "SIS ID,School SIS ID,First Name,Last Name,Username,Password,Student Number,Grade,Status,Birthdate\n"
    "100,1,Asha,Rao,arao,P@ss,A1,9,Active,4/20/2012\n"
    "101,1,Bela,Roy,broy,P@ss,A2,9,Inactive,4/21/2012\n"
)
TEACHER = (
    "SIS ID,School SIS ID,First Name,Last Name,Username,Password,Teacher Number\n200,1,Tara,Sen,t,P@ss,E1\n"
)
MEMBERS = "Section SIS ID,SIS ID\n10,100\n"
ROSTER = "Section SIS ID,SIS ID\n10,200\n"
USER = "Email,First Name,Last Name,Phone,SIS ID\nGita@x.test,Gita,Rao,123,\nravi@x.test,Ravi,Rao,,\n"
RELATION = "SIS ID,Email,Role\n100,gita@x.test,Parent\n100,ravi@x.test,Doctor\n100,nobody@x.test,Parent\n"


def bring(school: School, **changed: str) -> ImportRun:
    files = {
        "School": SCHOOL,
        "Section": SECTION,
        "Student": STUDENT,
        "Teacher": TEACHER,
        "StudentEnrollment": MEMBERS,
        "TeacherRoster": ROSTER,
        "User": USER,
        "GuardianRelationship": RELATION,
    } | changed
    return applied(school, *(csv_file(f"{name}.csv", text) for name, text in files.items()))


def test_everything_comes_in_and_only_once(school: School) -> None:
    run = bring(school)
    assert (run.format, totals(run)) == (
        "School Data Sync 1",
        {"campus": 1, "session": 1, "grade_level": 1, "subject": 1, "course": 1, "section": 1, "student": 1}
        | {"staff": 1, "guardian": 2, "guardianship": 2, "teaching": 1, "enrollment": 1},
    )
    assert problems(run) == [("GuardianRelationship.csv", 4, "Email", "REFERENCE_UNKNOWN", "nobody@x.test")]
    again = bring(school)
    assert (again.result["created"], again.result["changed"], again.result["ended"]) == (0, 0, 0)


def test_last_days_become_the_day_after(school: School) -> None:
    bring(school)
    assert AcademicSession.objects.get(school=school).end_date == date(2027, 6, 11)
    assert Enrollment.objects.get(section__school=school).end_date == date(2027, 6, 11)


def test_the_inactive_are_not_made_and_end_when_known(school: School) -> None:
    bring(school)
    assert not Student.objects.filter(school=school, sourced_id="101").exists()
    run = bring(school, Student=STUDENT.replace("9,Active", "9,Inactive"))
    assert run.result["ended"] == 1
    assert Student.objects.get(school=school).status == "withdrawn"


def test_a_doctor_sees_no_marks_and_collects_nobody(school: School) -> None:
    bring(school)
    rights = Guardianship.objects.filter(student__school=school).values_list(
        "guardian__given_name", "relation", "may_see_marks", "may_collect"
    )
    assert sorted(rights) == [("Gita", "guardian", True, True), ("Ravi", "other", False, False)]
    assert Guardian.objects.filter(school=school).count() == 2


def test_memberships_without_a_telling_name_follow_the_person(school: School) -> None:
    files = [("School", SCHOOL), ("Section", SECTION), ("Student", STUDENT), ("Teacher", TEACHER)]
    run = applied(
        school,
        *(csv_file(f"{name}.csv", text) for name, text in files),
        csv_file("export1.csv", MEMBERS),
        csv_file("export2.csv", ROSTER),
    )
    assert codes(run) == []
    assert Enrollment.objects.filter(section__school=school).count() == 1
    assert TeachingAssignment.objects.filter(section__school=school).count() == 1
