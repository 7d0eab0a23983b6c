"""School years and their terms, by number: asked of many sections, read once."""

import uuid
from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from functools import cached_property

from apps.academics.models import AcademicSession, SessionKind


class Years:
    """All sessions of a school, as a tree.

    A term's number is its place by begin date among the direct children of its year; what lies deeper
    (a grading period of a semester) has the number of the child it lies in. Without terms, the year is one.
    """

    def __init__(self, sessions: Iterable[AcademicSession]) -> None:
        self.by_id = {one.pk: one for one in sorted(sessions, key=lambda one: (one.begin_date, one.code))}

    @cached_property
    def _children(self) -> dict[uuid.UUID | None, list[AcademicSession]]:
        children: defaultdict[uuid.UUID | None, list[AcademicSession]] = defaultdict(list)
        for one in self.by_id.values():
            children[one.parent_id].append(one)
        return dict(children)

    def year_of(self, session_id: uuid.UUID) -> AcademicSession:
        """The root of the tree the session stands in."""
        return self._path(session_id)[0]

    def term_of(self, session_id: uuid.UUID) -> AcademicSession:
        """The direct child of the year it lies in; the year itself for the year."""
        path = self._path(session_id)
        return path[1] if len(path) > 1 else path[0]

    def terms_in(self, session_id: uuid.UUID) -> list[AcademicSession]:
        """What is marked and posted by itself in the time of a section: the year's terms, or its own one."""
        return self._children[session_id] if self.has_terms(session_id) else [self.term_of(session_id)]

    def number_of(self, session_id: uuid.UUID) -> int:
        year, term = self.year_of(session_id), self.term_of(session_id)
        return self._children.get(year.pk, [year]).index(term) + 1 if term != year else 1

    def is_year(self, session_id: uuid.UUID) -> bool:
        return self.by_id[session_id].kind == SessionKind.SCHOOL_YEAR

    def has_terms(self, session_id: uuid.UUID) -> bool:
        """Whether it is a year whose total is made of its terms."""
        return self.is_year(session_id) and session_id in self._children

    def postable(self, session_id: uuid.UUID) -> list[AcademicSession]:
        """The terms of a section, then its year where the section runs through it."""
        own = [self.by_id[session_id]] if self.has_terms(session_id) else []
        return [*self.terms_in(session_id), *own]

    def inside(self, session_id: uuid.UUID) -> list[uuid.UUID]:
        """The session and everything below it."""
        below = [pk for child in self._children.get(session_id, []) for pk in self.inside(child.pk)]
        return [session_id, *below]

    def running(self, session_id: uuid.UUID, today: date) -> AcademicSession:
        """The term of a section on that day: the last that has begun, or the first."""
        terms = self.terms_in(session_id)
        begun = [one for one in terms if one.begin_date <= today]
        return begun[-1] if begun else terms[0]

    def _path(self, session_id: uuid.UUID) -> list[AcademicSession]:
        path = [self.by_id[session_id]]
        while (parent := path[0].parent_id) is not None and parent in self.by_id:
            path.insert(0, self.by_id[parent])
        return path


def years_of(school_id: uuid.UUID) -> Years:
    return Years(AcademicSession.objects.filter(school=school_id))
