"""Tables without a header row: Microsoft's Education Data Platform, told by name, width and shape."""

import pytest

from apps.academics.models import Enrollment, Section, StaffMember, Student, TeachingAssignment
from apps.accounts.models import School
from apps.interop.services.headless import SHAPES, header_of
from apps.interop.tests.roster import applied, codes, problems, zipped

STAMPS = "8/13/2020 10:09:43 AM,8/13/2020 10:09:43 AM,True"
FILES = {
    "Org.csv": f"i_o1,North High,o1,o1,{STAMPS},i_o1,r,s\n",
    "Session.csv": f"i_t1,Fall Semester,9/1/2026,12/22/2026,t1,{STAMPS},c,,r\n",
    "Course.csv": f"i_c1,Algebra,1,About algebra,c1,{STAMPS},c\n",
    "Section.csv": f"i_k1,Algebra 1,1,,k1,{STAMPS},i_c1,r,i_t1,i_o1\n",
    "Person.csv": f"i_s1,Asha,,Rao,,,True,s1,{STAMPS},x\ni_e1,Tara,,Sen,,,True,e1,{STAMPS},x\n",
    "StudentOrgAffiliation.csv": f"i_a1,True,,,a1,{STAMPS},i_o1,i_s1,g,r,r\n",
    "StaffOrgAffiliation.csv": f"i_a2,True,,,a2,{STAMPS},i_o1,i_e1,,r\n",
    "StudentSectionMembership.csv": f"i_m1,,,m1,{STAMPS},i_s1,,r,i_k1\n",
    "StaffSectionMembership.csv": f"i_m2,True,,,m2,{STAMPS},i_e1,r,i_k1\n",
}


def test_a_school_comes_in_whole_and_only_once(school: School) -> None:
    run = applied(school, zipped(FILES))
    assert (run.format, codes(run)) == ("School Data Sync (Education Data Platform)", [])
    section = Section.objects.get(school=school)
    assert (section.sourced_id, str(section.course), section.session.name) == (
        "k1", "Algebra", "Fall Semester",
    )  # fmt: skip
    assert str(section.session.end_date) == "2026-12-23"  # the file names the last day
    assert Student.objects.get(school=school).full_name == "Asha Rao"
    assert StaffMember.objects.get(school=school).sourced_id == "e1"
    assert Enrollment.objects.filter(section=section).count() == 1
    assert TeachingAssignment.objects.get(section=section).is_primary
    again = applied(school, zipped(FILES))
    assert (again.result["created"], again.result["changed"], again.result["ended"]) == (0, 0, 0)


def test_a_row_that_names_nothing_is_listed_by_its_line(school: School) -> None:
    text = FILES["StudentSectionMembership.csv"]
    run = applied(
        school, zipped({**FILES, "StudentSectionMembership.csv": text + text.replace("i_k1", "k9")})
    )
    assert problems(run) == [("StudentSectionMembership.csv", 2, "sectionid", "REFERENCE_UNKNOWN", "k9")]


def test_what_is_inactive_there_ends_here(school: School) -> None:
    applied(school, zipped(FILES))
    text = FILES["StudentSectionMembership.csv"].replace("True", "False")
    run = applied(school, zipped({**FILES, "StudentSectionMembership.csv": text}))
    assert run.result["ended"] == 1
    assert Enrollment.objects.get(school=school).status == "withdrawn"


ORG = FILES["Org.csv"].strip().split(",")


@pytest.mark.parametrize(
    ("stem", "first"),
    [
        ("things", ORG),
        ("org", ORG[:-1]),
        ("org", ["maybe" if cell == "True" else cell for cell in ORG]),
        ("org", [*ORG[:3], "", *ORG[4:]]),
        ("org", ["", *ORG[1:]]),
    ],
)
def test_another_name_width_or_shape_has_no_header(stem: str, first: list[str]) -> None:
    assert header_of("org", ORG)[0] == "edporgid"
    assert header_of(stem, first) == []


def test_every_shape_is_as_wide_as_its_rows() -> None:
    for name, text in FILES.items():
        stem = name.removesuffix(".csv").lower()
        assert len(header_of(stem, text.splitlines()[0].split(","))) == len(SHAPES[stem])
