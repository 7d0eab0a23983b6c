"""The only writers of calendars, bell schedules, the weekly plan and meetings."""

from apps.timetable.services.bells import (
    add_bell_schedule,
    add_period,
    change_bell_schedule,
    change_period,
    remove_bell_schedule,
    remove_period,
)
from apps.timetable.services.calendars import (
    add_calendar,
    add_calendar_date,
    change_calendar,
    change_calendar_date,
    remove_calendar,
    remove_calendar_date,
)
from apps.timetable.services.kept import sweep_kept_uploads
from apps.timetable.services.meetings import (
    book_meeting,
    cancel_meeting,
    change_meeting,
    restore_meeting,
    swap_meetings,
)
from apps.timetable.services.patterns import LaidOut, add_pattern, end_pattern, lay_out, remove_pattern
from apps.timetable.services.upload import (
    PatternUpload,
    apply_patterns,
    check_patterns,
    read_patterns,
    upload_patterns,
)

__all__ = [
    "LaidOut",
    "PatternUpload",
    "add_bell_schedule",
    "add_calendar",
    "add_calendar_date",
    "add_pattern",
    "add_period",
    "apply_patterns",
    "book_meeting",
    "cancel_meeting",
    "change_bell_schedule",
    "change_calendar",
    "change_calendar_date",
    "change_meeting",
    "change_period",
    "check_patterns",
    "end_pattern",
    "lay_out",
    "read_patterns",
    "remove_bell_schedule",
    "remove_calendar",
    "remove_calendar_date",
    "remove_pattern",
    "remove_period",
    "restore_meeting",
    "swap_meetings",
    "sweep_kept_uploads",
    "upload_patterns",
]
