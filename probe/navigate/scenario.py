"""A scenario: how one caller walks through one hotline, and what is expected of it. YAML in, frozen models out.

    Scenario
    ├── walk: Item ...          wait for a prompt (`hear`), then do one thing (`press`, `say`, `hang_up`, `end`)
    │         └── when: Branch ...   whichever prompt comes first, each with its own acts and its own `walk`
    ├── limits: Limits          how long to put up with what
    └── expect: Expect          what makes the call pass

`load_scenario(path)` is what others call. docs/scenarios.md explains every key to those who write scenarios;
docs/scenario.schema.json is `json_schema()`, for editors.
"""

from __future__ import annotations

import json
import re
from io import StringIO
from pathlib import Path
from typing import Annotated, Any, Literal, get_args

from pydantic import BeforeValidator, Field, WithJsonSchema, model_validator
from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap

from probe import documents
from probe.documents import SourceMistake
from probe.errors import DocumentError, UserError
from probe.navigate.acts import Acts, Hear, IfNoReaction, IfRefused, Keys, Otherwise
from probe.navigate.amounts import Bound, CountBound, Duration, DurationBound, count_bound
from probe.navigate.writing import Name, Part, Text, Yes, a_list, choice, one_of, speakable
from probe.timeline import Country, Outcome

__all__ = [
    "Acts",
    "Branch",
    "Expect",
    "Goal",
    "Hear",
    "IfNoReaction",
    "IfRefused",
    "Item",
    "Keys",
    "Limits",
    "Otherwise",
    "Scenario",
    "Variant",
    "json_schema",
    "load_scenario",
    "loads_scenario",
    "written_out",
]  # fmt: skip

Goal = Literal["human", "complaint"]


class Branch(Acts):
    """One of several prompts that may come."""

    walk: Annotated[tuple[Item, ...], BeforeValidator(a_list)] = Field(
        default=(), description="What follows in this branch alone."
    )
    go_on: Yes = Field(default=False, description="In a repeated `when`: leave the repetition here.")

    @model_validator(mode="after")
    def _is_told_apart(self) -> Branch:
        if not self.awaits:
            raise SourceMistake(
                "a branch needs `hear`, or `press: { option: ... }`, to be told from the others",
                "分支要写 `hear` 或 `press: { option: … }`，才能与其他分支区分",
            )
        if self.ends and self.walk:
            raise SourceMistake("nothing follows when the call has ended", "通话已结束，后面的不会执行", ("walk",))
        _check_reachable(self.walk, ("walk",))
        return self


def _times(written: object) -> int:
    bound = count_bound(written)
    if bound.relation == "at least" or not 1 <= bound.limit <= 50:
        raise SourceMistake("write `at most 5`: 1 to 50 times", "请写“最多 5”：1 到 50 次")
    return int(bound.limit)


class Item(Acts):
    """One item of the walk."""

    when: Annotated[tuple[Branch, ...], BeforeValidator(a_list)] = Field(
        default=(), description="Several prompts are possible: the first that is heard decides."
    )
    within: Duration | None = Field(
        default=None, description="How long to wait for it; 60 s if not said, queueing not counted."
    )
    if_not_heard: Otherwise | None = Field(default=None, description="What to do if it is not heard in time.")
    if_not_offered: Otherwise | None = Field(
        default=None, description="What to do if the menu ends, and is repeated, without the option."
    )
    optional: Yes = Field(default=False, description="It need not come: what follows is listened for as well.")
    repeat: Annotated[
        int | None,
        BeforeValidator(_times),
        WithJsonSchema({"type": ["string", "integer"], "examples": ["at most 5", "最多 5"]}),
    ] = Field(default=None, description="After a branch, listen for all of them again, this often at most.")

    @property
    def awaits(self) -> bool:
        return bool(self.when) or self.hear is not None or bool(self.option)

    @model_validator(mode="after")
    def _fits_together(self) -> Item:
        acts = self._acts()
        if self.when and (acts or self.hear or self.wait):
            key = "hear" if self.hear else acts[0] if acts else "wait"
            raise SourceMistake(
                f"`{key}` belongs inside a branch of `when`, or in an item of its own",
                f"`{key}` 应写在 `when` 的某个分支里，或另写一项",
                (key,),
            )
        if not self.when and not self.hear and not acts and not self.wait:
            raise SourceMistake(
                "this item does nothing; write `hear`, `when`, `press`, `say`, `wait`, `hang_up` or `end`",
                "这一项什么也没做；请写 `hear`、`when`、`press`、`say`、`wait`、`hang_up` 或 `end`",
            )
        for key in ("within", "if_not_heard", "optional"):
            if key in self.model_fields_set and not self.awaits:
                raise SourceMistake(
                    f"`{key}` needs something to wait for: `hear`, `when` or `press: {{ option: ... }}`",
                    f"`{key}` 需要有等待的内容：`hear`、`when` 或 `press: {{ option: … }}`",
                    (key,),
                )
        if self.optional and self.if_not_heard:
            raise SourceMistake(
                "an optional item is passed over when it is not heard; drop `optional` or `if_not_heard`",
                "可选项听不到就会跳过；`optional` 和 `if_not_heard` 只能写一个",
                ("if_not_heard",),
            )
        if self.if_not_offered and not self.option:
            raise SourceMistake(
                "`if_not_offered` goes with `press: { option: ... }`",
                "`if_not_offered` 要配合 `press: { option: … }` 使用",
                ("if_not_offered",),
            )
        if self.repeat and not self.when:
            raise SourceMistake("`repeat` goes with `when`", "`repeat` 要配合 `when` 使用", ("repeat",))
        if not self.repeat:
            for index, branch in enumerate(self.when):
                if branch.go_on:
                    raise SourceMistake(
                        "`go_on` leaves a `when` with `repeat`; this one has none, so drop it",
                        "`go_on` 用于离开带 `repeat` 的 `when`；这里没有 `repeat`，请删去",
                        ("when", index, "go_on"),
                    )
        return self


