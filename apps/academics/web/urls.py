"""Pages under /academics/."""

from typing import Any

from django.urls import URLPattern, path

from apps.academics.web import families, logins, many, sections, setup, staff, students


def _setup(noun: setup.Noun, folder: str) -> list[URLPattern]:
    given: dict[str, Any] = {"noun": noun}
    listing = [] if noun.table is None else [path(f"{folder}/", setup.setup_list, given, f"{noun.key}-list")]
    return [
        *listing,
        path(f"{folder}/add/", setup.setup_add, given, f"{noun.key}-add"),
        path(f"{folder}/<uuid:pk>/change/", setup.setup_change, given, f"{noun.key}-change"),
        path(f"{folder}/<uuid:pk>/delete/", setup.setup_delete, given, f"{noun.key}-delete"),
    ]


urlpatterns = [
    path("students/", students.student_list, name="student-list"),
    path("students/admit/", students.student_admit, name="student-admit"),
    path("students/many/<slug:name>/", many.students_many, name="students-many"),
    path("students/<uuid:pk>/", students.student_detail, name="student-detail"),
    path("students/<uuid:pk>/guardians/", students.student_guardians, name="student-guardians"),
    path("students/<uuid:pk>/sections/", students.student_sections, name="student-sections"),
    path("students/<uuid:pk>/history/", students.student_history, name="student-history"),
    path("students/<uuid:pk>/sign-in/", logins.student_login, name="student-login"),
    path("students/<uuid:pk>/change/", students.student_change, name="student-change"),
    path("students/<uuid:pk>/withdraw/", students.student_withdraw, name="student-withdraw"),
    path("students/<uuid:pk>/transfer/", students.student_transfer, name="student-transfer"),
    path("students/<uuid:pk>/promote/", students.student_promote, name="student-promote"),
    path("students/<uuid:pk>/readmit/", students.student_readmit, name="student-readmit"),
    path("students/<uuid:pk>/guardians/add/", families.guardian_add, name="guardian-add"),
    path("students/<uuid:pk>/guardians/link/", families.guardian_link, name="guardian-link"),
    path("students/<uuid:pk>/contacts/add/", families.emergency_contact_add, name="emergency-contact-add"),
    path("students/<uuid:pk>/ask/", families.student_contact_request, name="student-ask"),
    path("contacts/<uuid:pk>/change/", families.emergency_contact_change, name="emergency-contact-change"),
    path("contacts/<uuid:pk>/remove/", families.emergency_contact_remove, name="emergency-contact-remove"),
    path("guardians/<uuid:pk>/", families.guardian_detail, name="guardian-detail"),
    path("guardians/<uuid:pk>/sign-in/", logins.guardian_login, name="guardian-login"),
    path("guardians/<uuid:pk>/change/", families.guardian_change, name="guardian-change"),
    path("guardians/<uuid:pk>/ask/", families.guardian_contact_request, name="guardian-ask"),
    path("guardianships/<uuid:pk>/change/", families.guardianship_change, name="guardianship-change"),
    path("guardianships/<uuid:pk>/document/", families.guardianship_document, name="guardianship-document"),
    path("guardianships/<uuid:pk>/end/", families.guardianship_end, name="guardianship-end"),
    path("my-contact-data/", families.my_contact, name="my-contact"),
    path("requests/", families.request_list, name="request-list"),
    path("requests/<uuid:pk>/", families.request_detail, name="request-detail"),
    path("requests/<uuid:pk>/decide/", families.request_decide, name="request-decide"),
    path("requests/<uuid:pk>/withdraw/", families.request_withdraw, name="request-withdraw"),
    path("staff/", staff.staff_list, name="staff-list"),
    path("staff/hire/", staff.staff_hire, name="staff-hire"),
    path("staff/<uuid:pk>/", staff.staff_detail, name="staff-detail"),
    path("staff/<uuid:pk>/history/", staff.staff_history, name="staff-history"),
    path("staff/<uuid:pk>/sign-in/", logins.staff_login, name="staff-login"),
    path("staff/<uuid:pk>/change/", staff.staff_change, name="staff-change"),
    path("staff/<uuid:pk>/leave/", staff.staff_leave, name="staff-leave"),
    path("sections/", sections.section_list, name="section-list"),
    path("sections/open/", sections.section_open, name="section-open"),
    path("sections/<uuid:pk>/", sections.section_detail, name="section-detail"),
    path("sections/<uuid:pk>/change/", sections.section_change, name="section-change"),
    path("sections/<uuid:pk>/enroll/", sections.section_enroll, name="section-enroll"),
    path("sections/<uuid:pk>/teacher/", sections.teacher_assign, name="teacher-assign"),
    path("enrollments/<uuid:pk>/withdraw/", sections.enrollment_withdraw, name="enrollment-withdraw"),
    path("teaching/<uuid:pk>/end/", sections.teaching_end, name="teaching-end"),
    path("waiting/<uuid:pk>/remove/", sections.waiting_remove, name="waiting-remove"),
    *_setup(setup.SUBJECT, "subjects"),
    *_setup(setup.GRADE_LEVEL, "grade-levels"),
    *_setup(setup.COURSE, "courses"),
    path("courses/<uuid:pk>/", setup.course_detail, name="course-detail"),
    path("courses/<uuid:pk>/prerequisites/add/", setup.prerequisite_add, name="prerequisite-add"),
    path("prerequisites/<uuid:pk>/drop/", setup.prerequisite_drop, name="prerequisite-drop"),
    *_setup(setup.PROGRAM, "programs"),
    path("programs/<uuid:pk>/", setup.program_detail, name="program-detail"),
    path("programs/<uuid:pk>/curriculum/add/", setup.curriculum_add, name="curriculum-add"),
    path("curriculum/<uuid:pk>/drop/", setup.curriculum_drop, name="curriculum-drop"),
    path("sessions/", setup.session_list, name="session-list"),
    *_setup(setup.SESSION, "sessions"),
    path("custom-fields/", setup.custom_field_list, name="custom-field-list"),
    path("custom-fields/add/", setup.custom_field_add, name="custom-field-add"),
    path("custom-fields/<uuid:pk>/change/", setup.custom_field_change, name="custom-field-change"),
]
