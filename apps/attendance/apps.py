from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AttendanceConfig(AppConfig):
    name = "apps.attendance"
    label = "attendance"
    verbose_name = _("Attendance")

    def ready(self) -> None:
        from apps.academics.services.rollover import register_contributor
        from apps.attendance.services import chaser, notices, rollover, upload
        from apps.attendance.web import cards, menu
        from apps.core import live
        from apps.messaging import kinds
        from apps.timetable.services import kept

        for kind in (*notices.KINDS, *chaser.KINDS):
            kinds.register(kind)
        kept.register_kept(upload.PURPOSE, max_bytes=upload.MOST_BYTES)
        register_contributor(rollover.CONTRIBUTOR)
        cards.register()
        menu.register()
        live.offer(menu.board_channels)
