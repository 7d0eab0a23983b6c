"""Rates: per user, then per cost of the work; without Redis the process counts for itself, never nobody."""
from rest_framework.throttling import UserRateThrottle


class PerUser(UserRateThrottle):
    """1,000 requests a minute for each user."""
