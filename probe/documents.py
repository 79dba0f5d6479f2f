"""YAML files that people write, validated by a Pydantic model, with every error at its file, line and column.

`load(path, Model)` is the whole interface. A mistake becomes one `DocumentError` that says what was expected and what
to write instead; an unknown key is answered with the nearest known one. Models should forbid extra keys and be frozen.
"""

from __future__ import annotations

import re
import typing
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from rapidfuzz import fuzz, process
from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.error import MarkedYAMLError, ReusedAnchorWarning, YAMLError

from probe.errors import DocumentError, UserError, cannot_read
from probe.mistakes import pydantic_in_chinese, yaml_in_chinese

M = TypeVar("M", bound=BaseModel)

_SURROGATE = re.compile(r"\\u[dD][89a-fA-F][0-9a-fA-F]{2}")


class SourceMistake(ValueError):
    """Raised inside a model's validators to say a mistake in both languages; `load` gives it its place in the file.

    `within`: keys and indices below the value being validated, when the mistake is deeper than that value.
    """

    def __init__(self, en: str, zh: str, within: Sequence[str | int] = ()) -> None:
        super().__init__(en)
        self.en = en
        self.zh = zh
        self.within = tuple(within)


def read(path: Path) -> str:
    """The text of a file; raises UserError when it is missing, a folder, or not UTF-8."""
    try:
        return path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise UserError(f"{path}: no such file", f"{path}：没有这个文件") from None
    except IsADirectoryError:
        raise UserError(f"{path}: is a folder, expected a YAML file", f"{path}：这是文件夹，应为 YAML 文件") from None
    except UnicodeDecodeError as error:
        raise UserError(
            f"{path}: not UTF-8 text (byte {error.start}); save it as UTF-8",
            f"{path}：不是 UTF-8 文本（第 {error.start} 字节）；请另存为 UTF-8",
        ) from None
    except OSError as error:
        raise cannot_read(path, error) from None


def load(path: Path, model: type[M]) -> M:
    """The document at `path` as a `model`; raises UserError or DocumentError (the first mistake in the file)."""
    return loads(read(path), model, path)


def loads(text: str, model: type[M], path: Path | str = "<text>") -> M:
    """Like `load`, for text already read; `path` is for messages, and its folder the context `folder` of validators."""
    source = parse(text, path)
    if half := _SURROGATE.search(text):
        # YAML's `\ud83d` is half a character, which nothing can write down again.
        line, column = text.count("\n", 0, half.start()) + 1, half.start() - text.rfind("\n", 0, half.start())
        raise DocumentError(
            path,
            line,
            column,
            f"`{half[0]}` is half a character; write the character itself",
            f"`{half[0]}` 只是半个字符；请直接写这个字符",
        )
    try:
        return model.model_validate(source, context={"folder": path.parent} if isinstance(path, Path) else None)
    except ValidationError as failure:
        # An unknown key often explains the missing one beside it, so it is told first.
        errors = sorted(failure.errors(), key=lambda error: error["type"] != "extra_forbidden")
        mistakes = [_place(source, error, model, path) for error in errors]
        raise min(mistakes, key=lambda mistake: (mistake.line, mistake.column)) from None


def mistake(path: Path, location: Sequence[str | int], en: str, zh: str, text: str | None = None) -> DocumentError:
    """A mistake that only shows beside other files, at its place in this one, whose text may be at hand already."""
    line, column, _ = _position(parse(read(path) if text is None else text, path), location)
    return DocumentError(path, line, column, en, zh)


