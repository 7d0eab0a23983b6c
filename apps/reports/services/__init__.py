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
from apps.reports.services.issuing import (
    issue_document,
    release_document,
    release_documents,
    revoke_document,
)
from apps.reports.services.runs import JOB as PRINT_RUN
from apps.reports.services.runs import cancel_run, continue_run, start_run, work_off
from apps.reports.services.templates import (
    add_template,
    change_template,
    install_templates,
    remove_template,
)

__all__ = [
    "PRINT_RUN",
    "accept_comment",
    "add_bank_entry",
    "add_template",
    "cancel_run",
    "change_bank_entry",
    "change_template",
    "continue_run",
    "decline_proposal",
    "install_templates",
    "issue_document",
    "propose_wording",
    "release_document",
    "release_documents",
    "remove_bank_entry",
    "remove_template",
    "revoke_document",
    "start_run",
    "submit_drafts",
    "take_proposal",
    "work_off",
    "write_comment",
]
