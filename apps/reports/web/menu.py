"""The doors of reports."""

from django.utils.translation import gettext_lazy as _

from apps.academics.web import tabs
from apps.core.web import nav
from apps.reports import access
from apps.reports.models import IssuedDocument


def register() -> None:
    _documents()
    nav.register(
        _("Learning"),
        _("Report comments"),
        "reports:comments",
        "notes",
        verb=(access.COMMENT_POLICY, "view"),
        order=305,
        keywords="remarks proofread",
    )


def _documents() -> None:
    tabs.register(
        "student",
        "documents",
        _("Documents"),
        "reports:student",
        icon="file-certificate",
        order=60,
        verb=(IssuedDocument, "view"),
    )
    reports = _("Reports")
    nav.register(
        reports,
        _("Documents"),
        "reports:documents",
        "file-certificate",
        verb=(access.DOCUMENT_POLICY, "view"),
        order=801,
        keywords="report card transcript certificate",
    )
    nav.register(
        reports,
        _("Print documents"),
        "reports:runs",
        "printer",
        verb=(access.RUN_POLICY, "view"),
        order=802,
        keywords="report cards batch",
    )
    nav.register(
        _("Settings"),
        _("Document templates"),
        "reports:templates",
        "file-text",
        verb=(access.TEMPLATE_POLICY, "change"),
        order=941,
        keywords="letterhead logo",
    )
