"""The door from a record to its history in the audit trail."""

from typing import Any

from django import template
from django.db.models import Model
from django.urls import reverse
from django.utils.html import format_html
from django.utils.http import urlencode
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.core.templatetags.ui import icon

register = template.Library()


@register.simple_tag(takes_context=True)
def history_link(context: dict[str, Any], row: Model) -> str:
    """`{% history_link section %}`: a button for those who read the trail, nothing for others."""
    if not User.policy.allows(context["request"].actor, "audit"):
        return SafeString()
    query = urlencode({"model": row._meta.label_lower, "row": row.pk})
    url = f"{reverse('accounts:audit-trail')}?{query}"
    return format_html('<a class="btn btn-quiet" href="{}">{} {}</a>', url, icon("history"), _("History"))
