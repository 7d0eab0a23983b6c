"""Who reaches which rows, said once per model and asked everywhere the same way.

A policy names, for each reach, the path from the row to what the actor holds (school, campus, login),
and, for each verb, which role has it with which reach. The list is `permitted()`; the yes/no is the
same query.
"""

import uuid
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType
from typing import Any, Final, Self, TypeAlias, TypeVar

from django.db.models import Model, Q, QuerySet

from apps.core.errors import Denied, Missing

SCHOOL: Final = "school"
CAMPUS: Final = "campus"
CLASS: Final = "class"
OWN: Final = "own"
CHILD: Final = "child"

NOTHING: Final = Q(pk__in=())


@dataclass(frozen=True)
class Actor:
    """Who asks: a login of one school with the roles that are active on `today`.

    `roles` maps a role to its campuses; `None` stands for the whole school.
    """

    user_id: uuid.UUID | None
    school_id: uuid.UUID | None
    today: date
    roles: Mapping[str, frozenset[uuid.UUID] | None] = field(default_factory=dict)
    impersonator_id: uuid.UUID | None = None

    @classmethod
    def anonymous(cls, today: date) -> "Actor":
        return cls(user_id=None, school_id=None, today=today)

    def has(self, *roles: str) -> bool:
        return any(role in self.roles for role in roles)

    def __hash__(self) -> int:
        return hash((self.user_id, self.school_id, self.today))


@dataclass(frozen=True)
class Reach:
    """A path to the actor's school, campus or login, and the dated links on it that must be active today."""

    path: str
    dated: tuple[str, ...] = ()

    def q(self, actor: Actor, value: Any) -> Q:
        lookup = f"{self.path}__in" if isinstance(value, frozenset) else self.path
        condition = Q(**{lookup: value})
        for link in self.dated:
            condition &= active_on(actor.today, link)
        return condition


@dataclass(frozen=True)
class Grant:
    """A reach narrowed by a condition on the row, or on the link row the reach goes through."""

    reach: str
    when: Q | Callable[[Actor], Q] = Q()


Given: TypeAlias = str | Grant | tuple[str | Grant, ...]


def reach(path: str, *dated: str) -> Reach:
    return Reach(path, dated)


def active_on(day: date, link: str = "") -> Q:
    """The dated row at `link` (or the row itself) has begun and has not ended on `day`."""
    prefix = f"{link}__" if link else ""
    not_ended = Q(**{f"{prefix}end_date__isnull": True}) | Q(**{f"{prefix}end_date__gt": day})
    return Q(**{f"{prefix}begin_date__lte": day}) & not_ended


class Policy:
    """See the module docstring. No grant, no rows."""

    def __init__(
        self,
        *,
        paths: Mapping[str, str | Reach],
        grants: Mapping[str, Mapping[Any, Given]],
    ) -> None:
        self.paths: Mapping[str, Reach] = MappingProxyType(
            {name: Reach(path) if isinstance(path, str) else path for name, path in paths.items()}
        )
        self.grants: Mapping[str, Mapping[str, tuple[Grant, ...]]] = {
            verb: {role: _grants(given) for role, given in by_role.items()}
            for verb, by_role in grants.items()
        }
        for grant in (g for roles in self.grants.values() for gs in roles.values() for g in gs):
            if grant.reach not in self.paths:
                raise ValueError(f"no path for reach {grant.reach!r}")

    def allows(self, actor: Actor, verb: str) -> bool:
        """Whether any role of the actor holds the verb at all, on whatever rows."""
        return actor.has(*self.grants.get(verb, {}))

    def condition(self, actor: Actor, verb: str, rows: QuerySet[Any]) -> Q:
        """The rows of the actor's school that one of its roles reaches for the verb."""
        if actor.school_id is None or actor.user_id is None:
            return NOTHING
        parts = [
            self._part(actor, grant, campuses, rows)
            for role, campuses in actor.roles.items()
            for grant in self.grants.get(verb, {}).get(role, ())
        ]
        if not parts:
            return NOTHING
        reached = parts[0]
        for part in parts[1:]:
            reached |= part
        return Q(**{self.paths[SCHOOL].path: actor.school_id}) & reached

    def _part(
        self, actor: Actor, grant: Grant, campuses: frozenset[uuid.UUID] | None, rows: QuerySet[Any]
    ) -> Q:
        when = grant.when(actor) if callable(grant.when) else grant.when
        if grant.reach == SCHOOL or (grant.reach == CAMPUS and campuses is None):
            condition = Q(**{self.paths[SCHOOL].path: actor.school_id}) & when
        else:
            value = campuses if grant.reach == CAMPUS else actor.user_id
            condition = self.paths[grant.reach].q(actor, value) & when
        if _is_plain(rows.model, condition):
            return condition
        # A path through many links would repeat rows, so it is asked apart.
        return Q(pk__in=rows.model._base_manager.filter(condition).values("pk"))


