"""All that is marked, posted, said and printed, up to now; run again, it adds what is due since."""

from datetime import date, datetime

from apps.accounts.models import School
from apps.portals.demo.grading import make_gradebooks, make_items, shelf_of
from apps.portals.demo.marking import make_results
from apps.portals.demo.papers import make_papers
from apps.portals.demo.plan import Plan
from apps.portals.demo.posted import post_terms, record_earlier
from apps.portals.demo.remarks import make_remarks


def make_marks(school: School, plan: Plan, today: date, now: datetime) -> None:
    shelf = shelf_of(school, plan, today, now)
    make_gradebooks(shelf)
    make_items(shelf)
    make_results(shelf)
    post_terms(shelf)
    record_earlier(shelf)
    make_remarks(shelf)
    make_papers(shelf)
