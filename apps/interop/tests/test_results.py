"""Gradebooks of OneRoster: line items and results, into the sections that are here, else into the record."""

from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from apps.accounts.models import Role, School
from apps.accounts.tests.factories import RoleAssignmentFactory, UserFactory
from apps.core import jobs
from apps.core.models import Job
from apps.gradebook.models import CourseTranscript, LineItem, Result
from apps.interop import services
from apps.interop.models import ImportRun
from apps.interop.tests.roster import applied, codes, problems, totals, zipped
from apps.interop.tests.test_rostered import FILES

CATEGORIES = "sourcedId,status,dateLastModified,title,weight\nc1,active,,Tests,100\n"
ITEMS = """\
sourcedId,status,dateLastModified,title,description,assignDate,dueDate,classSourcedId,categorySourcedId,\
gradingPeriodSourcedId,resultValueMin,resultValueMax
i1,active,,Algebra test,,2026-09-01,2026-09-08,k1,c1,,0,20
i2,active,,Old test,,2025-09-01,2025-09-08,gone,,,0,50
"""
RESULTS = """\
sourcedId,status,dateLastModified,lineItemSourcedId,studentSourcedId,scoreStatus,score,scoreDate,comment
r1,active,,i1,s1,fully graded,17.5,2026-09-10,Well done
r2,active,,i2,s1,fully graded,40,2025-09-10,
"""


def marked(**changed: str) -> Any:
    files = {"categories.csv": CATEGORIES, "lineItems.csv": ITEMS, "results.csv": RESULTS, **changed}
    return zipped({**FILES, **files})


def test_results_come_into_the_gradebook_of_their_section_and_others_into_the_record(school: School) -> None:
    run = applied(school, marked())
    found = totals(run)
    assert (found["line_item"], found["result"], found["transcript"]) == (1, 1, 1)
    assert codes(run).count("TO_HISTORY") == 1
    item = LineItem.objects.get(school=school)
    assert (item.sourced_id, item.section.sourced_id, item.maximum) == ("i1", "k1", Decimal(20))
    assert item.release_at is None  # families see it when the school says so
    result = Result.objects.get(line_item=item)
    assert (result.student.sourced_id, result.score, result.status) == ("s1", Decimal("17.5"), "graded")
    old = CourseTranscript.objects.get(school=school)
    assert (old.course_title, old.percent, old.is_final) == ("Old test", Decimal(80), False)
    again = applied(school, marked())
    assert (again.result["created"], again.result["changed"], again.result["ended"]) == (0, 0, 0)


def test_a_corrected_score_changes_one_result(school: School) -> None:
    applied(school, marked())
    run = applied(school, marked(**{"results.csv": RESULTS.replace("17.5", "18")}))
    assert [(line.kind, line.changes) for line in run.lines.all()] == [("result", {"score": ["17.5", "18"]})]
    assert Result.objects.get(school=school).version == 2


def test_a_mark_that_became_an_exemption_is_gone(school: School) -> None:
    applied(school, marked())
    run = applied(school, marked(**{"results.csv": RESULTS.replace("fully graded,17.5", "exempt,")}))
    assert [line.changes for line in run.lines.all()] == [
        {"status": ["graded", "exempt"], "score": ["17.5", None]}
    ]
    result = Result.objects.get(school=school)
    assert (result.status, result.score) == ("exempt", None)


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (",17.5,", ",much,", ("results.csv", 2, "score", "SCORE_INVALID", "much")),
        (",17.5,", ",,", ("results.csv", 2, "score", "GRADE_BLANK", "")),
        (",17.5,", ",-1,", ("results.csv", 2, "score", "SCORE_OUT_OF_SCALE", "-1")),
        (",17.5,", ",41,", ("results.csv", 2, "score", "SCORE_OUT_OF_SCALE", "41")),
        (",i1,s1", ",i1,s9", ("results.csv", 2, "studentSourcedId", "REFERENCE_UNKNOWN", "s9")),
        (",i1,s1", ",i9,s1", ("results.csv", 2, "lineItemSourcedId", "REFERENCE_UNKNOWN", "i9")),
        ("fully graded,17", "great,17", ("results.csv", 2, "scoreStatus", "KIND_UNKNOWN", "great")),
    ],
)
def test_a_wrong_result_is_named(school: School, old: str, new: str, expected: Any) -> None:
    run = applied(school, marked(**{"results.csv": RESULTS.replace(old, new)}))
    assert expected in problems(run)
    assert not Result.objects.filter(school=school).exists()


@pytest.mark.parametrize(
    ("said", "status"), [("exempt", "exempt"), ("not submitted", "missing"), ("submitted", "submitted")]
)
def test_a_result_without_a_score_says_why(school: School, said: str, status: str) -> None:
    applied(school, marked(**{"results.csv": RESULTS.replace("fully graded,17.5", f"{said},")}))
    assert Result.objects.get(school=school).status == status


def test_what_ends_elsewhere_stays_here(school: School) -> None:
    applied(school, marked())
    run = applied(school, marked(**{"results.csv": RESULTS.replace("r1,active", "r1,tobedeleted")}))
    assert "CANNOT_END" in codes(run)
    assert Result.objects.get(school=school).score == Decimal("17.5")


@pytest.mark.parametrize(
    ("roles", "error"),
    [
        ((Role.SCHOOL_ADMIN,), ""),
        ((Role.REGISTRAR,), "FORBIDDEN"),
        # Grades somewhere, but nothing of this section.
        ((Role.REGISTRAR, Role.TEACHER), "FORBIDDEN"),
    ],
)
def test_results_come_in_by_those_who_may_grade(school: School, roles: tuple[Role, ...], error: str) -> None:
    owner = UserFactory.create(school=school)
    for role in roles:
        RoleAssignmentFactory.create(user=owner, role=role, campus=None)
    actor = owner.actor(timezone.localdate())
    run = services.start_import(actor=actor, uploads=[marked()])
    jobs.run(run.plan_job_id)  # type: ignore[arg-type]  # it was begun
    run = ImportRun.objects.select_related("plan_job", "apply_job", "file").get(pk=run.pk)
    run = services.apply_run(actor=actor, run=run)
    jobs.run(run.apply_job_id)  # type: ignore[arg-type]  # it was begun
    assert Job.objects.filter(task="interop.apply_import").get().error_code == error
    assert Result.objects.filter(school=school).count() == (0 if error else 1)
