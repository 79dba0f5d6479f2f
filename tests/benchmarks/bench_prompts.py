"""How well prompts are remembered, in figures.

    python -m tests.benchmarks.bench_prompts [--prompts 200] [--snippets 30000] [--calls 11] [--only PART]

Parts: `again`: recognised within 2 s of its start, through every condition, learned under a condition drawn at random;
`wrong`: other speech taken for a prompt; `calls`: CPU and instants of a second call to each hotline of the survey, heard
with and without what the first taught; `size`: of the file. Speech: simulated voices, and the real speakers of Debian's
asterisk-core-sounds packages where they are installed.

A recording may contain a piece of another one. What is called wrong is checked against the sound itself: a claim is right
if the undegraded audio of both correlates where the claim puts it.
"""

from __future__ import annotations

import argparse
import time
import wave
from collections.abc import Iterator
from datetime import datetime
from functools import cache
from pathlib import Path

import numpy as np

from probe import shipped
from probe.call import run
from probe.line.caller import load_caller
from probe.line.simulated import SimulatedLine
from probe.listen.fingerprint import HOP, Fingerprinter
from probe.listen.listener import Listener
from probe.listen.prompt_file import dumps
from probe.listen.prompt_learning import grown
from probe.listen.prompt_memory import Memory, Prompt
from probe.listen.prompt_search import Library
from probe.listen.recall import Found, Recall
from probe.navigate.scenario import load_scenario
from probe.navigate.scripted import ScriptedNavigator
from probe.simulator.channel import CONDITIONS, Condition, degrade, draw
from probe.simulator.engine import Engine, Incoming
from probe.simulator.hotline import load_hotline
from probe.simulator.seeds import call_seed
from probe.speech.transcriber import Transcriber
from probe.speech.voice import Voice, speak
from probe.timeline import FRAME, CallInfo, Event, Frame, Samples
from tests.listen.sounds import SENTENCES

REAL = Path("/usr/share/asterisk/sounds")
SHORTEST, LONGEST = 0.7, 12.0  # seconds of the recordings used
SOFTEST = -38.0  # dBFS; softer files hold silence or beeps
SAME_SOUND = 0.5  # correlation of the undegraded audio from which two pieces are the same recording
NOON = datetime(2026, 11, 18, 12, 0)


def trimmed(audio: Samples) -> Samples | None:
    """From the first to the last sound; None if there is too little, or too much."""
    loud = np.flatnonzero(np.abs(audio) > 300)
    if not loud.size or not SHORTEST * 8000 <= loud[-1] - loud[0] <= LONGEST * 8000:
        return None
    level = 20 * np.log10(np.sqrt(np.mean(audio.astype(np.float64) ** 2)) / 32768)
    return audio[loud[0] : loud[-1] + 1] if level > SOFTEST else None


@cache
def real_speech() -> list[Samples]:
    """Recordings of six real speakers, in an order drawn once."""
    found = []
    paths = sorted(REAL.glob("*/**/*.wav"))
    for i in np.random.default_rng(11).permutation(len(paths)):
        if "silence" not in str(paths[i]):
            with wave.open(str(paths[i])) as file:
                audio = trimmed(np.frombuffer(file.readframes(file.getnframes()), np.int16))
            if audio is not None:
                found.append(audio)
    return found


@cache
def simulated_speech(count: int, part: int | None = None) -> list[Samples]:
    """Sentences of hotlines in ten synthetic voices, none twice in the same voice.

    `part`: of the clauses only every other one, so that the two parts have none in common: a synthetic voice says the same
    words in the same way each time, which no speaker does.
    """
    random = np.random.default_rng(12 + (part or 0))
    written = (Path(__file__).parent / "data" / "fresh_prompts.txt").read_text(encoding="utf-8").split()
    clauses = [clause for text in (*written, *SENTENCES) for clause in text.replace("。", "，").split("，") if clause]
    clauses = clauses if part is None else sorted(set(clauses))[part::2]
    found: list[Samples] = []
    while len(found) < count:
        variant = str(random.choice(["m1", "m2", "m3", "m4", "m7", "f1", "f2", "f3", "f4", "f5"]))
        voice = Voice("cmn", variant, int(random.integers(150, 235)), int(random.integers(25, 75)), -16.0)
        sentence = "，".join(random.choice(clauses, int(random.integers(1, 6))))
        audio = trimmed(speak(sentence, voice))
        if audio is not None:
            found.append(audio)
    return found


def framed(audio: Samples, lead: int) -> Samples:
    """With `lead` samples of silence before it, and the pause after which a segment ends."""
    return np.concatenate([np.zeros(lead, np.int16), audio, np.zeros(5600, np.int16)])


