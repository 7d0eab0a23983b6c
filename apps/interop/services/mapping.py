"""Plain tables: what each column means. Guessed from the header, corrected by a person, remembered."""

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from apps.interop.services.tables import key_of

KINDS: Final = {
    "student": _("Students"),
    "staff": _("Staff"),
    "guardian": _("Guardians"),
    "enrollment": _("Enrollments"),
    "mark": _("Marks of earlier terms"),
}
_PERSON: Final = {
    "full_name": _("Full name"),
    "given_name": _("Given name"),
    "middle_name": _("Middle name"),
    "family_name": _("Family name"),
    "email": _("E-mail"),
    "phone": _("Phone"),
    "address": _("Address"),
}
FIELDS: Final[dict[str, dict[str, Any]]] = {
    "student": {
        "number": _("Admission number"),
        **_PERSON,
        "roll_number": _("Roll number"),
        "grade": _("Grade level"),
        "section": _("Section"),
        "campus": _("Campus"),
        "birth_date": _("Birth date"),
        "sex": _("Sex"),
        "blood_group": _("Blood group"),
        "admission_date": _("Admission date"),
        "status": _("Status"),
        "father_name": _("Father's name"),
        "father_phone": _("Father's phone"),
        "father_email": _("Father's e-mail"),
        "mother_name": _("Mother's name"),
        "mother_phone": _("Mother's phone"),
        "mother_email": _("Mother's e-mail"),
        "guardian_name": _("Guardian's name"),
        "guardian_phone": _("Guardian's phone"),
        "guardian_email": _("Guardian's e-mail"),
    },
    "staff": {
        "number": _("Employee id"),
        **_PERSON,
        "campus": _("Campus"),
        "department": _("Department"),
        "job_title": _("Job title"),
        "qualifications": _("Qualifications"),
        "status": _("Status"),
    },
    "guardian": {**_PERSON, "student": _("Admission number of the child"), "relation": _("Relation")},
    "enrollment": {
        "student": _("Admission number"),
        "section": _("Section code"),
        "begin_date": _("From"),
        "end_date": _("Last day"),
        "status": _("Status"),
    },
    "mark": {
        "mark_id": _("Id of the mark"),
        "student": _("Admission number"),
        "course": _("Code of the section or course"),
        "course_title": _("Course or subject"),
        "year": _("School year"),
        "term": _("Term"),
        "score": _("Score"),
        "maximum": _("Out of"),
        "letter": _("Letter"),
        "points": _("Grade points"),
        "is_final": _("Final"),
        "credits_attempted": _("Credits attempted"),
        "credits_earned": _("Credits earned"),
        "credit_type": _("Kind of credit"),
        "school_name": _("School that gave it"),
    },
}
REQUIRED: Final[dict[str, tuple[tuple[str, ...], ...]]] = {
    "student": (("number",), ("full_name", "given_name")),
    "staff": (("number",), ("full_name", "given_name")),
    "guardian": (("full_name", "given_name"), ("student",)),
    "enrollment": (("student",), ("section",)),
    "mark": (("student",), ("course", "course_title"), ("score", "letter")),
}
_SYNONYMS: Final[dict[str, str]] = {
    "full_name": "name fullname studentname pupilname staffname teachername employeename guardianname "
    "parentname nameofstudent nameofthestudent विद्यार्थीकानाम छात्रकानाम नाम",
    "given_name": "givenname firstname forename fname first preferredname vorname prénom nombre",
    "middle_name": "middlename mname middle secondname",
    "family_name": "familyname lastname surname lname last nachname nom apellido apellidos",
    "email": "email emailaddress mail emailid contactemail secondaryemail ईमेल",
    "phone": "phone mobile mobileno mobilenumber phonenumber phoneno contact contactno contactnumber cell "
    "telephone sms मोबाइल फोन",
    "address": "address homeaddress residentialaddress permanentaddress पता",
    "roll_number": "rollno rollnumber roll classrollno अनुक्रमांक",
    "grade": "grade class std standard gradelevel year yeargroup form classname कक्षा",
    "section": "section div division classsection sectioncode sectionid sectionname sec group homeroom "
    "batch classcode",
    "campus": "campus school branch schoolcode campuscode schoolname",
    "birth_date": "birthdate dob dateofbirth birthday born जन्मतिथि",
    "sex": "sex gender लिंग",
    "blood_group": "bloodgroup bloodtype blood",
    "admission_date": "admissiondate dateofadmission doa joiningdate enrolleddate enrollmentdate entrydate",
    "status": "status state active",
    "father_name": "fathername fathersname father nameoffather पिताकानाम",
    "father_phone": "fatherphone fathermobile fathersmobile fathercontact fathermobileno fatherphoneno",
    "father_email": "fatheremail fathersemail",
    "mother_name": "mothername mothersname mother nameofmother माताकानाम",
    "mother_phone": "motherphone mothermobile mothersmobile mothercontact mothermobileno motherphoneno",
    "mother_email": "motheremail mothersemail",
    "guardian_name": "guardian guardianname guardiansname parent parentname",
    "guardian_phone": "guardianphone guardianmobile parentphone parentmobile guardiancontact",
    "guardian_email": "guardianemail parentemail",
    "department": "department dept",
    "job_title": "jobtitle title designation position role post",
    "qualifications": "qualification qualifications degree degrees",
    "relation": "relation relationship relationtostudent",
    "begin_date": "begindate startdate from begin start enrolledfrom",
    "end_date": "enddate until to end lastday",
    "mark_id": "markid id sourcedid recordid transcriptid gradeid",
    "course": "sectionid sectioncode sectionidentifier sectionsisid classsourcedid coursecode courseid "
    "coursenumber localcoursecode classcode section subjectcode",
    "course_title": "coursetitle coursename subject subjectname paper course class title विषय",
    "year": "schoolyear academicyear year session सत्र",
    "term": "termid term termname semester trimester gradingperiod quarter exam examination",
    "score": "numericgradeearned numericgrade percent percentage score mark marks marksobtained finalmark "
    "finalscore obtained total average अंक",
    "maximum": "maximum maxmarks maximummarks maxscore outof totalmarks fullmarks पूर्णांक",
    "letter": "alphagradeearned alphagrade lettergradeearned lettergrade gradeearned finalgrade grade letter "
    "श्रेणी",
    "points": "gradepoints gradepoint gpapoints gradepointsearned points",
    "is_final": "isfinalgrade isfinal final",
    "credits_attempted": "creditsattempted attemptedcredits creditsattempt attempted credits credit",
    "credits_earned": "creditsearned earnedcredits earned",
    "credit_type": "gradcredittype credittype typeofcredit",
    "school_name": "schoolname school institution previousschool nameofschool",
}
_NUMBERS: Final[dict[str, str]] = {
    "student": "admissionno admissionnumber admno admissionid admission studentid studentnumber studentno "
    "regno registrationno registrationnumber enrolmentno enrollmentno grno id sisid sourcedid "
    "scholarno प्रवेशसंख्या",
    "staff": "employeeid employeeno employeenumber empid empno empcode staffid staffno staffnumber staffcode "
    "employeecode teacherid teacherno teachernumber id sisid sourcedid",
    "child": "admissionno admissionnumber admno studentid studentnumber studentno studentadmissionno student "
    "childid studentuniqueid "
    "studentadmissionnumber studentsisid childadmissionno regno pupilid pupil studentsourcedid",
}


