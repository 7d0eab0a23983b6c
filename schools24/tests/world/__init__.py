from django.utils import timezone

from schools24.tests.world import day, marks, people, turning
from schools24.tests.world.stage import CAST, World

__all__ = ["CAST", "World", "build"]


def build() -> World:
    world = World(today=timezone.localdate())
    people.build(world)
    day.build(world)
    marks.build(world)
    turning.build(world)
    return world
