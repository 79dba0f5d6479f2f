"""What each part of listening to the calls of one process costs."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import ParamSpec, TypeVar

from probe.call import Evidence, Listener
from probe.line.lines import Lines
from probe.speech.transcriber import Heard, Transcriber, Transcription
from probe.timeline import Event, Frame, Samples, Timeline

P = ParamSpec("P")
T = TypeVar("T")


class Meter:
    """Counts the CPU seconds of parts, thread by thread."""

    def __init__(self) -> None:
        self._counters: dict[int, Counter[str]] = {}  # by thread; a later thread of the same number goes on counting

    def spent(self) -> dict[str, float]:
        """CPU seconds of each part so far."""
        total: Counter[str] = Counter()
        for counter in list(self._counters.values()):
            total.update(dict(counter))
        return dict(total)

    def timed(self, part: str, does: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Calls it, and counts what it takes as that part's, and as no part's in which it is called."""
        counter = self._counter()
        began, inner = time.thread_time(), sum(counter.values())
        try:
            return does(*args, **kwargs)
        finally:
            inner = sum(counter.values()) - inner
            counter[part] += time.thread_time() - began - inner  # type: ignore[assignment]

    def _counter(self) -> Counter[str]:
        return self._counters.setdefault(threading.get_ident(), Counter())


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
        waiting = iter(events)
        while (event := self._meter.timed("listening", next, waiting, None)) is not None:
            yield event


class _MeteredTranscriber:
    """A transcriber whose cost is counted as `recognition`."""

    def __init__(self, transcriber: Transcriber, meter: Meter) -> None:
        self._transcriber = transcriber
        self._meter = meter
        self.name = transcriber.name
        self.language = transcriber.language

    def begin(self) -> Transcription:
        return _MeteredTranscription(self._meter.timed("recognition", self._transcriber.begin), self._meter)


class _MeteredTranscription:
    def __init__(self, transcription: Transcription, meter: Meter) -> None:
        self._transcription = transcription
        self._meter = meter

    def feed(self, audio: Samples) -> Heard | None:
        return self._meter.timed("recognition", self._transcription.feed, audio)

    def finish(self) -> Heard:
        return self._meter.timed("recognition", self._transcription.finish)


class _MeteredEvidence:
    """Evidence whose cost is counted as `recording`."""

    def __init__(self, evidence: Evidence, meter: Meter) -> None:
        self._evidence = evidence
        self._meter = meter

    def write(self, frame: Frame) -> None:
        self._meter.timed("recording", self._evidence.write, frame)

    def keep(self, timeline: Timeline) -> None:
        self._meter.timed("recording", self._evidence.keep, timeline)