def remembered(recordings: list[Samples], random: np.random.Generator) -> Memory:
    prompts = []
    for number, audio in enumerate(recordings):
        frames = Fingerprinter().feed(degrade(framed(audio, 2000), draw(random), seed=number))
        prompts.append(Prompt(f"p-{number}", frames.bits, frames.levels, model="any"))
    return Memory("", tuple(prompts))


def claims(library: Library, audio: Samples) -> Iterator[tuple[Found, float]]:
    """Prompts told for a piece of audio, with the second at which each is."""
    recall, prints = Recall(library), Fingerprinter()
    found: Found | None = None
    for at in range(0, audio.size - audio.size % FRAME, FRAME):
        for change in recall.feed(prints.feed(audio[at : at + FRAME], 5)):
            found = change if isinstance(change, Found) else found
        if found is not None and recall.sure:
            yield found, (at + FRAME) / 8000
            found = None
    for change in recall.finish():
        if isinstance(change, Found) and recall.sure:
            yield change, audio.size / 8000


def same_sound(live: Samples, prompt: Samples, lag: float, since: int, until: int) -> bool:
    """Whether the undegraded audio from live frame `since` to `until` is the prompt's, give or take 10 ms."""
    first, last = max(since * HOP, 0), min(until * HOP, live.size)
    piece = live[first:last].astype(np.float64)
    start = first - round(lag * HOP)
    padded = np.concatenate([np.zeros(8000), prompt.astype(np.float64), np.zeros(8000)])
    around = padded[max(start + 8000 - 80, 0) : start + 8000 + piece.size + 80]
    piece = piece[: max(around.size - 160, 0)]
    if piece.size < 1600 or not piece.any():
        return False
    products = np.correlate(around, piece, "valid")
    squares = np.convolve(around**2, np.ones(piece.size), "valid")
    return float(np.max(products / np.sqrt(squares * (piece @ piece) + 1))) >= SAME_SOUND


def again(name: str, recordings: list[Samples]) -> None:
    random = np.random.default_rng(21)
    library = Library(remembered(recordings, random))
    print(f"\nrecognised again, {name}: {len(recordings)} prompts, {sum(map(len, recordings)) / 8000:.0f} s")
    total = right = 0
    conditions: dict[str, Condition | None] = {**CONDITIONS, "drawn at random": None}
    for condition, network in conditions.items():
        late: list[float] = []
        for number, audio in enumerate(recordings):
            lead = int(random.integers(1600, 2400))
            heard = degrade(framed(audio, lead), network or draw(random), seed=1000 + number)
            found = next(claims(library, heard), None)
            live = framed(audio, lead)
            if found is not None:
                claim = found[0]
                original = framed(recordings[int(claim.prompt.id[2:])], 2000)
                if same_sound(live, original, claim.lag, claim.since, round(found[1] * 50)):
                    late.append(found[1] - lead / 8000)
        within = sum(seconds <= 2.0 for seconds in late)
        total, right = total + len(recordings), right + within
        middle, most = np.percentile(late, [50, 99])
        print(f"  {condition}: within 2 s {within} of {len(recordings)}; after {middle:.2f} s, 99 % {most:.2f} s")
    print(f"  all conditions: {right} of {total}, {100 * right / total:.2f} %")


def wrong(name: str, known: list[Samples], others: list[Samples], count: int) -> tuple[int, int]:
    random = np.random.default_rng(31)
    library = Library(remembered(known, random))
    claimed = false = 0
    for number in range(count):
        audio = others[number % len(others)]
        start = int(random.integers(0, max(audio.size - 12000, 1))) if number >= len(others) else 0
        live = np.concatenate([np.zeros(1600, np.int16), audio[start : start + 14400]])
        for claim, at in claims(library, degrade(live, draw(random), seed=number)):
            claimed += 1
            original = framed(known[int(claim.prompt.id[2:])], 2000)
            false += not same_sound(live, original, claim.lag, claim.since, round(at * 50))
            break
    seconds = library.bits.size * HOP / 8000
    print(
        f"\nwrong prompt, {name}: memory of {len(known)} prompts ({seconds:.0f} s), {count} pieces of {len(others)} others:"
    )
    print(
        f"  claimed {claimed}, of which the same sound {claimed - false}; wrong {false}, {10000 * false / count:.2f} in 10,000"
    )
    return false, count


class _Kept:
    """Listens, and keeps the frames."""

    def __init__(self, listener: Listener) -> None:
        self._listener = listener
        self.frames: list[Frame] = []

    def hear(self, frame: Frame) -> Iterator[Event]:
        self.frames.append(frame)
        return self._listener.hear(frame)

    def finish(self) -> Iterator[Event]:
        return self._listener.finish()

    def write(self, frame: Frame) -> None: ...

    def keep(self, timeline: object) -> None: ...


