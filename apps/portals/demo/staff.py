"""Everybody who works for the school."""

from datetime import date, timedelta

from apps.academics.models import StaffMember
from apps.accounts.models import Campus, Role, User
from apps.portals.demo.logins import Logins
from apps.portals.demo.made import Made, Teacher
from apps.portals.demo.names import BOYS, FAMILIES, FATHERS, GIRLS, MOTHERS, QUALIFICATIONS, STREETS
from apps.portals.demo.plan import SUBJECTS

# (key, title, department, role, campus of the role: whole school when empty)
OFFICE = (
    ("admin", "Director", "Office", Role.SCHOOL_ADMIN, False),
    ("principal", "Principal", "Office", Role.CAMPUS_ADMIN, True),
    ("registrar", "Registrar", "Office", Role.REGISTRAR, False),
    ("accountant", "Accountant", "Accounts", Role.ACCOUNTANT, False),
)  # fmt: skip
HELPERS = (
    ("Librarian", "Library"), ("School nurse", "Health"), ("Counsellor", "Student care"),
    ("Laboratory assistant", "Sciences"), ("Front office", "Office"), ("Sports coach", "Sports"),
    ("Special educator", "Student care"), ("Systems manager", "Computing"),
    ("Transport manager", "Transport"), ("Store keeper", "Stores"),
)  # fmt: skip


def make_staff(made: Made, logins: Logins) -> None:
    rows: list[StaffMember] = []
    first = made.plan.campuses[0].code
    for key, title, department, role, on_campus in OFFICE:
        campus = made.campuses[first]
        person = _person(made, len(rows), campus, title, department)
        email = f"{key}@{made.plan.domain}" if key in made.plan.people else ""
        person.user = logins.add(person.full_name, (role, campus if on_campus else None), email=email)
        made.office[key] = person
        rows.append(person)
    rows += _other_principals(made, logins, len(rows))
    for post in _teacher_first(made):
        rows.append(_teacher(made, logins, post, len(rows)))
    while len(rows) < made.plan.staff:
        title, department = HELPERS[len(rows) % len(HELPERS)]
        campus = made.campuses[made.rng.choice(made.plan.campuses).code]
        rows.append(_person(made, len(rows), campus, title, department))
    logins.save()
    StaffMember.objects.bulk_create(rows, batch_size=1000)
    through = StaffMember.subjects.through
    through.objects.bulk_create(
        through(staffmember_id=post.staff.pk, subject_id=made.subjects[code].pk)
        for post in made.teachers
        if post.staff
        for code in sorted({subject for _, subject, _ in post.lessons})
    )


def _other_principals(made: Made, logins: Logins, number: int) -> list[StaffMember]:
    rows: list[StaffMember] = []
    for one in made.plan.campuses[1:]:
        campus = made.campuses[one.code]
        person = _person(made, number + len(rows), campus, "Principal", "Office")
        person.user = logins.add(person.full_name, (Role.CAMPUS_ADMIN, campus))
        rows.append(person)
    return rows


def _teacher_first(made: Made) -> list[Teacher]:
    """The post of teacher@ comes first: the mathematics of 9A, or whoever stands in its place."""
    return sorted(made.teachers, key=lambda one: one is not demo_post(made))


def demo_post(made: Made) -> Teacher:
    wanted = [
        one for one in made.teachers if any(room.name == "9A" and s == "MAT" for room, s, _ in one.lessons)
    ]
    return (wanted or made.teachers)[0]


def _teacher(made: Made, logins: Logins, post: Teacher, number: int) -> StaffMember:
    campus = made.campuses[post.campus.code]
    title = "Class teacher" if post.department == "Primary" else f"Teacher, {_taught(post)}"
    person = _person(made, number, campus, title, post.department)
    is_demo = "teacher" in made.plan.people and post is demo_post(made)
    email = f"teacher@{made.plan.domain}" if is_demo else ""
    person.user = logins.add(person.full_name, (Role.TEACHER, campus), email=email)
    post.staff = person
    return person


def _taught(post: Teacher) -> str:
    return " and ".join(sorted({SUBJECTS[subject][0] for _, subject, _ in post.lessons}))[:80]


def _person(made: Made, number: int, campus: Campus, title: str, department: str) -> StaffMember:
    rng = made.rng
    given = rng.choice(rng.choice((MOTHERS, FATHERS, GIRLS, BOYS)))
    family = rng.choice(FAMILIES)
    return StaffMember(
        school=made.school,
        campus=campus,
        given_name=given,
        family_name=family,
        email=f"staff{number + 1:03}@{made.plan.domain}",
        phone=phone(made),
        address=f"{rng.randint(1, 180)} {rng.choice(STREETS)}, Pune 4110{rng.randint(1, 48):02}",
        employee_id=f"E{number + 1:03}",
        department=department,
        job_title=title,
        qualifications=rng.choice(QUALIFICATIONS),
        joined_date=_long_ago(made),
    )


def phone(made: Made) -> str:
    """Numbers of a range that belongs to nobody."""
    return f"+91 55500 {made.rng.randint(0, 99999):05}"


def _long_ago(made: Made) -> date:
    return made.year.begin - timedelta(days=made.rng.randint(0, 4000))


def user_of(person: StaffMember | None) -> User | None:
    return person.user if person else None
