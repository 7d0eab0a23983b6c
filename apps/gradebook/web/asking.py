"""Message pupils who: choose the group, see who is in it and whom it reaches, send."""

import uuid

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from apps.core.models import uuid7
from apps.core.web.responses import go, say
from apps.gradebook.services import asking
from apps.gradebook.web.forms import GroupForm, MessageForm
from apps.gradebook.web.panels import panel
from apps.gradebook.web.reach import item_of, sheet_of
from apps.timetable.web.asked import actor_of


@login_required
@require_http_methods(["GET", "POST"])
def item_message(request: HttpRequest, item_id: uuid.UUID) -> HttpResponse:
    """Nobody without reach gets it: the page says beforehand whom it reaches."""
    actor = actor_of(request)
    item = item_of(actor, item_id, "message")
    asked = request.POST if request.method == "POST" else request.GET
    group = GroupForm(asked if "group" in asked else {"group": asking.OPEN})
    pupils: list[asking.Told] = []
    if group.is_valid():
        wanted, bound = group.cleaned_data["group"], group.cleaned_data["bound"]
        pupils = asking.reached(asking.group_of(sheet_of(actor, item), item, wanted, bound), actor.today)
    if request.method == "POST":
        form = MessageForm(request.POST, pupils=pupils)
        if form.is_valid() and (
            count := form.call(asking.message_pupils, actor=actor, item=item, **_message(form))
        ):
            words = ngettext("The message goes to %d pupil.", "The message goes to %d pupils.", count)
            say(request, words % count)
            return go(request, "gradebook:grid", item.section_id)
    else:
        form = MessageForm(initial={**group.data, "text": _words(item.title), "key": uuid7()}, pupils=pupils)
    with_guardians = bool(group.cleaned_data.get("with_guardians")) if group.is_valid() else False
    context = {
        "title": _("Message pupils"),
        "item": item,
        "group": group,
        "pupils": [(one, one.reach(with_guardians)) for one in pupils],
    }
    return panel(request, "gradebook/item_message.html", item.section_id, context, form=form)


def _message(form: MessageForm) -> dict[str, object]:
    data = form.cleaned_data
    return {
        "students": [uuid.UUID(one) for one in data["students"]],
        "text": data["text"],
        "with_guardians": data["with_guardians"],
        "key": data["key"],
    }


def _words(title: str) -> str:
    return _("Please have a look at “%s”.") % title