def call(path: Path, nth: int, hears: Transcriber, memory: Memory) -> tuple[list[Frame], Memory]:
    """The frames of a call in memory, and what is remembered after it."""
    scenario = load_scenario(path)
    caller, hotline = load_caller(scenario.caller), load_hotline(scenario.hotline)
    engine = Engine(hotline, Incoming(caller.number, NOON, call_seed(1, hotline.id, caller.number, nth)), hears)
    line = SimulatedLine(engine, speak=lambda text: speak(text, Voice(variant=caller.voice)))
    listener = Listener(hears, memory=memory)
    kept = _Kept(listener)
    run(line, kept, ScriptedNavigator(scenario), kept, CallInfo(id=str(nth)))
    return kept.frames, grown(memory, str(nth), "", listener.takes, listener.in_music.music)


def listened(frames: list[Frame], hears: Transcriber, memory: Memory | None) -> tuple[float, list[Event]]:
    """CPU seconds of listening, and the events."""
    listener = Listener(hears, memory=memory)
    begun = time.thread_time()
    events = [event for frame in frames for event in listener.hear(frame)]
    events += listener.finish()
    return time.thread_time() - begun, [event for event in events if event.kept and event.kind != "verdict"]


def calls(count: int) -> list[Memory]:
    from probe.speech.vosk_transcriber import VoskTranscriber

    hears = VoskTranscriber()
    paths = sorted((shipped.scenarios() / "zhenjiang").glob("*/ordinary.yaml"))[:count]
    memories = []
    once, twice, bare = 0.0, 0.0, 0.0
    at, known, other = [], [], 0
    for path in paths:
        _, memory = call(path, 0, hears, Memory(path.parent.name))
        frames, _ = call(path, 1, hears, memory)
        memories.append(memory)
        first, without = listened(frames, hears, Memory(""))
        second, events = listened(frames, hears, memory)
        once, twice = once + first, twice + second
        nothing = Listener(None)
        begun = time.thread_time()
        for frame in frames:
            for _ in nothing.hear(frame):
                pass
        bare += time.thread_time() - begun
        if [event.kind for event in events] != [event.kind for event in without]:
            other += 1
            continue
        at += [abs(a.at - b.at) for a, b in zip(events, without, strict=True)]
        known += [abs(a.known - b.known) for a, b in zip(events, without, strict=True)]
    print(f"\n{len(paths)} hotlines: CPU of a second call, heard as a second and as a first one")
    print(
        f"  {twice:.2f} s of {once:.2f} s: {twice / once:.3f}; without any recognition {bare:.2f} s: {bare / once:.3f}"
    )
    print(f"  events: calls with others than without memory {other}; {len(at)} events, instants apart at most", end=" ")
    print(f"{1000 * max(at):.0f} ms, known {1000 * max(known):.0f} ms; 95 % {1000 * np.percentile(at, 95):.0f} ms")
    return memories


def size(memories: list[Memory]) -> None:
    prompts = [prompt for memory in memories for prompt in memory.prompts]
    hundred = [prompts[n % len(prompts)] for n in range(100)]
    seconds = sum(prompt.seconds for prompt in hundred)
    print(
        f"\nfile of 100 prompts ({seconds:.0f} s, with words): {len(dumps(Memory('', tuple(hundred)))) / 1000:.0f} kB"
    )


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--prompts", type=int, default=200)
    options.add_argument("--snippets", type=int, default=30000)
    options.add_argument("--calls", type=int, default=11)
    options.add_argument("--only", choices=["again", "wrong", "calls"], default=None)
    wanted = options.parse_args()
    real = real_speech()
    if not real:
        print("real speech: skipped, asterisk-core-sounds-*-wav are not installed")
    if wanted.only in (None, "again"):
        again("simulated voices", simulated_speech(wanted.prompts))
        if real:
            again("real speakers", real[: wanted.prompts])
    if wanted.only in (None, "wrong"):
        share = wanted.snippets // 3 if real else wanted.snippets
        known, others = simulated_speech(wanted.prompts, 0), simulated_speech(2 * wanted.prompts, 1)
        found = [wrong("simulated voices", known, others, share)]
        if real:
            rest = wanted.snippets - share
            found.append(wrong("real speakers", real[: wanted.prompts], real[wanted.prompts :], rest))
        false, count = (sum(column) for column in zip(*found, strict=True))
        print(f"  all: {false} of {count}, {10000 * false / count:.2f} in 10,000")
    if wanted.only in (None, "calls"):
        size(calls(wanted.calls))


if __name__ == "__main__":
    main()
