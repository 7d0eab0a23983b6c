"""Versions, money, and what the database refuses."""

from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError
from rest_framework.exceptions import ValidationError
from rest_framework.parsers import JSONParser
from rest_framework.request import Request
from rest_framework.test import APIRequestFactory

from apps.accounts.models import Campus, RoleAssignment
from apps.accounts.tests.factories import CampusFactory, RoleAssignmentFactory, SchoolFactory
from apps.core.api.requests import expected_version
from apps.core.api.serializers import InputSerializer, MoneyField, RowSerializer
from apps.core.integrity import refusal_of
from apps.core.money import Money


def _request(body: Any, **headers: str) -> Request:
    made = APIRequestFactory().patch("/", body, format="json", headers=headers)
    return Request(made, parsers=[JSONParser()])


@pytest.mark.parametrize("given", ["3", '"3"', 'W/"3"'])
def test_the_version_comes_in_a_header(given: str) -> None:
    assert expected_version(_request({"version": 9}, **{"If-Match": given})) == 3


def test_or_in_the_body() -> None:
    assert expected_version(_request({"version": 3})) == 3


@pytest.mark.parametrize("body", [{}, {"version": "x"}, {"version": -1}, {"version": None}, [3]])
def test_an_edit_without_a_version_is_refused(body: Any) -> None:
    with pytest.raises(ValidationError) as refusal:
        expected_version(_request(body))
    assert "version" in refusal.value.detail


class _Fee(InputSerializer):
    price = MoneyField()


def test_money_travels_in_minor_units() -> None:
    fee = _Fee(data={"price": {"amount": 125000, "currency": "INR"}})
    assert fee.is_valid()
    assert fee.validated_data["price"] == Money(125000, "INR")
    assert _Fee({"price": Money(5, "JPY")}).data == {"price": {"amount": 5, "currency": "JPY"}}


@pytest.mark.parametrize(
    "price",
    [
        {"amount": 12.5, "currency": "INR"},
        {"amount": "12", "currency": "INR"},
        {"amount": True, "currency": "INR"},
        {"amount": 2**53, "currency": "INR"},
        {"amount": 12, "currency": "inr"},
        {"amount": 12, "currency": "रुपया"},
        {"amount": 12},
        12,
        None,
    ],
)
def test_other_money_is_refused(price: Any) -> None:
    assert not _Fee(data={"price": price}).is_valid()


@pytest.mark.parametrize("serializer", [InputSerializer, RowSerializer])
def test_serializers_do_not_write(serializer: Any) -> None:
    with pytest.raises(TypeError):
        serializer().save()


def _refusal(make: Any) -> tuple[int, str, str | None]:
    with pytest.raises(DatabaseError) as fault:
        make()
    refusal = refusal_of(fault.value)
    assert refusal is not None
    return refusal.status, refusal.code, refusal.field


@pytest.mark.django_db
class TestConstraints:
    def test_a_duplicate_is_a_conflict_on_its_field(self) -> None:
        north = CampusFactory.create(code="north")
        assert _refusal(lambda: CampusFactory.create(school=north.school, code="north")) == (
            409,
            "DUPLICATE",
            "code",
        )

    def test_a_broken_check_is_an_invalid_value(self) -> None:
        role = RoleAssignmentFactory.create()
        rows = RoleAssignment.objects.filter(pk=role.pk)
        assert _refusal(lambda: rows.update(end_date=role.begin_date))[:2] == (422, "VALIDATION_ERROR")

    def test_a_row_others_need_stays(self) -> None:
        campus: Campus = CampusFactory.create()
        assert _refusal(campus.school.delete) == (409, "IN_USE", None)

    def test_a_missing_value_is_a_fault_of_ours(self) -> None:
        with pytest.raises(IntegrityError) as fault:
            SchoolFactory.create(name=None)
        assert refusal_of(fault.value) is None
