from __future__ import annotations

from typer.testing import CliRunner

from probe.cli.app import app
from probe.listen.weights import shipped


def test_the_weights_are_shown_by_name_with_the_models_version_and_hash() -> None:
    shown = CliRunner().invoke(app, ["verdict", "show"])
    assert shown.exit_code == 0
    assert shipped().name in shown.stdout
    for name, weight in shipped().person.items():
        assert name in shown.stdout
        assert f"{weight:+.2f}" in shown.stdout
