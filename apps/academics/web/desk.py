"""What this app puts into the menu, the search and the Today page; called once, from `ready()`."""

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from apps.academics import models, selectors
from apps.academics.web import tabs
from apps.academics.web.fetch import actor_of
from apps.accounts.access import OFFICE, STAFF, Role
from apps.core.policy import Actor
from apps.core.web import nav, search, today
from apps.core.web.search import Hit
from apps.core.web.today import TodayCard

PEOPLE = _("People")
LEARNING = _("Learning")


def register() -> None:
    _register_menu()
    _register_tabs()
    search.register("students", find_students, label=_("Students"), icon="user")
    search.register("staff", find_staff, label=_("Staff"), icon="id-badge-2")
    search.register("sections", find_sections, label=_("Sections"), icon="chalkboard")
    search.register("guardians", find_guardians, label=_("Guardians"), icon="user-heart")
    today.register(OFFICE, 40, requests_card)
    today.register(OFFICE, 50, waiting_card)
    today.register(OFFICE, 90, problems_card)


def _register_menu() -> None:
    nav.register(
        PEOPLE, _("Students"), "academics:student-list", "users-group", roles=STAFF, order=100, phone=True
    )
    nav.register(
        PEOPLE, _("Staff"), "academics:staff-list", "id-badge-2", verb=(models.StaffMember, "view"), order=110
    )
    nav.register(PEOPLE, _("Contact requests"), "academics:request-list", "inbox", roles=OFFICE, order=120)
    nav.register(
        PEOPLE, _("My contact data"), "academics:my-contact", "phone",
        roles=(Role.GUARDIAN,), order=130, keywords=str(_("address phone email change")),
    )  # fmt: skip
    nav.register(
        LEARNING,
        _("Sections"),
        "academics:section-list",
        "chalkboard",
        roles=(*OFFICE, Role.TEACHER),
        order=300,
    )
    nav.register(LEARNING, _("Courses"), "academics:course-list", "book-2", roles=STAFF, order=310)
    nav.register(LEARNING, _("Programs"), "academics:program-list", "route", roles=OFFICE, order=320)
    _register_settings()


def _register_settings() -> None:
    settings = _("Settings")
    nav.register(
        settings, _("Academic sessions"), "academics:session-list", "calendar-event", roles=OFFICE, order=900
    )
    nav.register(
        settings,
        _("Rollover"),
        "academics:rollover-list",
        "calendar-plus",
        verb=(models.Rollover, "view"),
        order=901,
        keywords=str(_("year end promote next year")),
    )
    nav.register(settings, _("Subjects"), "academics:subject-list", "book", roles=OFFICE, order=905)
    nav.register(
        settings, _("Grade levels"), "academics:grade-level-list", "sort-ascending", roles=OFFICE, order=906
    )
    nav.register(
        settings,
        _("Own fields"),
        "academics:custom-field-list",
        "adjustments-horizontal",
        roles=OFFICE,
        order=907,
    )


def _register_tabs() -> None:
    office = (models.Student, "change")
    tabs.register("student", "overview", _("Overview"), "academics:student-detail", icon="user", order=0)
    tabs.register(
        "student", "guardians", _("Guardians"), "academics:student-guardians", icon="user-heart", order=10,
        verb=(models.Guardianship, "view"),
    )  # fmt: skip
    tabs.register(
        "student", "sections", _("Sections"), "academics:student-sections", icon="chalkboard", order=20
    )
    tabs.register(
        "student", "history", _("History"), "academics:student-history", icon="history", order=90, verb=office
    )
    tabs.register(
        "student", "login", _("Sign-in"), "academics:student-login", icon="key", order=80,
        verb=(models.Student, "invite"),
    )  # fmt: skip
    tabs.register(
        "staff", "login", _("Sign-in"), "academics:staff-login", icon="key", order=80,
        verb=(models.StaffMember, "invite"),
    )  # fmt: skip
    tabs.register("staff", "overview", _("Overview"), "academics:staff-detail", icon="user", order=0)
    tabs.register(
        "staff", "history", _("History"), "academics:staff-history", icon="history", order=90,
        verb=(models.StaffMember, "change"),
    )  # fmt: skip


