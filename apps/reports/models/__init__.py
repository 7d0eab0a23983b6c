from apps.reports.models.comment import CommentBankEntry, CommentState, ReportComment
from apps.reports.models.document import (
    DocumentKind,
    DocumentTemplate,
    EntryState,
    IssuedDocument,
    PrintAs,
    ReportRun,
    ReportRunEntry,
)

__all__ = [
    "CommentBankEntry",
    "CommentState",
    "DocumentKind",
    "DocumentTemplate",
    "EntryState",
    "IssuedDocument",
    "PrintAs",
    "ReportComment",
    "ReportRun",
    "ReportRunEntry",
]
