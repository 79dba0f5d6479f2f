"""What the benchmark measures: a detector, which hears a hotline's calls one after another.

`factory(transcriber)` makes a detector anew for each hotline; `detector.listen(note)` gives the listener of the next
call to it, so a detector may remember what it heard in the calls before. A listener is what `probe.call` takes: frames
in, events out; the benchmark judges the `verdict` and `human_answered` events among them. `note(opening, verdict)` may
be called with what a verdict was based on, just before it is given: then `probe bench` can export it for training.

Any `module:factory` can be measured (`probe bench --detector`); `docs/bench.md` has an example.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Protocol, runtime_checkable

from probe.bench.prompts import Learned
from probe.call import Listener as CallListener
from probe.errors import UserError
from probe.listen.listener import Listener
from probe.listen.prompt_learning import grown, new_prompts
from probe.listen.prompt_memory import Memory
from probe.listen.verdict import Opening, judge
from probe.speech.transcriber import Transcriber
from probe.timeline import Verdict

OURS = "probe.bench.detector:ours"
"""The detector that `probe` itself uses."""

Note = Callable[[Opening, Verdict], None]


class Detector(Protocol):
    """Hears the calls to one hotline."""

    def listen(self, note: Note) -> CallListener:
        """The listener of the next call."""


@runtime_checkable
class Remembering(Protocol):
    """A detector that tells where its prompts are from, so that each recognition can be checked against it."""

    def learned(self) -> Learned:
        """For each prompt: the number of the call it is from, and the second there at which its last sound ended."""


Factory = Callable[[Transcriber], Detector]


def ours(hears: Transcriber) -> Detector:
    """The detector that `probe` itself uses, with `hears` as its recogniser."""
    return _Ours(hears)


class _Ours:
    """Gives the listener of `probe`, with the hotline's prompt memory."""

    def __init__(self, hears: Transcriber) -> None:
        self._hears = hears
        self._memory = Memory("")
        self._last: Listener | None = None

    def learned(self) -> Learned:
        """Where each prompt is remembered from."""
        memory = self._grown()
        ends = {prompt.id: prompt.ends for prompt in memory.prompts}
        # One that is heard again in the call in which it is learned is told with the end that it had then.
        takes = self._last.takes if self._last else ()
        ends |= {prompt.id: prompt.ends for take in takes for prompt, _ in new_prompts(take) if prompt.id in ends}
        found: dict[str, tuple[int, float]] = {}
        for nth, call in enumerate(memory.calls):
            for hearing in call.heard:
                if hearing.prompt in ends:
                    found.setdefault(hearing.prompt, (nth, hearing.at + ends[hearing.prompt]))
        return found

    def _grown(self) -> Memory:
        """The memory with the call that was heard last."""
        if self._last is None:
            return self._memory
        return grown(self._memory, str(len(self._memory.calls)), "", self._last.takes, self._last.in_music.music)

    def listen(self, note: Note) -> CallListener:
        """The listener of the next call, with the model's every decision noted."""
        self._memory, self._last = self._grown(), None

        def noted(opening: Opening) -> Verdict:
            verdict = judge(opening)
            note(opening, verdict)
            return verdict

        self._last = Listener(self._hears, judge=noted, memory=self._memory)
        return self._last


def load(name: str) -> Factory:
    """The factory called `module:factory`; raises UserError when there is none."""
    module, _, attribute = name.partition(":")
    try:
        found = getattr(import_module(module), attribute)
    except (ImportError, AttributeError, ValueError) as error:
        raise UserError(
            f"no detector `{name}` ({error}); write module:factory, such as {OURS}",
            f"没有检测器“{name}”（{error}）；请写 模块:函数，例如 {OURS}",
        ) from None
    factory: Factory = found
    return factory
