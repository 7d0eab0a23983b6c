"""The only writers of codes, registers, absence reports, notices and call notes."""

from apps.attendance.services.board import explain_absence, log_call
from apps.attendance.services.chaser import chase_registers
from apps.attendance.services.codes import add_code, change_code, change_register_settings, install_codes
from apps.attendance.services.notices import tell_correction, tell_guardians
from apps.attendance.services.registers import Mark, take_register
from apps.attendance.services.reports import report_absence, withdraw_report
from apps.attendance.services.upload import (
    RegisterUpload,
    apply_registers,
    check_registers,
    read_registers,
    upload_registers,
)

__all__ = [
    "Mark",
    "RegisterUpload",
    "add_code",
    "apply_registers",
    "change_code",
    "change_register_settings",
    "chase_registers",
    "check_registers",
    "explain_absence",
    "install_codes",
    "log_call",
    "read_registers",
    "report_absence",
    "take_register",
    "tell_correction",
    "tell_guardians",
    "upload_registers",
    "withdraw_report",
]