_M = TypeVar("_M", bound=Model)


class PermittedQuerySet(QuerySet[_M]):
    """Rows that can be asked for on somebody's behalf."""

    def permitted(self, actor: Actor, verb: str = "view") -> Self:
        policy: Policy = self.model.policy  # type: ignore[attr-defined]  # every SchoolRow has one, test_house holds it
        return self.filter(policy.condition(actor, verb, self))


def may(actor: Actor, verb: str, row: Model) -> bool:
    """The same query as `permitted()`, asked about one row."""
    rows: PermittedQuerySet[Model] = PermittedQuerySet(type(row))
    return rows.permitted(actor, verb).filter(pk=row.pk).exists()


def reached(actor: Actor, verb: str, model: type[Model], keys: Iterable[Any]) -> frozenset[Any]:
    """Which of these rows the actor reaches for the verb; nothing is asked where no role ever holds it."""
    if not model.policy.allows(actor, verb):  # type: ignore[attr-defined]  # as above
        return frozenset()
    rows: PermittedQuerySet[Model] = PermittedQuerySet(model)
    return frozenset(rows.permitted(actor, verb).filter(pk__in=list(keys)).values_list("pk", flat=True))


def require_verb(actor: Actor, verb: str, model: type[Model]) -> None:
    """Raise Denied when no role of the actor ever holds the verb on this kind of row."""
    if not model.policy.allows(actor, verb):  # type: ignore[attr-defined]  # as above
        raise Denied


def permitted_or_missing(rows: PermittedQuerySet[_M], actor: Actor, verb: str = "view", **lookup: Any) -> _M:
    """The one row the actor reaches: Denied when the verb is never theirs, Missing when absent or foreign."""
    require_verb(actor, verb, rows.model)
    row = rows.permitted(actor, verb).filter(**lookup).first()
    if row is None:
        raise Missing
    return row


def added(actor: Actor, row: _M, verb: str = "add") -> _M:
    """Call inside the transaction that made the row: Missing, so a rollback, when out of reach."""
    if not may(actor, verb, row):
        raise Missing
    return row


def _grants(given: Given) -> tuple[Grant, ...]:
    each: Sequence[str | Grant] = given if isinstance(given, tuple) else (given,)
    return tuple(Grant(one) if isinstance(one, str) else one for one in each)


def _is_plain(model: type[Model], condition: Q) -> bool:
    return not any(_crosses_many(model, lookup) for lookup in _lookups(condition))


def _lookups(condition: Q) -> list[str]:
    found: list[str] = []
    for child in condition.children:
        found.extend(
            _lookups(child) if isinstance(child, Q) else [child[0]] if isinstance(child, tuple) else []
        )
    return found


def _crosses_many(model: type[Model], lookup: str) -> bool:
    current: Any = model
    for name in lookup.split("__"):
        if current is None or name == "pk":
            return False
        names = {f.name: f for f in current._meta.get_fields()}
        step = names.get(name)
        if step is None:
            return False
        if step.one_to_many or step.many_to_many:
            return True
        current = step.related_model
    return False
