"""Pages of the timetable, under /timetable/."""

from django.urls import path

from apps.timetable.web import setup, swapping, tables, views

urlpatterns = [
    path("", views.my_week, name="my-week"),
    path("day/", views.campus_day, name="campus-day"),
    path("sections/<uuid:section_id>/", views.section_week, name="section-week"),
    path("sections/<uuid:section_id>/book/", setup.meeting_add, name="meeting-add"),
    path("lessons/<uuid:meeting_id>/", setup.meeting_change, name="meeting-change"),
    path("lessons/<uuid:meeting_id>/cancel/", setup.meeting_cancel, name="meeting-cancel"),
    path("lessons/<uuid:meeting_id>/swap/", swapping.meeting_swap, name="meeting-swap"),
    path("calendar/", views.calendar, name="calendar"),
    path("setup/", setup.overview, name="setup"),
    path("setup/calendars/add/", setup.calendar_add, name="calendar-add"),
    path("setup/calendars/<uuid:calendar_id>/", setup.calendar_change, name="calendar-change"),
    path("setup/calendars/<uuid:calendar_id>/dates/", setup.date_add, name="date-add"),
    path("setup/dates/<uuid:date_id>/remove/", setup.date_remove, name="date-remove"),
    path("setup/bells/add/", setup.bells_add, name="bells-add"),
    path("setup/bells/<uuid:bells_id>/", setup.bells_change, name="bells-change"),
    path("setup/bells/<uuid:bells_id>/periods/", setup.period_add, name="period-add"),
    path("setup/periods/<uuid:period_id>/", setup.period_change, name="period-change"),
    path("setup/periods/<uuid:period_id>/remove/", setup.period_remove, name="period-remove"),
    path("setup/plan/", tables.patterns, name="patterns"),
    path("setup/plan/add/", setup.pattern_add, name="pattern-add"),
    path("setup/plan/upload/", setup.pattern_upload, name="pattern-upload"),
    path("setup/plan/<uuid:pattern_id>/", setup.pattern_end, name="pattern-end"),
    path("setup/plan/<uuid:pattern_id>/remove/", setup.pattern_remove, name="pattern-remove"),
    path("setup/lay-out/", setup.lay_out, name="lay-out"),
]
