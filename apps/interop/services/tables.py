"""Which table of which format a header belongs to, and which of its columns we carry.

A header decides, not the file's name; the name only breaks ties between tables with equal headers.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

PLAIN: Final = "plain"
NOT_CARRIED: Final = "not_carried"
_SECRETS: Final = ("password", "passwd", "passwort", "kennwort", "contraseña", "motdepasse", "secret")
_SECRET_NAMES: Final = frozenset({"pwd", "pass", "pin", "pw"})


@dataclass(frozen=True)
class Table:
    """`needs` must be in the header and one of `any_of`; `keeps` is what a reader takes; `refers` is
    only checked.
    """

    name: str
    needs: frozenset[str]
    keeps: frozenset[str] = frozenset()
    any_of: frozenset[str] = frozenset()
    without: frozenset[str] = frozenset()
    names: tuple[str, ...] = ()
    refers: dict[str, str] = field(default_factory=dict)


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


_PERSON = _set(
    "sourcedid status enableduser orgsourcedids primaryorgsourcedid role givenname familyname middlename "
    "preferredgivenname preferredfamilyname identifier email sms phone agentsourcedids grades grade"
)
_SDS_PERSON = _set(
    "sisid schoolsisid firstname middlename lastname secondaryemail email status studentnumber grade "
    "birthdate gender sex teachernumber title qualification phone"
)

# In the order in which they are read.
TABLES: Final = (
    Table("manifest", _set("propertyname value"), _set("propertyname value")),
    Table(
        "orgs",
        _set("sourcedid name type"),
        _set("sourcedid status name type identifier parentsourcedid"),
        without=_set("startdate classtype"),
    ),
    Table(
        "academicsessions",
        _set("sourcedid title startdate enddate"),
        _set("sourcedid status title type startdate enddate parentsourcedid schoolyear"),
    ),
    Table(
        "courses",
        _set("sourcedid title"),
        _set(
            "sourcedid status title coursecode code grades grade orgsourcedid subjects subject subjectcodes"
        ),
        any_of=_set("coursecode schoolyearsourcedid"),
        without=_set("classtype coursesourcedid givenname"),
    ),
    Table(
        "classes",
        _set("sourcedid title"),
        _set(
            "sourcedid status title grades grade coursesourcedid classcode code classtype schoolsourcedid "
            "orgsourcedid termsourcedids sessionsourcedids subjects subject"
        ),
        any_of=_set(
            "classtype classcode coursesourcedid schoolsourcedid orgsourcedid termsourcedids "
            "sessionsourcedids"
        ),
        without=_set("givenname role assigndate duedate vendorresourceid"),
    ),
    Table(
        "users",
        _set("sourcedid"),
        _PERSON,
        any_of=_set("givenname familyname"),
        without=_set("sectionsisid"),
    ),
    Table(
        "roles",
        _set("usersourcedid orgsourcedid role"),
        _set(
            "sourcedid status usersourcedid orgsourcedid role roletype isprimary grade begindate enddate "
            "rolestartdate roleenddate"
        ),
        without=_set("classsourcedid"),
    ),
    Table(
        "relationships",
        _set("usersourcedid relationshipusersourcedid"),
        _set("usersourcedid relationshipusersourcedid relationshiprole status"),
    ),
    Table(
        "demographics",
        _set("sourcedid"),
        _set("sourcedid status birthdate sex"),
        any_of=_set("birthdate sex"),
        without=_set("givenname familyname title"),
    ),
    Table(
        "demographics",
        _set("usersourcedid"),
        _set("usersourcedid status birthdate sex"),
        any_of=_set("birthdate sex"),
        without=_set("givenname familyname title"),
    ),
    Table(
        "enrollments",
        _set("classsourcedid usersourcedid"),
        _set("sourcedid status classsourcedid usersourcedid role primary begindate enddate"),
        without=_set("lineitemsourcedid score"),
    ),
    # Microsoft School Data Sync, version 1
    Table(
        "sds_school", _set("sisid name"), _set("sisid name schoolnumber status"), without=_set("sectionname")
    ),
    Table(
        "sds_section",
        _set("sisid schoolsisid sectionname"),
        _set(
            "sisid schoolsisid sectionname sectionnumber termsisid termname termstartdate termenddate "
            "coursesisid coursename coursenumber coursesubject status"
        ),
    ),
    Table(
        "sds_teacher",
        _set("sisid schoolsisid"),
        _SDS_PERSON,
        any_of=_set("teachernumber qualification title"),
        without=_set("sectionname studentnumber graduationyear"),
        names=("teacher", "staff"),
    ),
    Table(
        "sds_student",
        _set("sisid schoolsisid"),
        _SDS_PERSON,
        any_of=_set("firstname lastname username studentnumber"),
        without=_set("sectionname teachernumber"),
        names=("student",),
    ),
    Table("sds_member", _set("sectionsisid sisid"), _set("sectionsisid sisid"), names=("student", "teacher")),
    Table(
        "sds_relation", _set("sisid email role"), _set("sisid email role"), without=_set("firstname lastname")
    ),
    Table(
        "sds_user",
        _set("email firstname lastname sisid"),
        _set("email firstname lastname phone sisid"),
        without=_set("schoolsisid sourcedid"),
        names=("user", "guardian", "parent"),
    ),
    # Microsoft's Education Data Platform; its files have no header, see headless.py
    Table("edp_org", _set("edporgid name"), _set("edporgid name identifier externalid isactive")),
    Table(
        "edp_session",
        _set("edpsessionid name"),
        _set("edpsessionid name begindate enddate externalid isactive"),
    ),
    Table("edp_course", _set("edpcourseid name"), _set("edpcourseid name externalid isactive")),
    Table(
        "edp_section",
        _set("edpsectionid name"),
        _set("edpsectionid name externalid isactive courseid sessionid orgid"),
    ),
    Table(
        "edp_person",
        _set("edppersonid"),
        _set("edppersonid firstname middlename lastname birthdate externalid isactive"),
    ),
    Table("edp_student_org", _set("edpstudentorgid"), _set("edpstudentorgid isactive orgid personid")),
    Table("edp_staff_org", _set("edpstafforgid"), _set("edpstafforgid isactive orgid personid")),
    Table(
        "edp_student_section",
        _set("edpstudentsectionid"),
        _set("edpstudentsectionid isactive personid sectionid"),
    ),
    Table(
        "edp_staff_section",
        _set("edpstaffsectionid"),
        _set("edpstaffsectionid isprimary isactive personid sectionid"),
    ),
    # Marks: what a section was marked for, and grades of earlier terms.
    Table("categories", _set("sourcedid title weight"), _set("sourcedid status title weight")),
    Table(
        "categories",
        _set("sourcedid title status datelastmodified"),
        _set("sourcedid status title"),
        names=("categories",),
        without=_set(
            "type startdate coursecode coursesourcedid classsourcedid givenname vendorresourceid "
            "scorescalevalue scorescalesourcedid"
        ),
    ),
    Table(
        "line_items",
        _set("sourcedid title classsourcedid"),
        _set(
            "sourcedid status title description assigndate duedate classsourcedid categorysourcedid "
            "gradingperiodsourcedid academicsessionsourcedid resultvaluemin resultvaluemax"
        ),
        any_of=_set("assigndate resultvaluemax"),
    ),
    Table(
        "results",
        _set("sourcedid lineitemsourcedid"),
        _set(
            "sourcedid status lineitemsourcedid studentsourcedid scorestatus score textscore comment missing"
        ),
    ),
    Table(
        "marks",
        _set("studentid"),
        _set(
            "id studentid sectionid schoolyear termid numericgradeearned alphagradeearned isfinalgrade "
            "creditsattempted creditsearned gradcredittype"
        ),
        any_of=_set("numericgradeearned alphagradeearned"),
    ),
    # Known and not carried (yet); what they point at is checked all the same.
    Table("score_scales", _set("sourcedid title scorescalevalue")),
    Table("attendance", _set("studentid attendancedate"), refers={"studentid": "student"}),
    Table("student_details", _set("sisid federalracecategory"), refers={"sisid": "student"}),
    Table("user_flags", _set("usersourcedid flag"), refers={"usersourcedid": "person"}),
    Table("user_profiles", _set("usersourcedid profiletype"), refers={"usersourcedid": "person"}),
    Table("resources", _set("sourcedid vendorresourceid")),
    Table("class_resources", _set("sourcedid classsourcedid resourcesourcedid")),
    Table("course_resources", _set("sourcedid coursesourcedid resourcesourcedid")),
    Table("periods", _set("sourcedid title scorescalesourcedid")),
)
ORDER: Final = {table.name: index for index, table in enumerate(TABLES)}
BY_NAME: Final = {table.name: table for table in TABLES}
SDS_ONE: Final = frozenset({"sds_school", "sds_section", "sds_teacher", "sds_student", "sds_member"})
# The tables that can hold rows a demographics file has no name for.
_FILE_NAMES: Final = {
    "academicsessions": "academicsessions",
    "orgs": "orgs",
    "courses": "courses",
    "classes": "classes",
    "users": "users",
    "enrollments": "enrollments",
    "demographics": "demographics",
    "roles": "roles",
}


def is_carried(table: str) -> bool:
    """Whether rows of this table become records here."""
    return table == PLAIN or (table in BY_NAME and bool(BY_NAME[table].keeps))


def key_of(header: str) -> str:
    """A column's name without case, spaces, marks and signs: "SIS ID" and "sisId" are one."""
    return re.sub(r"[\s_\-.:*#()/\\'’`]+", "", header.strip("\ufeff \t\r\n\"'").casefold())


