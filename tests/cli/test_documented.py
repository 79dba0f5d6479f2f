"""What users can type or read is explained: every command and option, outcome, clock, effort and event."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from typer.main import get_command

from probe.cli import words
from probe.cli.app import app
from probe.measure import CLOCKS, EFFORT
from probe.timeline import ACTIONS, EVENTS, Kind, Outcome

DOCS = Path(__file__).parents[2] / "docs"


def commands(command: Any, path: str = "probe") -> dict[str, Any]:
    """Every command by what is typed to reach it."""
    inside = getattr(command, "commands", {})
    found = {path: command}
    for name, sub in inside.items():
        found |= commands(sub, f"{path} {name}")
    return found


ALL = commands(get_command(app))


def section(text: str, path: str) -> str:
    """The part of docs/commands.md that is about a command, with what is common to several."""
    parts = re.split(r"^## ", text, flags=re.MULTILINE)
    name = " ".join(path.split()[:2])
    return parts[0] + "".join(part for part in parts[1:] if part.startswith(f"`{name}"))


@pytest.mark.parametrize("path", ALL)
def test_every_command_and_option_is_documented(path: str) -> None:
    text = section((DOCS / "commands.md").read_text(encoding="utf-8"), path)
    assert f"`{path}" in text
    for parameter in ALL[path].params:
        for option in parameter.opts:
            if option.startswith("--") and option != "--help":
                assert f"`{option}" in text, f"{path} {option} is not in docs/commands.md"


def test_no_option_is_documented_that_does_not_exist() -> None:
    text = (DOCS / "commands.md").read_text(encoding="utf-8")
    known = {option for command in ALL.values() for parameter in command.params for option in parameter.opts}
    assert set(re.findall(r"--[a-z][a-z-]*", text)) <= known | {"--help"}


def test_every_command_and_option_is_explained_in_its_help() -> None:
    for path, command in ALL.items():
        assert command.help, path
        for parameter in command.params:
            assert getattr(parameter, "help", None), f"{path} {parameter.name}"


@pytest.mark.parametrize(
    "name",
    [*(outcome.value for outcome in Outcome), *CLOCKS, *EFFORT, *EVENTS, *ACTIONS, *(kind.value for kind in Kind)],
)
def test_every_name_of_the_contract_is_documented(name: str) -> None:
    assert f"`{name}`" in (DOCS / "timeline.md").read_text(encoding="utf-8")


def test_every_name_of_the_contract_has_words_in_both_languages() -> None:
    assert set(words.OUTCOMES) == {outcome.value for outcome in Outcome}
    assert set(words.CLOCKS) == set(CLOCKS)
    assert set(words.EFFORT) == set(EFFORT)
    assert set(words.KINDS) == set(Kind)
    assert set(words.EVENTS) == set(EVENTS)
