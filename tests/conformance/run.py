"""Runs rows of the conformance table, several at once: a real call to a real SIPp each."""

from __future__ import annotations

import os
import re
import socket
import threading
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from probe import call
from probe.line.caller import Caller
from probe.line.sip import SipLine
from probe.listen.listener import Listener
from probe.measure import measure
from probe.navigate.bystander import JustListen
from probe.navigate.scenario import load_scenario
from probe.navigate.scripted import ScriptedNavigator
from probe.place import transcriber
from probe.speech.voice import Voice, speak
from probe.timeline import Action, Answered, CallInfo, Event, Frame, Press, Timeline
from probe.trunk.dialling import destination
from tests.conformance import rtp
from tests.conformance.rows import Row
from tests.conformance.sipp import Peer, free_port

CALLER = Caller("ordinary", "05115550001")
USER, PASSWORD = "CONFORMANCE_USER", "CONFORMANCE_PASSWORD"


@dataclass(frozen=True)
class Result:
    """What was reported of a row, and what is wrong with it (nothing: "")."""

    row: Row
    reported: str
    problem: str


class _Unkept:
    def write(self, frame: Frame) -> None: ...

    def keep(self, timeline: Timeline) -> None: ...


class _Presses:
    """Presses keys as soon as the call is answered."""

    def __init__(self, navigator: call.Navigator, keys: str) -> None:
        self._navigator = navigator
        self._keys = keys

    def react(self, event: Event) -> Sequence[Action]:
        actions = self._navigator.react(event)
        if isinstance(event, Answered) and self._keys:
            return (Press(at=event.known, value=self._keys), *actions)
        return actions


class Strays:
    """Sends packets of audio from a port that is not the far end's to where a call hears, found in its trace."""

    def __init__(self, trace: Path) -> None:
        self._trace = trace
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._send)

    def __enter__(self) -> None:
        self._thread.start()

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _send(self) -> None:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as stray:
            port = self._port()
            for _, packet in rtp.tone(4.0, hertz=1500.0):
                stray.sendto(packet[:8] + b"STRY" + packet[12:], ("127.0.0.1", port))
                if self._over.wait(0.02):
                    return

    def _port(self) -> int:
        """The port our side named in its offer."""
        while not self._over.wait(0.02):
            found = re.search(r"m=audio (\d+)", self._trace.read_text(encoding="utf-8") if self._trace.exists() else "")
            if found and "SIP/2.0 200" in self._trace.read_text(encoding="utf-8"):
                return int(found[1])
        return 9


def captures(folder: Path) -> None:
    """All captures that rows play."""
    tone = rtp.tone(4.0)
    made = {
        "tone": tone,
        "pcma": [(at, bytes([packet[0], 8]) + packet[2:]) for at, packet in tone],
        "lost5": rtp.lost(tone, 0.05),
        "lost20": rtp.lost(tone, 0.20),
        "lost30": rtp.lost(tone, 0.30),
        "swapped": rtp.swapped(tone, 10),
        "duplicated": rtp.duplicated(tone, 5),
        "late": rtp.late(tone, 1.0, 0.2),
        "paused": rtp.stalled(tone, 1.0, 1.6),
        "switched": rtp.switched(tone, 1.5, 1300),
        "renumbered": rtp.switched(tone, 1.5, 1300, ssrc=0x1234),
        "short": rtp.tone(0.8),
        "menu": rtp.audio(
            np.concatenate(
                [
                    np.zeros(4000, np.int16),
                    speak("人工服务请按零", Voice(volume_db=-24.0)),
                    np.zeros(8 * 20000, np.int16),
                ]
            )
        ),
    }
    for name, packets in made.items():
        rtp.write(folder / f"{name}.pcap", packets)


def run(rows: Iterable[Row], folder: Path, at_once: int = 8) -> Iterator[Result]:
    """Runs the rows, `at_once` at a time; results come in the order of the rows."""
    folder.mkdir(parents=True, exist_ok=True)
    captures(folder)
    os.environ |= {USER: "alice", PASSWORD: "correct horse"}
    transcriber(None, "zh")
    with ThreadPoolExecutor(at_once) as pool:
        yield from pool.map(lambda item: _run(item[1], folder, item[0]), enumerate(rows))


