"""What a template may say about a paper: colours, columns, parts, languages, wording. Checked by a schema."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from jsonschema import Draft202012Validator

from apps.core.errors import Detail, DomainError
from apps.reports.models import DocumentKind

LONGEST_WORDING: Final = 2000
COLOUR: Final = "#0f5c63"


class Language(models.TextChoices):
    ENGLISH = "en", gettext_lazy("English")
    HINDI = "hi", gettext_lazy("Hindi")
    BOTH = "both", gettext_lazy("English and Hindi")


class PaperSize(models.TextChoices):
    A4 = "A4", gettext_lazy("A4")
    LETTER = "Letter", gettext_lazy("US Letter")


class MarkColumn(models.TextChoices):
    PERCENT = "percent", gettext_lazy("Marks in percent")
    LABEL = "label", gettext_lazy("Grade")
    POINTS = "points", gettext_lazy("Grade points")
    CREDITS = "credits", gettext_lazy("Credits")
    TEACHER = "teacher", gettext_lazy("Teacher")


class PaperPart(models.TextChoices):
    PHOTO = "photo", gettext_lazy("Photo of the pupil")
    AVERAGE = "average", gettext_lazy("Average of all subjects")
    CHART = "chart", gettext_lazy("Chart of the terms")
    ATTENDANCE = "attendance", gettext_lazy("Attendance")
    COMMENTS = "comments", gettext_lazy("Comments of the teachers")
    LEGEND = "legend", gettext_lazy("What the grades mean")
    SIGNATURES = "signatures", gettext_lazy("Lines for signatures")
    CODE = "code", gettext_lazy("QR code to check the paper")


class CertificateKind(models.TextChoices):
    BONAFIDE = "bonafide", gettext_lazy("Bonafide certificate")
    CHARACTER = "character", gettext_lazy("Character certificate")
    TRANSFER = "transfer", gettext_lazy("Transfer certificate")
    COMPLETION = "completion", gettext_lazy("Certificate of completion")


_TEXTS: Final = {
    "type": "object",
    "properties": {
        code: {"type": "string", "maxLength": LONGEST_WORDING} for code in (Language.ENGLISH, Language.HINDI)
    },
    "additionalProperties": False,
}
SCHEMA: Final[dict[str, Any]] = {
    "type": "object",
    "properties": {
        "language": {"enum": Language.values},
        "paper": {"enum": PaperSize.values},
        "colour": {"type": "string", "pattern": "^#[0-9a-fA-F]{6}$"},
        "heading": _TEXTS,
        "school_name": _TEXTS,
        "motto": {"type": "string", "maxLength": 120},
        "address": {"type": "string", "maxLength": 300},
        "columns": {"type": "array", "items": {"enum": MarkColumn.values}, "uniqueItems": True},
        "parts": {"type": "array", "items": {"enum": PaperPart.values}, "uniqueItems": True},
        "signatures": {"type": "array", "items": {"type": "string", "maxLength": 60}, "maxItems": 4},
        "shows_live": {"type": "boolean"},
        "certificate": {"enum": CertificateKind.values},
        "wording": _TEXTS,
        "footer": {"type": "string", "maxLength": 200},
    },
    "additionalProperties": False,
}
_validator: Final = Draft202012Validator(SCHEMA)

_EVERY_PART: Final = tuple(PaperPart.values)
_PARTS: Final[Mapping[str, tuple[str, ...]]] = {
    DocumentKind.REPORT_CARD: _EVERY_PART,
    DocumentKind.PROGRESS: ("average", "attendance", "comments", "signatures", "code"),
    DocumentKind.MARK_SHEET: ("average", "signatures", "code"),
    DocumentKind.TRANSCRIPT: ("photo", "average", "legend", "signatures", "code"),
    DocumentKind.CERTIFICATE: ("photo", "signatures", "code"),
}


@dataclass(frozen=True)
class Layout:
    """The settings of a template with everything filled in."""

    kind: str
    language: str = Language.ENGLISH
    paper: str = PaperSize.A4
    colour: str = COLOUR
    heading: Mapping[str, str] = field(default_factory=dict)
    school_name: Mapping[str, str] = field(default_factory=dict)
    motto: str = ""
    address: str = ""
    columns: tuple[str, ...] = (MarkColumn.PERCENT, MarkColumn.LABEL)
    parts: tuple[str, ...] = _EVERY_PART
    signatures: tuple[str, ...] = ()
    shows_live: bool = False
    certificate: str = CertificateKind.BONAFIDE
    wording: Mapping[str, str] = field(default_factory=dict)
    footer: str = ""

    @property
    def languages(self) -> tuple[str, ...]:
        both = (str(Language.ENGLISH), str(Language.HINDI))
        return both if self.language == Language.BOTH else (str(self.language),)

    def shows(self, part: str) -> bool:
        return part in self.parts


def layout_of(kind: str, settings: Mapping[str, Any]) -> Layout:
    """The settings over the defaults of the kind; the settings have been checked when they were saved."""
    said = {"parts": parts_of(kind), **settings}
    for name in ("columns", "parts", "signatures"):
        if name in said:
            said[name] = tuple(said[name])
    return Layout(kind=kind, **said)


def parts_of(kind: str) -> tuple[str, ...]:
    """What a paper of the kind shows until the school says otherwise."""
    return _PARTS[kind]


def require_layout(settings: Any) -> None:
    """Refuse settings the schema does not know, and say which."""
    faults = sorted(_validator.iter_errors(settings), key=lambda fault: list(map(str, fault.path)))
    if faults:
        details = [_detail(fault) for fault in faults]
        raise DomainError("LAYOUT_INVALID", details[0].message, "layout", details)


def _detail(fault: Any) -> Detail:
    place = ".".join(["layout", *map(str, fault.path)])
    message = _("%(place)s does not fit: %(fault)s") % {"place": place, "fault": fault.message[:200]}
    return Detail("layout", "LAYOUT_INVALID", message)