def _check_reachable(walk: tuple[Item, ...], within: tuple[str | int, ...]) -> None:
    for index, item in enumerate(walk[:-1]):
        if item.ends and not item.optional and not item.if_not_heard:
            raise SourceMistake(
                "this is never reached: the item before it ends the call",
                "这一项永远执行不到：前一项已结束通话",
                (*within, index + 1),
            )


class Limits(Part):
    """How long to put up with what, before hanging up."""

    call: Duration = Field(default=300.0, description="The whole call, from dialling.")
    queue: Duration = Field(default=120.0, description="In the queue for a person.")
    silence: Duration = Field(default=20.0, description="Silence on the line.")
    ring: Duration = Field(default=60.0, description="Until the hotline answers.")


class Expect(Part):
    """What the call must show to pass: its outcome, its effort, its clocks."""

    outcome: Annotated[
        tuple[Outcome, ...],
        BeforeValidator(lambda written: _outcomes(written)),
        WithJsonSchema(
            {
                "anyOf": [
                    {"enum": [outcome.value for outcome in Outcome]},
                    {"type": "array", "items": {"enum": [outcome.value for outcome in Outcome]}},
                ]
            }
        ),
    ] = Field(default=(), description="How it must end, or a list of ways.")
    steps: CountBound | None = Field(default=None, description="Inputs that the hotline required.")
    key_steps: CountBound | None = Field(default=None, description="Those made by keys.")
    spoken_steps: CountBound | None = Field(default=None, description="Those made by voice.")
    refusals: CountBound | None = Field(default=None, description="Requests that were not granted.")
    post_dial_delay: DurationBound | None = Field(
        default=None, description="From dialling to the first ring, sound or answer."
    )
    dialed_to_answered: DurationBound | None = Field(default=None, description="From dialling to the answer.")
    answered_to_human_offered: DurationBound | None = Field(
        default=None, description="From the answer until a person is offered."
    )
    answered_to_human_requested: DurationBound | None = Field(
        default=None, description="From the answer until the caller asks for a person."
    )
    requested_to_human: DurationBound | None = Field(
        default=None, description="From asking for a person to the person."
    )
    queued_to_human: DurationBound | None = Field(default=None, description="From the queue to the person.")
    answered_to_human: DurationBound | None = Field(default=None, description="From the answer to the person.")
    dialed_to_human: DurationBound | None = Field(default=None, description="From dialling to the person.")

    @property
    def bounds(self) -> dict[str, Bound]:
        """Every figure that is bounded, by its name."""
        found = {key: getattr(self, key) for key in type(self).model_fields if key != "outcome"}
        return {key: bound for key, bound in found.items() if bound is not None}


def _outcomes(written: Any) -> list[str]:
    choose = one_of(*(outcome.value for outcome in Outcome))
    return [choose(item) for item in (written if isinstance(written, list | tuple) else [written])]


class Scenario(Part):
    """How one caller walks through one hotline, and what is expected."""

    hotline: Name = Field(description="The hotline's name.")
    caller: Name = Field(default="ordinary", description="Who calls, as named in callers.yaml.")
    goal: Annotated[Goal, *choice("human", "complaint")] = Field(
        default="human", description="A person, or the desk for complaints."
    )
    language: Annotated[Literal["zh", "en"], *choice("zh", "en")] = Field(
        default="zh", description="The hotline's language."
    )
    tones: Annotated[Country, *choice(*get_args(Country))] = Field(
        default="CN", description="The country whose network's tones are expected, as an ISO 3166 code."
    )
    model: Name | None = Field(default=None, description="The speech model to use, if not the best installed one.")
    courtesy: Text | None = Field(default=None, description="What is said to the person before hanging up.")
    challenge: str | bool = Field(
        default=True,
        description="Ask who is there, once at most, when it is unsure whether a person answered; a text is the question.",
    )
    walk: Annotated[tuple[Item, ...], BeforeValidator(a_list)] = Field(
        default=(), description="What is heard and done, in order."
    )
    limits: Limits = Field(default=Limits(), description="When to give up.")
    expect: Expect = Field(default=Expect(), description="What makes the call pass.")

    @model_validator(mode="after")
    def _ends_last(self) -> Scenario:
        _check_reachable(self.walk, ("walk",))
        if isinstance(self.challenge, str) and not speakable(self.challenge):
            raise SourceMistake(
                "write the question in words, or `challenge: false` to ask none",
                "请写要问的话，或写 `challenge: false` 表示不问",
                ("challenge",),
            )
        return self

    def question(self, usual: str) -> str | None:
        """What the caller asks to find out who is there; None: nothing. `usual`: the question that is asked by itself."""
        return (usual if self.challenge else None) if isinstance(self.challenge, bool) else self.challenge


