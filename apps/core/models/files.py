"""Files people hand in or are given; the bytes lie in private storage, this row knows about them."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.core.models.base import SchoolRow
from apps.core.policy import OWN, SCHOOL, Policy
from apps.core.privacy import Basis, Privacy

_ANYONE = ("school_admin", "campus_admin", "registrar", "accountant", "teacher", "student", "guardian")


class ScanState(models.TextChoices):
    WAITING = "waiting", _("Being checked")
    CLEAN = "clean", _("Checked")
    INFECTED = "infected", _("Refused by the virus check")
    NOT_ASKED = "not_asked", _("No virus check is set up")


class StoredFile(SchoolRow):
    """One private file, never changed after it is stored: another version is another row.

    `purpose` names what it is for; who may open it besides its owner follows from the records that use it
    (see apps.core.files). There is no public address: only short signed links.
    """

    owner = models.ForeignKey(
        "accounts.User", on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    purpose = models.CharField(_("purpose"), max_length=50)
    key = models.CharField(max_length=200, unique=True, editable=False)
    name = models.CharField(_("name"), max_length=200)
    media_type = models.CharField(_("type"), max_length=100)
    size = models.PositiveBigIntegerField(_("size"))
    sha256 = models.CharField(max_length=64)
    scan = models.CharField(_("virus check"), max_length=10, choices=ScanState.choices)

    policy: ClassVar = Policy(
        paths={SCHOOL: "school", OWN: "owner"}, grants={"view": dict.fromkeys(_ANYONE, OWN)}
    )
    privacy: ClassVar = Privacy("keeps what was handed in", Basis.EDUCATION, 1, ("owner", "name", "key"))

    class Meta:
        verbose_name = _("file")
        verbose_name_plural = _("files")
        indexes = [models.Index(fields=["owner", "-created_at"], name="core_storedfile_owner")]

    def __str__(self) -> str:
        return self.name

    @property
    def is_image(self) -> bool:
        return self.media_type.startswith("image/")

    @property
    def may_be_opened(self) -> bool:
        return self.scan in {ScanState.CLEAN, ScanState.NOT_ASKED}
