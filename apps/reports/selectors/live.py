"""The average so far, where nothing has been posted yet: made of released results only, never final."""

import uuid
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from apps.academics.models import AcademicSession
from apps.gradebook.access import released
from apps.gradebook.models import Gradebook, LineItem, Result
from apps.gradebook.selectors.marks import by_place, marks_of, total_of
from apps.gradebook.selectors.rules import Rules, rules_of
from apps.gradebook.selectors.years import Years, years_of
from apps.reports.selectors.marks import Mark, Place

_Items = Mapping[tuple[uuid.UUID, uuid.UUID], Sequence[LineItem]]
"""By section and term."""


def averages(students: Iterable[uuid.UUID], terms: Sequence[AcademicSession]) -> dict[Place, Mark]:
    """By pupil, section and term, in a fixed number of queries."""
    if not terms:
        return {}
    years = years_of(terms[0].school_id)
    inside = {part: term for term in terms for part in years.inside(term.pk)}
    results = list(_results(students, inside))
    items: defaultdict[tuple[uuid.UUID, uuid.UUID], dict[uuid.UUID, LineItem]] = defaultdict(dict)
    wanted: dict[Place, AcademicSession] = {}
    for one in results:
        item, term = one.line_item, inside[one.line_item.session_id]
        items[item.section_id, term.pk][item.pk] = item
        wanted[one.student_id, item.section_id, term.pk] = term
    listed = {key: list(found.values()) for key, found in items.items()}
    rules = rules_of(Gradebook.objects.filter(section__in={section for section, _term in listed}))
    return _totals(wanted, listed, rules, by_place(results), years)


def _totals(
    wanted: Mapping[Place, AcademicSession],
    items: _Items,
    rules: Mapping[uuid.UUID, Rules],
    results: Mapping[tuple[uuid.UUID, uuid.UUID], Result],
    years: Years,
) -> dict[Place, Mark]:
    found = {}
    for (student, section, term_id), term in wanted.items():
        if section not in rules:
            continue
        mine = marks_of(student, items[section, term_id], results, years)
        total = total_of(rules[section], mine, term, years)
        if total.percent is not None:
            found[student, section, term_id] = Mark(
                percent=total.percent, label=total.label, points=total.points, is_final=False
            )
    return found


def _results(students: Iterable[uuid.UUID], inside: Mapping[uuid.UUID, AcademicSession]) -> Iterable[Result]:
    rows = Result.objects.filter(student__in=list(students), line_item__session__in=list(inside))
    return rows.filter(released("line_item__")).select_related("line_item__category")
