"""Whoever reads Chinese is told in Chinese what is wrong with a file, also what the parsers under us complain of."""

from __future__ import annotations

import re
from datetime import date, time
from typing import Literal

import pytest
from pydantic import BaseModel, ConfigDict, Field

from probe.documents import loads
from probe.errors import DocumentError
from probe.mistakes import pydantic_in_chinese, yaml_in_chinese


class Sheet(BaseModel):
    model_config = ConfigDict(extra="forbid")
    whole: int = Field(1, ge=1, le=5)
    name: str = Field("x", min_length=1, pattern="^[a-z]+$")
    choice: Literal["one", "two"] = "one"
    row: list[int] = Field([], max_length=2)
    yes: bool = False
    part: float = Field(1.0, gt=0)
    day: date | None = None
    hour: time | None = None
    keyed: dict[str, int] = {}


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("whole: x", "应为整数（这里是 'x'）"),
        ("whole: 0", "应不小于 1"),
        ("whole: 9", "应不大于 5"),
        ("whole: 1.5", "不带小数"),
        ("name: ''", "至少要有 1 个字符"),
        ("name: 5", "应为文字"),
        ("name: A", "格式应符合"),
        ("choice: three", "应为 'one'、'two'"),
        ("row: 5", "应为列表"),
        ("row: [1, 2, 3]", "最多 2 项，这里有 3 项"),
        ("yes: maybe", "应为 true 或 false"),
        ("part: 0", "应大于 0"),
        ("part: much", "应为数字"),
        ("day: today", "应为日期"),
        ("hour: noon", "应为时刻"),
        ("keyed: 3", "应为“键: 值”"),
        ("name: b: c", "请检查缩进"),
        ("row: [1", "缺少逗号或“]”"),
        ("name: 'x", "引号或括号没有结束"),
        ("name: @x", "@ 不能写在这里"),
        ("row:\n\t- 1", "缩进请用空格"),
        ("- a\nb: 1", "缩进与上文不一致"),
        ("row: ]", "这里应有内容"),
        ("name: *x", "没有定义过的引用“x”"),
        ("name: a\nname: b", "键“name”写了两次"),
        ('name: "x\\q"', "请改用单引号"),
        ("name: a\nb\nc: 2", "缺少冒号"),
        ("whole: !!int a", "'a' 不是整数"),
        ("%x", "开头不是 YAML"),
        ("name: - b", "不能开始列表"),
        ("---\nname: a\n---\nname: b", "只能有一份文档"),
        ("\x07", "控制字符"),
        ("name: 2020-99-99", "没有这一天"),
        ("[" * 1000, "嵌套太深"),
    ],
)
def test_a_mistake_is_told_in_chinese(text: str, says: str) -> None:
    with pytest.raises(DocumentError) as caught:
        loads(text, Sheet, "f")
    assert says in caught.value.zh
    message = re.sub(r"（这里是 .*）", "", caught.value.zh.partition("：")[2])
    assert not re.search(r"[a-z]{3,} [a-z]{2,}", message), "English is left in it"


def test_a_complaint_that_is_not_in_the_tables_stays_as_it_is() -> None:
    assert yaml_in_chinese("something unheard of") == "something unheard of"
    assert pydantic_in_chinese("unheard_of", {}, "in English") == "in English"
    assert pydantic_in_chinese("greater_than", {}, "in English") == "in English"


def test_an_anchor_defined_twice_prints_no_warning(recwarn: pytest.WarningsRecorder) -> None:
    assert loads("name: &x a\nkeyed: {one: &x 2}", Sheet, "f").keyed == {"one": 2}
    assert not recwarn.list