def find_students(actor: Actor, text: str, limit: int) -> list[Hit]:
    rows = selectors.named_like(
        models.Student.objects.permitted(actor), text, "given_name", "family_name", "admission_number"
    )
    rows = rows.select_related("grade_level").order_by("status", "given_name", "family_name")[:limit]
    return [
        Hit(
            row.full_name,
            reverse("academics:student-detail", args=[row.pk]),
            _detail(row.admission_number, row.grade_level),
        )
        for row in rows
    ]


def find_staff(actor: Actor, text: str, limit: int) -> list[Hit]:
    rows = selectors.named_like(
        models.StaffMember.objects.permitted(actor), text, "given_name", "family_name", "employee_id"
    )
    rows = rows.filter(left_date__isnull=True).order_by("given_name", "family_name")[:limit]
    return [
        Hit(row.full_name, reverse("academics:staff-detail", args=[row.pk]), row.job_title or row.department)
        for row in rows
    ]


def find_sections(actor: Actor, text: str, limit: int) -> list[Hit]:
    rows = selectors.named_like(models.Section.objects.permitted(actor), text, "name", "code")
    rows = rows.filter(is_active=True, session__end_date__gt=actor.today).select_related("session")
    return [
        Hit(row.name, reverse("academics:section-detail", args=[row.pk]), row.session.name)
        for row in rows.order_by("kind", "name")[:limit]
    ]


def find_guardians(actor: Actor, text: str, limit: int) -> list[Hit]:
    """For the office only: a guardian finds their own card elsewhere."""
    if not actor.has(*OFFICE):
        return []
    rows = selectors.named_like(
        models.Guardian.objects.permitted(actor), text, "given_name", "family_name", "email", "phone"
    )
    return [
        Hit(row.full_name, reverse("academics:guardian-detail", args=[row.pk]), row.phone or row.email)
        for row in rows.order_by("given_name", "family_name")[:limit]
    ]


def requests_card(request: HttpRequest) -> TodayCard | None:
    count = selectors.open_requests(actor_of(request)).count()
    if not count:
        return None
    return TodayCard(
        key="contact-requests",
        title=_("Contact requests"),
        icon="inbox",
        number=count,
        text=ngettext("family waits for your answer", "families wait for your answer", count),
        tone="attention",
        url=reverse("academics:request-list"),
        url_label=_("Decide"),
    )


def waiting_card(request: HttpRequest) -> TodayCard | None:
    count = selectors.waiting_entries(actor_of(request)).count()
    if not count:
        return None
    return TodayCard(
        key="waiting-lists",
        title=_("Waiting lists"),
        icon="hourglass",
        number=count,
        text=ngettext("pupil waits for a seat", "pupils wait for a seat", count),
        url=reverse("academics:section-list"),
        url_label=_("Sections"),
    )


def problems_card(request: HttpRequest) -> TodayCard | None:
    """What is missing in the data, each line a door to where it is mended."""
    actor = actor_of(request)
    students, sections = selectors.students_without_guardian(actor), selectors.sections_without_teacher(actor)
    lines = [
        *(("academics:guardian-add", row, _("has no guardian")) for row in students[:3]),
        *(("academics:teacher-assign", row, _("has no teacher")) for row in sections[:3]),
    ]
    if not lines:
        return None
    return TodayCard(
        key="data-problems",
        title=_("Data problems"),
        icon="alert-triangle",
        tone="attention",
        template="academics/problems_card.html",
        context={
            "lines": [(reverse(name, args=[row.pk]), str(row), what) for name, row, what in lines],
            "students": students.count(),
            "sections": sections.count(),
        },
    )


def _detail(*parts: object) -> str:
    return " · ".join(str(part) for part in parts if part)
