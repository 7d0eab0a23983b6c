from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TimetableConfig(AppConfig):
    name = "apps.timetable"
    label = "timetable"
    verbose_name = _("Timetable")

    def ready(self) -> None:
        from apps.academics.services.rollover import register_contributor
        from apps.core.web import nav
        from apps.timetable import access
        from apps.timetable.services import kept, rollover, upload

        kept.register_kept(upload.PURPOSE, max_bytes=upload.MOST_BYTES)
        register_contributor(rollover.CONTRIBUTOR)
        day, see, change = _("The day"), (access.MEETING_POLICY, "view"), (access.CALENDAR_POLICY, "change")
        words = "timetable lessons schedule"
        nav.register(
            day,
            _("Timetable"),
            "timetable:my-week",
            "calendar-week",
            verb=see,
            order=200,
            phone=True,
            keywords=words,
        )
        nav.register(
            day,
            _("Lessons of the day"),
            "timetable:campus-day",
            "table",
            verb=(access.PATTERN_POLICY, "view"),
            order=201,
            keywords="campus rooms",
        )
        nav.register(
            day, _("Calendar"), "timetable:calendar", "calendar-event", order=202, keywords="holidays events"
        )
        nav.register(
            _("Settings"),
            _("Calendar, bells and weekly plan"),
            "timetable:setup",
            "calendar-time",
            verb=change,
            order=910,
            keywords="holidays periods",
        )
