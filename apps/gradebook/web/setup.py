"""What a campus makes of late and missing work, of ranks, and what families see."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from apps.core.policy import require_verb
from apps.core.web.responses import go, say, show_form
from apps.gradebook.models import MarkingRules
from apps.gradebook.services import scales as services
from apps.gradebook.web.setup_forms import MarkingRulesForm, as_written
from apps.timetable.selectors import campuses_with
from apps.timetable.web.asked import actor_of, campus_of


@login_required
@require_http_methods(["GET", "POST"])
def marking_rules(request: HttpRequest) -> HttpResponse:
    actor = actor_of(request)
    require_verb(actor, "change", MarkingRules)
    campuses = list(campuses_with(actor, MarkingRules, "change").order_by("name"))
    campus = campus_of(request, campuses)
    if campus is None:
        return render(request, "404.html", status=404)
    row = MarkingRules.objects.permitted(actor, "change").filter(campus=campus).first() or MarkingRules()
    initial = as_written(row, MarkingRulesForm.base_fields)
    form = MarkingRulesForm(request.POST or None, initial=initial)
    if form.is_valid():
        values = form.cleaned_data
        if form.call(services.change_marking_rules, actor=actor, campus=campus, **values):
            say(request, _("Saved."))
            return go(request, request.get_full_path())
    context = {
        "title": _("How marks are counted"),
        "cancel_url": reverse("gradebook:index"),
        "campuses": campuses,
        "campus": campus,
    }
    return show_form(request, "gradebook/rules.html", form, context)
