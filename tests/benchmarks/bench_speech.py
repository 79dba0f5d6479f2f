"""How well and how cheaply the bundled model hears: figures printed, quality asserted.

Run: python -m pytest tests/benchmarks/bench_speech.py -s
Everything here is synthetic speech in voices, or at rates and pitches, that were not trained on; nothing is
said about human voices.
"""

import random
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from rapidfuzz.distance import Levenshtein
from ruamel.yaml import YAML

from probe.speech import chinese
from probe.speech.transcriber import Heard
from probe.speech.voice import RATE, Voice, speak
from probe.speech.vosk_transcriber import VoskTranscriber

DATA = Path(__file__).parent / "data"
UNHEARD_VARIANTS = ("m7", "f4", "edward", "anika")  # `HELD_OUT_VARIANTS` of the training

Audio = npt.NDArray[np.int16]


@dataclass
class Errors:
    """Character errors over many texts, and what it cost to find them."""

    wrong: int = 0
    characters: int = 0
    cpu: float = 0.0
    seconds: float = 0.0
    misses: list[str] = field(default_factory=list)

    def add(self, said: str, heard: str) -> None:
        wanted, got = chinese.normalise(said), chinese.normalise(heard)
        distance = Levenshtein.distance(wanted, got)
        self.wrong += distance
        self.characters += len(wanted)
        if distance:
            self.misses.append(f"{distance:3d}  said  {wanted}\n     heard {got}")

    @property
    def rate(self) -> float:
        return self.wrong / max(1, self.characters)


@pytest.fixture(scope="module")
def transcriber() -> VoskTranscriber:
    return VoskTranscriber("zh-telephone")


def hear(transcriber: VoskTranscriber, audio: Audio, errors: Errors, chunk: int = 160) -> Heard:
    began = time.process_time()
    transcription = transcriber.begin()
    for start in range(0, audio.size, chunk):
        transcription.feed(audio[start : start + chunk])
    heard = transcription.finish()
    errors.cpu += time.process_time() - began
    errors.seconds += audio.size / RATE
    return heard


def on_the_line(speech: Audio, before: float = 0.25, noise: npt.NDArray[np.float64] | None = None) -> Audio:
    """Speech after a short silence, with noise, through µ-law (ITU-T G.711, continuous form)."""
    audio = np.concatenate([np.zeros(round(before * RATE)), speech.astype(float), np.zeros(1600)])
    if noise is not None:
        audio += np.resize(noise, audio.size)
    audio = np.clip(audio, -32768, 32767) / 32768
    coded = np.round(np.sign(audio) * np.log1p(255 * np.abs(audio)) / np.log(256) * 127) / 127
    return np.asarray(np.round(np.sign(coded) * np.expm1(np.abs(coded) * np.log(256)) / 255 * 32767), np.int16)


