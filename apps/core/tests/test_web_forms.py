"""Forms: the service's reasons reach the person, at the right field and with the right status."""

from typing import Any

import pytest
from django import forms
from django.test import Client

from apps.accounts.access import Role
from apps.accounts.tests.factories import user_with
from apps.core.errors import Conflict, Detail, DomainError
from apps.core.tests.gallery import PersonForm
from apps.core.web.forms import ServiceForm

GALLERY = pytest.mark.urls("apps.core.tests.gallery")
GOOD = {"name": "Asha Rao", "kind": "day"}


class SmallForm(ServiceForm):
    name = forms.CharField()


def refusing(error: DomainError) -> SmallForm:
    def service(**_given: Any) -> object:
        raise error

    form = SmallForm({"name": "x"})
    assert form.is_valid()
    assert form.call(service, name="x") is None
    return form


def test_answer_of_the_service_comes_back() -> None:
    form = SmallForm({"name": "x"})
    assert form.is_valid()
    assert form.call(lambda name: name * 2, name="x") == "xx"


def test_refusal_lands_at_its_field() -> None:
    form = refusing(DomainError("TAKEN", "Taken.", field="name"))
    assert form.errors == {"name": ["Taken."]}
    assert form.errors.as_data()["name"][0].code == "TAKEN"
    assert form.status == 422


@pytest.mark.parametrize("field", [None, "not_here"])
def test_refusal_without_a_field_stands_above(field: str | None) -> None:
    assert refusing(Conflict("FULL", "Full.", field=field)).non_field_errors() == ["Full."]


def test_every_detail_is_shown() -> None:
    form = refusing(
        DomainError("INVALID", "no", details=[Detail("name", "A", "One."), Detail("b", "B", "Two.")])
    )
    assert form.errors == {"name": ["One."], "__all__": ["Two."]}


def test_other_exceptions_are_not_swallowed() -> None:
    form = SmallForm({"name": "x"})
    assert form.is_valid()
    with pytest.raises(ZeroDivisionError):
        form.call(lambda name: 1 / 0, name="x")


def test_widgets_have_the_look_of_the_house() -> None:
    html = str(PersonForm())
    assert 'class="form-control"' in html
    assert 'class="form-select"' in html
    assert 'type="date"' in html
    assert html.count('class="form-check-input"') == 3


def test_error_is_tied_to_its_field_for_screen_readers() -> None:
    html = str(PersonForm({"kind": "day"}))
    assert 'aria-invalid="true"' in html
    assert 'aria-describedby="id_name_helptext id_name_error"' in html
    assert 'id="id_name_error"' in html
    assert '<a href="#id_name">Full name</a>' in html


@GALLERY
@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "status", "text"),
    [
        ("", 422, "One thing needs a change"),
        ("full", 409, "9A is full"),
        ("twice", 422, "This name is taken."),
    ],
)
def test_page_answers_with_the_status_of_its_errors(
    client: Client, name: str, status: int, text: str
) -> None:
    client.force_login(user_with(Role.SCHOOL_ADMIN))
    response = client.post("/gallery/form", {**GOOD, "name": name})
    assert response.status_code == status
    assert text in response.content.decode()


@GALLERY
@pytest.mark.django_db
def test_done_goes_on_and_says_so(client: Client) -> None:
    client.force_login(user_with(Role.SCHOOL_ADMIN))
    response = client.post("/gallery/form", GOOD, follow=True)
    assert response.redirect_chain == [("/gallery/form", 302)]
    assert "Asha Rao is admitted" in response.content.decode()


@GALLERY
@pytest.mark.django_db
def test_htmx_is_sent_on_by_header(client: Client) -> None:
    client.force_login(user_with(Role.SCHOOL_ADMIN))
    response = client.post("/gallery/form", GOOD, headers={"HX-Request": "true"})
    assert (response.status_code, response["HX-Redirect"]) == (204, "/gallery/form")
