"""A quick look at a seal: whether a call's timeline, which every figure comes from, is the one that was sealed.

It reads the manifest and the timeline and no audio, so it can be done for thousands of calls; `probe verify` looks at everything.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from probe.evidence import canonical
from probe.evidence.bundle import MANIFEST, SIGNATURE
from probe.evidence.recording import TIMELINE
from probe.evidence.ring import Ring

Seal = Literal["holds", "wrong", "stranger", "none"]


@dataclass(frozen=True, slots=True)
class Glance:
    """How many of `calls` are sealed (have a manifest), and of the `checked` ones, which do not hold, by name;
    `strangers`: how many of those were sealed with a key for which nobody vouches here."""

    calls: int
    sealed: int
    checked: int
    wrong: tuple[str, ...]
    strangers: int


def glance(recordings: Path, names: Sequence[str], most: int) -> Glance:
    """A look at the seals of calls; at most `most` of them, evenly spread, are checked."""
    ring = Ring.usual()
    sealed = [name for name in names if (recordings / name / MANIFEST).is_file()]
    step = max(1, -(-len(sealed) // most))
    chosen = sealed[::step]
    states = {name: seal_of(recordings / name, ring) for name in chosen}
    wrong = tuple(name for name, state in states.items() if state == "wrong")
    return Glance(len(names), len(sealed), len(chosen), wrong, list(states.values()).count("stranger"))


def seal_of(folder: Path, ring: Ring) -> Seal:
    """What a quick look says of one call."""
    try:
        data, signature = (folder / MANIFEST).read_bytes(), (folder / SIGNATURE).read_bytes()
        document = canonical.decode(data)
        digest = next(row["sha256"] for row in document["files"] if row["name"] == TIMELINE)
        key = ring.keys.get(document["key"]["public"])
        if key is None:
            return "stranger"
        same = canonical.sha256_of(folder / TIMELINE) == digest and document["call"] == folder.name
    except FileNotFoundError:
        return "wrong" if (folder / MANIFEST).exists() else "none"
    except (OSError, ValueError, KeyError, TypeError, StopIteration):
        return "wrong"
    return "holds" if same and key.signed(data, signature) else "wrong"
