"""What the script of the grid says, in the language of the page."""

from typing import Any

from django.utils.translation import gettext as _


def words() -> dict[str, Any]:
    return {
        "pupil": _("Pupil"),
        "item": _("Item"),
        "term": _("Total"),
        "year": _("Year"),
        "mean": _("Mean"),
        "marked": _("Marked"),
        "out": _("out"),
        "uncounted": _("not counted"),
        "comment": _("Comment"),
        "moreFor": _("More for %s"),
        "empty": _("nothing"),
        "leaveEmpty": _("Leave it empty"),
        "somebody": _("Somebody"),
        "readOnly": _("You may read these marks, not change them."),
        "absence": {"n": _("not yet here when this was due"), "g": _("had left before this was due")},
        "codes": {"m": _("Missing"), "ab": _("Absent"), "ex": _("Exempt"), "in": _("Handed in")},
        "state": {
            "waiting": _("not saved yet"),
            "conflict": _("not saved: changed by somebody else"),
            "refused": _("not saved"),
        },
        "clash": _("%who wrote %theirs (%at), you wrote %mine."),
        "keep": _("Keep %s"),
        "take": _("Put back %s"),
        "more": _("%s more"),
        "notTaken": _("This was not saved. Load the page again."),
        "saving": _("Saving …"),
        "saved": _("All saved"),
        "unsaved": _("Not saved: %s"),
        "undone": _("Undone"),
        "local": _("Kept on this device: %s. It is sent when the line is back."),
        "signedOut": _("Kept on this device. Sign in again to send it."),
    }
