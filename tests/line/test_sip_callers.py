from __future__ import annotations

from pathlib import Path

import pytest

from probe.errors import DocumentError, UserError
from probe.line.caller import load_caller, load_callers


def test_the_shipped_callers_are_an_ordinary_and_an_elderly_one() -> None:
    callers = load_callers()
    assert {name: (caller.number, caller.profile) for name, caller in callers.items()} == {
        "ordinary": ("05115550001", "ordinary"),
        "elderly": ("05115550002", "elderly"),
    }


def test_an_unknown_caller_is_answered_with_the_known_ones() -> None:
    with pytest.raises(UserError, match="no caller `old`; known: ordinary, elderly"):
        load_caller("old")


def test_a_number_without_quotes_is_pointed_at(tmp_path: Path) -> None:
    path = tmp_path / "callers.yaml"
    path.write_text("callers:\n  me:\n    number: 05115550001\n", encoding="utf-8")
    with pytest.raises(DocumentError) as mistake:
        load_callers(path)
    assert (mistake.value.line, mistake.value.column) == (3, 5)