def _run(row: Row, folder: Path, number: int) -> Result:
    here = folder / f"{number:02d}"
    here.mkdir()
    ports = (free_port(), free_port())
    peers = []
    try:
        for steps, port, name in ((row.peer, ports[0], "peer"), (row.second, ports[1], "second")):
            if steps:
                rows = [_filled(step, ports, folder) for step in steps]
                peers.append(
                    Peer(f"{row.name} ({name})", rows, here / name, row.transport, row.calls, port=port).start()
                )
        timeline = _call(row, here, ports)
        statuses = [peer.wait(0.3 if row.waits else 4.0) for peer in peers]
        problem = judge(row, timeline)
        complaint = _complaint(row, peers, statuses)
        problem = f"{problem}; {complaint}" if problem and complaint else problem or complaint
        return Result(row, f"{timeline.outcome}: {timeline.why}", problem)
    finally:
        for peer in peers:
            peer.close()


def _filled(text: str, ports: tuple[int, int], folder: Path) -> str:
    text = text.replace("@PEER@", f"127.0.0.1:{ports[0]}").replace('play_pcap_audio="', f'play_pcap_audio="{folder}/')
    return text.replace("127.0.0.1:@SECOND@", f"127.0.0.1:{ports[1]}").replace("@SECOND@", f"127.0.0.1:{ports[1]}")


def _call(row: Row, folder: Path, ports: tuple[int, int]) -> Timeline:
    if row.trunk is None:
        return place(row, folder, f"sip:051180000001@127.0.0.1:{ports[0]}")
    (folder / "trunks.yaml").write_text(_trunk_file(row.trunk, ports, folder), encoding="utf-8")
    return place(row, folder, "0511-80000001", folder / "trunks.yaml")


def place(row: Row, folder: Path, number: str, trunks: Path | None = None) -> Timeline:
    """Makes the call of a row, and measures it; what it leaves is in `folder`."""
    to = destination(number, CALLER, "far" if trunks else "", trunks)
    options: dict[str, Any] = {"ring_limit": 8.0, "response_limit": None if to.trunk else 5.0, **row.line}
    trace = folder / "sip.txt"
    line = SipLine(
        to.uri, caller=CALLER, speak=lambda text: np.zeros(800, np.int16), trace=trace, trunk=to.trunk, **options
    )
    info = CallInfo(id=row.name, goal="human", language="zh", dialed=to.uri, line="sip")
    listener = Listener(transcriber(None, "zh"), language="zh")
    navigator: call.Navigator = _Presses(JustListen(row.listen, "zh"), row.keys)
    if row.scenario:
        (folder / "scenario.yaml").write_text(row.scenario, encoding="utf-8")
        navigator = ScriptedNavigator(load_scenario(folder / "scenario.yaml"))
    with Strays(trace) if row.strays else nullcontext():
        timeline = measure(call.run(line, listener, navigator, _Unkept(), info))
    (folder / "timeline.json").write_text(timeline.dumps(), encoding="utf-8")
    return timeline


def _trunk_file(settings: dict[str, Any], ports: tuple[int, int], place: Path) -> str:
    lines = ["trunks:", "  far:", f"    server: 127.0.0.1:{ports[0]}"]
    for key, value in settings.items():
        if key == "credentials":
            value = f"{{ username: ${USER}, password: ${PASSWORD} }}"
        elif key == "proxies":
            value = "[" + ", ".join(_filled(proxy, ports, place) for proxy in value) + "]"
        lines.append(f"    {key}: {value}")
    return "\n".join(lines) + "\n"


def judge(row: Row, timeline: Timeline) -> str:
    """What is wrong with what was reported of a row."""
    if timeline.outcome != row.outcome:
        return f"outcome {timeline.outcome} ({timeline.why}), expected {row.outcome}"
    if row.why not in timeline.why:
        return f"why is {timeline.why!r}, expected {row.why!r}"
    kinds = iter(event.kind for event in timeline.events)
    missing = [kind for kind in row.events if kind not in kinds]
    if missing:
        return f"events {[event.kind for event in timeline.events]} lack {missing[0]}"
    return next((problem for look in row.looks if (problem := look(timeline))), "")


def _complaint(row: Row, peers: list[Peer], statuses: list[int | None]) -> str:
    """What the far ends missed."""
    for peer, status in zip(peers, statuses, strict=True):
        if status not in ((0, None) if row.waits else (0,)):
            return f"{peer.name} ended with {status}: {(peer.errors() or peer.output())[-600:]}"
    return ""
