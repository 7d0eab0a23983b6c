"""What happens in the world of the permission matrix: lessons, registers, notices, files, work, imports."""

from datetime import UTC, datetime, time, timedelta
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from apps.academics.services import COURT_DOCUMENT, PHOTO
from apps.accounts.models import Impersonation, School
from apps.accounts.tests.factories import UserFactory
from apps.attendance.models import AttendanceDay, AttendanceMonth
from apps.attendance.tests import factories as registers
from apps.core.models import Job, ScanState, StoredFile
from apps.facilities.tests.factories import BuildingFactory, RoomFactory
from apps.interop.models import ColumnMapping, ImportLine, ImportProblem, ImportRun
from apps.messaging.tests.factories import DeliveryFactory, NotificationFactory
from apps.timetable.tests import factories as plan
from schools24.tests.world.stage import CLASSES, PUPILS, World

PLACES = ("own", "south", "foreign")


def build(world: World) -> None:
    for relation in PLACES:
        _place(world, relation)
    for relation in ("own", "foreign"):
        letters = registers.codes_for(world.school(relation))
        world.keep("code", relation, letters["A"])
    for relation in CLASSES:
        _lesson(world, relation)
    for relation in PUPILS:
        _mark(world, relation)
        _photo(world, relation)
    for relation in (*PUPILS, "co"):
        _paper(world, relation)
    _own_things(world)
    for relation in PLACES:
        _import(world, relation)
    for relation in ("own", "foreign"):
        _looked_in(world, relation)


def _place(world: World, relation: str) -> None:
    facts = {"school": world.school(relation), "campus": world.campus(relation)}
    session = world.at("session", "foreign" if relation == "foreign" else "own")
    building = BuildingFactory.create(**facts, name=world.say("building.name", relation))
    bells = plan.BellScheduleFactory.create(**facts, name=world.say("bells.name", relation))
    calendar = plan.CalendarFactory.create(**facts, session=session)
    period = plan.ClassPeriodFactory.create(
        school=facts["school"], bell_schedule=bells, name=world.say("period.name", relation)
    )
    made = {
        "building": building,
        "room": RoomFactory.create(**facts, building=building, name=world.say("room.name", relation)),
        "bells": bells,
        "period": period,
        "calendar": calendar,
        "holiday": plan.CalendarDateFactory.create(
            school=facts["school"],
            calendar=calendar,
            date=world.today + timedelta(days=30),
            title=world.say("holiday.title", relation),
        ),
        "register-settings": registers.RegisterSettingsFactory.create(**facts),
    }
    for noun, row in made.items():
        world.keep(noun, relation, row)


def _lesson(world: World, relation: str) -> None:
    """The weekly line, today's first lesson with its register, and the second without."""
    place = relation if relation in PLACES else "own"
    section, staff = world.at("section", relation), world.at("staff", relation)
    school = section.school
    pattern = plan.MeetingPatternFactory.create(
        school=school,
        section=section,
        teacher=staff,
        period=world.at("period", place),
        begin_date=world.begin,
    )
    world.keep("pattern", relation, pattern)
    day = {"school": school, "section": section, "teacher": staff}
    meeting = plan.MeetingFactory.create(**day, date=world.today, during=_morning(world.today, 4))
    world.keep("meeting", relation, meeting)
    held = plan.MeetingFactory.create(**day, date=world.today, during=_morning(world.today, 3))
    taken = registers.RegisterFactory.create(
        school=school, section=section, campus=section.campus, date=held.date, meeting=held
    )
    world.keep("register", relation, taken)


def _morning(day: Any, hour: int) -> DateTimeTZRange:
    begin = datetime.combine(day, time(hour), tzinfo=UTC)
    return DateTimeTZRange(begin, begin + timedelta(minutes=40))


