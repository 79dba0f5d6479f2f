"""What a call leaves behind: a folder with two-channel audio and the timeline, valid at every instant.

recordings/20261122T020000Z-zhenjiang-water-ordinary-1a2b/
    call.wav        left: heard, right: said; 16-bit, 8 kHz
    timeline.json   probe.timeline/1
    scenario.yaml   the scenario as it was, if there was one
    sip.txt         SIP messages, if there were any; sip.pcap: the same for Wireshark
    prompts.jsonl   the prompt memory that the call was heard with
    manifest.json   what was sealed when the call closed, and manifest.sig (`probe.evidence.bundle`)
"""

from __future__ import annotations

from probe.evidence.bundle import OpenCall
from probe.evidence.load import load
from probe.evidence.recording import Recording

__all__ = ["OpenCall", "Recording", "load"]
