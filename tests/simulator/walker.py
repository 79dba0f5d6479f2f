"""A perfect caller: knows what the hotline waits for, and does the next thing of a walk when it does."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cache

import numpy as np

from probe.simulator.engine import Engine, Incoming
from probe.simulator.hotline import Hotline, from_text
from probe.simulator.truth import Truth
from probe.speech.transcriber import Transcriber
from probe.speech.voice import Voice, speak
from probe.speech.vosk_transcriber import VoskTranscriber
from probe.timeline import FRAME, RATE, Samples

SILENCE = np.zeros(FRAME, np.int16)
MORNING = datetime(2026, 11, 23, 10, 0)
ORDINARY, ELDERLY = "05115550001", "05115550002"
COURTESY = "您好，这是服务质量测试，谢谢，再见。"


@cache
def transcriber() -> Transcriber:
    """The bundled model."""
    return VoskTranscriber()


def hotline(text: str) -> Hotline:
    """A hotline of which only what matters is written: `start` and `places`."""
    head = "hotline: test\nname: 测试热线\nnetwork: { post_dial: 0, ring: 0 }\ntruth: { way: none, reached: false }\n"
    return from_text(head + text)


def begin(of: Hotline, *, seed: int = 1, number: str = ORDINARY, at: datetime = MORNING, hears: bool = False) -> Engine:
    """A call just coming in."""
    return Engine(of, Incoming(number, at, seed), transcriber() if hears else None)


def run(engine: Engine, seconds: float, keys: str = "", said: Samples | None = None) -> Samples:
    """What is heard in the next `seconds`; keys, or what is said, are sent at their beginning."""
    heard = []
    for tick in range(round(seconds * RATE / FRAME)):
        part = SILENCE if said is None else said[tick * FRAME : (tick + 1) * FRAME]
        sent = np.concatenate([part, SILENCE[part.size :]])
        heard.append(engine.step(sent, list(keys) if tick == 0 else []).audio)
    return np.concatenate(heard)


def until(engine: Engine, kind: str, seconds: float = 60.0) -> float:
    """Goes on until the truth has one more happening of this kind; the instant of it."""
    before = sum(h.kind == kind for h in engine.truth.happenings)
    for _ in range(round(seconds * RATE / FRAME)):
        engine.step(SILENCE)
        found = [h for h in engine.truth.happenings if h.kind == kind]
        if len(found) > before:
            return found[-1].at
    raise AssertionError(f"no {kind} within {seconds} s: {engine.truth.to_json()}")


def utterance(text: str) -> Samples:
    """The caller's voice."""
    return speak(text, Voice(variant="m3"))


@dataclass
class Walk:
    """What a walk led to."""

    truth: Truth
    heard: Samples


def walk(of: Hotline, goal: str = "human", *, number: str = ORDINARY, seed: int = 1, limit: float = 110.0) -> Walk:
    """Walks the hotline's own walk to a goal; hangs up when a person was thanked, or the walk has led nowhere."""
    engine = begin(of, seed=seed, number=number, hears=True)
    todo = [item for item in of.truth.walks.get(goal, ()) for _ in range(item.times)]  # type: ignore[call-overload]
    heard: list[Samples] = []
    samples = moments = 0
    thanked: float | None = None
    asks_after = 4.0  # seconds after which a perfect caller asks whether anybody is there
    while not engine.over and samples < limit * RATE:
        truth, now = engine.truth, samples / RATE
        keys: list[str] = []
        said: Samples | None = None
        waits = [h for h in truth.happenings if h.kind in {"asked", "picked_up"}]
        spoken = truth.spoken[-1] if truth.spoken else None
        if thanked is not None:
            if now > thanked + 4:
                break
        elif truth.human_answered is not None and spoken and spoken.who == "human" and now > spoken.end + 0.4:
            said = utterance(COURTESY)
            thanked = now + said.size / RATE
        elif (
            truth.human_answered is None and waits and waits[-1].kind == "picked_up" and now > waits[-1].at + asks_after
        ):
            asks_after = 12.0
            said = utterance("喂，您好")
        elif len(waits) > moments and now > waits[-1].at + 0.4 and truth.human_answered is None:
            moments = len(waits)
            if not todo:
                if waits[-1].kind == "asked":
                    break
            else:
                item = todo.pop(0)
                keys = list(item.press or "")
                said = utterance(item.say) if item.say else None
        if said is None:
            heard.append(engine.step(SILENCE, keys).audio)
        else:
            heard.append(run(engine, (said.size + FRAME) / RATE, said=said))
        samples += heard[-1].size
    engine.caller_hung_up()
    return Walk(engine.truth, np.concatenate(heard))
