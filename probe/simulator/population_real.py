"""Hotlines made of recordings of real speakers and real music, which nobody here made.

    probe bench --population probe.simulator.population_real:population --hotlines 20 --calls 100

Prompts and hold music are what Debian packages for PBXs (`PACKAGES`), in languages of which the speech model knows
nothing; people are speakers that the hotline's prompts are not spoken by, each saying a clip that no earlier call had.
So nothing but acoustics, order and memory can tell them apart. The two splits have no clip in common.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from random import Random

from probe.errors import UserError
from probe.simulator.draft import Form
from probe.simulator.grammar import Split
from probe.simulator.hotline import Hotline, from_form
from probe.simulator.seeds import stable
from probe.simulator.speaker import recorded
from probe.timeline import RATE

PACKAGES = (
    "asterisk-core-sounds-en-wav",
    "asterisk-core-sounds-fr-wav",
    "asterisk-core-sounds-it-wav",
    "asterisk-core-sounds-ru-wav",
    "asterisk-moh-opsound-wav",
)
"""Debian's packages that hold them."""
_SPEAKERS = ("en_US_f_Allison", "fr_CA_f_June", "it_IT_m_Carlo", "ru_RU_f_IvrvoiceRU")
_BASE = Path("/usr/share/asterisk")


def missing() -> bool:
    """Whether the recordings are not on this machine."""
    return not all((_BASE / "sounds" / speaker).is_dir() for speaker in _SPEAKERS) or not _music()


def population(seed: int, n: int, split: Split = "train") -> list[Hotline]:
    """`n` hotlines; raises UserError where the recordings are not installed."""
    if missing():
        packages = " ".join(PACKAGES)
        raise UserError(
            f"real recordings are not installed; apt-get install {packages}",
            f"未安装真人录音；请执行 apt-get install {packages}",
        )
    return [_hotline(Random(stable(seed, split, "real", i)), f"real-{split}-{seed}-{i}", split) for i in range(n)]


def _hotline(random: Random, name: str, split: Split) -> Hotline:
    prompts, speaker = random.sample(_SPEAKERS, 2)
    long = random.sample(_clips(prompts, split, 2.5, 9.0), 4)
    never = random.random() < 0.2
    queue: Form = {
        "kind": "queue",
        "says": long[1].stem,
        "audio": str(long[1]),
        "music_audio": str(random.choice(_music())),
        "length": {"from": 6, "to": 30},
        "never_answered": never,
        "announce": {
            "says": [clip.stem for clip in long[2:]],
            "audio": [str(clip) for clip in long[2:]],
            "every": random.uniform(6, 12),
            "over_music": random.random() < 0.3,
        },
        "rings": random.choice((0, 0, 5)),
        "to": "agent",
    }
    people = _clips(speaker, split, 0.9, 4.0)
    return from_form(
        {
            "hotline": name,
            "name": f"{prompts} / {speaker}",
            "network": {"post_dial": 0.3, "ring": round(random.uniform(0.5, 4), 1)},
            "start": "greeting",
            "places": {
                "greeting": {"kind": "announcement", "says": long[0].stem, "audio": str(long[0]), "then": "queue"},
                "queue": queue,
                "agent": {"kind": "person", "audio": [str(clip) for clip in random.sample(people, 40)]},
            },
            "truth": {
                "way": "direct",
                "reached": not never,
                "outcome": "human_unreachable" if never else "human",
                "traps": ["real voices"],
            },
        }
    )


@cache
def _clips(speaker: str, split: Split, shortest: float, longest: float) -> list[Path]:
    """The speaker's clips of a split whose length in seconds lies in a range."""
    found = []
    for path in sorted((_BASE / "sounds" / speaker).glob("*.wav")):
        in_split = stable(path.stem) % 2 == (split == "test")
        seconds = path.stat().st_size / (2 * RATE)
        if in_split and shortest <= seconds <= longest and abs(recorded(path)).max() > 1000:
            found.append(path)
    return found


@cache
def _music() -> list[Path]:
    return sorted((_BASE / "moh").glob("*.wav"))
