"""How fast a gradebook opens and takes an edit: 40 pupils by 60 items in each of three terms, 7,200 marks.

    DJANGO_SETTINGS_MODULE=schools24.settings python bench/gradebook_grid.py [--pupils 40] [--items 60]

Times the whole page and the save of one cell and of a column through the request handler, middleware and
all. Uses the database of the environment and leaves a school behind.
"""

import argparse
import json
import logging
import os
import statistics
import sys
import time
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
TIMES = 20


def main() -> None:
    logging.disable(logging.WARNING)
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pupils", type=int, default=40)
    parser.add_argument("--items", type=int, default=60)
    asked = parser.parse_args()
    sys.path.insert(0, str(ROOT))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "schools24.settings")
    import django

    django.setup()
    book = _filled(asked.pupils, asked.items)
    client, url = _client(book)
    body = client.get(url).content
    print(f"page of {asked.pupils} x {asked.items}: {len(body) / 1024:,.0f} KB")
    _timed("open the page", lambda: client.get(url))
    _timed("save one cell", lambda: _save(client, url, book, 1))
    _timed("save a column", lambda: _save(client, url, book, asked.pupils))


def _filled(pupils: int, items: int) -> Any:
    from django.utils import timezone

    from apps.gradebook.tests.marking import Book

    book = Book(pupils, 0, today=timezone.localdate())
    for term in book.terms:
        book.items = [book.item(session=term) for _ in range(items)]
        book.save(*(book.cell(p, i, str((p * 7 + i) % 21)) for p in range(pupils) for i in range(items)))
    return book


def _client(book: Any) -> tuple[Any, str]:
    from django.conf import settings
    from django.test import Client
    from django.urls import reverse

    settings.ALLOWED_HOSTS = ["*"]
    client = Client()
    client.force_login(book.staff.user)
    return client, reverse("gradebook:grid", args=[book.section.pk]) + f"?term={book.terms[2].pk}"


def _save(client: Any, url: str, book: Any, count: int) -> Any:
    """Other marks each time, on the versions that stand."""
    from apps.gradebook.models import Result

    item = book.items[0]
    rows = Result.objects.filter(line_item=item).order_by("student")[:count]
    cells = [
        {
            "item": str(item.pk),
            "student": str(row.student_id),
            "version": row.version,
            "entry": str((int(row.score or 0) + 1) % 20),
        }
        for row in rows
    ]
    return client.post(url, {"cells": json.dumps(cells), "key": str(uuid.uuid4())})


def _timed(name: str, act: Callable[[], Any]) -> None:
    took = []
    for _ in range(TIMES):
        began = time.perf_counter()
        answer = act()
        took.append((time.perf_counter() - began) * 1000)
        if answer.status_code != 200:
            raise SystemExit(answer.content[:300])
    took.sort()
    print(f"{name}: median {statistics.median(took):.0f} ms, worst {took[-1]:.0f} ms")


if __name__ == "__main__":
    main()