def signature_of(headers: Sequence[str]) -> str:
    return hashlib.sha256("\x1f".join(key_of(header) for header in headers).encode()).hexdigest()


def guess(headers: Sequence[str], file_name: str) -> dict[str, Any]:
    """`{"kind": ..., "columns": {field: header}}`, the best fit among the kinds; empty columns when
    nothing fits.
    """
    fitted = {kind: columns_for(kind, headers) for kind in KINDS}
    stem = key_of(file_name)
    named = next((kind for kind, words in _FILE_WORDS.items() if any(word in stem for word in words)), "")

    def score(kind: str) -> tuple[bool, bool, int]:
        return not missing(kind, fitted[kind]), kind == named, len(fitted[kind])

    kind = max(KINDS, key=score)
    return {"kind": kind, "columns": fitted[kind]}


def columns_for(kind: str, headers: Sequence[str]) -> dict[str, str]:
    """The first column whose name is known for each field."""
    synonyms = {**_SYNONYMS, "number": _NUMBERS.get(kind, ""), "student": _NUMBERS["child"]}
    if kind == "guardian":
        synonyms["full_name"] = f"{synonyms['full_name']} {synonyms['guardian_name']}"
        synonyms["phone"] = f"{synonyms['phone']} {synonyms['guardian_phone']}"
        synonyms["email"] = f"{synonyms['email']} {synonyms['guardian_email']}"
    found: dict[str, str] = {}
    for field in FIELDS[kind]:
        names = synonyms.get(field, "").split()
        at = {key_of(header): header for header in reversed(headers)}
        chosen = next((at[name] for name in names if name in at and at[name] not in found.values()), None)
        if chosen is not None:
            found[field] = chosen
    return found


def missing(kind: str, columns: Mapping[str, str]) -> list[tuple[str, ...]]:
    """The groups of fields of which none is mapped."""
    return [group for group in REQUIRED[kind] if not any(columns.get(field) for field in group)]


_FILE_WORDS: Final = {
    "mark": ("mark", "transcript", "result", "score"),
    "enrollment": ("enrol", "roster"),
    "guardian": ("guardian", "parent", "contact"),
    "staff": ("staff", "teacher", "employee"),
    "student": ("student", "pupil"),
}
