"""The people of the world: schools, the cast, what a school shares, classes, pupils, families."""

from datetime import timedelta
from typing import Any, Final

from django.utils import timezone

from apps.academics.models import Relation, SectionKind
from apps.academics.tests import factories as people
from apps.accounts.models import Role, User
from apps.accounts.tests.factories import CampusFactory, RoleAssignmentFactory, SchoolFactory, UserFactory
from schools24.tests.world.stage import CAST, CLASSES, PUPILS, World

# Texts are found again whatever their case.
NAMES: Final = {"g": "co"}


def build(world: World) -> None:
    _schools(world)
    _cast(world)
    for relation in ("own", "foreign"):
        _shared(world, relation)
    for relation in CLASSES:
        _section(world, relation)
    for relation in PUPILS:
        _pupil(world, relation)
    _restricted(world)
    for relation in ("own", "south", "foreign"):
        _spare(world, relation)


def _schools(world: World) -> None:
    for relation in ("own", "foreign"):
        world.schools[relation] = SchoolFactory.create(name=world.say("school.name", relation))
        world.keep("school", relation, world.schools[relation])
    for place, relation in (("north", "own"), ("south", "south"), ("foreign", "foreign")):
        campus = CampusFactory.create(
            school=world.school(relation),
            name=world.say("campus.name", relation),
            address=world.say("campus.address", relation),
        )
        world.campuses[place] = campus
        world.keep("campus", relation, campus)


def _cast(world: World) -> None:
    """The nine principals (the anonymous one needs no row), and the co-guardian."""
    for letter, role in CAST.items():
        user = UserFactory.create(
            school=world.schools["own"], name=world.say(f"login-{NAMES.get(letter, letter)}.name", "own")
        )
        campus = None if role == Role.SCHOOL_ADMIN else world.campuses["north"]
        RoleAssignmentFactory.create(user=user, role=role, campus=campus)
        world.cast[letter] = user
    # Suspended with the greatest rights.
    gone = UserFactory.create(school=world.schools["own"], is_active=False)
    RoleAssignmentFactory.create(user=gone, role=Role.SCHOOL_ADMIN)
    world.cast["suspended"] = gone


def _shared(world: World, relation: str) -> None:
    """What a whole school shares: words, courses, sessions, fields of its own."""
    school = world.school(relation)
    made: dict[str, Any] = {}
    for noun, factory in {
        "grade-level": people.GradeLevelFactory,
        "subject": people.SubjectFactory,
        "program": people.ProgramFactory,
        "course": people.CourseFactory,
    }.items():
        made[noun] = factory.create(school=school, name=world.say(f"{noun}.name", relation))
    made["session"] = people.AcademicSessionFactory.create(
        school=school,
        name=world.say("session.name", relation),
        begin_date=world.begin,
        end_date=world.today + timedelta(days=200),
    )
    made["next-session"] = people.AcademicSessionFactory.create(
        school=school,
        begin_date=world.today + timedelta(days=300),
        end_date=world.today + timedelta(days=600),
    )
    second = people.CourseFactory.create(school=school, name=world.say("second-course.name", relation))
    made["second-course"] = second
    made["curriculum"] = people.ProgramCourseFactory.create(
        school=school, program=made["program"], course=made["course"]
    )
    made["prerequisite"] = people.CoursePrerequisiteFactory.create(
        school=school, course=second, requires=made["course"]
    )
    made["custom-field"] = people.CustomFieldFactory.create(
        school=school, code="office", label=world.say("custom-field.label", relation)
    )
    people.CustomFieldFactory.create(school=school, code="family", families_may_see=True)
    for noun, row in made.items():
        world.keep(noun, relation, row)


def _section(world: World, relation: str) -> None:
    """A homeroom and a taught group, with their teacher; the cast's teacher has "own", and had "past"."""
    school, campus = world.school(relation), world.campus(relation)
    shared = "foreign" if relation == "foreign" else "own"
    facts = {"school": school, "campus": campus, "session": world.at("session", shared)}
    homeroom = people.HomeroomFactory.create(**facts, name=world.say("homeroom.name", relation))
    section = people.SectionFactory.create(
        **facts,
        kind=SectionKind.SCHEDULED,
        course=world.at("course", shared),
        homeroom=homeroom,
        name=world.say("section.name", relation),
    )
    world.keep("homeroom", relation, homeroom)
    world.keep("section", relation, section)
    staff = _staff(world, relation)
    for taught in (homeroom, section):
        link = {"school": school, "section": taught, "begin_date": world.begin}
        row = people.TeachingAssignmentFactory.create(**link, staff=staff)
        world.keep("teaching", relation, row)
        if relation == "past":
            people.TeachingAssignmentFactory.create(
                **link, staff=world.at("staff", "own"), end_date=world.yesterday
            )


def _staff(world: World, relation: str) -> Any:
    facts = {
        name: world.say(f"staff.{what}", relation)
        for name, what in {
            "family_name": "name",
            "phone": "phone",
            "address": "address",
            "qualifications": "papers",
        }.items()
    }
    staff = people.StaffMemberFactory.create(
        school=world.school(relation),
        campus=world.campus(relation),
        email=f"{world.say('staff.mail', relation)}@example.test",
        user=world.cast["T"] if relation == "own" else None,
        **facts,
    )
    return world.keep("staff", relation, staff)


