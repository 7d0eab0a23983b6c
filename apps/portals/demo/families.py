"""Pupils and who answers for them: brothers and sisters, parents who live apart, grandparents."""

from datetime import date
from decimal import Decimal

from apps.academics.models import (
    CampusEnrollment,
    EmergencyContact,
    Guardian,
    Guardianship,
    Relation,
    Sex,
    Student,
)
from apps.accounts.models import Role
from apps.portals.demo.logins import Logins
from apps.portals.demo.made import Family, Homeroom, Made
from apps.portals.demo.names import BLOOD_GROUPS, BOYS, FAMILIES, FATHERS, GIRLS, MOTHERS, STREETS
from apps.portals.demo.staff import phone

HOUSES = ("Ashoka", "Banyan", "Neem", "Peepal")
LOGIN_FROM_GRADE = 6
Seat = tuple[Homeroom, int]


def make_families(made: Made, logins: Logins) -> None:
    """The first family is the demo's: student@ in the ninth grade, a younger child, and guardian@."""
    for campus in made.plan.campuses:
        seats = [(room, n) for room in made.homerooms_of(campus) for n in range(made.plan.homeroom_size)]
        made.rng.shuffle(seats)
        if not made.families:
            seats = _demo_first(seats)
        while seats:
            made.families.append(_family(made, seats, at_least=1 if made.families else 2))
    for number, family in enumerate(made.families):
        _guardians(made, logins, family, number)
    _number_pupils(made)
    _pupil_logins(made, logins)
    logins.save()
    _write(made)


def _demo_first(seats: list[Seat]) -> list[Seat]:
    """Seats are taken from the end: one of 9A (or the eldest there is), then one of the fourth grade."""
    elder = max(seats, key=lambda seat: (seat[0].name == "9A", seat[0].grade))
    younger = min(seats, key=lambda seat: (abs(seat[0].grade - 4), seat[0].letter))
    rest = [seat for seat in seats if seat not in (elder, younger)]
    return [*rest, younger, elder]


def _family(made: Made, seats: list[Seat], *, at_least: int) -> Family:
    rng = made.rng
    family = Family(rng.choice(FAMILIES), apart=rng.random() < 0.09 and len(made.families) > 0)
    size = max(at_least, rng.choices((1, 2, 3), (58, 36, 6))[0])
    address = f"{rng.randint(1, 180)} {rng.choice(STREETS)}, Pune 4110{rng.randint(1, 48):02}"
    grades: list[int] = []
    while seats and len(family.children) < size:
        index = next(
            (
                n
                for n in range(len(seats) - 1, max(-1, len(seats) - 60), -1)
                if _apart(seats[n][0].grade, grades)
            ),
            None,
        )
        if index is None:
            break
        room, _ = seats.pop(index)
        grades.append(room.grade)
        family.children.append(_pupil(made, room, family.name, address))
    return family


def _apart(grade: int, grades: list[int]) -> bool:
    return all(abs(grade - other) >= 2 for other in grades)


def _pupil(made: Made, room: Homeroom, family: str, address: str) -> Student:
    rng = made.rng
    sex = rng.choice((Sex.FEMALE, Sex.MALE))
    born = made.year.begin.year - 5 - room.grade
    pupil = Student(
        school=made.school,
        campus=made.campuses[room.campus.code],
        given_name=rng.choice(GIRLS if sex == Sex.FEMALE else BOYS),
        family_name=family,
        address=address,
        grade_level=made.grades[room.grade],
        program=made.programs[room.program],
        birth_date=date(born, rng.randint(1, 12), rng.randint(1, 28)),
        sex=sex,
        blood_group=rng.choice(BLOOD_GROUPS),
        custom={"house": rng.choice(HOUSES)},
    )
    room.pupils.append(pupil)
    return pupil


def _number_pupils(made: Made) -> None:
    """Roll numbers by name within the homeroom, admission numbers by year of entry."""
    serial = 0
    for room in made.homerooms:
        room.pupils.sort(key=lambda one: (one.given_name, one.family_name))
        for roll, pupil in enumerate(room.pupils, 1):
            serial += 1
            pupil.roll_number = str(roll)
            entered = made.year.begin.year - min(room.grade - 1, made.rng.randint(0, 8))
            pupil.admission_number = f"{entered}/{serial:04}"


