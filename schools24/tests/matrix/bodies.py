"""Bodies that would be accepted, so that only the reach decides.

"@noun" is the row in the relation asked about, "@noun!" always the nearest one, "today" the day. A line with
a body and no row in its address is asked in every relation of its block.
"""

from typing import Any, Final

PERSON: Final = {"given_name": "Asha", "family_name": "New"}
COMES: Final = {"campus": "@campus", "begin_date": "today"}
LATE: Final = {"begin_time": "16:00", "end_time": "16:40"}

BODIES: Final[dict[str, dict[str, Any]]] = {
    "api:student-list POST": PERSON | COMES | {"admission_number": "NEW1"},
    "api:guardian-list POST": PERSON | {"student": "@student", "begin_date": "today"},
    "api:guardianship-list POST": {
        "student": "@student",
        "guardian": "@spare-guardian",
        "begin_date": "today",
    },
    "api:emergency-contact-list POST": {"student": "@student", "name": "Uncle", "phone": "123"},
    "api:invitation-list POST": {"user": "@user"},
    "api:invitation-list POST": {"user": "@invited"},
    "api:staff-list POST": PERSON | {"employee_id": "NEW1", "campus": "@campus"},
    "api:section-list POST": {
        "name": "New",
        "code": "NEW",
        "kind": "homeroom",
        "campus": "@campus",
        "session": "@session!",
    },
    "api:teaching-assignment-list POST": {
        "section": "@section",
        "staff": "@spare-staff!",
        "begin_date": "today",
    },
    "api:meeting-pattern-list POST": {
        "section": "@section",
        "period": "@period",
        "weekday": 6,
        "begin_date": "today",
    },
    "api:enrollment-list POST": {"student": "@student", "section": "@club", "begin_date": "today"},
    "api:waiting-list-list POST": {"student": "@student", "section": "@full-club"},
    "api:user-list POST": {
        "email": "new@example.test",
        "name": "New",
        "roles": [{"role": "teacher", "campus": "@campus"}],
    },
    "api:role-assignment-list POST": {
        "user": "@user",
        "role": "guardian",
        "campus": "@campus",
        "begin_date": "today",
    },
    "api:campus-list POST": {"name": "New", "code": "new"},
    "api:campus-detail PATCH": {"name": "New"},
    "api:campus-features PATCH": {"features": {"leaderboards": True}},
    "api:my-school PATCH": {"name": "New"},
    "api:user-detail PATCH": {"name": "New"},
    "api:subject-list POST": {"name": "New", "code": "NEW"},
    "api:grade-level-list POST": {"name": "New", "code": "NEW", "position": 77},
    "api:course-list POST": {"name": "New", "code": "NEW"},
    "api:program-list POST": {"name": "New", "code": "NEW"},
    "api:custom-field-list POST": {"label": "New", "code": "new", "target": "student", "kind": "text"},
    "api:subject-detail PATCH": {"name": "New"},
    "api:grade-level-detail PATCH": {"name": "New"},
    "api:course-detail PATCH": {"name": "New"},
    "api:program-detail PATCH": {"name": "New"},
    "api:custom-field-detail PATCH": {"label": "New"},
    "api:student-detail PATCH": {"given_name": "New", "version": "version"},
    "api:guardian-detail PATCH": {"given_name": "New", "version": "version"},
    "api:guardianship-detail PATCH": {"is_primary": True},
    "api:emergency-contact-detail PATCH": {"name": "New"},
    "api:staff-detail PATCH": {"given_name": "New", "version": "version"},
    "api:section-detail PATCH": {"name": "New", "version": "version"},
    "api:notification-read POST": {"all": True},
    "api:student-withdraw POST": {"effective_date": "today", "reason": "moved"},
    "api:guardianship-end POST": {"end_date": "today"},
    "api:teaching-assignment-end POST": {"end_date": "today"},
    "api:enrollment-withdraw POST": {"effective_date": "today"},
    "api:staff-leave POST": {"left_date": "today"},
    "api:contact-request-decline POST": {"note": "No."},
    "api:role-assignment-end POST": {"end_date": "today"},
    "api:absence-report-list POST": {
        "student": "@student",
        "begin_date": "today",
        "last_day": "today",
        "reason": "illness",
    },
    "api:bell-schedule-list POST": {"campus": "@campus", "name": "New", "weekdays": [1]},
    "api:calendar-list POST": {"campus": "@campus", "session": "@next-session!", "weekdays": [1]},
    "api:calendar-date-list POST": {
        "calendar": "@calendar",
        "date": "today",
        "kind": "holiday",
        "title": "New",
    },
    "api:class-period-list POST": LATE | {"bell_schedule": "@bells", "name": "New", "code": "NEW"},
    "api:meeting-list POST": LATE | {"section": "@section", "date": "today"},
    "api:building-list POST": {"campus": "@campus", "name": "New", "code": "NEW"},
    "api:room-list POST": {"campus": "@campus", "name": "New", "code": "NEW"},
    "accounts:user-list POST": {"action": "suspend"},
    "api:contact-request-list POST": {"student": "@student", "after": {"phone": "123"}},
    "academics:students-many POST": {
        "chosen": "@student",
        "step": "rehearse",
        "effective_date": "today",
        "reason": "moved",
    },
    "api:import-columns POST": {"files": []},
    "api:report-comment-list POST": {
        "section": "@section",
        "session": "@session!",
        "student": "@student",
        "text": "New",
    },
    "api:comment-bank-list POST": {"text": "New"},
    "api:grading-scheme-list POST": {"name": "New", "code": "new", "scale": "@scale"},
    "api:score-scale-list POST": {"name": "New", "code": "new", "kind": "percentage"},
}