def _pupil(world: World, relation: str) -> None:
    school, campus = world.school(relation), world.campus(relation)
    student = people.StudentFactory.create(
        school=school,
        campus=campus,
        grade_level=world.at("grade-level", "foreign" if relation == "foreign" else "own"),
        user=_login(world, "S", Role.STUDENT, relation),
        custom={
            "office": world.say("student.office", relation),
            "family": world.say("student.family", relation),
        },
        email=f"{world.say('student.mail', relation)}@example.test",
        **_contacts(world, "student", relation),
    )
    world.keep("student", relation, student)
    stay = people.CampusEnrollmentFactory.create(
        school=school,
        student=student,
        begin_date=world.begin,
        entry_reason=world.say("stay.reason", relation),
    )
    world.keep("stay", relation, stay)
    _places(world, relation, student)
    _family(world, relation, student)


def _contacts(world: World, noun: str, relation: str) -> dict[str, str]:
    return {
        "family_name": world.say(f"{noun}.name", relation),
        "phone": world.say(f"{noun}.phone", relation),
        "address": world.say(f"{noun}.address", relation),
    }


def _places(world: World, relation: str, student: Any) -> None:
    """Seats in the class, and a place in the queue of another class."""
    school = world.school(relation)
    room = "own" if relation == "mate" else relation
    span = {"begin_date": world.begin, "end_date": world.today + timedelta(days=200)}
    seats = [
        people.EnrollmentFactory.create(school=school, student=student, section=world.at(noun, room), **span)
        for noun in ("homeroom", "section")
    ]
    place = world.keep("enrollment", relation, seats[-1])
    people.EnrollmentStatusChangeFactory.create(
        school=school, enrollment=place, reason=world.say("place.reason", relation)
    )
    waits = people.WaitingListEntryFactory.create(
        school=school,
        student=student,
        section=people.SectionFactory.create(
            school=school,
            campus=student.campus,
            session=world.at("session", "foreign" if relation == "foreign" else "own"),
            course=world.at("second-course", "foreign" if relation == "foreign" else "own"),
        ),
    )
    world.keep("waiting", relation, waits)


def _family(world: World, relation: str, student: Any) -> None:
    """A guardian with every right; the cast's guardian also answered for the "past" pupil until yesterday."""
    guardian = people.GuardianFactory.create(
        school=student.school,
        user=_login(world, "G", Role.GUARDIAN, relation),
        email=f"{world.say('guardian.mail', relation)}@example.test",
        **_contacts(world, "guardian", relation),
    )
    world.keep("guardian", relation, guardian)
    _answers_for(world, relation, student, guardian)
    if relation == "past":
        people.GuardianshipFactory.create(
            school=student.school,
            student=student,
            guardian=world.at("guardian", "own"),
            begin_date=world.begin,
            end_date=world.yesterday,
        )
    contact = people.EmergencyContactFactory.create(
        school=student.school,
        student=student,
        name=world.say("contact.name", relation),
        phone=world.say("contact.phone", relation),
    )
    world.keep("emergency-contact", relation, contact)


def _answers_for(world: World, relation: str, student: Any, guardian: Any, **rights: Any) -> None:
    link = people.GuardianshipFactory.create(
        school=student.school,
        student=student,
        guardian=guardian,
        begin_date=world.begin,
        relation=Relation.GUARDIAN,
        **rights,
    )
    world.keep("guardianship", relation, link)
    wish = people.ContactChangeRequestFactory.create(
        school=student.school,
        student=student,
        guardian=guardian,
        requested_by=guardian.user,
        before={"phone": world.say("request.before", relation)},
        after={"phone": world.say("request.after", relation)},
    )
    world.keep("request", relation, wish)


def _restricted(world: World) -> None:
    """The co-guardian of the own child: known to the school, and kept away by a court."""
    guardian = people.GuardianFactory.create(
        school=world.schools["own"],
        user=world.cast["g"],
        email=f"{world.say('guardian.mail', 'co')}@example.test",
        **_contacts(world, "guardian", "co"),
    )
    world.keep("guardian", "co", guardian)
    _answers_for(
        world,
        "co",
        world.at("student", "own"),
        guardian,
        lives_with=False,
        may_contact=False,
        may_see_marks=False,
        may_collect=False,
    )


def _spare(world: World, relation: str) -> None:
    """A club with free seats, a full one, and a guardian of nobody the matrix asks about."""
    school, campus = world.school(relation), world.campus(relation)
    shared = "foreign" if relation == "foreign" else "own"
    course = people.CourseFactory.create(school=school)
    facts = {"session": world.at("session", shared), "course": course}
    for noun, capacity in (("club", 40), ("full-club", 0)):
        club = people.SectionFactory.create(school=school, campus=campus, capacity=capacity, **facts)
        world.keep(noun, relation, club)
    world.keep("spare-staff", relation, people.StaffMemberFactory.create(school=school, campus=campus))
    pupil = people.StudentFactory.create(school=school, campus=campus)
    link = people.GuardianshipFactory.create(school=school, student=pupil, begin_date=world.begin)
    world.keep("spare-guardian", relation, link.guardian)
    waits = UserFactory.create(school=school, password="!", invited_at=timezone.now())
    RoleAssignmentFactory.create(user=waits, role=Role.STUDENT, campus=campus)
    world.keep("invited", relation, waits)


def _login(world: World, letter: str, role: Role, relation: str) -> User:
    """The cast's own login, or another one of the same kind."""
    user = world.cast[letter]
    if relation != "own":
        user = UserFactory.create(school=world.school(relation), name=world.say(f"{role}.login", relation))
        RoleAssignmentFactory.create(user=user, role=role, campus=world.campus(relation))
    noun = "user" if role == Role.STUDENT else "guardian-user"
    world.keep(noun, relation, user)
    world.keep(f"{noun}-role", relation, user.role_assignments.get())
    return user
