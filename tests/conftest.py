"""No test signs with the keys of whoever runs it, waits for their trunks' channels, or asks an authority that they have set."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from probe.speech import models

# How long an example takes is the machine's matter, not the test's.
settings.register_profile("tests", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("tests")

_SET = (
    "PROBE_KEYS",
    "PROBE_MODELS",
    "PROBE_SIGNING_KEY",
    "PROBE_SIGNING_KEY_PASSWORD",
    "PROBE_TIMESTAMP_URL",
    "XDG_DATA_HOME",
    "XDG_STATE_HOME",
)


@pytest.fixture(scope="session", autouse=True)
def _keys_of_the_tests(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder for keys, and one for what else a user has, thrown away; processes that tests start inherit them.

    The models that are installed stay so. Tests side by side have a folder each.
    """
    installed = models.folder_of_models()
    before = {name: os.environ.pop(name, None) for name in _SET}
    folder, user = tmp_path_factory.mktemp("keys"), tmp_path_factory.mktemp("user")
    os.environ |= {"PROBE_KEYS": str(folder), "PROBE_MODELS": str(installed)}
    os.environ |= {"XDG_DATA_HOME": str(user / "data"), "XDG_STATE_HOME": str(user / "state")}
    yield folder
    for name, value in before.items():
        os.environ.pop(name, None)
        if value is not None:
            os.environ[name] = value
