"""Makes a whole school in one transaction."""

import random
from datetime import date, datetime

from django.db import transaction

from apps.accounts.models import School
from apps.core.audit import acting
from apps.portals.demo.absences import make_absences
from apps.portals.demo.classes import make_classes
from apps.portals.demo.families import make_families
from apps.portals.demo.life import make_life
from apps.portals.demo.logins import Logins
from apps.portals.demo.made import Made
from apps.portals.demo.marks import make_marks
from apps.portals.demo.meetings import make_meetings
from apps.portals.demo.plan import Plan, year_of
from apps.portals.demo.posts import make_posts
from apps.portals.demo.registers import make_registers
from apps.portals.demo.setting import make_setting
from apps.portals.demo.staff import make_staff
from apps.portals.demo.weekly import make_weekly_plan


def is_loaded(plan: Plan) -> bool:
    return School.objects.filter(code=plan.code).exists()


def load(plan: Plan, *, today: date, now: datetime, password: str) -> Made:
    """`password` is the hash every login gets."""
    with transaction.atomic(), acting(cause="demo"):
        made = Made(
            plan=plan,
            today=today,
            now=now,
            year=year_of(today),
            rng=random.Random(plan.seed),  # noqa: S311  # the same people each time is what it is for
            password=password,
            school=School.objects.create(name=plan.name, code=plan.code),
        )
        make_setting(made)
        make_posts(made)
        logins = Logins(made)
        make_staff(made, logins)
        make_families(made, logins)
        make_classes(made)
        make_weekly_plan(made)
        held = make_meetings(made)
        days = made.year.school_days(today, plan.days)
        absences = make_absences(made, days)
        taken = make_registers(made, held, days, absences)
        make_life(made, taken, absences)
        make_marks(made.school, plan, today, now)
    return made
