"""What is taught: rules of prerequisites, sessions, custom fields, and figures that are right at once."""

from datetime import date
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.academics import selectors, services
from apps.academics.models import CustomField
from apps.academics.services.custom_fields import merged
from apps.academics.tests import factories as make
from apps.academics.tests.conftest import TODAY, World
from apps.core import caching
from apps.core.errors import Conflict, DomainError


def test_prerequisite_circle_is_refused_however_long(world: World) -> None:
    a, b, c = (world.course(name=name) for name in "ABC")
    services.require_course(actor=world.registrar, course=b, requires=a)
    services.require_course(actor=world.registrar, course=c, requires=b)
    for course, requires in ((a, c), (a, b), (a, a)):
        with pytest.raises(DomainError) as error:
            services.require_course(actor=world.registrar, course=course, requires=requires)
        assert error.value.code == "PREREQUISITE_CYCLE"
    services.require_course(actor=world.registrar, course=c, requires=a)


def save_term(world: World, begin: date, end: date, **more: Any) -> Any:
    values: dict[str, Any] = {"kind": "term", "name": "Term 1", "code": "T1", "parent": world.year, **more}
    return services.save_session(actor=world.registrar, begin_date=begin, end_date=end, **values)


@pytest.mark.parametrize(
    ("begin", "end", "code"),
    [
        (date(2026, 3, 31), date(2026, 9, 1), "OUTSIDE_PARENT"),
        (date(2026, 4, 1), date(2027, 4, 2), "OUTSIDE_PARENT"),
        (date(2026, 4, 1), date(2026, 4, 1), "DATES_OUT_OF_ORDER"),
    ],
)
def test_term_lies_inside_its_year(world: World, begin: date, end: date, code: str) -> None:
    with pytest.raises(DomainError) as error:
        save_term(world, begin, end)
    assert error.value.code == code


def test_year_has_no_parent_and_a_term_has_one(world: World) -> None:
    for kind, parent in (("school_year", world.year), ("term", None)):
        with pytest.raises(DomainError) as error:
            save_term(world, date(2026, 4, 1), date(2026, 9, 1), kind=kind, parent=parent)
        assert error.value.field == "parent"


def test_year_cannot_be_cut_below_its_terms(world: World) -> None:
    save_term(world, date(2026, 4, 1), date(2027, 4, 1))
    with pytest.raises(Conflict, match="Term 1"):
        services.save_session(
            actor=world.registrar,
            session=world.year,
            kind="school_year",
            name="2026-27",
            code=world.year.code,
            begin_date=date(2026, 4, 1),
            end_date=date(2027, 3, 1),
        )


def test_subject_in_use_is_not_deleted(world: World) -> None:
    subject = make.SubjectFactory.create(school=world.school)
    world.course(subject=subject)
    with pytest.raises(Conflict) as error:
        services.delete_setup(actor=world.registrar, row=subject)
    assert error.value.code == "IN_USE"


def test_section_capacity_cannot_fall_below_who_sits_there(world: World) -> None:
    section = world.section(capacity=3)
    make.EnrollmentFactory.create_batch(2, school=world.school, section=section)
    with pytest.raises(Conflict) as error:
        services.change_section(actor=world.registrar, section=section, expected=1, capacity=1)
    assert (error.value.code, error.value.field) == ("SEATS_TAKEN", "capacity")


@pytest.mark.django_db(transaction=True)
def test_program_figures_are_right_after_every_change() -> None:
    from apps.accounts.models import Role
    from apps.accounts.tests.factories import CampusFactory, actor_with

    campus = CampusFactory.create()
    actor = actor_with(Role.REGISTRAR, campus=campus, today=TODAY)
    year = make.AcademicSessionFactory.create(school=campus.school)
    world = World(campus, year, actor)
    program, course = make.ProgramFactory.create(school=world.school), world.course()

    def figures() -> tuple[Any, ...]:
        found = selectors.program_statistics(program, today=TODAY)
        return found.students, found.courses, found.active_sections, found.completion_rate

    assert figures() == (0, 0, 0, None)
    services.add_to_curriculum(actor=actor, program=program, course=course)
    assert figures() == (0, 1, 0, None)
    section = services.open_section(
        actor=actor, campus=campus, session=year, kind="scheduled", course=course, name="M", code="M"
    )
    assert figures() == (0, 1, 1, None)
    admit: dict[str, Any] = {"actor": actor, "campus": campus, "begin_date": TODAY, "program": program}
    first = services.admit_student(given_name="Asha", **admit)
    second = services.admit_student(given_name="Ravi", **admit)
    assert figures() == (2, 1, 1, None)
    places = [
        services.enroll(actor=actor, student=student, section=section, begin_date=TODAY)
        for student in (first, second)
    ]
    services.complete_enrollment(actor=actor, enrollment=places[0], effective_date=date(2026, 7, 1))
    assert figures() == (2, 1, 1, 1.0)
    services.withdraw_student(actor=actor, student=second, effective_date=date(2026, 7, 1), reason="Moved")
    assert figures() == (1, 1, 1, 0.5)


