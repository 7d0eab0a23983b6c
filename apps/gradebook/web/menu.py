"""The doors of the gradebook."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from apps.academics.web import tabs
from apps.accounts.access import FAMILY, Role
from apps.core.policy import Actor
from apps.core.web import nav, search
from apps.gradebook import access
from apps.gradebook.models import Gradebook, LineItem, Result


def register() -> None:
    _learning()
    _settings()
    tabs.register(
        "student", "marks", _("Marks"), "gradebook:student", icon="report-analytics", order=50,
        verb=(Result, "view"),
    )  # fmt: skip
    search.register("items", find_items, label=_("Marked work"), icon="report-analytics", order=320)


def find_items(actor: Actor, text: str, limit: int) -> list[search.Hit]:
    """Who teaches finds the column, a family the marks of the pupil; nothing that is not out."""
    rows = LineItem.objects.permitted(actor).filter(title__icontains=text).select_related("section")
    rows = rows.order_by("-created_at")[:limit]
    keeps = Gradebook.policy.allows(actor, "view")
    return [
        search.Hit(
            row.title,
            reverse("gradebook:grid", args=[row.section_id]) if keeps else reverse("gradebook:mine"),
            row.section.name,
        )
        for row in rows
    ]


def _learning() -> None:
    learning = _("Learning")
    nav.register(
        learning,
        _("Gradebooks"),
        "gradebook:index",
        "table",
        verb=(access.GRADEBOOK_POLICY, "view"),
        order=301,
        keywords="marks grades results",
    )
    nav.register(
        learning,
        _("Closing the term"),
        "gradebook:overview",
        "checklist",
        verb=(access.POSTED_POLICY, "release"),
        order=302,
        keywords="posting grades late overview",
    )
    nav.register(
        learning,
        _("Marks of my homeroom"),
        "gradebook:my-homeroom",
        "table",
        roles=(Role.TEACHER,),
        order=303,
    )
    nav.register(
        learning,
        _("Marks"),
        "gradebook:mine",
        "report-analytics",
        roles=FAMILY,
        order=304,
        phone=True,
        keywords="grades results",
    )


def _settings() -> None:
    settings = _("Settings")
    nav.register(
        settings,
        _("Grading schemes"),
        "gradebook:schemes",
        "calculator",
        verb=(access.SCALE_POLICY, "change"),
        order=921,
        keywords="grades formula weights pass",
    )
    nav.register(
        settings,
        _("Score scales"),
        "gradebook:scales",
        "ruler-2",
        verb=(access.SCALE_POLICY, "change"),
        order=922,
        keywords="grades letters bands gpa",
    )
    nav.register(
        settings,
        _("How marks are counted"),
        "gradebook:rules",
        "adjustments-horizontal",
        verb=(access.MARKING_POLICY, "change"),
        order=923,
        keywords="late missing absent rank",
    )
