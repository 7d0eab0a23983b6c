"""What was posted stays as it was, whoever writes and however: the database refuses."""

from typing import Any

import pytest
from django.db import ProgrammingError, transaction
from django.db.utils import InternalError
from django.utils import timezone

from apps.gradebook.models import PostedGrade, Posting
from apps.gradebook.tests.factories import PostedGradeFactory

pytestmark = pytest.mark.django_db
REFUSED = (ProgrammingError, InternalError)


@pytest.fixture
def grade() -> PostedGrade:
    row: PostedGrade = PostedGradeFactory.create()
    return row


@pytest.mark.usefixtures("grade")
@pytest.mark.parametrize(
    ("model", "changes"),
    [
        (PostedGrade, {"percent": 99}),
        (PostedGrade, {"label": "A1"}),
        (PostedGrade, {"workings": [{"code": "other"}]}),
        (Posting, {"reason": "Another one"}),
        (Posting, {"rules": {"name": "Other"}}),
        (Posting, {"posted_at": timezone.now()}),
    ],
)
def test_a_frozen_row_is_not_updated(model: Any, changes: dict[str, Any]) -> None:
    before = list(model.objects.values())
    with pytest.raises(REFUSED, match="Cannot update"), transaction.atomic():
        model.objects.update(**changes)
    assert list(model.objects.values()) == before


@pytest.mark.usefixtures("grade")
@pytest.mark.parametrize("model", [PostedGrade, Posting])
def test_a_frozen_row_is_not_deleted(model: Any) -> None:
    with pytest.raises(REFUSED, match="Cannot delete"), transaction.atomic():
        model.objects.all()._raw_delete("default")
    assert model.objects.count() == 1


def test_a_grade_is_let_out_and_replaced(grade: PostedGrade) -> None:
    now = timezone.now()
    PostedGrade.objects.update(release_at=now, replaced_at=now)
    grade.refresh_from_db()
    assert (grade.release_at, grade.replaced_at) == (now, now)
