"""The only writers of report comments and issued papers."""

from apps.reports.services.bank import add_bank_entry, change_bank_entry, remove_bank_entry
from apps.reports.services.comments import (
    accept_comment,
    decline_proposal,
    propose_wording,
    submit_drafts,
    take_proposal,
    write_comment,
)

__all__ = [
    "accept_comment",
    "add_bank_entry",
    "change_bank_entry",
    "decline_proposal",
    "propose_wording",
    "remove_bank_entry",
    "submit_drafts",
    "take_proposal",
    "write_comment",
]
