import pytest

from apps.accounts.models import School
from apps.accounts.tests.factories import SchoolFactory


@pytest.fixture
def school(db: None) -> School:
    return SchoolFactory.create(country="IN")
