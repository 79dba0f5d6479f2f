"""What an item of a walk waits for and does: a prompt to hear, and one act in answer to it, with its remedies."""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal

from pydantic import Field, model_validator
from ruamel.yaml.scalarint import ScalarInt

from probe.documents import SourceMistake
from probe.navigate.amounts import Duration
from probe.navigate.writing import Again, Part, Text, Texts, Yes, choice, one_of, speakable
from probe.timeline import Outcome

Moment = Literal["at once", "after prompt"]

_NAMED_BY_A_SCENARIO = tuple(o.value for o in Outcome if o not in (Outcome.HUMAN, Outcome.OUR_FAULT))


class Hear(Part):
    """A prompt to wait for. Any one of `text`, or `pattern`, is enough; text is compared by its sounds."""

    text: Texts = Field(
        default=(), description="What is said, or a list of alternatives; part of the prompt is enough."
    )
    pattern: str | None = Field(
        default=None, description="A regular expression on the text without punctuation and spaces."
    )
    similarity: float = Field(default=0.8, description="How alike the sounds must be, above 0.3 and up to 1.")

    @model_validator(mode="before")
    @classmethod
    def _short_form(cls, written: Any) -> Any:
        return {"text": written} if isinstance(written, str | list | int | float) else written

    @model_validator(mode="before")
    @classmethod
    def _figures(cls, written: Any) -> Any:
        given = written.get("similarity", 0.8) if isinstance(written, dict) else 0.8
        if isinstance(given, bool) or not isinstance(given, int | float) or not 0.3 < given <= 1:
            raise SourceMistake("write a number above 0.3, up to 1", "请写大于 0.3、不超过 1 的数", ("similarity",))
        pattern = written.get("pattern", "") if isinstance(written, dict) else ""
        try:
            re.compile(pattern)
        except (re.error, TypeError, OverflowError, RecursionError) as error:
            raise SourceMistake(
                f"not a regular expression: {error}", f"不是正则表达式：{error}", ("pattern",)
            ) from None
        return written

    @model_validator(mode="after")
    def _something_to_hear(self) -> Hear:
        if not self.text and not self.pattern:
            raise SourceMistake("write `text` or `pattern` to hear", "请写要听的 `text` 或 `pattern`")
        return self


class Keys(Part):
    """What to press: `keys` as given, or the key that the hotline itself announces for an `option`."""

    keys: str | None = Field(default=None, description='Keys: 0-9, *, #; in quotes, such as "1".')
    option: Texts = Field(
        default=(), description="The menu option whose announced key is pressed, or a list of names for it."
    )

    @model_validator(mode="before")
    @classmethod
    def _short_form(cls, written: Any) -> Any:
        if isinstance(written, bool) or not isinstance(written, str | int | float):
            return written
        return {"keys": _keys(written)}

    @model_validator(mode="after")
    def _one(self) -> Keys:
        if (self.keys is None) == (not self.option):
            raise SourceMistake('write keys (`"1"`) or `{ option: 人工 }`', '请写按键（`"1"`）或 `{ option: 人工 }`')
        if self.keys is not None:
            _keys(self.keys)
        return self


def _keys(written: object) -> str:
    if isinstance(written, float) or (isinstance(written, int) and not _as_typed(written)):
        raise SourceMistake(
            'YAML reads this as a number and loses figures; write the keys in quotes: "01"',
            'YAML 会把它当成数字而丢失位数；按键请加引号："01"',
        )
    keys = str(written).replace(" ", "")
    if re.fullmatch(r"[0-9*#]{1,40}", keys):
        return keys
    raise SourceMistake(
        f'`{str(written)[:40]}` are not keys; write 0-9, * and # in quotes: "1"',
        f'“{str(written)[:40]}”不是按键；请用引号写 0-9、*、#："1"',
    )


def _as_typed(number: int) -> bool:
    """Whether YAML's whole number looks in the file as it does now: no leading zero, underscore or other base."""
    width, underscore = getattr(number, "_width", None), getattr(number, "_underscore", None)
    return type(number) in (int, ScalarInt) and width in (None, len(str(number))) and not underscore


class IfNoReaction(Part):
    """The same input is sent again when the hotline does nothing at all, repeats its prompt, or says it was invalid."""

    again: Again = Field(default=1, description="How often, at most.")
    after: Duration = Field(default=4.0, description="How long nothing at all must have been heard.")


class IfRefused(Part):
    """A request that was understood and not granted is made again."""

    again: Again = Field(default=1, description="How often, at most.")
    say: Texts = Field(default=(), description="Other words for it; a list is used in turn.")


