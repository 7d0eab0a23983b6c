"""Words with names in them, said in the language of whoever reads them."""

from collections.abc import Mapping
from typing import Any, Final

from django.utils.functional import lazy


def _filled(words: Any, values: Mapping[str, str]) -> str:
    return str(words) % values


# A `%` would put the words into the language of whoever caused the notice; this waits for the reader's.
filled: Final = lazy(_filled, str)
