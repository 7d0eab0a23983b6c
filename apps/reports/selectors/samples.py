"""An invented pupil, so that a template can be tried out without anybody's marks."""

import uuid
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Final

from django.utils.translation import gettext as _

from apps.academics.models import AcademicSession, Section, SessionKind
from apps.accounts.models import Campus
from apps.reports.models import DocumentKind
from apps.reports.selectors.cards import Card, Line
from apps.reports.selectors.certificates import Certificate, certificate_of
from apps.reports.selectors.charts import term_chart
from apps.reports.selectors.mark_sheets import Row, Sheet
from apps.reports.selectors.marks import Band, Mark
from apps.reports.selectors.papers import FROM_SESSION, Look, Paper
from apps.reports.selectors.pupils import Presence, Pupil, Stay
from apps.reports.selectors.transcripts import Entry, Transcript, Year

CODE: Final = "SAMPL-ESAMP-LESAM-PLESA-MPLES-A"
BANDS: Final = tuple(
    Band(label, Decimal(lower), Decimal(points), "", lower >= 33)
    for label, lower, points in (("A1", 91, 10), ("A2", 81, 9), ("B1", 71, 8), ("B2", 61, 7), ("C1", 51, 6),
                                 ("C2", 41, 5), ("D", 33, 4), ("E", 0, 0))
)  # fmt: skip
_SUBJECTS: Final = ("Computer Science", "English", "Hindi", "Mathematics", "Science", "Social Science")
_NAMES: Final = ("Asha Sample", "Bina Sample", "Chetan Sample", "Dev Sample", "Esha Sample")


def sample(look: Look, day: date) -> Paper:
    """A paper of the look's kind about nobody."""
    year = AcademicSession(
        kind=SessionKind.SCHOOL_YEAR,
        name=f"{day.year}-{(day.year + 1) % 100:02}",
        begin_date=day,
        end_date=day + timedelta(days=365),
    )
    terms = tuple(
        AcademicSession(kind=SessionKind.TERM, name=_("Term %d") % number, parent=year) for number in (1, 2)
    )
    makers: dict[DocumentKind, Callable[[], Any]] = {
        DocumentKind.REPORT_CARD: lambda: _card(terms),
        DocumentKind.PROGRESS: lambda: _card(terms),
        DocumentKind.MARK_SHEET: lambda: _sheet(look.campus, terms[1]),
        DocumentKind.TRANSCRIPT: lambda: _transcript(year),
        DocumentKind.CERTIFICATE: lambda: _certificate(look, day),
    }
    kind = DocumentKind(look.template.kind)
    content = makers[kind]()
    session = terms[1] if kind in FROM_SESSION else None
    name = content.section.name if kind == DocumentKind.MARK_SHEET else _NAMES[0]
    chart = term_chart(content) if isinstance(content, Card) and look.layout.shows("chart") else None
    return Paper(look, content, name, session, day, extra={"chart": chart})


def _pupil() -> Pupil:
    return Pupil(
        id=uuid.UUID(int=0),
        full_name=_NAMES[0],
        given_name="Asha",
        admission_number="A00024",
        roll_number="7",
        birth_date=date(2012, 5, 17),
        sex="female",
        grade_level=_("Grade %d") % 9,
        homeroom="9A",
        guardians=(("mother", "Meera Sample"), ("father", "Ravi Sample")),
        photo=None,
        stay=Stay(date(2021, 4, 1), date(2026, 3, 31), _("Family moves")),
    )


def _mark(number: int) -> Mark:
    percent = Decimal(58 + (number * 7) % 40) + Decimal("0.5")
    band = next(band for band in BANDS if percent >= band.lower)
    return Mark(percent, band.label, band.points, band.is_passing, Decimal(4))


def _card(terms: tuple[AcademicSession, ...]) -> Card:
    lines = tuple(
        Line(
            title=title,
            teacher="A. Teacher",
            credits=Decimal(4),
            marks=(_mark(number), _mark(number + 1)),
            total=None,
            comment=_("Works with care and asks good questions."),
        )
        for number, title in enumerate(_SUBJECTS)
    )
    general = _("A cheerful member of the class who helps others without being asked.")
    here = (Presence(92, 90), Presence(88, 85))
    return Card(_pupil(), terms[1], terms, lines, False, here, general, BANDS)


def _sheet(campus: Campus, term: AcademicSession) -> Sheet:
    rows = tuple(
        Row(n, name, str(n), f"A000{n:02}", tuple(_mark(n + m) for m in range(len(_SUBJECTS))))
        for n, name in enumerate(_NAMES, 1)
    )
    section = Section(name="9A", campus=campus)
    return Sheet(section, term, "F. Teacher", _SUBJECTS, rows, BANDS)


def _transcript(year: AcademicSession) -> Transcript:
    entries = tuple(Entry(title, "", "", _mark(n), Decimal(4)) for n, title in enumerate(_SUBJECTS))
    before = Year("2024-25", "Green Valley School", entries[:3])
    return Transcript(_pupil(), (before, Year(year.name, "", entries)), BANDS)


def _certificate(look: Look, day: date) -> Certificate:
    return certificate_of(_pupil(), look.layout, look.school, day, "")
