"""Everybody reaches their own, nobody anything else, whatever the role."""

from datetime import date
from typing import Any

import pytest

from apps.accounts.models import Role
from apps.accounts.tests.factories import UserFactory, user_with
from apps.core.policy import Actor, may
from apps.messaging.models import Delivery, Notification, Preference
from apps.messaging.tests.factories import DeliveryFactory, NotificationFactory, PreferenceFactory

pytestmark = pytest.mark.django_db
TODAY = date(2026, 6, 15)
MODELS: list[tuple[type[Any], type[Any], str]] = [
    (Notification, NotificationFactory, "recipient"),
    (Delivery, DeliveryFactory, "notification__recipient"),
    (Preference, PreferenceFactory, "user"),
]


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize(("model", "factory", "owner"), MODELS)
def test_ones_own_and_nothing_else(model: type[Any], factory: type[Any], owner: str, role: Role) -> None:
    user = user_with(role)
    mine = factory.create(**{owner: user})
    others = [
        factory.create(**{owner: UserFactory.create(school=user.school)}),
        factory.create(**{owner: UserFactory.create()}),
    ]
    actor = user.actor(TODAY)
    assert list(model.objects.permitted(actor)) == [mine]
    assert [may(actor, "view", row) for row in others] == [False, False]


@pytest.mark.parametrize(("model", "factory", "owner"), MODELS)
def test_anonymous_and_roleless_reach_nothing(model: type[Any], factory: type[Any], owner: str) -> None:
    user = UserFactory.create()
    factory.create(**{owner: user})
    for actor in (Actor.anonymous(TODAY), user.actor(TODAY)):
        assert not model.objects.permitted(actor).exists()