def _pupil_logins(made: Made, logins: Logins) -> None:
    demo = made.families[0].children[0]
    for room in made.homerooms:
        for pupil in room.pupils:
            if room.grade >= LOGIN_FROM_GRADE or pupil is demo:
                is_demo = pupil is demo and "student" in made.plan.people
                email = f"student@{made.plan.domain}" if is_demo else ""
                pupil.user = logins.add(pupil.full_name, (Role.STUDENT, pupil.campus), email=email)


def _guardians(made: Made, logins: Logins, family: Family, number: int) -> None:
    rng = made.rng
    parents = [(Relation.MOTHER, rng.choice(MOTHERS)), (Relation.FATHER, rng.choice(FATHERS))]
    if number and rng.random() < 0.1:
        parents.pop(rng.randrange(2))
    if number and rng.random() < 0.04:
        parents.append((Relation.GRANDPARENT, rng.choice((*MOTHERS, *FATHERS))))
    for relation, given in parents:
        away = family.apart and relation == Relation.FATHER
        guardian = Guardian(
            school=made.school,
            given_name=given,
            family_name=family.name,
            phone=phone(made),
            address=f"{rng.randint(1, 180)} {rng.choice(STREETS)}, Pune"
            if away
            else family.children[0].address,
        )
        demo = number == 0 and relation == Relation.MOTHER and "guardian" in made.plan.people
        if demo or rng.random() < 0.75:
            email = f"guardian@{made.plan.domain}" if demo else ""
            guardian.user = logins.add(guardian.full_name, (Role.GUARDIAN, None), email=email)
            guardian.email = guardian.user.email
        elif rng.random() < 0.6:
            guardian.email = f"family{number}.{relation}@{made.plan.domain}"
        family.guardians.append(guardian)
        guardian.custom_relation = relation  # type: ignore[attr-defined]  # read by _links


def _links(made: Made, family: Family) -> list[Guardianship]:
    rng = made.rng
    barred = family.apart and rng.random() < 0.25
    payers = [one for one in family.guardians if one.custom_relation != Relation.GRANDPARENT]  # type: ignore[attr-defined]
    rows = []
    for child in family.children:
        for order, guardian in enumerate(family.guardians, 1):
            relation = guardian.custom_relation  # type: ignore[attr-defined]
            away = family.apart and relation == Relation.FATHER
            share = Decimal(100) / len(payers) if guardian in payers else Decimal(0)
            rows.append(
                Guardianship(
                    school=made.school,
                    student=child,
                    guardian=guardian,
                    relation=relation,
                    is_primary=order == 1,
                    lives_with=not away,
                    may_contact=not (away and barred),
                    may_see_marks=not (away and barred),
                    may_collect=not (away and barred) and relation != Relation.GRANDPARENT,
                    pays_share=share,
                    order=order,
                    begin_date=made.year.begin,
                )
            )
    return rows


def _write(made: Made) -> None:
    rng, year = made.rng, made.year
    pupils = [pupil for room in made.homerooms for pupil in room.pupils]
    Student.objects.bulk_create(pupils, batch_size=500)
    Guardian.objects.bulk_create(
        [one for family in made.families for one in family.guardians], batch_size=1000
    )
    links = [link for family in made.families for link in _links(made, family)]
    Guardianship.objects.bulk_create(links, batch_size=1000)
    EmergencyContact.objects.bulk_create(
        EmergencyContact(
            school=made.school,
            student=pupil,
            name=f"{rng.choice((*MOTHERS, *FATHERS))} {pupil.family_name}",
            relation=rng.choice(("Aunt", "Uncle", "Neighbour", "Grandmother")),
            phone=phone(made),
        )
        for pupil in pupils
    )
    now = [
        CampusEnrollment(
            school=made.school,
            student=one,
            campus=one.campus,
            grade_level=one.grade_level,
            begin_date=year.begin,
        )
        for one in pupils
    ]
    CampusEnrollment.objects.bulk_create(now, batch_size=1000)
