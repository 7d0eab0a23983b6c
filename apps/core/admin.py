"""The back office: Django's admin, ruled by policies instead of permission tables.

@admin.register(Room)
class RoomAdmin(PermittedModelAdmin):          # setup data without a life cycle: the form may write it
    plain = True
    list_display = ("code", "name", "campus")
    list_select_related = ("campus",)

@admin.register(Invoice)
class InvoiceAdmin(PermittedModelAdmin):       # everything else: read, and written by services only
    actions = (service_action("issue", services.issue_invoice, _("Issue")),)

    def update(self, actor, row, data):        # optional: a form whose saving is a service call
        return services.change_invoice(actor=actor, invoice=row, **data)
"""

import re
from collections.abc import Callable
from typing import Any, ClassVar, Final

from django.contrib import messages
from django.contrib.admin import RelatedFieldListFilter
from django.contrib.admin.utils import get_fields_from_path
from django.contrib.auth import get_user_model
from django.db import Error as DatabaseError
from django.db import transaction
from django.db.models import JSONField, Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from unfold.admin import ModelAdmin, TabularInline

from apps.core.audit import actor_id, history
from apps.core.errors import Denied, DomainError, Missing
from apps.core.integrity import refusal_of
from apps.core.policy import Actor, added, may

Service = Callable[..., Any]
# What Django's own filters and the date hierarchy put behind a field's name.
_OFFERED_STEPS: Final = frozenset(
    {"exact", "in", "isnull", "isempty", "id__exact", "id__in", "gte", "lt", "year", "month", "day"}
)

_STYLE: Final = re.compile(r' style="[^"]*"')


class _Ruled:
    """What lists and inlines share: permitted rows, permitted choices, verbs instead of permissions."""

    model: type[Model]
    verbs: ClassVar[dict[str, str]] = {}

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows: Any = super().get_queryset(request)  # type: ignore[misc]  # Django's admin comes behind this in the bases
        permitted: QuerySet[Any] = rows.permitted(actor_of(request), self.verb("view"))
        return permitted

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        _permit_choices(db_field, request, kwargs)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)  # type: ignore[misc]  # as above

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        _permit_choices(db_field, request, kwargs)
        return super().formfield_for_manytomany(db_field, request, **kwargs)  # type: ignore[misc]  # as above

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return self.holds(request, "view", obj)

    def verb(self, name: str) -> str:
        """The policy's own name for one of Django's four verbs."""
        return self.verbs.get(name, name)

    def holds(self, request: HttpRequest, name: str, obj: Model | None = None) -> bool:
        """Asked many times while a page is drawn, so the answer for a row is kept on the request."""
        actor, verb = actor_of(request), self.verb(name)
        if not self.model.policy.allows(actor, verb):  # type: ignore[attr-defined]  # every model of ours has one
            return False
        if obj is None or obj.pk is None:
            return True
        known: dict[Any, bool] = request.__dict__.setdefault("_held_verbs", {})
        key = (type(obj), obj.pk, verb)
        if key not in known:
            known[key] = may(actor, verb, obj)
        return known[key]


