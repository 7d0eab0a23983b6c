"""Notifications, deliveries and preferences for tests."""

from datetime import UTC, datetime

import factory

from apps.accounts.tests.factories import UserFactory
from apps.messaging.models import Delivery, DeliveryState, Notification, Preference


class NotificationFactory(factory.django.DjangoModelFactory[Notification]):
    class Meta:
        model = Notification

    recipient = factory.SubFactory(UserFactory)
    school = factory.SelfAttribute("recipient.school")
    language = "en"
    kind = "general"
    title = factory.Sequence(lambda n: f"Notice {n}")
    url = "/"


class DeliveryFactory(factory.django.DjangoModelFactory[Delivery]):
    """A mail that waits to go out."""

    class Meta:
        model = Delivery

    notification = factory.SubFactory(NotificationFactory)
    school = factory.SelfAttribute("notification.school")
    channel = "email"


class SentDeliveryFactory(DeliveryFactory):
    state = DeliveryState.SENT
    sent_at = datetime(2026, 6, 15, 4, 0, tzinfo=UTC)


class PreferenceFactory(factory.django.DjangoModelFactory[Preference]):
    class Meta:
        model = Preference

    user = factory.SubFactory(UserFactory)
    school = factory.SelfAttribute("user.school")
    kind = "general"
    channels = factory.LazyFunction(lambda: ["in_app"])
