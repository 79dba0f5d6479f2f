"""Small recordings folders that are really sealed, and ways to tamper with them."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from probe.evidence import OpenCall, Recording, canonical, chain
from probe.evidence.archive import archive
from probe.evidence.bundle import MANIFEST, contents
from probe.evidence.ring import Ring
from probe.evidence.tombstone import remove
from probe.evidence.verify_chain import Folder, verify_folder
from probe.timeline import FRAME, Answered, CallInfo, Dialed, Ended, Frame, Kind, Outcome, Segment, Timeline, Verdict

MODEL = {"name": "a model", "digest": "0" * 64}


def timeline_of(
    call: str, text: str = "您好请问有什么可以帮您", started_at: str = "2026-01-05T02:00:00.000Z"
) -> Timeline:
    """A short call in which somebody answers."""
    info = CallInfo(id=call, hotline="water", caller="ordinary", goal="human", started_at=started_at, line="sip")
    timeline = Timeline(info)
    verdict = Verdict("human", 0.98, ("first words",))
    timeline.segments.append(Segment(Kind.SPEECH, 0.1, 0.3, text=text, verdict=verdict))
    timeline.events += [Dialed(at=0.0, known=0.0), Answered(at=0.1, known=0.1), Ended(at=0.4, known=0.4, by="caller")]
    timeline.outcome = Outcome.HUMAN
    timeline.clocks = {"answered_to_human": 0.2}
    timeline.effort = {"steps": 1}
    return timeline


def record(recordings: Path, call: str, frames: int = 20, **about: Any) -> Path:
    """A call's folder with a recording, not sealed."""
    timeline = timeline_of(call, **about)
    recording = Recording(recordings / call, timeline.call)
    chance = np.random.default_rng(len(call) + frames)
    for n in range(frames):
        heard = chance.integers(-3000, 3000, FRAME).astype(np.int16)
        recording.write(Frame(n * FRAME, heard, (heard // 2).astype(np.int16)))
    recording.close(timeline)
    (recordings / call / "scenario.yaml").write_text(f"hotline: water\n# {call}\n", encoding="utf-8")
    return recordings / call


def sealed(recordings: Path, call: str, frames: int = 20, **about: Any) -> Path:
    """A call's folder as a bundle."""
    opened = OpenCall(recordings, call)
    folder = record(recordings, call, frames, **about)
    opened.close(MODEL)
    assert (folder / MANIFEST).is_file()
    return folder


def entry(folder: Path) -> chain.Entry:
    """A bundle's manifest with its signature."""
    data = (folder / MANIFEST).read_bytes()
    return chain.Entry(canonical.decode(data), data, (folder / "manifest.sig").read_bytes())


def population(recordings: Path, count: int = 6) -> None:
    """`count` bundles: the second one's audio is archived as FLAC, the third one's is removed, the fourth one's both."""
    for n in range(count):
        sealed(recordings, f"call-{n + 1}", frames=10 + n)
    for name, do in (("call-2", archive), ("call-4", archive), ("call-3", remove), ("call-4", remove)):
        folder = recordings / name
        if do is archive:
            archive(folder, entry(folder), "flac after 30 days")
        else:
            remove(folder, entry(folder), ["call.wav", "call.flac"], "audio after 180 days")


def verified(recordings: Path, ring: Ring | None = None) -> Folder:
    """What a verification finds."""
    return verify_folder(recordings, ring or Ring.usual())


@dataclass(frozen=True)
class Change:
    """Something that was done to a folder: what, the words that a finding about it must have, and how to undo it."""

    what: str
    names: tuple[str, ...]
    undo: Callable[[], None]


def files_to_tamper(recordings: Path) -> list[Path]:
    """Every file that evidence consists of."""
    found = [path for folder in recordings.iterdir() if folder.name != chain.FOLDER for path in folder.iterdir()]
    return sorted([*found, *chain.files(recordings)])


def flip(recordings: Path, chance: random.Random) -> Change:
    """One bit of one file."""
    path = chance.choice(files_to_tamper(recordings))
    before = path.read_bytes()
    at, bit = chance.randrange(len(before)), chance.randrange(8)
    data = bytearray(before)
    data[at] ^= 1 << bit
    path.write_bytes(bytes(data))
    if path.suffix == ".jsonl":
        names: tuple[str, ...] = (path.name, f"number {before[:at].count(10) + 1}")
    else:
        names = (path.parent.name, path.name)
    return Change(f"bit {bit} of byte {at} of {path.parent.name}/{path.name}", names, lambda: _restore(path, before))


def edit(recordings: Path, chance: random.Random) -> Change:
    """One field of one signed document, in a bundle or in the chain, written again in canonical form."""
    documents = [
        path for path in files_to_tamper(recordings) if path.name in ("manifest.json", "tombstone.json", "archive.json")
    ]
    path = chance.choice([*documents, *chain.files(recordings) * len(documents)])
    before = path.read_bytes()
    if path.suffix == ".jsonl":
        lines = before.splitlines(keepends=True)
        n = chance.randrange(len(lines))
        form = json.loads(lines[n])
        where = _change(form["document"], chance)
        lines[n] = canonical.encode(form) + b"\n"
        path.write_bytes(b"".join(lines))
        names: tuple[str, ...] = (path.name, f"number {n + 1}", f"document.{where}")
    else:
        form = json.loads(before)
        where = _change(form, chance)
        path.write_bytes(canonical.encode(form))
        names = (path.parent.name, path.name, where)
    return Change(f"field {where} of {path.parent.name}/{path.name}", names, lambda: _restore(path, before))


def _restore(path: Path, data: bytes) -> None:
    path.write_bytes(data)


def _change(form: Any, chance: random.Random) -> str:
    """Changes one value somewhere in a document; returns its path as findings call it."""
    places: list[tuple[Any, Any, str]] = []

    def walk(node: Any, where: str) -> None:
        items = node.items() if isinstance(node, dict) else enumerate(node)
        for name, value in items:
            if isinstance(node, list):
                here = f"{where}[{value['name'] if isinstance(value, dict) and 'name' in value else name}]"
            else:
                here = f"{where}.{name}" if where else str(name)
            if isinstance(value, dict | list) and value:
                walk(value, here)
            else:
                places.append((node, name, here))

    walk(form, "")
    node, name, where = chance.choice(places)
    value = node[name]
    if isinstance(value, bool) or value is None:
        node[name] = "yes"
    elif isinstance(value, int):
        node[name] = value + chance.choice((-1, 1))
    elif isinstance(value, str):
        at = chance.randrange(len(value)) if value else 0
        node[name] = (
            value[:at] + chance.choice("0123456789abcdef".replace(value[at : at + 1] or "-", "")) + value[at + 1 :]
        )
    else:
        node[name] = "something"
    # A row of files is called by its name, also when that is what was changed.
    return where.rsplit("[", 1)[0] if name == "name" and "[" in where else where


def found(change: Change, result: Folder) -> tuple[bool, bool]:
    """Whether a change was found, and whether one of the findings names it."""
    named = any(all(name in f"{finding.where}: {finding.en}" for name in change.names) for finding in result.broken)
    return bool(result.broken), named


__all__ = [
    "Change",
    "contents",
    "edit",
    "entry",
    "flip",
    "found",
    "population",
    "record",
    "sealed",
    "timeline_of",
    "verified",
]
