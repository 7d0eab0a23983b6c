"""Triggers that keep the day and month counts, whoever writes events: a page, a bulk statement, COPY.

They add differences, so that two registers of one pupil saved at once never overwrite each other's count.
Rows are touched in the order of pupils, so that two such statements wait for each other and never deadlock.
"""

from typing import Any, Final

import pgtrigger

_SUMS: Final = """
    COALESCE(SUM(changed.sign), 0),
    COALESCE(SUM(changed.sign) FILTER (WHERE code.category = 'present'), 0),
    COALESCE(SUM(changed.sign) FILTER (WHERE code.category = 'late'), 0),
    COALESCE(SUM(changed.sign) FILTER (WHERE code.category = 'excused'), 0),
    COALESCE(SUM(changed.sign) FILTER (WHERE code.category = 'unexcused'), 0),
    COALESCE(SUM(changed.sign) FILTER (WHERE code.is_unexplained), 0),
    COALESCE(SUM(changed.sign * COALESCE(changed.minutes_late, 0)), 0)
"""
_COUNTS: Final = ("marks", "present", "late", "excused", "unexcused", "unexplained", "minutes_late")
_ADD: Final = ", ".join(f"{name} = counted.{name} + EXCLUDED.{name}" for name in _COUNTS)
_COLUMNS: Final = ", ".join(_COUNTS)
_NEW: Final = "SELECT 1 AS sign, * FROM new_events"
_OLD: Final = "SELECT -1 AS sign, * FROM old_events"


def _count(changed: str) -> str:
    """The body of a trigger that adds `changed` events (sign 1) and takes away former ones (sign -1)."""
    joined = f"""
        FROM ({changed}) AS changed
        JOIN attendance_register AS register ON register.id = changed.register_id
        JOIN attendance_attendancecode AS code ON code.id = changed.code_id
    """
    # Nothing but constants of this file.
    return f"""
        INSERT INTO attendance_attendanceday AS counted
            (id, school_id, created_at, updated_at, student_id, date, campus_id, {_COLUMNS})
        SELECT gen_random_uuid(), changed.school_id, now(), now(), changed.student_id, changed.date,
            (ARRAY_AGG(register.campus_id))[1], {_SUMS}
        {joined}
        GROUP BY changed.school_id, changed.student_id, changed.date
        ORDER BY changed.student_id, changed.date
        ON CONFLICT (student_id, date) DO UPDATE SET updated_at = now(), {_ADD};

        INSERT INTO attendance_attendancemonth AS counted
            (id, school_id, created_at, updated_at, student_id, section_id, month, {_COLUMNS})
        SELECT gen_random_uuid(), changed.school_id, now(), now(), changed.student_id, register.section_id,
            DATE_TRUNC('month', changed.date)::date, {_SUMS}
        {joined}
        GROUP BY changed.school_id, changed.student_id, register.section_id, 7
        ORDER BY changed.student_id, register.section_id, 7
        ON CONFLICT (student_id, section_id, month) DO UPDATE SET updated_at = now(), {_ADD};
        RETURN NULL;
    """  # noqa: S608


_rows: Any = pgtrigger.Referencing

COUNTING: Final = [
    pgtrigger.Trigger(
        name="count_inserted",
        level=pgtrigger.Statement,
        when=pgtrigger.After,
        operation=pgtrigger.Insert,
        referencing=_rows(new="new_events"),
        func=_count(_NEW),
    ),
    pgtrigger.Trigger(
        name="count_updated",
        level=pgtrigger.Statement,
        when=pgtrigger.After,
        operation=pgtrigger.Update,
        referencing=_rows(old="old_events", new="new_events"),
        func=_count(f"{_NEW} UNION ALL {_OLD}"),
    ),
    pgtrigger.Trigger(
        name="count_deleted",
        level=pgtrigger.Statement,
        when=pgtrigger.After,
        operation=pgtrigger.Delete,
        referencing=_rows(old="old_events"),
        func=_count(_OLD),
    ),
]
