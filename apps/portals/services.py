"""Opening a school: what several floors must have before the first person can work."""

from datetime import date, datetime
from typing import Any

from django.db import transaction

from apps.accounts.models import Role, School
from apps.accounts.services.people import create_user, send_invitation
from apps.accounts.services.roles import assign_role
from apps.accounts.services.school import add_campus, found_school
from apps.attendance.services import install_codes
from apps.gradebook.services.gradebooks import install_grading
from apps.reports.services import install_templates


@transaction.atomic
def open_school(
    *,
    name: str,
    code: str,
    campus: str,
    admin_name: str,
    email: str,
    password: str | None,
    now: datetime,
    today: date,
    **settings: Any,
) -> School:
    """The school, its first campus, attendance codes, scales and templates of papers, its administrator.

    Without a password the administrator is invited by mail.
    """
    school = found_school(name=name, code=code, **settings)
    zone = {"time_zone": settings["time_zone"]} if "time_zone" in settings else {}
    add_campus(school=school, name=campus, code="main", **zone)
    install_codes(school=school)
    install_grading(school=school)
    install_templates(school=school)
    admin = create_user(school=school, email=email, name=admin_name, password=password)
    assign_role(actor=None, user=admin, role=Role.SCHOOL_ADMIN, campus=None, begin_date=today)
    if password is None:
        send_invitation(actor=None, user=admin, now=now, today=today)
    return school
