"""The doors of reports."""

from django.utils.translation import gettext_lazy as _

from apps.core.web import nav
from apps.reports import access


def register() -> None:
    nav.register(
        _("Marks"),
        _("Report comments"),
        "reports:comments",
        "notes",
        verb=(access.COMMENT_POLICY, "view"),
        order=330,
        keywords="remarks proofread",
    )
