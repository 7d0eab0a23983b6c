"""Makes kept figures forget what they were made from."""

import uuid

from apps.academics.selectors import STATISTICS
from apps.core.caching import forget


def figures_changed(school_id: uuid.UUID) -> None:
    """Call in every transaction that changes pupils, enrollments, sections or curricula."""
    forget(STATISTICS, school_id)
