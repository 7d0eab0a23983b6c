"""A pupil's way through the year, drawn."""

from collections import defaultdict
from datetime import date
from decimal import Decimal
from statistics import fmean

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from apps.core.web.charts import Chart, Series
from apps.gradebook.selectors.standing import PupilMarks, Subject

# More lines than colours tell nobody anything.
MOST = 8


def progress_chart(marks: PupilMarks) -> Chart | None:
    """The mean of what came out, by month and subject; None until there are two months to compare."""
    by_subject = [(subject, _by_month(subject)) for subject in marks.subjects]
    months = sorted({month for _subject, means in by_subject for month in means})
    if len(months) < 2:
        return None
    return Chart(
        id=f"progress-{marks.student.pk}",
        title=_("Results by month, in percent"),
        axis=_("Month"),
        labels=[date_format(month, "M Y") for month in months],
        series=[
            Series(subject.title, [means.get(month) for month in months])
            for subject, means in by_subject[:MOST]
            if means
        ],
        unit="%",
    )


def _by_month(subject: Subject) -> dict[date, float]:
    found: defaultdict[date, list[Decimal]] = defaultdict(list)
    for line in subject.lines:
        if line.is_out and line.percent is not None:
            found[line.day.replace(day=1)].append(line.percent)
    return {month: round(fmean(float(one) for one in some), 1) for month, some in found.items()}
