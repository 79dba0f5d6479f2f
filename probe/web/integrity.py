"""Whether a call's audio is the audio that its timeline was made from, and whether its seal holds.

The first is quick and needs no key. The second is what `probe verify` does for one call: every file, signature, key, place
among its neighbours in the chain, time stamp.
"""

from __future__ import annotations

import hashlib
from typing import Any, Literal

from probe.evidence.findings import Bundle
from probe.evidence.recording import AUDIO
from probe.evidence.ring import Ring, named
from probe.evidence.verify import place_in_chain, verify_bundle
from probe.timeline import Timeline
from probe.web.folder import Call
from probe.web.words import Lang, say

State = Literal["intact", "altered", "unsealed", "removed"]
"""`intact`: the SHA-256 is the one in the timeline. `altered`: it is another. `unsealed`: the timeline has none yet,
because the call still runs or was cut off. `removed`: there is no audio any more."""


def state(call: Call, timeline: Timeline) -> tuple[State, str]:
    """The state of a call's audio, computed now, and its SHA-256 in hexadecimal ("" without audio)."""
    path = call.file(AUDIO)
    if path is None:
        return "removed", ""
    with path.open("rb") as file:
        found = hashlib.file_digest(file, "sha256").hexdigest()
    written = timeline.call.audio.get("sha256")
    if not written:
        return "unsealed", found
    return ("intact" if written == found else "altered"), found


Seal = Literal["holds", "broken", "stranger", "unsealed", "running"]
"""`holds`; `broken`: something was changed; `stranger`: sealed with a key for which nobody vouches here; `unsealed`: the call
was cut off, or is older than sealing; `running`: it is sealed when it closes."""


def seal(call: Call, lang: Lang) -> dict[str, Any]:
    """The state of a call's seal, computed now, in words: `state`, `short`, and `lines` that say what holds and what not."""
    found = verify_bundle(call.folder, Ring.usual())
    place_in_chain(found)
    state = _state(found)
    lines = [
        f"✗ {finding.where}{'：' if lang == 'zh' else ': '}{say((finding.en, finding.zh), lang)}"
        for finding in found.broken
    ]
    lines += [f"· {say((finding.en, finding.zh), lang)}" for finding in found.findings if not finding.broken]
    return {
        "state": state,
        "short": say(_SHORT[state], lang),
        "lines": lines + [say(pair, lang) for pair in _about(found)],
    }


_SHORT: dict[Seal, tuple[str, str]] = {
    "holds": ("holds: every file as sealed, signature right", "成立：全部文件与封存时一致，签名正确"),
    "broken": ("does NOT hold", "不成立"),
    "stranger": ("sealed with a key for which nobody vouches here", "封存密钥在此无人担保"),
    "unsealed": ("not sealed", "未封存"),
    "running": ("the call goes on", "通话进行中"),
}


def _state(found: Bundle) -> Seal:
    kinds = {finding.kind for finding in found.broken}
    if found.running:
        return "running"
    if not kinds:
        return "holds"
    return "unsealed" if kinds == {"unsealed"} else "stranger" if kinds == {"unknown_key"} else "broken"


def _about(found: Bundle) -> list[tuple[str, str]]:
    """What is known of a seal: key, place in the chain, clock, time stamp, what became of the audio."""
    if found.manifest is None:
        return []
    document = found.manifest.document
    who = (f" ({found.signer})", f"（{found.signer}）") if found.signer else ("", "")
    lines = [
        (f"sealed at {document['sealed_at']}", f"封存于 {document['sealed_at']}"),
        (f"key {named(found.manifest)}{who[0]}", f"密钥 {named(found.manifest)}{who[1]}"),
        (
            f"number {found.manifest.number} of chain {found.manifest.id}",
            f"链 {found.manifest.id} 第 {found.manifest.number} 号",
        ),
    ]
    if document.get("late"):
        lines.append(("sealed afterwards: the call had been cut off or not sealed", "事后封存：通话曾中断或未及时封存"))
    synchronised = document.get("clock", {}).get("ntp", {}).get("synchronised")
    if not synchronised:
        lines.append(
            ("the machine's clock was not synchronised", "机器时钟未经校准")
            if synchronised is False
            else ("whether the machine's clock was synchronised is not known", "机器时钟是否校准不详")
        )
    stamp = found.stamp
    lines.append(
        (
            f"time stamp {stamp.at:%Y-%m-%d %H:%M:%S}Z by {stamp.authority}",
            f"时间戳 {stamp.at:%Y-%m-%d %H:%M:%S}Z，{stamp.authority}",
        )
        if stamp
        else ("no time stamp", "无时间戳")
    )
    if found.archived:
        lines.append(
            (
                "audio archived as FLAC; it decodes to the WAV that was sealed",
                "录音以 FLAC 归档，解码后与封存的 WAV 一致",
            )
        )
    if found.removed:
        lines.append(
            ("audio removed by a retention rule, see tombstone.json", "录音已按保存期限删除，见 tombstone.json")
        )
    return lines