def room(seconds: float, level_db: float, rng: np.random.Generator, talkers: int) -> npt.NDArray[np.float64]:
    """Pink noise, with people talking in the background if there are `talkers`, at `level_db` dBFS RMS."""
    size = round(seconds * RATE)
    spectrum = (rng.normal(size=size // 2 + 1) + 1j * rng.normal(size=size // 2 + 1)) / np.sqrt(
        np.arange(1, size // 2 + 2)
    )
    noise = np.fft.irfft(spectrum, size)
    noise /= np.sqrt(np.mean(noise**2))
    lines = ["这个单子你看一下再给我", "中午我们一起去食堂吃饭吧", "他昨天已经把材料送过来了", "麻烦你把门带上谢谢"]
    for index in range(talkers):
        talk = speak(
            lines[index % 4], Voice(variant=rng.choice(["m2", "f3", "m5", "f1"]), rate=int(rng.integers(150, 220)))
        )
        noise += np.resize(np.roll(talk.astype(float), int(rng.integers(0, talk.size))), size) / 3000
    return np.asarray(noise * 32768 * 10 ** (level_db / 20) / np.sqrt(np.mean(noise**2)))


def some_voice(chance: random.Random) -> Voice:
    return Voice(
        variant=chance.choice(UNHEARD_VARIANTS),
        rate=chance.randint(140, 230),
        pitch=chance.randint(25, 75),
        volume_db=chance.uniform(-28, -6),
        warp=chance.uniform(0.94, 1.06),
    )


def report(what: str, errors: Errors, shown: int = 12) -> None:
    print(f"\n{what}: CER {errors.rate:.2%} of {errors.characters} characters, {len(errors.misses)} texts with errors, "
          f"{errors.cpu / max(errors.seconds, 1e-9):.4f} CPU s/s")  # fmt: skip
    for miss in sorted(errors.misses, reverse=True)[:shown]:
        print(miss)


def prompts_of_shipped_hotlines() -> Iterator[tuple[str, Voice]]:
    """Every text a hotline speaks in its own voice; lists of what callers may mean are not spoken."""
    for file in sorted((files("probe.simulator") / "hotlines").iterdir(), key=lambda entry: entry.name):
        if not file.name.endswith(".yaml"):
            continue
        document = YAML(typ="safe").load(file.read_text("utf-8"))
        own = document.get("voice", {})
        voice = Voice(variant=own.get("variant", "f2"), rate=own.get("rate", 175), pitch=own.get("pitch", 50))
        for text in _said(document.get("places", {})):
            yield text, voice


def _said(node: object, key: str = "") -> Iterator[str]:
    if isinstance(node, dict):
        for name, below in node.items():
            yield from _said(below, str(name))
    elif isinstance(node, list):
        for below in node:
            yield from _said(below, key)
    elif isinstance(node, str) and key != "means" and len(re.findall("[\u4e00-\u9fff]", node)) > 2 and "{" not in node:
        yield node


def test_fresh_prompts_in_unheard_voices(transcriber: VoskTranscriber) -> None:
    lines = [line for line in (DATA / "fresh_prompts.txt").read_text("utf-8").splitlines() if line and line[0] != "#"]
    assert len(lines) >= 60
    chance, errors = random.Random(11), Errors()
    for line in lines:
        for _ in range(3):
            errors.add(line, hear(transcriber, on_the_line(speak(line, some_voice(chance))), errors).text)
    report(f"fresh handwritten prompts ({len(lines)} × 3 voices)", errors)
    assert errors.rate <= 0.05
    assert errors.cpu / errors.seconds <= 0.03


def test_prompts_of_the_shipped_hotlines(transcriber: VoskTranscriber) -> None:
    errors = Errors()
    for text, voice in prompts_of_shipped_hotlines():
        errors.add(text, hear(transcriber, on_the_line(speak(text, voice)), errors).text)
    report("prompts of the shipped hotlines, in their voices", errors)
    assert errors.rate <= 0.01


@pytest.mark.parametrize("talkers", [0, 4])
def test_people_in_noisy_rooms(transcriber: VoskTranscriber, talkers: int) -> None:
    openings = [
        ("您好，工号{id}，很高兴为您服务", ["您好", "工号", "很高兴为您服务"]),
        ("您好，{id}号为您服务，请问有什么可以帮您", ["您好", "为您服务", "请问"]),
        ("喂，你好，这里是人工客服，请讲", ["你好", "人工"]),
        ("好的，正在为您转接人工，请稍候", ["转接", "人工"]),
        ("您好，我是客服小王，工号{id}，请问您有什么需要", ["您好", "工号", "请问"]),
    ]
    chance, rng, errors = random.Random(5), np.random.default_rng(5), Errors()
    hit = wanted = 0
    for index in range(60):
        template, words = openings[index % len(openings)]
        text = template.format(id="".join(chance.choice("零一二三四五六七八九") for _ in range(4)))
        voice = some_voice(chance)
        noise = room(8.0, voice.volume_db - chance.uniform(12, 30), rng, talkers)
        heard = hear(transcriber, on_the_line(speak(text, voice), 0.3, noise), errors).text
        errors.add(text, heard)
        hit += sum(chinese.similarity(word, heard) >= 0.9 for word in words)
        wanted += len(words)
    report(f"people, {talkers} talkers behind them, 12 to 30 dB SNR", errors, 6)
    print(f"key words found: {hit} of {wanted}")
    assert hit >= 0.96 * wanted


def test_cutting_level_and_offset_do_not_matter(transcriber: VoskTranscriber) -> None:
    texts = [
        "请输入您的手机号码，按井号键结束",
        "现在是非工作时间，服务时间为上午八点到下午五点",
        "您前面还有三位客户，请耐心等待",
    ]
    errors = Errors()
    for text in texts:
        for level in (-28.0, -18.0, -6.0):
            for before in (0.2, 0.25, 0.3):
                for chunk in (160, 480, 800):
                    audio = on_the_line(speak(text, Voice(variant="m7", rate=190, volume_db=level)), before)
                    errors.add(text, hear(transcriber, audio, errors, chunk).text)
    report("27 cuts, levels and offsets of three prompts", errors, 5)
    assert errors.rate <= 0.01


def test_no_words_from_what_is_not_speech(transcriber: VoskTranscriber) -> None:
    rng = np.random.default_rng(3)
    seconds, total, written = 30, 0.0, 0
    time_ = np.arange(seconds * RATE) / RATE
    sounds: dict[str, npt.NDArray[np.float64]] = {
        "silence": np.zeros(time_.size),
        "comfort noise": rng.normal(0, 12, time_.size),
        "white noise": rng.normal(0, 2000, time_.size),
        "room": room(seconds, -35, rng, 0),
        "loud room": room(seconds, -20, rng, 0),
        "ringback": 5000 * np.sin(2 * np.pi * 450 * time_) * (time_ % 5 < 1),
        "busy": 5000 * np.sin(2 * np.pi * 450 * time_) * (time_ % 0.7 < 0.35),
        "congestion": 3000 * (np.sin(2 * np.pi * 480 * time_) + np.sin(2 * np.pi * 620 * time_)) * (time_ % 0.5 < 0.25),
        "special information": 5000
        * np.sin(2 * np.pi * np.array([950, 1400, 1800])[(time_ / 0.33).astype(int) % 3] * time_),
        "fax": 6000 * np.sin(2 * np.pi * 2100 * time_),
        "clicks": np.where(rng.random(time_.size) < 0.0005, 20000.0, 0.0),
    }
    for key, (low, high) in {"key 5": (770, 1336), "key 0": (941, 1336), "key #": (941, 1477)}.items():
        sounds[key] = 5000 * (np.sin(2 * np.pi * low * time_) + np.sin(2 * np.pi * high * time_)) * (time_ % 1 < 0.2)
    for tune in range(12):
        sounds[f"tune {tune}"] = _tune(time_, np.random.default_rng(tune))
    for name, sound in sounds.items():
        heard = hear(transcriber, on_the_line(np.clip(sound, -32768, 32767).astype(np.int16)), Errors()).text
        total += seconds / 60
        written += len(heard)
        if heard:
            print(f"{name}: {heard}")
    print(f"\nnot speech: {written} characters in {total:.1f} minutes")
    assert written <= total


def test_music_of_the_simulator_is_not_words(transcriber: VoskTranscriber) -> None:
    from probe.simulator import music

    written, minutes = 0, 0.0
    for style in music.STYLES:
        for tune in range(4):
            piece = np.resize(music.piece(style, tune), 30 * RATE)
            heard = hear(transcriber, on_the_line(piece), Errors()).text
            minutes += 0.5
            written += len(heard)
            if heard:
                print(f"{style} {tune}: {heard}")
    print(f"\nthe simulator's music: {written} characters in {minutes:.1f} minutes")
    assert written <= minutes


def test_loading_is_quick() -> None:
    import subprocess
    import sys

    program = (
        "import time, vosk; vosk.SetLogLevel(-1); from probe.speech import models; path = str(models.path('zh-telephone'));"
        "began = time.process_time(); vosk.Model(path); print(time.process_time() - began)"
    )
    answer = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    print(f"\nmodel load: {float(answer.stdout):.3f} CPU s")
    assert float(answer.stdout) <= 0.2


def _tune(time_: npt.NDArray[np.float64], rng: np.random.Generator) -> npt.NDArray[np.float64]:
    """A melody in plucked or bowed notes over a bass, unlike the training's music in scale, timbre and rhythm."""
    beat = rng.uniform(0.2, 0.7)
    notes = rng.choice([0, 2, 4, 7, 9, 12, 14, 16], int(time_[-1] / beat) + 2)
    index = (time_ / beat).astype(int)
    since = time_ - index * beat
    pitch = 220 * 2 ** (notes[index] / 12) * rng.choice([0.5, 1, 2])
    phase = 2 * np.pi * np.cumsum(pitch) / RATE
    richness = rng.uniform(0.2, 0.8)
    sound = np.sum([richness**n * np.sin((n + 1) * phase + n) for n in range(6)], axis=0)
    if rng.random() < 0.7:
        sound *= np.exp(-since * rng.uniform(0.5, 6))
    bass = 0.6 * np.sin(2 * np.pi * 110 * 2 ** (notes[index // 4] / 12) * time_)
    audio = np.asarray(sound + bass, np.float64)
    return np.asarray(audio / np.abs(audio).max() * 32767 * 10 ** (rng.uniform(-24, -4) / 20))