def parse(text: str, path: Path | str = "<text>") -> CommentedMap:
    """The YAML mapping in `text`; raises DocumentError where it is not YAML, empty, or not a mapping."""
    yaml = YAML(typ="rt")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ReusedAnchorWarning)  # the later one counts, as YAML 1.2 has it
            source = yaml.load(text)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        problem = (error.problem or "not YAML").replace("\n", " ")
        raise DocumentError(
            path, line, column, f"broken YAML: {problem}", f"YAML 有误：{yaml_in_chinese(problem)}"
        ) from None
    except YAMLError as error:
        problem = str(error).splitlines()[0] if str(error) else "not YAML"
        raise DocumentError(path, 1, 1, f"broken YAML: {problem}", f"YAML 有误：{yaml_in_chinese(problem)}") from None
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        # ruamel lets these out of scalars such as 2020-99-99, tags such as `!!int a`, and hundreds of nested brackets.
        problem = "nested too deeply" if isinstance(error, RecursionError) else str(error).splitlines()[0]
        raise DocumentError(path, 1, 1, f"broken YAML: {problem}", f"YAML 有误：{yaml_in_chinese(problem)}") from None
    if source is None:
        raise DocumentError(path, 1, 1, "the file is empty", "文件是空的")
    if not isinstance(source, CommentedMap):
        raise DocumentError(path, 1, 1, "expected `key: value` lines at the top level", "最外层应为“键: 值”")
    return source


def _place(source: CommentedMap, error: Any, model: type[BaseModel], path: Path | str) -> DocumentError:
    """A Pydantic error as a DocumentError at the place in the file that it is about."""
    location: tuple[str | int, ...] = tuple(error["loc"])
    cause = error.get("ctx", {}).get("error")
    if isinstance(cause, SourceMistake):
        line, column, _ = _position(source, location + cause.within)
        return DocumentError(path, line, column, cause.en, cause.zh)
    line, column, found = _position(source, location)
    key = ".".join(str(part) for part in found) or "(top)"
    given = error.get("input")
    if error["type"] == "extra_forbidden":
        unknown = str(location[-1])
        near = process.extractOne(unknown, sorted(_field_names(model) - {unknown}), scorer=fuzz.ratio, score_cutoff=60)
        en_hint, zh_hint = (f"; did you mean `{near[0]}`?", f"；是否想写 `{near[0]}`？") if near else ("", "")
        return DocumentError(path, line, column, f"unknown key `{unknown}`{en_hint}", f"未知的键 `{unknown}`{zh_hint}")
    if error["type"] == "missing":
        missing = str(location[-1])
        return DocumentError(path, line, column, f"`{missing}` is missing here", f"这里缺少 `{missing}`")
    shown = "" if isinstance(given, dict | list) else f" (found {given!r})"
    chinese = pydantic_in_chinese(error["type"], error.get("ctx", {}), error["msg"])
    zh_shown = "" if isinstance(given, dict | list) else f"（这里是 {given!r}）"
    return DocumentError(path, line, column, f"`{key}`: {error['msg']}{shown}", f"`{key}`：{chinese}{zh_shown}")


def _position(source: Any, location: Sequence[str | int]) -> tuple[int, int, list[str | int]]:
    """Line and column (from 1) of the deepest part of `location` that is in the file, and that part's path."""
    line, column = 1, 1
    node = source
    found: list[str | int] = []
    for part in location:
        if isinstance(node, CommentedMap) and part in node:
            if part in (node.lc.data or {}):  # a key merged by `<<` has no place of its own
                line, column = (n + 1 for n in node.lc.key(part))
        elif isinstance(node, CommentedSeq) and isinstance(part, int) and part < len(node):
            line, column = (n + 1 for n in node.lc.item(part))
        else:
            continue  # a name Pydantic adds (a union's branch), or a key that is missing
        node = node[part]
        found.append(part)
    return line, column, found


def _field_names(model: type[BaseModel], seen: set[type] | None = None) -> set[str]:
    """Names a user can write anywhere in a document of this model."""
    seen = seen if seen is not None else set()
    if model in seen:
        return set()
    seen.add(model)
    names: set[str] = set()
    for name, info in model.model_fields.items():
        names.add(info.alias or name)
        stack: list[Any] = [info.annotation]
        while stack:
            annotation = stack.pop()
            if isinstance(annotation, type) and issubclass(annotation, BaseModel):
                names |= _field_names(annotation, seen)
            stack.extend(typing.get_args(annotation))
    return names