def test_figures_are_kept_between_changes(
    world: World, django_assert_num_queries: Any, django_capture_on_commit_callbacks: Any
) -> None:
    program = make.ProgramFactory.create(school=world.school)
    with django_assert_num_queries(4):
        selectors.program_statistics(program, today=TODAY)
    with django_assert_num_queries(0):
        selectors.program_statistics(program, today=TODAY)
    with django_capture_on_commit_callbacks(execute=True):
        caching.forget(selectors.STATISTICS, world.school.pk)
    with django_assert_num_queries(4):
        selectors.program_statistics(program, today=TODAY)


def field(kind: str, **more: Any) -> Any:
    return SimpleNamespace(**{"code": "x", "kind": kind, "choices": ["Red"], "is_required": False, **more})


@pytest.mark.parametrize(
    ("kind", "given_value", "kept"),
    [
        ("text", "  Red  ", "Red"),
        ("number", "12", 12),
        ("number", Decimal("1.50"), 1.5),
        ("number", -3, -3),
        ("date", "2026-06-15", "2026-06-15"),
        ("date", date(2026, 6, 15), "2026-06-15"),
        ("choice", "Red", "Red"),
        ("yes_no", "true", True),
        ("yes_no", False, False),
    ],
)
def test_custom_value_is_kept_in_its_kind(kind: str, given_value: Any, kept: Any) -> None:
    assert merged([field(kind)], {"x": given_value}, {}) == {"x": kept}


@pytest.mark.parametrize(
    ("kind", "nonsense"),
    [
        ("text", "x" * 1001),
        ("text", "a\0b"),
        ("text", ["a"]),
        ("number", "twelve"),
        ("number", "NaN"),
        ("number", "1e400"),
        ("number", True),
        ("date", "15.06.2026"),
        ("date", "2026-02-30"),
        ("choice", "Blue"),
        ("yes_no", "perhaps"),
        ("yes_no", []),
    ],
)
def test_custom_nonsense_is_refused_at_its_field(kind: str, nonsense: Any) -> None:
    with pytest.raises(DomainError) as error:
        merged([field(kind)], {"x": nonsense}, {})
    assert error.value.field == "custom.x"


def test_custom_values_empty_required_unknown_and_switched_off() -> None:
    assert merged([field("text")], {"x": " "}, {"x": "old", "gone": 1}) == {"gone": 1}
    with pytest.raises(DomainError) as required:
        merged([field("text", is_required=True)], {}, {})
    assert required.value.details[0].code == "REQUIRED"
    with pytest.raises(DomainError) as unknown:
        merged([field("text")], {"y": 1}, {})
    assert unknown.value.details[0].code == "UNKNOWN_FIELD"


@given(
    kind=st.sampled_from(["text", "number", "date", "choice", "yes_no"]),
    value=st.one_of(
        st.text(),
        st.integers(),
        st.floats(),
        st.booleans(),
        st.none(),
        st.dates(),
        st.decimals(),
        st.lists(st.text()),
    ),
)
def test_custom_check_never_fails_and_what_it_keeps_it_keeps_again(kind: str, value: Any) -> None:
    try:
        once = merged([field(kind)], {"x": value}, {})
    except DomainError:
        return
    assert merged([field(kind)], once, once) == once


def test_custom_choice_field_needs_choices(world: World) -> None:
    with pytest.raises(DomainError) as error:
        services.add_custom_field(
            actor=world.registrar, target="student", code="house", label="House", kind="choice", choices=[" "]
        )
    assert error.value.field == "choices"
    assert not CustomField.objects.exists()
