from apps.attendance.models.board import AbsenceNotice, CallNote, CallOutcome
from apps.attendance.models.code import AttendanceCode, Category, RegisterMode, RegisterSettings
from apps.attendance.models.register import AttendanceEvent, Register
from apps.attendance.models.report import AbsenceReason, AbsenceReport
from apps.attendance.models.summary import AttendanceDay, AttendanceMonth

__all__ = [
    "AbsenceNotice",
    "AbsenceReason",
    "AbsenceReport",
    "AttendanceCode",
    "AttendanceDay",
    "AttendanceEvent",
    "AttendanceMonth",
    "CallNote",
    "CallOutcome",
    "Category",
    "Register",
    "RegisterMode",
    "RegisterSettings",
]
