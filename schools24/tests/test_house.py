"""The whole tree keeps the rules of house.py, and every model says who may see it and why it is kept."""

from pathlib import Path

import pytest
from django.apps import apps
from django.db.models import Model

from apps.core.policy import Policy
from apps.core.privacy import Privacy
from schools24.tests import house

ROOT = Path(__file__).resolve().parents[2]


def python_files() -> list[Path]:
    found = [*ROOT.glob("apps/**/*.py"), *ROOT.glob("schools24/**/*.py"), ROOT / "conftest.py"]
    return [path for path in sorted(found) if "migrations" not in path.parts]


def models() -> list[type[Model]]:
    """Ours; not the event tables, which django-pghistory derives from a model with a policy."""
    labels = {config.label for config in apps.get_app_configs() if config.name.startswith("apps.")}
    return [
        model
        for model in apps.get_models()
        if model._meta.app_label in labels and not hasattr(model, "pgh_tracked_model")
    ]


def test_every_file_keeps_the_rules() -> None:
    said = [
        text
        for path in python_files()
        for text in house.complaints(str(path.relative_to(ROOT)), path.read_text())
    ]

    assert said == []


def test_templates_carry_no_script_style_or_handler() -> None:
    said = [
        text
        for path in sorted(ROOT.glob("templates/**/*.html"))
        for text in house.template_complaints(str(path.relative_to(ROOT)), path.read_text())
    ]

    assert said == []


def test_every_model_has_its_four_notes() -> None:
    said = []
    for model in models():
        described = (model.__doc__ or "").strip() and not (model.__doc__ or "").startswith(
            f"{model.__name__}("
        )
        notes = {
            "docstring": described,
            "__str__": model.__str__ is not Model.__str__,
            "policy": isinstance(getattr(model, "policy", None), Policy),
            "privacy": isinstance(getattr(model, "privacy", None), Privacy),
        }
        said += [f"{model._meta.label}: no {name}" for name, there in notes.items() if not there]

    assert said == []


def test_every_app_says_what_it_owns() -> None:
    assert [path.parent.name for path in ROOT.glob("apps/*/apps.py") if not _told(path.parent)] == []


def _told(app: Path) -> bool:
    readme = app / "README.md"
    return readme.exists() and readme.read_text().startswith("# ")


BREACHES = [
    ("file_is_short", "apps/x/models.py", "a = 1\n" * 401),
    ("functions_are_short", "apps/x/models.py", "def f():\n" + "    a = 1\n" * 41),
    ("name_says_something", "apps/x/utils.py", ""),
    ("rows_are_permitted", "apps/x/api/viewsets.py", "rows = Student.objects.filter(name='a')"),
    ("rows_are_permitted", "apps/x/web/views.py", "rows = Student._default_manager.all()"),
    ("edges_do_not_write", "apps/x/api/viewsets.py", "serializer.save()"),
    ("edges_do_not_write", "apps/x/tasks.py", "Student.objects.bulk_create(rows)"),
    ("work_goes_through_the_outbox", "apps/x/services.py", "transaction.on_commit(send)"),
    ("work_goes_through_the_outbox", "apps/x/tasks.py", "send.delay(1)"),
    ("the_cache_is_never_emptied", "apps/x/services.py", "cache.clear()"),
    ("the_cache_is_never_emptied", "apps/x/services.py", "redis.flushdb()"),
    (
        "fields_are_listed",
        "apps/x/api/serializers.py",
        "class S:\n    class Meta:\n        fields = '__all__'",
    ),
    ("fields_are_listed", "apps/x/web/forms.py", "class F:\n    class Meta:\n        exclude = ['a']"),
    ("the_clock_is_an_argument", "apps/x/services.py", "now = timezone.now()"),
]


@pytest.mark.parametrize(("rule", "name", "source"), BREACHES)
def test_a_breach_is_seen(rule: str, name: str, source: str) -> None:
    assert house.complaints(name, source, [getattr(house, rule)])


@pytest.mark.parametrize(
    ("name", "source"),
    [
        ("apps/x/api/viewsets.py", "rows = Student.objects.permitted(actor).filter(name='a')"),
        ("apps/x/web/forms.py", "field = ModelChoiceField(Student.objects.none())"),
        ("apps/x/selectors.py", "rows = Student.objects.filter(name='a')"),
        ("apps/x/services.py", "student.save()\nnumbers.clear()"),
        ("apps/x/models.py", "added = DateTimeField(default=timezone.now)"),
        ("apps/core/jobs.py", "transaction.on_commit(send)"),
    ],
)
def test_what_is_meant_to_be_is_let_through(name: str, source: str) -> None:
    assert house.complaints(name, source) == []


@pytest.mark.parametrize(
    "source",
    [
        "<script>go()</script>",
        "<style>a { color: red }</style>",
        '<p class="a" style="color: red">',
        '<a onclick="go()">',
        '<a hx-on:click="go()">',
        '<a href="javascript:go()">',
    ],
)
def test_a_template_breach_is_seen(source: str) -> None:
    assert house.template_complaints("templates/x/page.html", source)


def test_a_plain_page_and_a_mail_are_let_through() -> None:
    page = '<script src="/static/a.js" type="module"></script><p class="a" data-onset="1">{# <style> #}</p>'

    assert house.template_complaints("templates/x/page.html", page) == []
    assert house.template_complaints("templates/emails/x.html", '<p style="color: red">') == []