class Variant(Scenario):
    """A scenario that is like another one but for the keys written in it; `like` names the other file."""

    hotline: Name = Field(default="", description="The hotline's name.")
    like: Text = Field(description="Another scenario's file, beside this one, for all that is not written here.")


def load_scenario(path: Path) -> Scenario:
    """The scenario in a YAML file; raises UserError, or DocumentError with the mistake's line and column."""
    return loads_scenario(documents.read(path), path)


def loads_scenario(source: str, path: Path | str = "<text>") -> Scenario:
    """Like `load_scenario`, for text already read; `path` is for messages and for finding what it is `like`."""
    return _load(source, Path(path), ())


def written_out(path: Path) -> str:
    """A scenario as YAML that needs no other file: its own text, or what it is `like` with its keys put in."""
    source = documents.read(path)
    loads_scenario(source, path)
    written = _written_out(source, path)
    if written is None:
        return source
    text = StringIO()
    YAML().dump(written, text)
    return text.getvalue()


def _load(source: str, path: Path, above: tuple[Path, ...]) -> Scenario:
    try:
        if "like" not in documents.parse(source, path):
            return documents.loads(source, Scenario, path)
        variant = documents.loads(source, Variant, path)
    except DocumentError as error:
        raise _star_key(error, source) or error from None
    other = path.parent / variant.like
    if path.resolve() in above:
        raise _at_like(source, path, "`like` leads back to this file", "`like` 又指回了本文件")
    try:
        text = documents.read(other)
    except (UserError, ValueError) as error:
        en, zh = (error.en, error.zh) if isinstance(error, UserError) else (str(error), str(error))
        raise _at_like(source, path, f"`like`: {en}", f"`like`：{zh}") from None
    base = _load(text, other, (*above, path.resolve()))
    changed = {key: getattr(variant, key) for key in variant.model_fields_set - {"like"}}
    return base.model_copy(update=changed)


def _at_like(source: str, path: Path, en: str, zh: str) -> DocumentError:
    line, column = documents.parse(source, path).lc.key("like")
    return DocumentError(path, line + 1, column + 1, en, zh)


def _written_out(source: str, path: Path) -> CommentedMap | None:
    own = documents.parse(source, path)
    if "like" not in own:
        return None
    other = path.parent / own.pop("like")
    text = documents.read(other)
    base = _written_out(text, other)
    if base is None:
        base = documents.parse(text, other)
    base.update(own)
    return base


def _star_key(error: DocumentError, source: str) -> DocumentError | None:
    """A bare * is an alias in YAML; what its reader says about it would help nobody."""
    lines = source.splitlines()
    star = re.search(r"\bpress\s*:\s*(\*)", lines[error.line - 1] if error.line <= len(lines) else "")
    if not star:
        return None
    return DocumentError(
        error.path,
        error.line,
        star.start(1) + 1,
        'the star key needs quotes: press: "*"',
        '星号键要加引号：press: "*"',
    )


def json_schema() -> dict[str, Any]:
    """The JSON Schema of a scenario (draft 2020-12), for editors."""
    schema = Variant.model_json_schema()
    schema["title"], schema["description"] = "Scenario", "How one caller walks through one hotline."
    schema.pop("required")
    schema["anyOf"] = [{"required": ["hotline"]}, {"required": ["like"]}]
    del schema["properties"]["hotline"]["default"]
    for part, short in (("Hear", _SHORT_HEAR), ("Keys", _SHORT_KEYS), ("Otherwise", _SHORT_OTHERWISE)):
        full = schema["$defs"][part]
        schema["$defs"][part] = {"title": part, "anyOf": [*short, full]}
    return {"$schema": "https://json-schema.org/draft/2020-12/schema"} | schema


_SHORT_HEAR: list[dict[str, Any]] = [
    {"type": "string"},
    {"type": "array", "items": {"type": "string"}, "minItems": 1},
]
_SHORT_KEYS: list[dict[str, Any]] = [
    {"type": "string", "pattern": "^[0-9*# ]+$"},
    {"type": "integer", "minimum": 0},
]
_SHORT_OTHERWISE: list[dict[str, Any]] = [{"enum": ["go on", "hang up"]}]


if __name__ == "__main__":
    print(json.dumps(json_schema(), ensure_ascii=False, indent=1))
