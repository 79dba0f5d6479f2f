"""One simulated call made and heard: the loop of `probe.call` with a clock on the listening and the truth beside it."""

from __future__ import annotations

import time
from collections.abc import Iterable
from pathlib import Path

import numpy as np
import numpy.typing as npt

from probe.bench.calls import NOON, Case, Cost, Judgement, Label, Result
from probe.bench.detector import Detector, Remembering
from probe.bench.prompts import Learned, Played
from probe.call import Listener, run
from probe.evidence import Recording
from probe.line.caller import load_caller
from probe.line.simulated import SimulatedLine
from probe.listen.verdict import Opening
from probe.measure import measure
from probe.navigate.scripted import ScriptedNavigator
from probe.simulator.channel import G722_DELAY, Channel
from probe.simulator.engine import Engine, Incoming
from probe.simulator.seeds import call_seed, stable
from probe.simulator.truth import Spoken, Truth
from probe.speech.transcriber import Heard, Transcriber, Transcription
from probe.speech.voice import Voice, speak
from probe.timeline import CallInfo, Event, Frame, PromptRecognised, Samples, Timeline, Verdict, VerdictGiven


def place(
    case: Case,
    detector: Detector,
    hears: Transcriber,
    clock: RecognitionClock,
    played: Played,
    keep: Path | None = None,
) -> Result:
    """Makes the call in memory. `hears`: the simulated hotline's ears; `clock`: the detector's recogniser, timed.

    `played`: what the hotline played in the calls before. `keep`: a folder in which the call is kept as a recording.
    """
    caller = load_caller(case.scenario.caller)
    seed = call_seed(case.seed, case.hotline.id, caller.number, case.nth)
    engine = Engine(case.hotline, Incoming(caller.number, NOON, seed), hears)
    voice = Voice(variant=caller.voice, rate=caller.rate)
    channel = _Channel(Channel(case.condition, stable(seed, "channel")))
    line = SimulatedLine(engine, speak=lambda text: speak(text, voice), channel=channel.hear)
    latency = line.latency + (G722_DELAY if case.condition.codec == "g722" else 0.0)
    info = CallInfo(id=case.name, hotline=case.hotline.id, caller=caller.name, goal=case.scenario.goal)
    heard = _Heard(detector)
    before, remembered = clock.seconds, _learned(detector)
    recording = Recording(keep, info) if keep else None
    found = measure(run(line, heard, ScriptedNavigator(case.scenario), recording or _Nothing(), info))
    if recording:
        recording.close(found)
    return Result(
        case,
        found,
        engine.truth,
        latency,
        tuple(_judged(event, opening, engine.truth, latency) for event, opening in heard.verdicts),
        played.call(engine.truth.spoken, heard.prompts, latency, channel.sent, {**_learned(detector), **remembered}),
        Cost(heard.seconds, clock.seconds - before, heard.audio),
    )


class RecognitionClock:
    """A transcriber that counts the CPU seconds spent in it (implements `probe.speech.transcriber.Transcriber`)."""

    def __init__(self, transcriber: Transcriber) -> None:
        self._transcriber = transcriber
        self.name = transcriber.name
        self.language = transcriber.language
        self.seconds = 0.0

    def begin(self) -> Transcription:
        """A stretch whose recognition is timed."""
        began = time.thread_time()
        transcription = self._transcriber.begin()
        self.seconds += time.thread_time() - began
        return _Timed(self, transcription)


class _Timed:
    def __init__(self, clock: RecognitionClock, transcription: Transcription) -> None:
        self._clock, self._transcription = clock, transcription

    def feed(self, audio: npt.NDArray[np.int16]) -> Heard | None:
        began = time.thread_time()
        heard = self._transcription.feed(audio)
        self._clock.seconds += time.thread_time() - began
        return heard

    def finish(self) -> Heard:
        began = time.thread_time()
        heard = self._transcription.finish()
        self._clock.seconds += time.thread_time() - began
        return heard


