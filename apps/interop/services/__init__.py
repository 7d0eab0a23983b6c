"""The only writers of imports, and of what an import changes in the school."""

from apps.interop.services.runs import (
    apply_import,
    apply_run,
    discard_run,
    guessed_columns,
    name_columns,
    plan_again,
    plan_import,
    start_import,
)

__all__ = [
    "apply_import",
    "apply_run",
    "discard_run",
    "guessed_columns",
    "name_columns",
    "plan_again",
    "plan_import",
    "start_import",
]
