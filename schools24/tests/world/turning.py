"""The year's end in the world of the permission matrix: a rollover seen from each campus."""

from apps.academics.services.rollover import key_of
from apps.academics.tests.factories import RolloverFactory, RolloverLineFactory
from schools24.tests.world.stage import World


def build(world: World) -> None:
    for relation in ("own", "south", "foreign"):
        school = world.school(relation)
        rollover = RolloverFactory.create(
            school=school,
            from_year=world.at("session", "foreign" if relation == "foreign" else "own"),
            next_name=world.say("rollover.name", relation),
        )
        line = RolloverLineFactory.create(
            school=school,
            rollover=rollover,
            campus=world.campus(relation),
            key=key_of("section", world.at("section", relation).pk),
            name=world.say("rollover-line.name", relation),
        )
        world.keep("rollover", relation, rollover)
        world.keep("rollover-line", relation, line)
