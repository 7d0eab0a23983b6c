"""Papers become PDF files: our HTML, drawn by WeasyPrint, which reaches neither the network nor a file."""

import shutil
import subprocess
import threading
from functools import cache, lru_cache
from typing import Any, Final

from django.template.loader import render_to_string
from django.utils import translation

from apps.core.protections import stands
from apps.reports.models import DocumentKind
from apps.reports.selectors import colours
from apps.reports.selectors.layouts import Layout, MarkColumn, PaperPart, PaperSize
from apps.reports.selectors.papers import Paper
from apps.reports.services.pictures import Pictures

TEMPLATES: Final = {kind: f"pdf/{kind}.html" for kind in DocumentKind.values}
DEVANAGARI_PACKAGE: Final = "fonts-noto-core"
_ON_SCREEN: Final = {PaperSize.A4: ("210mm", "297mm"), PaperSize.LETTER: ("216mm", "279mm")}
# A sheet beside its settings is as wide as there is room: (narrower than, shown at).
_ZOOMS: Final = tuple((width, f"{width * 0.94 / 860:.2f}") for width in range(860, 300, -60))
_MANY_COLUMNS: Final = 4
_SHADES: Final = (0.62, 0.34, 0.0, 0.78, 0.5, 0.18)
_MARKS: Final = (MarkColumn.PERCENT, MarkColumn.LABEL, MarkColumn.POINTS)


def drawn(paper: Paper, pictures: Pictures, *, code: str, place: str, is_sample: bool = False) -> bytes:
    """The PDF of a paper."""
    html = html_of(paper, pictures, code=code, place=place, is_sample=is_sample)
    return pdf_of(html, style_of(paper.look.layout, landscape=_is_wide(paper)))


def html_of(
    paper: Paper,
    pictures: Pictures,
    *,
    code: str,
    place: str,
    is_sample: bool = False,
    on_screen: str | None = None,
) -> str:
    """The page itself; `on_screen` is the nonce under which a browser takes the style."""
    layout = paper.look.layout
    style = style_of(layout, landscape=_is_wide(paper)) if on_screen is not None else ""
    context = {
        **_content(paper),
        "paper": paper,
        "look": paper.look,
        "w": paper.look.labels,
        "code": code,
        "verify_place": place,
        "logo": pictures.logo,
        "photo": pictures.photo,
        "qr": pictures.qr,
        "is_sample": is_sample,
        "nonce": on_screen,
        "style": style,
        **_switches(layout),
    }
    with translation.override(layout.languages[0]):
        return render_to_string(TEMPLATES[paper.look.template.kind], context)


def pdf_of(html: str, style: str) -> bytes:
    """Draw any HTML; whatever it asks for is refused, unless it carries it along."""
    from weasyprint import HTML

    fonts = _fonts()
    page = HTML(string=html, url_fetcher=_fetcher())
    drawing: bytes = page.write_pdf(stylesheets=[_sheet(style)], font_config=fonts)
    return drawing


def style_of(layout: Layout, *, landscape: bool = False) -> str:
    width, height = _ON_SCREEN[PaperSize(layout.paper)]
    return _style(
        layout.colour, layout.paper, *((height, width) if landscape else (width, height)), landscape
    )


@cache
def can_write_hindi() -> bool:
    """Whether a font with Devanagari is installed; where nobody can tell, it is taken to be."""
    fc_list = shutil.which("fc-list")
    if fc_list is None:
        return True
    found = subprocess.run([fc_list, ":lang=hi", "family"], capture_output=True, timeout=20, check=False)
    return bool(found.stdout.strip())


def _content(paper: Paper) -> dict[str, Any]:
    """What the template of the kind names."""
    kind, content, look = paper.look.template.kind, paper.content, paper.look
    if kind == DocumentKind.MARK_SHEET:
        return {"sheet": content, "bands": content.bands, "decimals": content.decimals}
    if kind == DocumentKind.TRANSCRIPT:
        return {"transcript": content, **_legend(content.bands), "decimals": content.decimals}
    if kind == DocumentKind.CERTIFICATE:
        return {"certificate": content}
    chart = paper.extra.get("chart")
    shades = [colours.tint(colours.ink(look.layout.colour), white) for white in _SHADES]
    return {
        "card": content,
        "decimals": content.decimals,
        **_legend(content.bands),
        "card_columns": [*content.terms, *([None] if content.has_total else [])],
        "presence": list(zip(content.terms, content.presence, strict=True)),
        "chart": chart,
        "shades": shades,
        "chart_key": [
            (term, shades[n % len(shades)], 28 + 110 * n)
            for n, term in enumerate(chart.terms if chart else ())
        ],
    }


def _legend(bands: Any) -> dict[str, Any]:
    return {"bands": bands, "has_points": any(band.points is not None for band in bands)}


def _switches(layout: Layout) -> dict[str, Any]:
    return {
        "shows": {part: layout.shows(part) for part in PaperPart.values},
        "columns": {column: column in layout.columns for column in MarkColumn.values},
        "mark_columns": max(1, sum(column in layout.columns for column in _MARKS)),
    }


def _is_wide(paper: Paper) -> bool:
    return paper.look.template.kind == DocumentKind.MARK_SHEET and len(paper.content.columns) > _MANY_COLUMNS


@lru_cache(maxsize=64)
def _style(colour: str, size: str, width: str, height: str, landscape: bool) -> str:
    context = {
        "ink": colours.ink(colour),
        "pale": colours.tint(colour, 0.93),
        "soft": colours.tint(colour, 0.84),
        "paper": size,
        "landscape": landscape,
        "zooms": _ZOOMS,
        "width": width,
        "height": height,
    }
    return render_to_string("pdf/paper.css", context)


@lru_cache(maxsize=64)
def _sheet(style: str) -> Any:
    """A style sheet is read once a process, not once a paper."""
    from weasyprint import CSS

    return CSS(string=style, url_fetcher=_fetcher())


_drawers: Final = threading.local()


def _fonts() -> Any:
    """One list of fonts a thread: making it costs more than a paper."""
    from weasyprint.text.fonts import FontConfiguration

    if not hasattr(_drawers, "fonts"):
        _drawers.fonts = FontConfiguration()
    return _drawers.fonts


def _fetcher() -> Any:
    from weasyprint import URLFetcher

    class Carried(URLFetcher):
        """Gives out pictures that stand in the page itself, and nothing else."""

        def fetch(self, url: str, headers: Any = None) -> Any:
            if stands("reports.paper_fetcher") and not url.startswith(("data:image/png", "data:image/jpeg")):
                raise ValueError("A paper carries what it shows.")
            return super().fetch(url, headers)

    return Carried()
