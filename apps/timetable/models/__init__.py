from apps.timetable.models.calendar import Calendar, CalendarDate, DateKind, Weekday
from apps.timetable.models.meeting import Meeting, MeetingPattern
from apps.timetable.models.period import BellSchedule, ClassPeriod

__all__ = [
    "BellSchedule",
    "Calendar",
    "CalendarDate",
    "ClassPeriod",
    "DateKind",
    "Meeting",
    "MeetingPattern",
    "Weekday",
]
