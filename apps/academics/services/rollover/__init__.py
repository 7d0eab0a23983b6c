"""The year's end: rehearsed, applied, and taken back while nobody has begun to work in the new year."""

from apps.academics.services.rollover.overview import Overview, homerooms_to_choose, kinds, overview
from apps.academics.services.rollover.plan import (
    Blocker,
    Contributor,
    Draft,
    Line,
    Standing,
    Work,
    key_of,
    register_contributor,
)
from apps.academics.services.rollover.problems import remedy_of, stops, words_of
from apps.academics.services.rollover.undoing import undo_blockers
from apps.academics.services.rollover.verbs import (
    APPLY,
    UNDO,
    RehearsalStale,
    apply_rollover,
    carry_out,
    decide_lines,
    discard_rollover,
    rehearse_again,
    rehearse_rollover,
    take_back_all,
    turn,
    undo_rollover,
)
from apps.academics.services.rollover.writing import TURN
from apps.academics.services.rollover.years import sessions_of, within

__all__ = [
    "APPLY",
    "TURN",
    "UNDO",
    "Blocker",
    "Contributor",
    "Draft",
    "Line",
    "Overview",
    "RehearsalStale",
    "Standing",
    "Work",
    "apply_rollover",
    "carry_out",
    "decide_lines",
    "discard_rollover",
    "homerooms_to_choose",
    "key_of",
    "kinds",
    "overview",
    "register_contributor",
    "rehearse_again",
    "rehearse_rollover",
    "remedy_of",
    "sessions_of",
    "stops",
    "take_back_all",
    "turn",
    "undo_blockers",
    "undo_rollover",
    "within",
    "words_of",
]
