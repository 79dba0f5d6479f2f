"""What every part of a scenario has in common: how keys, text and choices may be written, and what a mistake is told.

People who never programmed write scenarios, so a mistake is answered with what to write instead, in both languages.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, WithJsonSchema, model_validator
from rapidfuzz import fuzz, process

from probe.documents import SourceMistake
from probe.speech.text import normalise

_MEANT = {
    "listen": "hear", "heard": "hear", "听": "hear", "听到": "hear",
    "key": "press", "keys": "press", "dial": "press", "按": "press", "按键": "press",
    "speak": "say", "tell": "say", "说": "say",
    "timeout": "within", "deadline": "within",
    "retry": "if_no_reaction", "retries": "if_no_reaction",
    "else": "if_not_heard", "otherwise": "if_not_heard",
    "hangup": "hang_up", "挂机": "hang_up", "steps": "walk", "expected": "expect",
}  # fmt: skip
"""Words that people write for a key of the language."""


class Part(BaseModel):
    """A part of a scenario: `key: value` lines, only known keys, none of them empty."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    @model_validator(mode="before")
    @classmethod
    def _lines_with_known_keys(cls, written: Any) -> Any:
        if isinstance(written, cls):
            return written
        known = _names(cls)
        keys = ", ".join(f"`{name}`" for name in known)
        if not isinstance(written, Mapping):
            colon = isinstance(written, str) and "：" in written
            raise SourceMistake(
                "expected `key: value` lines"
                + (" with the colon `:` and a space, not `：`" if colon else f" with keys out of {keys}"),
                "这里应写“键: 值”" + ("，冒号须用半角“:”加空格，不能用“：”" if colon else f"，可用的键：{keys}"),
            )
        for key, value in written.items():
            if not isinstance(key, str):
                raise SourceMistake(f"`{key}` is not a key; the keys are {keys}", f"“{key}”不是键；可用的键：{keys}")
            if key not in known:
                raise _unknown(key, cls)
            if value is None:
                raise _empty(key)
        return written


def _names(part: type[Part]) -> list[str]:
    """The keys of a part as they are written."""
    return [info.alias or name for name, info in part.model_fields.items()]


def _unknown(key: str, part: type[Part]) -> SourceMistake:
    names = _names(part)
    meant = _MEANT.get(key.lower())
    near = process.extractOne(key.lower(), names, scorer=fuzz.ratio, score_cutoff=60)
    guess = meant if meant in names else near[0] if near else None
    if guess:
        return SourceMistake(
            f"unknown key `{key}`; did you mean `{guess}`?", f"未知的键“{key}”；是否想写 `{guess}`？", (key,)
        )
    known = ", ".join(f"`{name}`" for name in names)
    return SourceMistake(
        f"unknown key `{key}`; the keys here are {known}", f"未知的键“{key}”；这里可用：{known}", (key,)
    )


def _empty(key: str) -> SourceMistake:
    if key == "press":
        return SourceMistake(
            '`press` is empty; for the hash key write `press: "#"`: a bare # begins a comment',
            '`press` 是空的；井号键请写 `press: "#"`，不加引号的 # 是注释的开头',
            (key,),
        )
    return SourceMistake(
        f"`{key}` is empty; write a value or leave the line out", f"`{key}` 没有值；请写上或删去这一行", (key,)
    )


def text(written: Any) -> str:
    """A text as written; raises SourceMistake for anything else, and for text without a single sound in it."""
    if not isinstance(written, str):
        shown = str(written) if isinstance(written, int | float) and not isinstance(written, bool) else ""
        quoted = f'"{shown or "..."}"'
        raise SourceMistake(
            f"expected a text; put it in quotes: {quoted}" if shown else "expected a text",
            f"这里应为文字；请加引号：{quoted}" if shown else "这里应为文字",
        )
    if not speakable(written):
        raise SourceMistake(
            f"`{written[:40]}` holds nothing that can be spoken", f"“{written[:40]}”里没有可以说出来的字"
        )
    return written


