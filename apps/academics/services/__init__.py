"""The only writers of people, programs, sections and places."""

from apps.academics.services.contact_requests import (
    accept_contact_change,
    decline_contact_change,
    request_contact_change,
    withdraw_contact_change,
)
from apps.academics.services.curriculum import (
    add_to_curriculum,
    delete_setup,
    drop_from_curriculum,
    drop_prerequisite,
    require_course,
    save_course,
    save_grade_level,
    save_program,
    save_subject,
)
from apps.academics.services.custom_fields import add_custom_field, change_custom_field
from apps.academics.services.enrollment import complete_enrollment, enroll, withdraw_enrollment
from apps.academics.services.families import (
    add_emergency_contact,
    add_guardian,
    change_emergency_contact,
    change_guardian,
    change_guardianship,
    end_guardianship,
    link_guardian,
    remove_emergency_contact,
)
from apps.academics.services.logins import (
    INVITE,
    KINDS,
    invite_later,
    invite_people,
    invite_person,
    tell_invited,
)
from apps.academics.services.many import Outcome, for_each
from apps.academics.services.photos import COURT_DOCUMENT, PHOTO
from apps.academics.services.sections import (
    assign_teacher,
    change_section,
    delete_section,
    end_teaching,
    open_section,
)
from apps.academics.services.sessions import delete_session, save_session
from apps.academics.services.staff import change_staff_member, end_employment, hire_staff_member
from apps.academics.services.statistics import figures_changed
from apps.academics.services.students import (
    admit_student,
    change_student,
    promote_student,
    readmit_student,
    transfer_student,
    withdraw_student,
)
from apps.academics.services.waiting import (
    enroll_or_wait,
    fill_free_seats,
    join_waiting_list,
    leave_waiting_list,
)

__all__ = [
    "COURT_DOCUMENT",
    "INVITE",
    "KINDS",
    "PHOTO",
    "Outcome",
    "accept_contact_change",
    "add_custom_field",
    "add_emergency_contact",
    "add_guardian",
    "add_to_curriculum",
    "admit_student",
    "assign_teacher",
    "change_custom_field",
    "change_emergency_contact",
    "change_guardian",
    "change_guardianship",
    "change_section",
    "change_staff_member",
    "change_student",
    "complete_enrollment",
    "decline_contact_change",
    "delete_section",
    "delete_session",
    "delete_setup",
    "drop_from_curriculum",
    "drop_prerequisite",
    "end_employment",
    "end_guardianship",
    "end_teaching",
    "enroll",
    "enroll_or_wait",
    "figures_changed",
    "fill_free_seats",
    "for_each",
    "hire_staff_member",
    "invite_later",
    "invite_people",
    "invite_person",
    "join_waiting_list",
    "leave_waiting_list",
    "link_guardian",
    "open_section",
    "promote_student",
    "readmit_student",
    "remove_emergency_contact",
    "request_contact_change",
    "require_course",
    "save_course",
    "save_grade_level",
    "save_program",
    "save_session",
    "save_subject",
    "tell_invited",
    "transfer_student",
    "withdraw_contact_change",
    "withdraw_enrollment",
    "withdraw_student",
]