class Otherwise(Part):
    """What to do instead: go on with the walk, or one act."""

    go_on: Yes = Field(default=False, description="Go on with the next item of the walk.")
    press: Keys | None = Field(default=None, description="Press this.")
    say: Text | None = Field(default=None, description="Say this.")
    hang_up: str | bool = Field(default=False, description="Hang up; a text says why.")
    end: Annotated[Outcome | None, *choice(*_NAMED_BY_A_SCENARIO)] = Field(
        default=None, description="Hang up; this is the outcome."
    )

    @property
    def ends(self) -> bool:
        """Whether the call is over after this."""
        return bool(self.hang_up or self.end)

    @model_validator(mode="before")
    @classmethod
    def _short_form(cls, written: Any) -> Any:
        if isinstance(written, str):
            one_of("go on", "hang up")(written)
            return {"go_on": True} if written.strip() == "go on" else {"hang_up": True}
        return written

    @model_validator(mode="after")
    def _one(self) -> Otherwise:
        if sum(map(bool, (self.go_on, self.press, self.say, self.hang_up, self.end))) != 1:
            raise SourceMistake(
                "write `go on`, or exactly one of `press`, `say`, `hang_up`, `end`",
                "请写 `go on`，或只写 `press`、`say`、`hang_up`、`end` 之一",
            )
        if self.press and self.press.option:
            raise SourceMistake(
                'an option that was not heard has no key; write one: press: "0"',
                '没有听到的选项没有按键；请写明：press: "0"',
                ("press",),
            )
        return self


class Acts(Part):
    """What an item of the walk and a branch share: what is heard, and what is done then."""

    hear: Hear | None = Field(default=None, description="The prompt to wait for.")
    press: Keys | None = Field(default=None, description="Keys to press, or { option: ... }.")
    say: Text | None = Field(default=None, description="What to say.")
    wait: Duration | None = Field(default=None, description="A pause before the act, or on its own.")
    hang_up: str | bool = Field(default=False, description="Hang up; a text says why.")
    end: Annotated[Outcome | None, *choice(*_NAMED_BY_A_SCENARIO)] = Field(
        default=None, description="Hang up; this is the outcome."
    )
    act: Annotated[Moment | None, *choice("at once", "after prompt")] = Field(
        default=None, description="When to act. Keys: `at once` if not said. All else: `after prompt`."
    )
    if_no_reaction: IfNoReaction = Field(default=IfNoReaction(), description="Send the input again if it seems lost.")
    if_refused: IfRefused | None = Field(default=None, description="Ask again if the request is not granted.")

    @property
    def option(self) -> tuple[str, ...]:
        """Names of the menu option to press, if that is what is done."""
        return self.press.option if self.press else ()

    @property
    def awaits(self) -> bool:
        """Whether something must be heard first."""
        return self.hear is not None or bool(self.option)

    @property
    def at_once(self) -> bool:
        """Whether to act while the prompt still runs."""
        return self.act == "at once" if self.act else self.press is not None

    @property
    def ends(self) -> bool:
        """Whether the call is over after this."""
        return bool(self.hang_up or self.end)

    @property
    def does(self) -> bool:
        """Whether something is done that has its moment; a pause alone has none."""
        return bool(self._acts())

    def _acts(self) -> list[str]:
        return [key for key in ("press", "say", "hang_up", "end") if getattr(self, key)]

    @model_validator(mode="after")
    def _acts_fit(self) -> Acts:
        acts = self._acts()
        if len(acts) > 1:
            raise SourceMistake(
                f"one item does one thing, not both `{acts[0]}` and `{acts[1]}`; write a second item",
                f"一项只做一件事，不能同时写 `{acts[0]}` 和 `{acts[1]}`；请另写一项",
                (acts[1],),
            )
        if not self.press and not self.say:
            for key in ("if_no_reaction", "if_refused"):
                if key in self.model_fields_set:
                    raise SourceMistake(
                        f"`{key}` needs a `press` or `say` that it can repeat",
                        f"`{key}` 要配合 `press` 或 `say` 使用",
                        (key,),
                    )
        if self.act and not acts:
            raise SourceMistake(
                "`act` says when to `press`, `say`, `hang_up` or `end`; there is none here",
                "`act` 说明何时 `press`、`say`、`hang_up` 或 `end`；这里一个也没有",
                ("act",),
            )
        if isinstance(self.hang_up, str) and not speakable(self.hang_up):
            raise SourceMistake("write `hang_up: true` or say why", "请写 `hang_up: true` 或写明原因", ("hang_up",))
        return self
