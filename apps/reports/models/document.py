"""Papers: how they look, what was issued, and the runs that print many at once."""

from typing import ClassVar

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.core.audit import audited
from apps.core.models import SchoolRow, VersionedRow
from apps.core.privacy import NO_PERSON, Basis, Privacy
from apps.reports import access


class DocumentKind(models.TextChoices):
    REPORT_CARD = "report_card", _("Report card")
    PROGRESS = "progress", _("Progress report")
    MARK_SHEET = "mark_sheet", _("Mark sheet")
    TRANSCRIPT = "transcript", _("Transcript")
    CERTIFICATE = "certificate", _("Certificate")


@audited()
class DocumentTemplate(SchoolRow, VersionedRow):
    """How a paper of the school looks: our layout with the school's settings, or the school's own DOCX.

    `layout` is checked by a schema (colours, columns, languages, wording, parts shown). Without a campus it
    is for all of them.
    """

    campus = models.ForeignKey(
        "accounts.Campus", on_delete=models.CASCADE, null=True, blank=True, related_name="document_templates"
    )
    kind = models.CharField(_("kind"), max_length=12, choices=DocumentKind.choices)
    name = models.CharField(_("name"), max_length=100)
    layout = models.JSONField(_("layout"), default=dict, blank=True)
    logo = models.ForeignKey(
        "core.StoredFile", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    word_file = models.ForeignKey(
        "core.StoredFile", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    is_active = models.BooleanField(_("in use"), default=True)

    policy: ClassVar = access.TEMPLATE_POLICY
    privacy = NO_PERSON

    class Meta:
        verbose_name = _("document template")
        verbose_name_plural = _("document templates")
        ordering = ["kind", "name"]
        constraints = [
            models.UniqueConstraint(
                fields=["school", "kind", "name"],
                name="reports_template_name",
                violation_error_message=_("Another template of this kind has that name."),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class PrintAs(models.TextChoices):
    ZIP = "zip", _("One file each, in a ZIP")
    ONE_FILE = "one_file", _("One file to print")


@audited()
class ReportRun(SchoolRow):
    """Documents for many pupils at once: what was asked for, and how far it is.

    The work is a job (`job_id`); a run that stopped goes on with the entries that are left.
    """

    campus = models.ForeignKey(
        "accounts.Campus", on_delete=models.PROTECT, related_name="+", verbose_name=_("campus")
    )
    template = models.ForeignKey(DocumentTemplate, on_delete=models.PROTECT, related_name="runs")
    session = models.ForeignKey(
        "academics.AcademicSession", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    print_as = models.CharField(
        _("printed as"), max_length=8, choices=PrintAs.choices, default=PrintAs.ONE_FILE
    )
    reason = models.CharField(_("wording or reason"), max_length=300, blank=True)
    started_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    job = models.ForeignKey("core.Job", on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    output = models.ForeignKey(
        "core.StoredFile", on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)

    policy: ClassVar = access.RUN_POLICY
    privacy = Privacy("says who printed what", Basis.EDUCATION, 5, ("started_by",))

    class Meta:
        verbose_name = _("report run")
        verbose_name_plural = _("report runs")
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return f"{self.template_id} on {self.created_at:%Y-%m-%d}"


class EntryState(models.TextChoices):
    WAITING = "waiting", _("Waiting")
    DONE = "done", _("Done")
    FAILED = "failed", _("Failed")


@audited()
class ReportRunEntry(SchoolRow):
    """One pupil of a run: waiting, done with a document, or failed with the reason."""

    run = models.ForeignKey(ReportRun, on_delete=models.CASCADE, related_name="entries")
    student = models.ForeignKey("academics.Student", on_delete=models.PROTECT, related_name="+")
    position = models.PositiveIntegerField(default=0)
    state = models.CharField(_("state"), max_length=8, choices=EntryState.choices, default=EntryState.WAITING)
    fault = models.CharField(_("what went wrong"), max_length=300, blank=True)
    document = models.ForeignKey(
        "reports.IssuedDocument", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    policy: ClassVar = access.RUN_ENTRY_POLICY
    privacy = Privacy("says whose paper was printed", Basis.EDUCATION, 5, ("student",))

    class Meta:
        verbose_name = _("entry of a run")
        verbose_name_plural = _("entries of runs")
        ordering = ["run", "position"]
        constraints = [
            models.UniqueConstraint(fields=["run", "student"], name="reports_entry_once"),
            models.CheckConstraint(
                condition=~Q(state="done") | Q(document__isnull=False), name="reports_entry_done_has_document"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.student_id} in {self.run_id}"


@audited()
class IssuedDocument(SchoolRow):
    """A paper that was given out. It never changes: a mistake is revoked and a new one issued.

    It is about a pupil, or (a mark sheet) about a section. `code` is what the QR code carries (128 random
    bits), `facts` what the verifying page may show: nothing that the paper does not. `sha256` is of the file.
    Families see it from `release_at` on.
    """

    campus = models.ForeignKey("accounts.Campus", on_delete=models.PROTECT, related_name="+")
    template = models.ForeignKey(DocumentTemplate, on_delete=models.PROTECT, related_name="documents")
    kind = models.CharField(_("kind"), max_length=12, choices=DocumentKind.choices)
    student = models.ForeignKey(
        "academics.Student",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="issued_documents",
        verbose_name=_("student"),
    )
    section = models.ForeignKey(
        "academics.Section",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="issued_documents",
        verbose_name=_("section"),
    )
    session = models.ForeignKey(
        "academics.AcademicSession", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    title = models.CharField(_("title"), max_length=200)
    file = models.ForeignKey("core.StoredFile", on_delete=models.PROTECT, related_name="+")
    sha256 = models.CharField(max_length=64)
    code = models.CharField(_("code"), max_length=40, unique=True)
    facts = models.JSONField(_("what the paper says"), default=dict)
    issued_at = models.DateTimeField(_("issued"))
    issued_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    release_at = models.DateTimeField(_("families see it from"), null=True, blank=True)
    revoked_at = models.DateTimeField(_("revoked"), null=True, blank=True)
    revoke_reason = models.CharField(_("revoked because"), max_length=300, blank=True)

    policy: ClassVar = access.DOCUMENT_POLICY
    privacy = Privacy("is a paper the school gave out", Basis.LAW, 30, ("student", "facts", "file"))

    class Meta:
        verbose_name = _("issued document")
        verbose_name_plural = _("issued documents")
        ordering = ["-issued_at"]
        indexes = [models.Index(fields=["student", "kind"], name="reports_document_pupil")]
        constraints = [
            models.CheckConstraint(
                condition=Q(student__isnull=False, section__isnull=True)
                | Q(student__isnull=True, section__isnull=False),
                name="reports_document_about_one",
                violation_error_message=_("A document is about a pupil or about a section."),
            ),
            models.CheckConstraint(
                condition=Q(revoked_at__isnull=True) | ~Q(revoke_reason=""),
                name="reports_document_revoke_reason",
                violation_error_message=_("Say why the document is revoked."),
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="never_deleted", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(
                name="immutable", exclude=["release_at", "revoked_at", "revoke_reason", "updated_at"]
            ),
        ]

    def __str__(self) -> str:
        return self.title