class PermittedModelAdmin(_Ruled, ModelAdmin):
    """See the module docstring. Without `plain`, `create`, `update` or `remove` it only shows."""

    plain: ClassVar[bool] = False
    # Fields only some of those who see a row may read: verb -> names.
    guarded: ClassVar[dict[str, tuple[str, ...]]] = {}
    list_per_page = 50
    show_full_result_count = False
    object_history_template = "admin/audit_history.html"

    @property
    def readonly_preprocess_fields(self) -> dict[str, Callable[[str], SafeString]]:
        """Documents are coloured with style attributes where Pygments is installed; none may leave."""
        documents = (field for field in self.model._meta.fields if isinstance(field, JSONField))
        return {field.name: _without_styles for field in documents}

    def create(self, actor: Actor, data: dict[str, Any]) -> Model:
        """Override with a service call to let the form add rows."""
        raise Denied

    def update(self, actor: Actor, row: Any, data: dict[str, Any]) -> Model:
        """Override with a service call to let the form change rows; `row` is as it stands in the database."""
        raise Denied

    def remove(self, actor: Actor, row: Any) -> None:
        """Override with a service call to let people delete rows."""
        raise Denied

    def has_add_permission(self, request: HttpRequest) -> bool:
        return self._can("create") and self.holds(request, "add")

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return self._can("update") and self.holds(request, "change", obj)

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return self._can("remove") and self.holds(request, "delete", obj)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.holds(request, "view")

    def get_list_filter(self, request: HttpRequest) -> Any:
        """The choices of a filter are permitted rows too."""
        return [
            (name, PermittedFilter) if isinstance(name, str) and _is_relation(self.model, name) else name
            for name in super().get_list_filter(request)
        ]

    def lookup_allowed(self, lookup: str, value: Any, request: HttpRequest | None = None) -> bool:
        """Only what the page offers: Django would let any column be guessed letter by letter."""
        filters = self.get_list_filter(request) if request else self.list_filter
        offered = [
            name if isinstance(name, str) else name[0] for name in filters if not isinstance(name, type)
        ]
        offered += [self.date_hierarchy] if self.date_hierarchy else []
        return any(_is_step_of(name, lookup) for name in offered)

    def get_fields(self, request: HttpRequest, obj: Model | None = None) -> Any:
        verbs = self.guarded if obj is not None else {}
        hidden = {
            name for verb, names in verbs.items() if not self.holds(request, verb, obj) for name in names
        }
        return [name for name in super().get_fields(request, obj) if name not in hidden]

    def get_exclude(self, request: HttpRequest, obj: Model | None = None) -> Any:
        """The school is never a choice."""
        return [*(super().get_exclude(request, obj) or ()), "school"]

    def get_actions(self, request: HttpRequest) -> Any:
        actor = actor_of(request)
        held = {}
        for name, entry in super().get_actions(request).items():
            verb = getattr(entry[0], "verb", None)
            if verb is None or self.model.policy.allows(actor, verb):  # type: ignore[attr-defined]  # as above
                held[name] = entry
        return held

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: Any = None,
    ) -> HttpResponse:
        """A refusal while saving shows the form again, with the reason at its field and nothing written."""
        try:
            with transaction.atomic():
                return self._changeform(request, object_id, form_url, extra_context)
        except (DomainError, DatabaseError) as fault:
            refusal = fault if isinstance(fault, DomainError) else refusal_of(fault)
            if refusal is None or isinstance(refusal, Missing | Denied):
                raise
            request.refusal = refusal  # type: ignore[attr-defined]  # read by the form of get_form
            return self._changeform(request, object_id, form_url, extra_context)

    def get_form(
        self, request: HttpRequest, obj: Model | None = None, change: bool = False, **kwargs: Any
    ) -> Any:
        form = super().get_form(request, obj, change, **kwargs)
        refusal: DomainError | None = getattr(request, "refusal", None)
        return _refused_form(form, refusal) if refusal else form

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        actor = actor_of(request)
        if self.plain:
            self._save_plain(actor, obj, change)
        elif change:
            fresh = self.model._base_manager.get(pk=obj.pk)
            _become(obj, self.update(actor, fresh, form.cleaned_data))
        else:
            _become(obj, self.create(actor, form.cleaned_data))

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Inlines only show rows; many-to-many choices of plain data are the form's own."""
        if self.plain:
            form.save_m2m()

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        if self.plain:
            obj.delete()
        else:
            self.remove(actor_of(request), obj)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        for row in queryset.permitted(actor_of(request), self.verb("delete")):  # type: ignore[attr-defined]  # ours
            self.delete_model(request, row)

    def _get_obj_does_not_exist_redirect(self, *_: Any) -> HttpResponse:
        """Absent and out of reach is the same, and is no redirect."""
        raise Missing

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        """What the triggers wrote down, in place of Django's own log of forms."""
        row = self.get_object(request, object_id)
        if row is None:
            raise Missing
        context = {
            **self.admin_site.each_context(request),
            "title": _("History of {name}").format(name=row),
            "opts": self.opts,
            "object": row,
            "entries": _entries(row) if hasattr(row, "events") else [],
            **(extra_context or {}),
        }
        return TemplateResponse(request, self.object_history_template, context)

    def construct_change_message(self, *args: Any, **kwargs: Any) -> list[Any]:
        """No log of forms, so nothing to say in it; inlines, which are never saved, could not tell anyway."""
        return []

    def log_addition(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        """The audit trail has it."""

    def log_change(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        """The audit trail has it."""

    def log_deletions(self, request: HttpRequest, queryset: Any) -> Any:
        """The audit trail has it."""

    def _changeform(self, *args: Any) -> HttpResponse:
        response: HttpResponse = super().changeform_view(*args)
        return response

    def _can(self, writer: str) -> bool:
        return self.plain or getattr(type(self), writer) is not getattr(PermittedModelAdmin, writer)

    def _save_plain(self, actor: Actor, obj: Any, change: bool) -> None:
        if not change:
            obj.school_id = actor.school_id
        obj.save(force_insert=not change, force_update=change)
        if not change:
            added(actor, obj, self.verb("add"))


class PermittedFilter(RelatedFieldListFilter):
    """A list filter whose choices are rows the actor reaches."""

    def field_choices(self, field: Any, request: HttpRequest, model_admin: Any) -> Any:
        rows = field.remote_field.model._default_manager
        reached = {"pk__in": rows.permitted(actor_of(request))} if hasattr(rows, "permitted") else {}
        ordering = self.field_admin_ordering(field, request, model_admin)
        return field.get_choices(include_blank=False, ordering=ordering, limit_choices_to=reached)


class ReadOnlyInline(_Ruled, TabularInline):
    """Rows of a related model, permitted ones only, to look at."""

    extra = 0
    show_change_link = True

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


def actor_of(request: HttpRequest) -> Actor:
    actor: Actor = request.actor  # type: ignore[attr-defined]  # set by ActorMiddleware
    return actor


def service_action(verb: str, service: Callable[[Actor, Any], Any], description: Any) -> Callable[..., None]:
    """A list action: `service(actor, row)` for each chosen row the actor holds `verb` on; tells refusals."""

    def run(_admin: Any, request: HttpRequest, queryset: Any) -> None:
        actor = actor_of(request)
        done = 0
        for row in queryset.permitted(actor, verb):
            try:
                with transaction.atomic():
                    service(actor, row)
                done += 1
            except DomainError as refusal:
                messages.error(request, f"{row}: {refusal}")
        if done:
            messages.success(request, ngettext("%d row done.", "%d rows done.", done) % done)

    run.__name__ = f"{verb}_rows"
    run.short_description = description  # type: ignore[attr-defined]  # how Django's admin names an action
    run.verb = verb  # type: ignore[attr-defined]  # read by get_actions
    return run


def _without_styles(html: str) -> SafeString:
    """What the library has escaped: a quote in it is an entity, so only its own attributes match."""
    return mark_safe(_STYLE.sub("", html))  # noqa: S308  # as above


def _is_relation(model: type[Model], path: str) -> bool:
    return get_fields_from_path(model, path)[-1].remote_field is not None


def _is_step_of(name: str, lookup: str) -> bool:
    """Whether a filter over `name` asks this itself: never along a relation, to a neighbour's columns."""
    if lookup == name:
        return True
    return lookup.startswith(f"{name}__") and lookup.removeprefix(f"{name}__") in _OFFERED_STEPS


def _permit_choices(db_field: Any, request: HttpRequest, kwargs: dict[str, Any]) -> None:
    rows = db_field.remote_field.model._default_manager
    if "queryset" not in kwargs and hasattr(rows, "permitted"):
        kwargs["queryset"] = rows.permitted(actor_of(request))


def _refused_form(form: Any, refusal: DomainError) -> Any:
    class Refused(form):
        def _post_clean(self) -> None:
            super()._post_clean()
            faults: list[tuple[str | None, str]] = [(d.field, d.message) for d in refusal.details] or [
                (refusal.field, str(refusal))
            ]
            for field, message in faults:
                self.add_error(field if field in self.fields else None, message)

    return Refused


def _become(row: Model, saved: Model) -> None:
    """The admin goes on with the object it made; it takes over what the service wrote."""
    row.__dict__.update(saved.__dict__)


def _entries(row: Model) -> list[dict[str, Any]]:
    entries = history(row)
    users = {found for entry in entries if (found := actor_id(entry["pgh_context"]))}
    names = _names(users)
    return [
        {
            "at": entry["pgh_created_at"],
            "label": entry["pgh_label"],
            "who": names.get(actor_id(entry["pgh_context"])),
            "cause": (entry["pgh_context"] or {}).get("cause", ""),
            "reason": (entry["pgh_context"] or {}).get("reason", ""),
        }
        for entry in entries
    ]


def _names(users: set[Any]) -> dict[Any, str]:
    return {user.pk: str(user) for user in get_user_model()._base_manager.filter(pk__in=users)}
