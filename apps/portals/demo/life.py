"""What happens around the lessons: reports of families, notices, calls, requests."""

from datetime import timedelta
from uuid import UUID

from django.urls import reverse

from apps.academics.models import ContactChangeRequest, Guardian, RequestState, Student
from apps.accounts.models import User
from apps.attendance.models import AbsenceNotice, AbsenceReport, CallNote, CallOutcome
from apps.attendance.services.notices import ABSENCE
from apps.messaging.models import Delivery, DeliveryState, Notification
from apps.portals.demo.absences import REASONS, Absences
from apps.portals.demo.made import Family, Made
from apps.portals.demo.registers import Taken
from apps.portals.demo.staff import phone


def make_life(made: Made, taken: list[Taken], absences: Absences) -> None:
    families = {child.pk: family for family in made.families for child in family.children}
    _reports(made, absences, families)
    missed = _missed_today(made, taken, absences)
    _notices(made, missed, families)
    _calls(made, missed, families)
    _requests(made)


def _missed_today(made: Made, taken: list[Taken], absences: Absences) -> list[Student]:
    """Those with a register that says so already."""
    known = {pupil.pk for one in taken if one.day == made.today for pupil in one.homeroom.pupils}
    return [one for one in absences.unexplained if one.pk in known]


def _reports(made: Made, absences: Absences, families: dict[UUID, Family]) -> None:
    rng = made.rng
    rows = [
        AbsenceReport(
            school=made.school,
            student=spell.student,
            begin_date=spell.begin,
            end_date=spell.end + timedelta(days=1),
            reason=spell.kind,
            note=spell.note,
            reported_by=_reporter(families[spell.student.pk]),
        )
        for spell in absences.spells
    ]
    tomorrow = made.today + timedelta(days=1)
    pupils = [pupil for room in made.homerooms for pupil in room.pupils]
    for pupil in rng.sample(pupils, max(1, len(pupils) // 150)):
        kind, note = rng.choice(REASONS)
        ends = tomorrow + timedelta(days=rng.randint(1, 2))
        shared = {"begin_date": tomorrow, "end_date": ends, "reason": kind, "note": note}
        reporter = _reporter(families[pupil.pk])
        rows.append(AbsenceReport(school=made.school, student=pupil, reported_by=reporter, **shared))
    AbsenceReport.objects.bulk_create(rows, batch_size=1000)


def _reporter(family: Family) -> User | None:
    return next((one.user for one in family.guardians if one.user), None)


def _notices(made: Made, missed: list[Student], families: dict[UUID, Family]) -> None:
    """As the job would have told them, without sending mail to people who do not exist."""
    told = {one.pk: _may_be_told(one, families[one.pk]) for one in missed}
    AbsenceNotice.objects.bulk_create(
        AbsenceNotice(school=made.school, student=one, date=made.today, told=len(told[one.pk]))
        for one in missed
    )
    rows = [
        Notification(
            school=made.school,
            recipient=guardian.user,
            language="en",
            kind=ABSENCE,
            title=f"{one.given_name} is not in class",
            body="We have not heard why. Please tell us the reason, or call the office.",
            url=reverse("attendance:report-add", args=[one.pk]),
            dedupe=f"{ABSENCE}:{one.pk}:{made.today}",
        )
        for one in missed
        for guardian in told[one.pk]
    ]
    Notification.objects.bulk_create(rows)
    Delivery.objects.bulk_create(
        Delivery(
            school=made.school, notification=row, channel="in_app", state=DeliveryState.SENT, sent_at=made.now
        )
        for row in rows
    )


def _may_be_told(student: Student, family: Family) -> list[Guardian]:
    links = student.guardianships.filter(may_contact=True).values_list("guardian", flat=True)
    allowed = set(links)
    return [one for one in family.guardians if one.user and one.pk in allowed]


def _calls(made: Made, missed: list[Student], families: dict[UUID, Family]) -> None:
    caller = made.office["registrar"].user
    CallNote.objects.bulk_create(
        CallNote(
            school=made.school,
            student=one,
            date=made.today,
            guardian=families[one.pk].guardians[0],
            outcome=outcome,
            called_by=caller,
            note=note,
        )
        for one, (outcome, note) in zip(
            missed[1:],
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
