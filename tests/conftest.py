"""No test signs with the keys of whoever runs it, or asks an authority for a time stamp that somebody has set."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

_SET = ("PROBE_KEYS", "PROBE_SIGNING_KEY", "PROBE_SIGNING_KEY_PASSWORD", "PROBE_TIMESTAMP_URL")


@pytest.fixture(scope="session", autouse=True)
def _keys_of_the_tests(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder for keys that is thrown away; processes that tests start inherit it."""
    before = {name: os.environ.pop(name, None) for name in _SET}
    folder = tmp_path_factory.mktemp("keys")
    os.environ["PROBE_KEYS"] = str(folder)
    yield folder
    for name, value in before.items():
        os.environ.pop(name, None)
        if value is not None:
            os.environ[name] = value
