"""How long formulas take to be read, and totals of a school: 1,200 pupils in 8 sections each.

    python bench/grading.py [--pupils 1200] [--items 20]

Pure reckoning: no database is needed and none is touched.
"""

import argparse
import os
import random
import statistics
import sys
import time
import uuid
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
SECTIONS = 8
RANDOM = random.Random(24)  # noqa: S311  # the same marks each time, no secret
FORMULAS = {
    "short": "FA1*10% + FA2*10% + SA1*30%",
    "usual": "if(SA1 < 33, min(32, SA1), weighted(best(2, FA1, FA2, SA1), 40, default(SA1, 0), 60))",
    "longest": "weighted(" + ", ".join(f"best(2, FA{n}, SA{n}, work{n}), {n}" for n in range(1, 20)) + ")",
}
CODES = ("FA1", "FA2", "SA1")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pupils", type=int, default=1200)
    parser.add_argument("--items", type=int, default=20)
    asked = parser.parse_args()
    sys.path.insert(0, str(ROOT))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "schools24.settings")
    import django

    django.setup()
    _formulas()
    _totals(asked.pupils, asked.items)


def _formulas() -> None:
    from apps.gradebook.selectors.formula import MOST_LETTERS, parse

    fresh: Any = parse.__wrapped__  # past the cache
    for name, text in FORMULAS.items():
        whole = text.ljust(MOST_LETTERS) if name == "longest" else text
        took = _median(lambda whole=whole: fresh(whole))
        print(f"formula, {name:8} ({len(whole):5,} letters) {took:8.2f} ms")


def _totals(pupils: int, items: int) -> None:
    from apps.gradebook.models import Weighting
    from apps.gradebook.selectors.rules import CategoryRule, Rules
    from apps.gradebook.selectors.totals import term_total

    sheets = [_marks(items) for _ in range(pupils * SECTIONS)]
    categories = tuple(CategoryRule(code, code, Decimal(30), drop_lowest=1) for code in CODES)
    for weighting in Weighting.values:
        rules = Rules(weighting=weighting, categories=categories, formula=FORMULAS["usual"])
        for explained in (False, True):
            began = time.perf_counter()
            for marks in sheets:
                term_total(rules, marks, 1, explained=explained)
            took = time.perf_counter() - began
            how = "with steps" if explained else "figures only"
            what = f"{len(sheets):,} totals of {items} items, {weighting:10} {how:12}"
            print(f"{what} {took:6.2f} s ({len(sheets) / took:,.0f}/s)")


def _marks(items: int) -> list[Any]:
    from apps.gradebook.selectors.totals import Mark

    return [
        Mark(
            item_id=uuid.UUID(int=n),
            title=f"Item {n}",
            category=CODES[n % len(CODES)],
            maximum=Decimal(20),
            score=Decimal(RANDOM.randrange(0, 41)) / 2,
        )
        for n in range(items)
    ]


def _median(work: Callable[[], Any]) -> float:
    times = []
    for _ in range(15):
        began = time.perf_counter()
        work()
        times.append(1000 * (time.perf_counter() - began))
    return statistics.median(times)


if __name__ == "__main__":
    main()
