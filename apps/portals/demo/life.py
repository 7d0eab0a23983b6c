"""What happens around the lessons: reports of families, notices, calls, requests."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from uuid import UUID

from django.urls import reverse

from apps.academics.models import ContactChangeRequest, Guardian, RequestState, Student
from apps.accounts.models import School, User
from apps.attendance.models import AbsenceNotice, AbsenceReport, CallNote, CallOutcome
from apps.attendance.services.notices import ABSENCE
from apps.messaging.models import Delivery, DeliveryState, Notification
from apps.portals.demo.absences import Absences, Spell, draw_ahead
from apps.portals.demo.made import Made
from apps.portals.demo.registers import Taken
from apps.portals.demo.staff import phone

Guardians = Mapping[UUID, Sequence[Guardian]]


def make_life(made: Made, taken: list[Taken], absences: Absences) -> None:
    guardians = {child.pk: family.guardians for family in made.families for child in family.children}
    pupils = [pupil for room in made.homerooms for pupil in room.pupils]
    ahead = draw_ahead(made.rng, pupils, made.today + timedelta(days=1))
    add_reports(made.school, [*absences.spells, *ahead], guardians)
    missed = _missed_today(made, taken, absences)
    add_notices(made.school, missed, guardians, made.today, made.now)
    add_calls(made.school, missed[1:], guardians, made.today, made.office["registrar"].user)
    _requests(made)


def _missed_today(made: Made, taken: list[Taken], absences: Absences) -> list[Student]:
    """Those with a register that says so already."""
    known = {pupil.pk for one in taken if one.day == made.today for pupil in one.homeroom.pupils}
    return [one for one in absences.unexplained if one.pk in known]


def add_reports(school: School, spells: Sequence[Spell], guardians: Guardians) -> None:
    AbsenceReport.objects.bulk_create(
        (
            AbsenceReport(
                school=school,
                student=spell.student,
                begin_date=spell.begin,
                end_date=spell.end + timedelta(days=1),
                reason=spell.kind,
                note=spell.note,
                reported_by=next((one.user for one in guardians[spell.student.pk] if one.user), None),
            )
            for spell in spells
        ),
        batch_size=1000,
    )


def add_notices(
    school: School, missed: Sequence[Student], guardians: Guardians, today: date, now: datetime
) -> None:
    """As the job would have told them, without sending mail to people who do not exist."""
    told = {one.pk: _may_be_told(one, guardians[one.pk]) for one in missed}
    AbsenceNotice.objects.bulk_create(
        AbsenceNotice(school=school, student=one, date=today, told=len(told[one.pk])) for one in missed
    )
    rows = [
        Notification(
            school=school,
            recipient=guardian.user,
            language="en",
            kind=ABSENCE,
            title=f"{one.given_name} is not in class",
            body="We have not heard why. Please tell us the reason, or call the office.",
            url=reverse("attendance:report-add", args=[one.pk]),
            dedupe=f"{ABSENCE}:{one.pk}:{today}",
        )
        for one in missed
        for guardian in told[one.pk]
    ]
    Notification.objects.bulk_create(rows)
    Delivery.objects.bulk_create(
        Delivery(school=school, notification=row, channel="in_app", state=DeliveryState.SENT, sent_at=now)
        for row in rows
    )


def _may_be_told(student: Student, guardians: Sequence[Guardian]) -> list[Guardian]:
    links = student.guardianships.filter(may_contact=True).values_list("guardian", flat=True)
    allowed = set(links)
    return [one for one in guardians if one.user and one.pk in allowed]


def add_calls(
    school: School, missed: Sequence[Student], guardians: Guardians, today: date, caller: User | None
) -> None:
    """The office has tried two of them."""
    CallNote.objects.bulk_create(
        CallNote(
            school=school,
            student=one,
            date=today,
            guardian=guardians[one.pk][0],
            outcome=outcome,
            called_by=caller,
            note=note,
        )
        for one, (outcome, note) in zip(
            missed,
            ((CallOutcome.NO_ANSWER, ""), (CallOutcome.MESSAGE_LEFT, "Asked to call back")),
            strict=False,
        )
    )


def _requests(made: Made) -> None:
    """New numbers and addresses that wait for the office, and some it has decided."""
    rng = made.rng
    asking = [family for family in made.families[1:] if any(one.user for one in family.guardians)]
    rows = []
    for number, family in enumerate(rng.sample(asking, min(len(asking), 18))):
        guardian = next(one for one in family.guardians if one.user)
        decided = number >= 12
        rows.append(
            ContactChangeRequest(
                school=made.school,
                student=family.children[0],
                guardian=guardian,
                requested_by=guardian.user,
                before={"phone": guardian.phone},
                after={"phone": phone(made)},
                state=RequestState.ACCEPTED if decided else RequestState.OPEN,
                decided_by=made.office["registrar"].user if decided else None,
                decided_at=made.now if decided else None,
            )
        )
    ContactChangeRequest.objects.bulk_create(rows)
