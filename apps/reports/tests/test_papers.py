"""What stands on the papers, read back from the PDF and compared with what was posted."""

import io
from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pypdf import PdfReader

from apps.academics.models import Student
from apps.core.errors import DomainError
from apps.gradebook.models import PostedGrade
from apps.gradebook.tests.factories import (
    CourseTranscriptFactory,
    GradebookFactory,
    LineItemFactory,
    ResultFactory,
)
from apps.reports.models import CommentState, DocumentKind
from apps.reports.selectors.papers import Paper, look_of, papers, section_paper
from apps.reports.services import drawing
from apps.reports.services.pictures import Pictures, photo_address, qr_address
from apps.reports.tests.registry import Registry, text_of

pytestmark = pytest.mark.django_db


def made(school: Registry, kind: str, session: Any = None, reason: str = "", **layout: Any) -> list[Paper]:
    """The papers of all pupils, in their order."""
    look = look_of(school.template(kind, **layout), school.campus)
    rows = list(
        Student.objects.filter(pk__in=[one.pk for one in school.pupils]).select_related(
            "grade_level", "photo"
        )
    )
    found = papers(look, rows, session, day=school.today, reason=reason)
    return [found[one.pk] for one in school.pupils]


def pdf_of(paper: Paper) -> bytes:
    pictures = Pictures(photo=photo_address(paper.photo), qr=qr_address("https://school.test/verify/ABC"))
    return drawing.drawn(paper, pictures, code="ABCDE", place="https://school.test/verify/")


def test_a_report_card_says_what_was_posted() -> None:
    school = Registry(("Asha", "Bina"))
    school.post_all(2)
    school.photograph(school.pupils[0])
    school.attend(school.pupils[0], days=20, missed=1)
    school.comment(school.pupils[0], school.sections[0], "Reads with joy.")
    pdf = pdf_of(made(school, DocumentKind.REPORT_CARD, school.terms[1])[0])
    said = text_of(pdf)

    assert len(PdfReader(io.BytesIO(pdf)).pages) == 2
    for grade in PostedGrade.objects.filter(student=school.pupils[0]):
        assert f"{grade.percent:.1f} {grade.label}" in said
    assert "Vidya Public School" in said
    assert "Asha Rao" in said
    assert "Bina" not in said
    assert "Term 2 20 19 95 %" in said
    assert "Reads with joy." in said
    assert "ABCDE" in said


def test_the_average_is_that_of_the_column() -> None:
    school = Registry(courses=("Art", "Music", "Sport"))
    for section, percent in zip(school.sections, ("85", "90", "95.5"), strict=True):
        school.post(school.pupils[0], section, school.terms[0], percent)
    card = made(school, DocumentKind.REPORT_CARD, school.terms[0])[0].content

    assert card.averages == [Decimal("90.2")]
    assert card.decimals == 1


def test_a_year_has_its_terms_and_its_own_grade() -> None:
    school = Registry(courses=("Art",))
    for term, percent in zip(school.terms, ("70", "80", "90"), strict=True):
        school.post(school.pupils[0], school.sections[0], term, percent)
    school.post(school.pupils[0], school.sections[0], school.year, "81.25")
    card = made(school, DocumentKind.REPORT_CARD, school.year)[0].content

    assert [mark.percent for mark in card.lines[0].marks] == [70, 80, 90]
    assert card.lines[0].total.percent == Decimal("81.25")


def test_a_term_shows_itself_and_those_before_it() -> None:
    school = Registry(courses=("Art",))
    for term in school.terms:
        school.post(school.pupils[0], school.sections[0], term)
    card = made(school, DocumentKind.REPORT_CARD, school.terms[1])[0].content

    assert [term.name for term in card.terms] == ["Term 1", "Term 2"]


def test_a_replaced_grade_is_not_printed() -> None:
    school = Registry(courses=("Art",))
    old = school.post(school.pupils[0], school.sections[0], school.terms[0], "40")
    PostedGrade.objects.filter(pk=old.pk).update(replaced_at=timezone.now())
    school.post(school.pupils[0], school.sections[0], school.terms[0], "77")
    card = made(school, DocumentKind.REPORT_CARD, school.terms[0])[0].content

    assert [mark.percent for mark in card.lines[0].marks] == [77]


