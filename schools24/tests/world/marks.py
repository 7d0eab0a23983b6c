"""Marks in the world of the permission matrix: what is out, what is held back, what was posted, papers."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils import timezone

from apps.academics.models import SessionKind
from apps.academics.tests.factories import AcademicSessionFactory
from apps.core.models import ScanState, StoredFile
from apps.gradebook.tests import factories as marks
from apps.reports.models import (
    CommentBankEntry,
    CommentState,
    DocumentTemplate,
    IssuedDocument,
    ReportComment,
    ReportRun,
)
from schools24.tests.world.stage import CLASSES, PUPILS, World

PLACES = ("own", "south", "foreign")


def build(world: World) -> None:
    for relation in ("own", "foreign"):
        _rules(world, relation)
    for relation in PLACES:
        _campus(world, relation)
    for relation in CLASSES:
        _gradebook(world, relation)
    for relation in PUPILS:
        _marks(world, relation)
        _record(world, relation)
        _paper(world, relation)
    _sentences(world)


def _shared(relation: str) -> str:
    return "foreign" if relation == "foreign" else "own"


def _rules(world: World, relation: str) -> None:
    """A term, and the school's scale and scheme."""
    school, year = world.school(relation), world.at("session", relation)
    term = AcademicSessionFactory.create(
        school=school,
        parent=year,
        kind=SessionKind.TERM,
        name="Term 1",
        begin_date=year.begin_date,
        end_date=year.end_date,
    )
    world.keep("term", relation, term)
    scale = marks.ScoreScaleFactory.create(school=school, name=world.say("scale.name", relation))
    marks.ScoreBandFactory.create(school=school, scale=scale)
    world.keep("scale", relation, scale)
    scheme = marks.GradingSchemeFactory.create(
        school=school, scale=scale, name=world.say("scheme.name", relation), is_default=True
    )
    world.keep("scheme", relation, scheme)
    world.keep("category", relation, marks.CategoryFactory.create(school=school, scheme=scheme))


def _campus(world: World, relation: str) -> None:
    school, campus = world.school(relation), world.campus(relation)
    rules = marks.MarkingRulesFactory.create(school=school, campus=campus)
    world.keep("marking-rules", relation, rules)
    template = DocumentTemplate.objects.create(
        school=school, campus=campus, kind="report_card", name=world.say("template.name", relation)
    )
    world.keep("template", relation, template)
    run = ReportRun.objects.create(
        school=school,
        campus=campus,
        template=template,
        session=world.at("term", _shared(relation)),
        reason=world.say("run.reason", relation),
        started_by=world.cast["C"] if relation == "own" else None,
    )
    world.keep("run", relation, run)


def _gradebook(world: World, relation: str) -> None:
    """The class's gradebook with an item that is out, one that is not, and what was posted."""
    section, shared = world.at("section", relation), _shared(relation)
    school, term = section.school, world.at("term", shared)
    book = marks.GradebookFactory.create(school=school, section=section, scheme=world.at("scheme", shared))
    world.keep("gradebook", relation, book)
    facts = {"school": school, "section": section, "session": term}
    now = timezone.now()
    out = marks.LineItemFactory.create(
        **facts, title=world.say("item.title", relation), release_at=now - timedelta(hours=1)
    )
    held = marks.LineItemFactory.create(
        **facts, title=world.say("held-item.title", relation), release_at=now + timedelta(days=1)
    )
    world.keep("item", relation, out)
    world.keep("held-item", relation, held)
    posting = marks.PostingFactory.create(**facts, reason=world.say("posting.reason", relation))
    world.keep("posting", relation, posting)


def _marks(world: World, relation: str) -> None:
    """A result that is out and one that is held back; a posted grade likewise."""
    student, room = world.at("student", relation), "own" if relation == "mate" else relation
    school, now = student.school, timezone.now()
    for noun, item in (("mark", "item"), ("held-mark", "held-item")):
        row = marks.ResultFactory.create(
            school=school,
            line_item=world.at(item, room),
            student=student,
            score=Decimal("61.5"),
            comment=world.say(f"{noun}.comment", relation),
        )
        world.keep(noun, relation, row)
    posting = world.at("posting", room)
    facts = {"school": school, "student": student, "posting": posting}
    for noun, session, release in (
        ("posted", posting.session, now - timedelta(hours=1)),
        ("held-posted", posting.section.session, now + timedelta(days=1)),
    ):
        label = world.say(f"{noun}.label", relation)[:20]
        row = marks.PostedGradeFactory.create(
            **facts, session=session, release_at=release, label=label, reason=""
        )
        world.keep(noun, relation, row)


def _record(world: World, relation: str) -> None:
    student, room = world.at("student", relation), "own" if relation == "mate" else relation
    school, section = student.school, world.at("section", room)
    transcript = marks.CourseTranscriptFactory.create(
        school=school, student=student, course_title=world.say("transcript.title", relation)
    )
    world.keep("transcript", relation, transcript)
    comment = ReportComment.objects.create(
        school=school,
        section=section,
        session=world.at("term", _shared(relation)),
        student=student,
        text=world.say("remark.text", relation),
        state=CommentState.SUBMITTED,
        author=None,
    )
    world.keep("remark", relation, comment)


def _paper(world: World, relation: str) -> None:
    """A report card that families have, and one that waits for its day."""
    student = world.at("student", relation)
    place = relation if relation in PLACES else "own"
    now = timezone.now()
    for noun, release in (("document", now - timedelta(hours=1)), ("held-document", now + timedelta(days=1))):
        world.keep(noun, relation, _issued(world, noun, relation, student, place, release))


def _issued(world: World, noun: str, relation: str, student: Any, place: str, release: Any) -> Any:
    file = StoredFile.objects.create(
        school=student.school,
        purpose="issued_document",
        key=f"{noun}-{relation}",
        name="report-card.pdf",
        media_type="application/pdf",
        size=1,
        sha256="0" * 64,
        scan=ScanState.NOT_ASKED,
    )
    default_storage.save(file.key, ContentFile(b"%PDF-1.7"))
    return IssuedDocument.objects.create(
        school=student.school,
        campus=student.campus,
        template=world.at("template", place),
        kind="report_card",
        student=student,
        session=world.at("term", _shared(relation)),
        title=world.say(f"{noun}.title", relation),
        file=file,
        sha256="0" * 64,
        code=f"{noun}-{relation}",
        issued_at=timezone.now(),
        release_at=release,
    )


def _sentences(world: World) -> None:
    """A sentence of the school and one of the cast's teacher."""
    school = world.schools["own"]
    for relation, owner in (("own", world.cast["T"]), ("mate", None)):
        row = CommentBankEntry.objects.create(
            school=school, owner=owner, text=world.say("sentence.text", relation)
        )
        world.keep("sentence", relation, row)
    foreign = CommentBankEntry.objects.create(
        school=world.schools["foreign"], text=world.say("sentence.text", "foreign")
    )
    world.keep("sentence", "foreign", foreign)
