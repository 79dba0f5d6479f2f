"""What each part of listening to the calls of one process costs."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import ParamSpec, TypeVar

from probe.call import Evidence, Listener, Navigator
from probe.line.lines import Lines
from probe.speech.transcriber import Heard, Transcriber, Transcription
from probe.timeline import Action, Event, Frame, Samples, Timeline

P = ParamSpec("P")
T = TypeVar("T")

_now = time.thread_time  # a system call: 0.6 µs, several times a frame


class Spent:
    """CPU seconds of one thread by part; what is counted as one is not counted as another that it happens in.

    `deciding`: what the caller does next. `around`: a call's beginning and end: put together, dialled, measured, sealed.
    """

    __slots__ = ("around", "deciding", "listening", "recognition", "recording")

    def __init__(self) -> None:
        self.listening = self.recognition = self.deciding = self.recording = self.around = 0.0

    @property
    def counted(self) -> float:
        """All of them together."""
        return self.listening + self.recognition + self.deciding + self.recording + self.around


class Meter:
    """Counts the CPU seconds of parts, thread by thread."""

    def __init__(self) -> None:
        self._threads: dict[int, Spent] = {}  # by thread; a later thread of the same number goes on counting

    def mine(self) -> Spent:
        """Where this thread's are counted."""
        thread = threading.get_ident()
        return self._threads.get(thread) or self._threads.setdefault(thread, Spent())

    def around(self, does: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Does it, as part of a call's beginning or end."""
        mine = self.mine()
        began = _now() - mine.counted
        try:
            return does(*args, **kwargs)
        finally:
            mine.around += _now() - mine.counted - began

    def spent(self) -> dict[str, float]:
        """CPU seconds of each part so far."""
        return {part: sum(getattr(one, part) for one in list(self._threads.values())) for part in Spent.__slots__}


class Metered:
    """Put around the parts of one call (implements `probe.place.Around`): counts what they cost, and shares the lines."""

    def __init__(self, meter: Meter, lines: Lines | None, begins: Callable[[Path], None]) -> None:
        self._meter = meter
        self.lines = lines
        self.begins = begins

    def transcriber(self, hears: Transcriber) -> Transcriber:
        return _MeteredTranscriber(hears, self._meter)

    def listener(self, listener: Listener) -> Listener:
        return _MeteredListener(listener, self._meter)

    def navigator(self, navigator: Navigator) -> Navigator:
        return _MeteredNavigator(navigator, self._meter)

    def evidence(self, evidence: Evidence) -> Evidence:
        return _MeteredEvidence(evidence, self._meter)


class _MeteredListener:
    """A listener whose cost is counted as `listening`."""

    def __init__(self, listener: Listener, meter: Meter) -> None:
        self._listener = listener
        self._meter = meter

    def hear(self, frame: Frame) -> Iterator[Event]:
        return self._each(self._listener.hear(frame))

    def finish(self) -> Iterator[Event]:
        return self._each(self._listener.finish())

    def _each(self, events: Iterable[Event]) -> Iterator[Event]:
        mine = self._meter.mine()
        began = _now() - mine.recognition
        for event in events:
            mine.listening += _now() - mine.recognition - began
            yield event
            began = _now() - mine.recognition
        mine.listening += _now() - mine.recognition - began


class _MeteredNavigator:
    """A navigator whose cost is counted as `deciding`."""

    def __init__(self, navigator: Navigator, meter: Meter) -> None:
        self._navigator = navigator
        self._meter = meter

    def react(self, event: Event) -> Sequence[Action]:
        began = _now()
        actions = self._navigator.react(event)
        self._meter.mine().deciding += _now() - began
        return actions


class _MeteredTranscriber:
    """A transcriber whose cost is counted as `recognition`."""

    def __init__(self, transcriber: Transcriber, meter: Meter) -> None:
        self._transcriber = transcriber
        self._meter = meter
        self.name = transcriber.name
        self.language = transcriber.language

    def begin(self) -> Transcription:
        began = _now()
        transcription = self._transcriber.begin()
        self._meter.mine().recognition += _now() - began
        return _MeteredTranscription(transcription, self._meter)


class _MeteredTranscription:
    def __init__(self, transcription: Transcription, meter: Meter) -> None:
        self._transcription = transcription
        self._meter = meter

    def feed(self, audio: Samples) -> Heard | None:
        began = _now()
        heard = self._transcription.feed(audio)
        self._meter.mine().recognition += _now() - began
        return heard

    def finish(self) -> Heard:
        began = _now()
        heard = self._transcription.finish()
        self._meter.mine().recognition += _now() - began
        return heard


class _MeteredEvidence:
    """Evidence whose cost is counted as `recording`."""

    def __init__(self, evidence: Evidence, meter: Meter) -> None:
        self._evidence = evidence
        self._meter = meter

    def write(self, frame: Frame) -> None:
        began = _now()
        self._evidence.write(frame)
        self._meter.mine().recording += _now() - began

    def keep(self, timeline: Timeline) -> None:
        began = _now()
        self._evidence.keep(timeline)
        self._meter.mine().recording += _now() - began