def test_a_resit_stands_in_the_place_of_the_first_attempt() -> None:
    school = Registry(courses=("Art",))
    school.post(school.pupils[0], school.sections[0], school.terms[0], "20")
    school.post(school.pupils[0], school.sections[0], school.terms[0], "55", attempt="resit")
    said = text_of(pdf_of(made(school, DocumentKind.REPORT_CARD, school.terms[0])[0]))

    assert "55 R C1" in said
    assert "after a resit" in said


@pytest.mark.parametrize("state", [CommentState.DRAFT, CommentState.SUBMITTED, CommentState.RETURNED])
def test_a_comment_nobody_accepted_is_not_printed(state: str) -> None:
    school = Registry(courses=("Art",))
    school.post(school.pupils[0], school.sections[0], school.terms[1])
    school.comment(school.pupils[0], school.sections[0], "Unread words.", state=state)
    said = text_of(pdf_of(made(school, DocumentKind.REPORT_CARD, school.terms[1])[0]))

    assert "Unread words." not in said


def released(school: Registry, percent: int, at: datetime | None) -> None:
    section = school.sections[0]
    GradebookFactory.create(school=school.school, section=section, scheme__weighting="points")
    item = LineItemFactory.create(
        school=school.school, section=section, session=school.terms[0], release_at=at
    )
    ResultFactory.create(
        school=school.school, line_item=item, student=school.pupils[0], score=Decimal(percent)
    )


@pytest.mark.parametrize(
    ("shows_live", "out", "shown"), [(True, True, True), (True, False, False), (False, True, False)]
)
def test_the_average_so_far_is_shown_where_wanted_and_released(
    shows_live: bool, out: bool, shown: bool
) -> None:
    school = Registry(courses=("Art",))
    released(school, 64, timezone.now() if out else None)
    card = made(school, DocumentKind.PROGRESS, school.terms[0], shows_live=shows_live)[0].content

    assert [mark.percent for mark in card.every_mark] == ([64] if shown else [])
    assert card.has_live == shown


def test_what_is_not_final_says_so() -> None:
    school = Registry(courses=("Art",))
    released(school, 64, timezone.now())
    said = text_of(pdf_of(made(school, DocumentKind.PROGRESS, school.terms[0], shows_live=True)[0]))

    assert "They are not final." in said


def test_a_posted_grade_comes_before_the_average_so_far() -> None:
    school = Registry(courses=("Art",))
    released(school, 64, timezone.now())
    school.post(school.pupils[0], school.sections[0], school.terms[0], "70")
    card = made(school, DocumentKind.PROGRESS, school.terms[0], shows_live=True)[0].content

    assert [(mark.percent, mark.is_final) for mark in card.every_mark] == [(70, True)]


def test_nothing_posted_is_refused() -> None:
    school = Registry(courses=("Art",))
    with pytest.raises(DomainError, match="No grades have been posted for Asha Rao"):
        made(school, DocumentKind.REPORT_CARD, school.terms[0])[0].require_content()


def test_the_legend_is_the_scale_of_the_posting() -> None:
    school = Registry(courses=("Art",))
    school.post(school.pupils[0], school.sections[0], school.terms[0])
    card = made(school, DocumentKind.REPORT_CARD, school.terms[0])[0].content

    assert [(band.label, band.lower) for band in card.bands][:2] == [("A1", 91), ("A2", 81)]


def test_a_transcript_spans_years_and_schools() -> None:
    school = Registry(courses=("Art", "Music"))
    pupil = school.pupils[0]
    for term in school.terms:
        school.post(pupil, school.sections[0], term, "60")
    school.post(pupil, school.sections[0], school.year, "61")
    school.post(pupil, school.sections[1], school.terms[0], "75")
    CourseTranscriptFactory.create(
        school=school.school,
        student=pupil,
        school_name="Green Valley School",
        year_label="2024-25",
        course_title="Botany",
        percent=Decimal("71.5"),
        label="B1",
        points=Decimal(8),
        credits_earned=Decimal(3),
        credits_attempted=Decimal(3),
    )
    paper = made(school, DocumentKind.TRANSCRIPT)[0]
    said = text_of(pdf_of(paper))

    # The year's grade stands for its terms; a course without one shows the terms it has.
    found = [(year.label, entry.course, entry.term) for year in paper.content.years for entry in year.entries]
    assert found == [("2024-25", "Botany", ""), ("2026-27", "Art", ""), ("2026-27", "Music", "Term 1")]
    assert "Green Valley School" in said
    assert "Botany 71.5 B1 8 3" in said
    # (8 x 3 + 7 x 4 + 8 x 4) / 11
    assert paper.content.grade_point_average == Decimal("7.64")
    assert paper.content.credits_earned == 11


