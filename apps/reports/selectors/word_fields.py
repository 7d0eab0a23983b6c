"""The fields a school's own Word template may name, and what they hold: plain texts and lists of them."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final

from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from apps.reports.selectors.cards import Card
from apps.reports.selectors.papers import Paper
from apps.reports.selectors.transcripts import Transcript

# Name -> what it is; a mapping is a list whose entries have those fields.
FIELDS: Final[Mapping[str, Any]] = {
    "school": {
        "name": _("name of the school"),
        "campus": _("name of the campus"),
        "address": _("its address"),
    },
    "student": {
        "name": _("full name"),
        "given_name": _("given name"),
        "admission_number": _("admission number"),
        "roll_number": _("roll number"),
        "birth_date": _("date of birth"),
        "grade_level": _("grade level"),
        "homeroom": _("class"),
        "guardians": _("names of the guardians"),
        "begin_date": _("first day at the school"),
        "last_day": _("last day at the school"),
    },
    "document": {
        "title": _("heading of the paper"),
        "session": _("term and year"),
        "issued_on": _("day of issue"),
        "reason": _("wording given when it is issued"),
        "code": _("code to check the paper"),
        "address": _("address where it is checked"),
    },
    "average": _("average of the latest term, in percent"),
    "grade_point_average": _("grade point average"),
    "general_comment": _("comment of the class teacher"),
    "terms": [{"name": _("name of the term"), "days": _("school days"), "attended": _("days attended")}],
    "lines": [
        {
            "subject": _("subject or course"),
            "teacher": _("its teacher"),
            "credits": _("credits"),
            "percent": _("latest marks, in percent"),
            "grade": _("latest grade"),
            "points": _("grade points"),
            "comment": _("what the teacher says"),
            "year": _("school year (transcript)"),
            "school": _("school (transcript)"),
            "marks": [{"percent": _("marks in percent, term by term"), "grade": _("grade, term by term")}],
        }
    ],
    "bands": [{"grade": _("grade"), "from": _("from percent"), "meaning": _("what it means")}],
}
# A picture in the file whose alternative text is one of these is replaced.
PICTURES: Final = {
    "qr": _("QR code to check the paper"),
    "photo": _("photo of the pupil"),
    "logo": _("logo of the school"),
}


def values_of(paper: Paper, *, code: str, address: str) -> dict[str, Any]:
    """Everything the fields hold for one paper; texts, and lists of mappings of texts."""
    content = paper.content
    pupil = getattr(content, "pupil", None)
    return {
        **_empty(FIELDS),
        "school": {
            "name": paper.look.school_name,
            "campus": paper.look.campus.name,
            "address": paper.look.address,
        },
        "student": _student(pupil) if pupil else _empty(FIELDS["student"]),
        "document": {
            "title": paper.look.title,
            "session": paper.session_name,
            "issued_on": date_format(paper.day, "j F Y"),
            "reason": paper.reason,
            "code": code,
            "address": address,
        },
        **_content(content),
    }


def _empty(fields: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: [] if isinstance(kind, list) else _empty(kind) if isinstance(kind, Mapping) else ""
        for name, kind in fields.items()
    }


def _student(pupil: Any) -> dict[str, str]:
    return {
        "name": pupil.full_name,
        "given_name": pupil.given_name,
        "admission_number": pupil.admission_number,
        "roll_number": pupil.roll_number,
        "birth_date": _day(pupil.birth_date),
        "grade_level": pupil.grade_level,
        "homeroom": pupil.homeroom,
        "guardians": pupil.guardian_names,
        "begin_date": _day(pupil.stay.begin_date),
        "last_day": _day(pupil.stay.last_day),
    }


def _content(content: Any) -> dict[str, Any]:
    if isinstance(content, Card):
        return _card(content)
    if isinstance(content, Transcript):
        return _transcript(content)
    return {}


def _card(card: Card) -> dict[str, Any]:
    known = [average for average in card.averages if average is not None]
    return {
        "average": _number(known[-1] if known else None),
        "grade_point_average": _number(card.grade_point_average),
        "general_comment": card.general_comment,
        "terms": [
            {"name": term.name, "days": str(here.days), "attended": str(here.attended)}
            for term, here in zip(card.terms, card.presence, strict=True)
        ],
        "lines": [
            {
                **_empty(FIELDS["lines"][0]),
                "subject": line.title,
                "teacher": line.teacher,
                "credits": _number(line.credits),
                "comment": line.comment,
                **_mark(line.latest),
                "marks": [{name: _mark(mark)[name] for name in ("percent", "grade")} for mark in line.marks],
            }
            for line in card.lines
        ],
        "bands": _bands(card.bands),
    }


def _transcript(transcript: Transcript) -> dict[str, Any]:
    return {
        "grade_point_average": _number(transcript.grade_point_average),
        "lines": [
            {
                **_empty(FIELDS["lines"][0]),
                "subject": entry.course,
                "credits": _number(entry.mark.credits_earned),
                "year": year.label,
                "school": year.school,
                **_mark(entry.mark),
            }
            for year in transcript.years
            for entry in year.entries
        ],
        "bands": _bands(transcript.bands),
    }


def _mark(mark: Any) -> dict[str, str]:
    if mark is None:
        return {"percent": "", "grade": "", "points": ""}
    return {"percent": _number(mark.percent), "grade": mark.label, "points": _number(mark.points)}


def _bands(bands: Any) -> list[dict[str, str]]:
    return [{"grade": band.label, "from": _number(band.lower), "meaning": band.description} for band in bands]


def _number(value: Decimal | None) -> str:
    return "" if value is None else f"{value.normalize():f}"


def _day(day: Any) -> str:
    return date_format(day, "j F Y") if day else ""
