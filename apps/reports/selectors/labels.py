"""The words printed on papers, in one language or in two side by side."""

from collections.abc import Mapping
from typing import Final

from django.utils import translation
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from apps.reports.models import DocumentKind
from apps.reports.selectors.layouts import CertificateKind, Layout

LABELS: Final = {
    "pupil": _("Pupil"),
    "admission_number": _("Admission number"),
    "roll_number": _("Roll number"),
    "birth_date": _("Date of birth"),
    "grade": pgettext_lazy("of a mark", "Grade"),
    "grade_level": _("Grade level"),
    "homeroom": _("Class"),
    "section": _("Section"),
    "guardians": _("Parents or guardians"),
    "session": _("Session"),
    "subject": _("Subject"),
    "course": _("Course"),
    "percent": _("Marks"),
    "points": pgettext_lazy("of a mark", "Points"),
    "credits": _("Credits"),
    "teacher": _("Teacher"),
    "total": _("Total"),
    "year": _("Year"),
    "average": _("Average"),
    "grade_points": _("Grade point average"),
    "credits_earned": _("Credits earned"),
    "passed": _("Passed"),
    "not_passed": _("Not passed"),
    "result": _("Result"),
    "marks_by_term": _("Marks by subject and term"),
    "chart": _("How the terms went"),
    "attendance": _("Attendance"),
    "days": _("School days"),
    "days_attended": _("Days attended"),
    "rate": _("Attended"),
    "comments": _("What the teachers say"),
    "general_comment": _("Class teacher"),
    "legend": _("What the grades mean"),
    "legend_note": _("A grade is given from the marks in its line upwards, up to the line above."),
    "from_percent": pgettext_lazy("of a mark", "From"),
    "meaning": _("Meaning"),
    "not_final": _("not final"),
    "not_final_note": _("Marks in italics are the average so far. They are not final."),
    "resit_note": _("R: after a resit."),
    "issued_on": _("Issued on"),
    "issued": _("Issued"),
    "check": _("Is this paper genuine? Scan the code, or enter it at"),
    "code": _("Code"),
    "sample": _("Sample, not valid"),
    "signature_class": _("Class teacher"),
    "signature_head": _("Head of school"),
    "signature_parent": _("Parent or guardian"),
    "signature_registrar": _("Registrar"),
    "seal": _("Seal"),
    "school": _("School"),
    "earned_elsewhere": _("Earned at another school"),
    "no_marks": _("No marks have been posted."),
    "number": _("No."),
    "page": _("Page"),
}
TITLES: Final[dict[str, object]] = {
    DocumentKind.REPORT_CARD: _("Report card"),
    DocumentKind.PROGRESS: _("Progress report"),
    DocumentKind.MARK_SHEET: _("Mark sheet"),
    DocumentKind.TRANSCRIPT: _("Transcript"),
    CertificateKind.BONAFIDE: _("Bonafide certificate"),
    CertificateKind.CHARACTER: _("Character certificate"),
    CertificateKind.TRANSFER: _("Transfer certificate"),
    CertificateKind.COMPLETION: _("Certificate of completion"),
}
SIGNATURES: Final[dict[str, tuple[str, ...]]] = {
    DocumentKind.REPORT_CARD: ("signature_class", "signature_head", "signature_parent"),
    DocumentKind.PROGRESS: ("signature_class", "signature_parent"),
    DocumentKind.MARK_SHEET: ("signature_class", "signature_head"),
    DocumentKind.TRANSCRIPT: ("signature_registrar", "signature_head"),
    DocumentKind.CERTIFICATE: ("signature_registrar", "signature_head"),
}


def labels_for(layout: Layout) -> dict[str, str]:
    """Every label in the languages of the paper: "Subject / विषय" where there are two."""
    return {name: in_languages(text, layout.languages) for name, text in LABELS.items()}


def title_of(layout: Layout) -> str:
    """The school's own heading, else the usual one."""
    own = chosen(layout.heading, layout.languages)
    kind = layout.certificate if layout.kind == DocumentKind.CERTIFICATE else layout.kind
    return own or in_languages(TITLES[kind], layout.languages)


def signatures_of(layout: Layout) -> list[str]:
    """The school's own lines, else the usual ones of the kind."""
    usual = [in_languages(LABELS[name], layout.languages) for name in SIGNATURES[layout.kind]]
    return list(layout.signatures) or usual


def chosen(texts: Mapping[str, str], languages: tuple[str, ...]) -> str:
    """The school's text in the languages of the paper; what is not translated is shown as it is."""
    found = [texts.get(language, "").strip() for language in languages]
    return " / ".join(dict.fromkeys(filter(None, found)))


def in_languages(text: object, languages: tuple[str, ...]) -> str:
    return " / ".join(dict.fromkeys(_spoken(text, language) for language in languages))


def _spoken(text: object, language: str) -> str:
    with translation.override(language):
        return str(text)