class Ears:
    """A transcriber that recognises the same audio only once (implements `probe.speech.transcriber.Transcriber`).

    A simulated caller says the same few sentences, to the sample, in thousands of calls, and a hotline's ears want the
    whole of an utterance or nothing.
    """

    def __init__(self, transcriber: Transcriber) -> None:
        self._transcriber = transcriber
        self._known: dict[bytes, Heard] = {}
        self.name = transcriber.name
        self.language = transcriber.language

    def begin(self) -> Transcription:
        """A stretch that is recognised when it is over, if it was never heard before."""
        return _Once(self._transcriber, self._known)


class _Once:
    def __init__(self, transcriber: Transcriber, known: dict[bytes, Heard]) -> None:
        self._transcriber, self._known = transcriber, known
        self._audio: list[npt.NDArray[np.int16]] = []

    def feed(self, audio: npt.NDArray[np.int16]) -> Heard | None:
        self._audio.append(audio)
        return None

    def finish(self) -> Heard:
        whole = np.concatenate(self._audio) if self._audio else np.zeros(0, np.int16)
        key = whole.tobytes()
        if key not in self._known:
            transcription = self._transcriber.begin()
            transcription.feed(whole)
            self._known[key] = transcription.finish()
        return self._known[key]


class _Heard:
    """The detector's listener, timed, with its verdicts and what they were based on kept."""

    def __init__(self, detector: Detector) -> None:
        self._noted: list[tuple[Opening, Verdict]] = []
        self._listener: Listener = detector.listen(lambda opening, verdict: self._noted.append((opening, verdict)))
        self.verdicts: list[tuple[VerdictGiven, Opening | None]] = []
        self.prompts: list[PromptRecognised] = []
        self.seconds = 0.0
        self.audio = 0.0

    def hear(self, frame: Frame) -> Iterable[Event]:
        self.audio = frame.end
        return self._timed(self._listener.hear(frame))

    def finish(self) -> Iterable[Event]:
        return self._timed(self._listener.finish())

    def _timed(self, events: Iterable[Event]) -> list[Event]:
        began = time.thread_time()
        told = list(events)
        self.seconds += time.thread_time() - began
        for event in told:
            if isinstance(event, PromptRecognised):
                self.prompts.append(event)
            if isinstance(event, VerdictGiven):
                opening = next((o for o, verdict in reversed(self._noted) if verdict is event.verdict), None)
                self.verdicts.append((event, opening))
                self._noted.clear()
        return told


class _Channel:
    """A channel, and what was sent into it."""

    def __init__(self, channel: Channel) -> None:
        self._channel = channel
        self._sent: list[Samples] = []

    def hear(self, frame: Samples) -> Samples:
        self._sent.append(frame)
        return self._channel.hear(frame)

    @property
    def sent(self) -> Samples:
        return np.concatenate(self._sent) if self._sent else np.zeros(0, np.int16)


def _learned(detector: Detector) -> Learned:
    """Where the detector's prompts are remembered from, if it tells."""
    return detector.learned() if isinstance(detector, Remembering) else {}


class _Nothing:
    """Keeps no evidence."""

    def write(self, frame: Frame) -> None: ...

    def keep(self, timeline: Timeline) -> None: ...


def _judged(event: VerdictGiven, opening: Opening | None, truth: Truth, latency: float) -> Judgement:
    shares = spoke(truth.spoken, event.start - latency, event.end - latency)
    label: Label = max(shares, key=lambda who: shares[who][0]) if shares else "nothing"
    seconds, said = shares.get(label, (1.0, ""))
    return Judgement(
        start=event.start,
        end=event.end,
        known=event.known,
        verdict=event.verdict,
        truth=label,
        purity=seconds / sum(other for other, _ in shares.values()) if shares else 1.0,
        human=shares["human"][0] if "human" in shares else 0.0,
        said=said,
        opening=opening,
    )


def spoke(spoken: Iterable[Spoken], start: float, end: float) -> dict[Label, tuple[float, str]]:
    """Who spoke between `start` and `end` (seconds on the hotline's clock): for how long, and what they said last."""
    shares: dict[Label, tuple[float, str]] = {}
    for said in spoken:
        overlap = min(said.end, end) - max(said.start, start)
        if overlap > 0:
            before, _ = shares.get(said.who, (0.0, ""))
            shares[said.who] = before + overlap, said.text
    return shares