def test_a_mark_sheet_of_a_homeroom_has_a_column_a_course() -> None:
    school = Registry(("Asha", "Bina"), courses=("Art", "Music"))
    school.post(school.pupils[0], school.sections[0], school.terms[0], "61")
    school.post(school.pupils[1], school.sections[0], school.terms[0], "72")
    school.post(school.pupils[1], school.sections[1], school.terms[0], "83")
    look = look_of(school.template(DocumentKind.MARK_SHEET), school.campus)
    paper = section_paper(look, school.homeroom, school.terms[0], day=school.today)
    said = text_of(drawing.drawn(paper, Pictures(), code="A", place="B"))

    assert paper.content.columns == ("Art", "Music")
    assert paper.content.averages == [Decimal("66.5"), Decimal("83.0")]
    assert "Asha Rao" in said
    assert "72 B1 83 A2 77.5" in said


def test_a_mark_sheet_of_a_lesson_has_a_column_a_term() -> None:
    school = Registry(courses=("Art",))
    school.post(school.pupils[0], school.sections[0], school.terms[0], "61")
    look = look_of(school.template(DocumentKind.MARK_SHEET), school.campus)
    paper = section_paper(look, school.sections[0], school.year, day=school.today)

    assert paper.content.columns == ("Term 1",)


def test_a_certificate_fills_in_the_facts() -> None:
    school = Registry(courses=())
    paper = made(
        school,
        DocumentKind.CERTIFICATE,
        reason="For the passport office.",
        wording={"en": "We certify that {name} of {homeroom} was born on {birth_date}. {reason} {unknown}"},
    )[0]
    said = text_of(pdf_of(paper))

    assert "We certify that Asha Rao of 9A was born on 17 May 2012. For the passport office." in said
    assert "{unknown}" in said


def test_a_transfer_certificate_lists_the_particulars() -> None:
    school = Registry(courses=())
    said = text_of(pdf_of(made(school, DocumentKind.CERTIFICATE, certificate="transfer")[0]))

    assert "Mother's name Meera Rao" in said
    assert "Date of admission 1 April 2026" in said


def resources_of(page: Any) -> Any:
    return page["/Resources"]


def test_two_languages_stand_side_by_side() -> None:
    school = Registry(courses=("Art",))
    school.post(school.pupils[0], school.sections[0], school.terms[0])
    paper = made(
        school,
        DocumentKind.REPORT_CARD,
        school.terms[0],
        language="both",
        heading={"en": "Report", "hi": "प्रगति"},
    )[0]
    pdf = pdf_of(paper)
    fonts = {
        str(font.get_object()["/BaseFont"])
        for page in PdfReader(io.BytesIO(pdf)).pages
        for font in resources_of(page)["/Font"].values()
    }

    assert paper.title.startswith("Report / प्रगति")
    assert any("Devanagari" in name for name in fonts) or not drawing.can_write_hindi()


@pytest.mark.parametrize(
    "kind", [DocumentKind.REPORT_CARD, DocumentKind.TRANSCRIPT, DocumentKind.CERTIFICATE]
)
@pytest.mark.parametrize("pupils", [1, 5])
def test_any_number_of_pupils_is_read_in_as_many_queries(kind: str, pupils: int) -> None:
    school = Registry(tuple(f"Pupil{n}" for n in range(pupils)), courses=("Art", "Music"))
    school.post_all(2)
    for pupil in school.pupils:
        school.photograph(pupil)
    look = look_of(school.template(kind), school.campus)
    rows = list(Student.objects.filter(school=school.school).select_related("grade_level", "photo"))
    with CaptureQueriesContext(connection) as queries:
        papers(look, rows, school.terms[1], day=school.today)

    assert len(queries) == {"report_card": 11, "transcript": 8, "certificate": 3}[kind]
