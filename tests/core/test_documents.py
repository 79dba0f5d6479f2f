"""A mistake in a file is one message that points at its place and says what to write."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, ConfigDict, field_validator

from probe import i18n
from probe.documents import SourceMistake, load, loads
from probe.errors import DocumentError, UserError


class Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)
    seconds: float


class Plan(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)
    hotline: str
    parts: list[Part] = []

    @field_validator("hotline")
    @classmethod
    def no_spaces(cls, value: str) -> str:
        if " " in value:
            raise SourceMistake("a hotline's id has no spaces; write `a-b`", "热线编号不含空格；请写 `a-b`")
        return value


@pytest.mark.parametrize(
    ("text", "line", "column", "says"),
    [
        ("hotlin: a", 1, 1, "did you mean `hotline`?"),
        ("parts: []", 1, 1, "`hotline` is missing"),
        ("hotline: a\nparts:\n  - seconds: 1\n  - seconds: soon", 4, 5, "found 'soon'"),
        ("hotline: a\nparts:\n  - second: 1", 3, 5, "did you mean `seconds`?"),
        ("hotline: a b", 1, 1, "write `a-b`"),
        ("hotline: a\nhotline: b", 2, 1, "duplicate key"),
        ("hotline: [a", 1, 12, "broken YAML"),
        ("- a", 1, 1, "top level"),
        ('hotline: "a\\ud83d"', 1, 12, "half a character"),
        ('hotline: a\nparts: ["\\ud800\\udc00"]', 2, 10, "half a character"),
        ("", 1, 1, "empty"),
    ],
)
def test_each_mistake_is_told_at_its_place(text: str, line: int, column: int, says: str) -> None:
    with pytest.raises(DocumentError) as caught:
        loads(text, Plan, "plan.yaml")
    assert (caught.value.line, caught.value.column) == (line, column)
    assert caught.value.en.startswith(f"plan.yaml:{line}:{column}: ")
    assert says in caught.value.en


def test_a_message_is_in_the_users_language(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(DocumentError) as caught:
        loads("hotlin: a", Plan)
    monkeypatch.setenv("PROBE_LANG", "zh_CN.UTF-8")
    assert "是否想写 `hotline`？" in str(caught.value)
    i18n.use("en")
    try:
        assert "did you mean" in str(caught.value)
    finally:
        i18n.use(None)


def test_a_missing_file_a_folder_and_a_binary_file_are_user_errors(tmp_path: Path) -> None:
    (tmp_path / "binary.yaml").write_bytes(b"\xff\xfe\x00\x80")
    for path in (tmp_path / "none.yaml", tmp_path, tmp_path / "binary.yaml"):
        with pytest.raises(UserError) as caught:
            load(path, Plan)
        assert str(path) in caught.value.en


@given(st.text(alphabet="hotline: parts-[]{}&*!|>'\"%@`\n\t #abc1.", max_size=60))
def test_any_text_is_either_a_plan_or_one_document_error(text: str) -> None:
    told: DocumentError | Plan
    try:
        told = loads(text, Plan)
    except DocumentError as error:
        told = error
    assert isinstance(told, Plan) or 1 <= told.line <= text.count("\n") + 2
