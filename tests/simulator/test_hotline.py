"""Hotline files: what is wrong in them is told at its place; what is right is documented."""

from __future__ import annotations

import re
import typing
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel

from probe.errors import DocumentError, UserError
from probe.simulator.hotline import Hotline, from_form, from_text, load_hotline, shipped
from probe.simulator.truth import KINDS

GOOD = """hotline: small
name: 小热线
start: main
places:
  main:
    kind: menu
    says: 您好
    options:
      - { key: "0", says: 人工服务请按零, to: agent }
  agent: { kind: person }
truth: { way: key, steps: 1, reached: true }
"""
DOCS = Path(__file__).parents[2] / "docs" / "simulator.md"


def test_a_small_hotline_loads() -> None:
    assert from_text(GOOD).id == "small"


@pytest.mark.parametrize(
    ("wrong", "instead", "line", "column", "says"),
    [
        ("to: agent", "to: agnet", 9, 36, "agnet"),
        ("start: main", "start: man", 3, 1, "main, agent"),
        ("says: 您好", "say: 您好", 7, 5, "did you mean `says`"),
        ("kind: person", "kind: persona", 10, 12, "persona"),
        ('key: "0"', 'key: "00"', 9, 11, "key"),
        ("reached: true", "reached: perhaps", 11, 30, "reached"),
        ("start: main\n", "", 1, 1, "`start` is missing"),
    ],
)
def test_a_mistake_is_told_at_its_line_and_column(wrong: str, instead: str, line: int, column: int, says: str) -> None:
    with pytest.raises(DocumentError) as error:
        from_text(GOOD.replace(wrong, instead), "mine.yaml")
    assert (error.value.line, error.value.column) == (line, column)
    assert says in error.value.en
    assert error.value.en.startswith("mine.yaml:")


def test_a_key_given_twice_in_a_menu_is_a_mistake() -> None:
    twice = GOOD.replace("to: agent }\n", 'to: agent }\n      - { key: "0", says: 重听请按零, to: repeat }\n')
    with pytest.raises(DocumentError, match="given twice") as error:
        from_text(twice)
    assert error.value.line == 10


def test_a_length_of_time_is_a_number_or_a_span_and_nothing_else() -> None:
    def length(value: str) -> object:
        queue = f"  agent: {{ kind: queue, length: {value}, to: hang_up }}"
        return from_text(GOOD.replace("  agent: { kind: person }", queue)).places["agent"]

    assert length("8") == length("{ from: 8, to: 8 }")
    with pytest.raises(DocumentError, match="expected seconds"):
        length("long")


def test_an_unknown_name_is_answered_with_the_known_ones() -> None:
    with pytest.raises(UserError, match="zhenjiang-water"):
        load_hotline("zhenjiang-wine")


@pytest.mark.parametrize("hotline", shipped(), ids=lambda hotline: hotline.id)
def test_a_hotline_survives_being_written_as_plain_data(hotline: Hotline) -> None:
    assert from_form(hotline.model_dump(mode="json", by_alias=True)) == hotline


@pytest.mark.parametrize("hotline", shipped(), ids=lambda hotline: hotline.id)
def test_every_place_of_a_shipped_hotline_is_used_and_the_file_bears_its_name(hotline: Hotline) -> None:
    assert load_hotline(hotline.id) is hotline
    used = {target for _, target, _ in hotline._targets()}
    assert set(hotline.places) <= used


@given(st.text(max_size=60))
def test_no_text_makes_loading_fail_otherwise_than_with_a_place_in_the_file(text: str) -> None:
    with pytest.raises(DocumentError):
        from_text(text)


def keys_of(model: type[BaseModel], seen: dict[str, str] | None = None) -> dict[str, str]:
    seen = {} if seen is None else seen
    for name, field in model.model_fields.items():
        key = field.alias or name
        seen.setdefault(key, model.__name__)
        stack: list[object] = [field.annotation]
        while stack:
            annotation = stack.pop()
            if isinstance(annotation, type) and issubclass(annotation, BaseModel) and annotation is not model:
                keys_of(annotation, seen)
            stack.extend(typing.get_args(annotation))
    return seen


def test_every_key_is_documented() -> None:
    explained = re.sub(r"```.*?```", "", DOCS.read_text(encoding="utf-8"), flags=re.DOTALL)
    words = {word for code in re.findall(r"`([^`]+)`", explained) for word in re.findall(r"\w+", code)}
    words |= set(re.findall(r"\*\*(\w+)\*\*", explained))
    missing = [key for key in keys_of(Hotline) if key not in words]
    assert not missing, f"docs/simulator.md does not explain {missing}"


def test_every_kind_of_happening_in_the_truth_is_documented() -> None:
    text = DOCS.read_text(encoding="utf-8")
    assert not [kind for kind in KINDS if f"`{kind}`" not in text]


def test_every_lab_hotline_is_documented() -> None:
    text = DOCS.read_text(encoding="utf-8")
    assert not [hotline.id for hotline in shipped("lab-") if f"`{hotline.id}`" not in text]