def speakable(written: str) -> bool:
    """Whether a text has a sound in any language."""
    return bool(normalise(written, "zh"))


def texts(written: Any) -> Any:
    """One text, or a list of alternatives, as a list."""
    if isinstance(written, str) or not isinstance(written, list | tuple):
        return [text(written)]
    if not written:
        raise SourceMistake("the list is empty; write at least one text", "列表是空的；请至少写一项")
    found = []
    for index, item in enumerate(written):
        try:
            found.append(text(item))
        except SourceMistake as mistake:
            raise SourceMistake(mistake.en, mistake.zh, (index,)) from None
    return found


def name(written: Any) -> str:
    """A name such as `zhenjiang-water`; raises SourceMistake."""
    if isinstance(written, str) and re.fullmatch(r"[\w.-]{1,100}", written):
        return written
    if isinstance(written, int) and not isinstance(written, bool):
        raise SourceMistake(f'put the name in quotes: "{written}"', f'名称请加引号："{written}"')
    raise SourceMistake(
        "expected a name of letters, figures and `-`, such as `zhenjiang-water`",
        "这里应为由字母、数字和“-”组成的名称，如 `zhenjiang-water`",
    )


def one_of(*choices: str) -> Callable[[Any], str]:
    """A validator that takes one of these words; the mistake names them all, the nearest first."""

    def choose(written: Any) -> str:
        if isinstance(written, str) and written.strip() in choices:
            return written.strip()
        near = process.extractOne(str(written), choices, scorer=fuzz.ratio, score_cutoff=60)
        known = ", ".join(f"`{choice}`" for choice in choices)
        en_hint, zh_hint = (f"; did you mean `{near[0]}`?", f"；是否想写 `{near[0]}`？") if near else ("", "")
        shown = str(written)[:40]
        raise SourceMistake(f"`{shown}` is not one of {known}{en_hint}", f"“{shown}”不在可选值之中：{known}{zh_hint}")

    return choose


def choice(*choices: str) -> tuple[BeforeValidator, WithJsonSchema]:
    """The same for a field's annotation, with its JSON Schema."""
    return BeforeValidator(one_of(*choices)), WithJsonSchema({"enum": list(choices)})


def a_list(written: Any) -> Any:
    """A list as it is; raises SourceMistake for anything else."""
    if isinstance(written, list | tuple):
        return written
    raise SourceMistake("expected a list: lines that begin with `- `", "这里应为列表：每项以“- ”开头")


def yes(written: Any) -> bool:
    """`true` or `false`; raises SourceMistake."""
    if isinstance(written, bool):
        return written
    raise SourceMistake("write `true` or `false`", "请写 `true` 或 `false`")


def whole(least: int, most: int) -> Callable[[Any], int]:
    """A validator for whole numbers from `least` to `most`."""

    def check(written: Any) -> int:
        if isinstance(written, int) and not isinstance(written, bool) and least <= written <= most:
            return written
        raise SourceMistake(f"write a whole number from {least} to {most}", f"请写 {least} 到 {most} 之间的整数")

    return check


_TEXT = {"type": "string", "minLength": 1}
Text = Annotated[str, BeforeValidator(text), WithJsonSchema(_TEXT)]
Texts = Annotated[
    tuple[str, ...],
    BeforeValidator(texts),
    WithJsonSchema({"anyOf": [_TEXT, {"type": "array", "items": _TEXT, "minItems": 1}]}),
]
Name = Annotated[str, BeforeValidator(name), WithJsonSchema({"type": "string", "pattern": r"^[\w.-]+$"})]
Yes = Annotated[bool, BeforeValidator(yes)]
Again = Annotated[int, BeforeValidator(whole(0, 20)), WithJsonSchema({"type": "integer", "minimum": 0, "maximum": 20})]
