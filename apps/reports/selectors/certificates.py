"""Certificates: the school's wording with the facts of the pupil in their places."""

import re
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from apps.academics.models import Relation, Student
from apps.accounts.models import School
from apps.reports.selectors import pupils
from apps.reports.selectors.labels import in_languages
from apps.reports.selectors.layouts import CertificateKind, Layout
from apps.reports.selectors.pupils import Pupil

PLACE: Final = re.compile(r"\{([a-z_]+)\}")
USUAL: Final[Mapping[str, str]] = {
    CertificateKind.BONAFIDE: gettext_noop(
        "This is to certify that {name}, child of {guardians}, admission number {admission_number}, born on"
        " {birth_date}, is a bonafide pupil of {school} and studies in {grade_level}, class {homeroom}.\n\n"
        "This certificate is issued on request. {reason}"
    ),
    CertificateKind.CHARACTER: gettext_noop(
        "This is to certify that {name}, admission number {admission_number}, has been a pupil of {school}"
        " since {begin_date}. To the best of our knowledge the pupil bears a good moral character and has"
        " met others with respect. {reason}\n\nWe wish {given_name} every success."
    ),
    CertificateKind.TRANSFER: gettext_noop(
        "The particulars below are taken from the register of admissions of {school}."
    ),
    CertificateKind.COMPLETION: gettext_noop(
        "This is to certify that {name}, admission number {admission_number}, has completed {grade_level} at"
        " {school}. {reason}"
    ),
}
# What a wording may name, and what it stands for.
PLACES: Final = {
    "name": _("the pupil's full name"),
    "given_name": _("the pupil's given name"),
    "admission_number": _("the admission number"),
    "birth_date": _("the date of birth"),
    "guardians": _("the names of the guardians"),
    "grade_level": _("the grade level"),
    "homeroom": _("the class"),
    "begin_date": _("the first day at the school"),
    "last_day": _("the last day at the school"),
    "school": _("the name of the school"),
    "today": _("the day of issue"),
    "reason": _("the wording or reason given when it is issued"),
}
PARTICULARS: Final = (
    ("name", _("Name of the pupil")),
    ("mother", _("Mother's name")),
    ("father", _("Father's name")),
    ("birth_date", _("Date of birth")),
    ("admission_number", _("Admission number")),
    ("begin_date", _("Date of admission")),
    ("grade_level", _("Grade level last studied")),
    ("homeroom", _("Class")),
    ("last_day", _("Last day at the school")),
    ("exit_reason", _("Reason for leaving")),
    ("reason", _("Remarks")),
)


@dataclass(frozen=True)
class Certificate:
    """The paragraphs in each language of the paper, and for a transfer the numbered particulars."""

    pupil: Pupil
    texts: tuple[tuple[str, tuple[str, ...]], ...]
    particulars: tuple[tuple[str, str], ...] = ()


def certificates(
    students: Sequence[Student], layout: Layout, school: School, *, day: date, reason: str
) -> dict[uuid.UUID, Certificate]:
    """The certificates by pupil."""
    people = pupils.pupils(students, day)
    return {pk: certificate_of(pupil, layout, school, day, reason) for pk, pupil in people.items()}


def unknown_places(wording: str) -> list[str]:
    """Names in braces that stand for nothing."""
    return [name for name in dict.fromkeys(PLACE.findall(wording)) if name not in PLACES]


def filled(wording: str, facts: Mapping[str, str]) -> tuple[str, ...]:
    """The paragraphs; a name in braces is looked up, nothing else in the text means anything."""
    text = PLACE.sub(lambda found: facts.get(found[1], found[0]), wording)
    parts = re.split(r"\n\s*\n", text.strip())
    return tuple(" ".join(part.split()) for part in parts if part.strip())


def certificate_of(pupil: Pupil, layout: Layout, school: School, day: date, reason: str) -> Certificate:
    texts = []
    for language in layout.languages:
        with translation.override(language):
            facts = _facts(pupil, layout, school, day, reason, language)
            wording = layout.wording.get(language, "").strip() or translation.gettext(
                USUAL[layout.certificate]
            )
            texts.append((language, filled(wording, facts)))
    facts = _facts(pupil, layout, school, day, reason, layout.languages[0])
    rows = _particulars(layout, facts) if layout.certificate == CertificateKind.TRANSFER else []
    return Certificate(pupil, tuple(texts), tuple(rows))


def _particulars(layout: Layout, facts: Mapping[str, str]) -> list[tuple[str, str]]:
    return [(in_languages(label, layout.languages), facts[name] or "–") for name, label in PARTICULARS]


def _facts(
    pupil: Pupil, layout: Layout, school: School, day: date, reason: str, language: str
) -> dict[str, str]:
    by_relation = dict(reversed(pupil.guardians))
    return {
        "name": pupil.full_name,
        "given_name": pupil.given_name,
        "admission_number": pupil.admission_number,
        "birth_date": _written(pupil.birth_date),
        "guardians": pupil.guardian_names or "–",
        "mother": by_relation.get(Relation.MOTHER, ""),
        "father": by_relation.get(Relation.FATHER, ""),
        "grade_level": pupil.grade_level or "–",
        "homeroom": pupil.homeroom or "–",
        "begin_date": _written(pupil.stay.begin_date),
        "last_day": _written(pupil.stay.last_day),
        "exit_reason": pupil.stay.reason,
        "school": layout.school_name.get(language, "").strip() or school.name,
        "today": _written(day),
        "reason": reason,
    }


def _written(day: date | None) -> str:
    return date_format(day, "j F Y") if day else "–"
