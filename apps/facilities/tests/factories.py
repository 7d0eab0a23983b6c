"""One factory a model: the least that is valid."""

from typing import Any

import factory
from factory.django import DjangoModelFactory

from apps.accounts.tests.factories import CampusFactory, SchoolFactory
from apps.facilities import models


class BuildingFactory(DjangoModelFactory[Any]):
    class Meta:
        model = models.Building

    school = factory.SubFactory(SchoolFactory)
    campus = factory.SubFactory(CampusFactory, school=factory.SelfAttribute("..school"))
    name = factory.LazyAttribute(lambda row: f"Building {row.code}")
    code = factory.Sequence(lambda n: f"B{n}")


class RoomFactory(DjangoModelFactory[Any]):
    class Meta:
        model = models.Room

    school = factory.SubFactory(SchoolFactory)
    campus = factory.SubFactory(CampusFactory, school=factory.SelfAttribute("..school"))
    name = factory.LazyAttribute(lambda row: f"Room {row.code}")
    code = factory.Sequence(lambda n: f"R{n}")