def stem_of(file_name: str) -> str:
    return key_of(file_name.rsplit("/", 1)[-1].rsplit(".", 1)[0])


def is_secret(key: str) -> bool:
    return key in _SECRET_NAMES or any(word in key for word in _SECRETS)


def table_of(header: Sequence[str], file_name: str) -> Table | None:
    """The table with this header; among several the one the file is named after, then the most demanding
    one.
    """
    keys = frozenset(key_of(cell) for cell in header)
    fitting = [table for table in TABLES if _fits(table, keys)]
    stem = stem_of(file_name)
    named = [table for table in fitting if _is_named(table, stem)]
    candidates = named or fitting
    return max(candidates, key=lambda table: (len(table.needs), len(table.keeps & keys)), default=None)


def looks_like_data(header: Sequence[str]) -> bool:
    """Whether the first row is already a record: numbers, dates, addresses, ids, the same value twice."""
    cells = [cell.strip() for cell in header if cell.strip()]
    data = [
        cell
        for cell in cells
        if re.search(r"\d{1,4}[-/:]\d|@|^\d+([.,]\d+)?$|^(true|false)$|\d{3,}", cell, re.IGNORECASE)
    ]
    return len(data) * 3 > len(cells)


def _fits(table: Table, keys: frozenset[str]) -> bool:
    return (
        table.needs <= keys and (not table.any_of or bool(table.any_of & keys)) and not table.without & keys
    )


def _is_named(table: Table, stem: str) -> bool:
    words = table.names or ((table.name,) if table.name in _FILE_NAMES else ())
    return any(word in stem for word in words)