def _mark(world: World, relation: str) -> None:
    """An absence today that nobody has explained, what the family said, and whom the office called."""
    student = world.at("student", relation)
    room = "own" if relation == "mate" else relation
    school = student.school
    event = registers.AttendanceEventFactory.create(
        school=school,
        register=world.at("register", room),
        student=student,
        code=world.at("code", "foreign" if relation == "foreign" else "own"),
        reason=world.say("event.reason", relation),
        note=world.say("event.note", relation),
    )
    world.keep("event", relation, event)
    # Written by triggers when the mark was.
    world.keep("day", relation, AttendanceDay.objects.get(student=student))
    world.keep("month", relation, AttendanceMonth.objects.get(student=student))
    report = registers.AbsenceReportFactory.create(
        school=school,
        student=student,
        begin_date=world.today + timedelta(days=3),
        note=world.say("report.note", relation),
        reported_by=world.at("guardian-user", relation),
    )
    world.keep("report", relation, report)
    call = registers.CallNoteFactory.create(
        school=school,
        student=student,
        date=world.today,
        guardian=world.at("guardian", relation),
        note=world.say("call.note", relation),
    )
    world.keep("call", relation, call)
    world.keep(
        "notice",
        relation,
        registers.AbsenceNoticeFactory.create(school=school, student=student, date=world.yesterday),
    )


def _photo(world: World, relation: str) -> None:
    student = world.at("student", relation)
    student.photo = _file(world, "photo", relation, student.school, purpose=PHOTO)
    student.save(update_fields=["photo"])
    world.keep("photo", relation, student.photo)


def _paper(world: World, relation: str) -> None:
    """What a court said of a guardian."""
    link = world.at("guardianship", relation)
    link.document = _file(world, "paper", relation, link.school, purpose=COURT_DOCUMENT)
    link.save(update_fields=["document"])
    world.keep("paper", relation, link.document)


def _file(world: World, noun: str, relation: str, school: School, **more: Any) -> StoredFile:
    file = StoredFile.objects.create(
        **{"purpose": noun, **more},
        school=school,
        key=f"matrix/{noun}/{relation}",
        name=f"{world.say(f'{noun}.name', relation)}.png",
        media_type="image/png",
        size=3,
        sha256="0" * 64,
        scan=ScanState.NOT_ASKED,
    )
    default_storage.save(file.key, ContentFile(b"png"))
    return file


def _own_things(world: World) -> None:
    """What is one person's alone: the student's, and as "mate" the co-guardian's."""
    owners = {
        "own": world.cast["S"],
        "mate": world.cast["g"],
        "foreign": world.at("user", "foreign"),
    }
    for relation, user in owners.items():
        notice = NotificationFactory.create(
            recipient=user,
            title=world.say("notification.title", relation),
            body=world.say("notification.body", relation),
        )
        world.keep("notification", relation, notice)
        world.keep("delivery", relation, DeliveryFactory.create(notification=notice))
        file = _file(world, "result", relation, user.school, owner=user)
        job = Job.objects.create(
            school=user.school,
            owner=user,
            task="core.scan_file",
            note=world.say("job.note", relation),
            result={"file_id": str(file.pk)},
        )
        world.keep("job", relation, job)


def _import(world: World, relation: str) -> None:
    facts = {"school": world.school(relation)}
    run = ImportRun.objects.create(
        **facts,
        campus=world.campus(relation),
        name=world.say("import.name", relation),
        planned_at=datetime.now(tz=UTC),
        summary={"errors": 1, "totals": {}},
    )
    ImportProblem.objects.create(
        **facts,
        run=run,
        file="users.csv",
        line=2,
        column="email",
        code="REQUIRED",
        severity="error",
        value=world.say("problem.value", relation),
    )
    ImportLine.objects.create(
        **facts,
        run=run,
        file="users.csv",
        line=3,
        kind="student",
        label=world.say("import-line.label", relation),
        action="created",
    )
    world.keep("import", relation, run)


def _looked_in(world: World, relation: str) -> None:
    """An administrator saw the student's pages; the columns of a file are remembered."""
    school, user = world.school(relation), world.at("user", relation)
    now = datetime.now(tz=UTC)
    visit = Impersonation.objects.create(
        school=school,
        user=user,
        impersonator=world.cast["A"] if relation == "own" else UserFactory.create(school=school),
        reason=world.say("impersonation.reason", relation),
        began_at=now - timedelta(hours=2),
        expires_at=now - timedelta(hours=1),
        ended_at=now - timedelta(hours=1),
    )
    world.keep("impersonation", relation, visit)
    mapping = ColumnMapping.objects.create(school=school, signature="s", kind="students", columns={})
    world.keep("mapping", relation, mapping)
