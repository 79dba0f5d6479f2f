"""Two more far ends that nobody here wrote: Kamailio as a trunk's registrar and proxy, baresip as who answers behind it.

Both are Debian's. Kamailio asks for credentials at REGISTER and INVITE, over UDP, TCP and TLS; baresip registers with
it, and plays a tone to whoever calls.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import time
import wave
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from probe.place import transcriber
from tests.conformance.certificates import Authority
from tests.conformance.rows import Row, failed, media
from tests.conformance.run import PASSWORD, USER, Result, judge, place
from tests.conformance.sipp import free_port

KAMAILIO, BARESIP = shutil.which("kamailio"), shutil.which("baresip")
_SECRET = "correct-horse"
_TLS_MODULE = Path("/usr/lib/x86_64-linux-gnu/kamailio/modules/tls.so")


class Program:
    """A running peer; what it says goes to a file."""

    def __init__(self, command: list[str], folder: Path) -> None:
        self._log = folder / "output.txt"
        with self._log.open("wb") as output:
            self._process = subprocess.Popen(
                command, stdout=output, stderr=output, stdin=subprocess.DEVNULL, start_new_session=True
            )

    def wait_for(self, words: str, seconds: float = 60.0) -> None:
        """Until it has said that; raises AssertionError with all it said."""
        end = time.monotonic() + seconds
        while words not in (said := self._log.read_text(errors="replace")):
            if time.monotonic() > end or self._process.poll() is not None:
                self.close()
                raise AssertionError(said[-2000:])
            time.sleep(0.05)

    def said(self) -> str:
        """All it has said so far."""
        return self._log.read_text(errors="replace")

    def close(self) -> None:
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, 15)
        try:
            self._process.wait(5)
        except subprocess.TimeoutExpired:
            os.killpg(self._process.pid, 9)
            self._process.wait()


_CONFIG = """#!KAMAILIO
debug=2
log_stderror=yes
fork=yes
children=1
tcp_children=1
auto_aliases=no
enable_tls={tls}
listen=udp:127.0.0.1:{port}
listen=tcp:127.0.0.1:{port}
{more}
loadmodule "sl.so"
loadmodule "tm.so"
loadmodule "rr.so"
loadmodule "pv.so"
loadmodule "xlog.so"
loadmodule "textops.so"
loadmodule "siputils.so"
loadmodule "usrloc.so"
loadmodule "registrar.so"
loadmodule "auth.so"
loadmodule "stun.so"
modparam("rr", "enable_double_rr", 1)
event_route[core:worker-one-init] {{ xlog("L_ERR", "ready to serve\\n"); }}
request_route {{
    if (has_totag()) {{
        if (loose_route()) {{ t_relay(); exit; }}
        if (is_method("ACK")) {{ if (t_check_trans()) t_relay(); exit; }}
        sl_send_reply("404", "Not Here");
        exit;
    }}
    if (is_method("CANCEL")) {{ if (t_check_trans()) t_relay(); exit; }}
    if (is_method("ACK")) exit;
    if (is_method("OPTIONS")) {{ sl_send_reply("200", "OK"); exit; }}
    if (is_method("REGISTER")) {{
        if (!pv_www_authenticate("$td", "{secret}", "0")) {{ www_challenge("$td", "0"); exit; }}
        save("location");
        if ($hdr(Contact) =~ "expires=0" || $hdr(Expires) == "0") {{ xlog("L_ERR", "unregistered $tU\\n"); }}
        else {{ xlog("L_ERR", "registered $tU\\n"); }}
        exit;
    }}
    if (!pv_proxy_authenticate("$fd", "{secret}", "0")) {{ proxy_challenge("$fd", "0"); exit; }}
    consume_credentials();
    record_route();
    if (!lookup("location")) {{ sl_send_reply("404", "Not Found"); exit; }}
    t_relay();
}}
"""


class Kamailio(Program):
    """A registrar and proxy. `certificate`: files of certificate and key for TLS, on `tls_port`."""

    def __init__(self, folder: Path, certificate: tuple[Path, Path] | None = None) -> None:
        assert KAMAILIO
        folder.mkdir(parents=True, exist_ok=True)
        self.port, self.tls_port = free_port(), free_port()
        more = ""
        if certificate:
            more = (
                f'listen=tls:127.0.0.1:{self.tls_port}\nloadmodule "tls.so"\nmodparam("tls", "certificate", "{certificate[0]}")\n'
                f'modparam("tls", "private_key", "{certificate[1]}")\nmodparam("tls", "tls_method", "TLSv1.2+")\n'
                'modparam("tls", "verify_certificate", 0)\n'
            )
        config = folder / "kamailio.cfg"
        config.write_text(_CONFIG.format(port=self.port, secret=_SECRET, more=more, tls="yes" if certificate else "no"))
        super().__init__(
            [
                KAMAILIO,
                "-f",
                str(config),
                "-DD",
                "-E",
                "-m",
                "32",
                "-M",
                "8",
                "-w",
                str(folder),
                "-Y",
                str(folder),
                "-P",
                str(folder / "pid"),
            ],
            folder,
        )
        self.wait_for("ready to serve")


class Baresip(Program):
    """Who answers: user `number`, registered at a port of this machine, with these parameters of its account."""

    def __init__(self, folder: Path, registrar: Kamailio, number: str, parameters: str = "answermode=auto") -> None:
        assert BARESIP
        folder.mkdir(parents=True, exist_ok=True)
        tone = np.round(8000 * np.sin(2 * np.pi * 500 * np.arange(8 * 8000) / 8000)).astype(np.int16)
        with wave.open(str(folder / "tone.wav"), "wb") as file:
            file.setnchannels(1)
            file.setsampwidth(2)
            file.setframerate(8000)
            file.writeframes(tone.tobytes())
        (folder / "config").write_text(
            f"sip_listen 127.0.0.1:{free_port(2)}\nmodule_path /usr/lib/baresip/modules\nmodule g711.so\nmodule aufile.so\n"
            f"module srtp.so\nmodule_app account.so\nmodule_app menu.so\naudio_source aufile,{folder}/tone.wav\n"
            f"audio_player aufile,{folder}/heard.wav\naudio_alert aufile,{folder}/alert.wav\n"
            "call_local_timeout 60\ncall_max_calls 16\nnet_interface 127.0.0.1\nausrc_srate 8000\nauplay_srate 8000\nausrc_channels 1\nauplay_channels 1\n"
        )
        (folder / "accounts").write_text(
            f'<sip:{number}@127.0.0.1>;auth_user={number};auth_pass={_SECRET};outbound="sip:127.0.0.1:{registrar.port}";regint=600;{parameters}\n'
        )
        (folder / "contacts").write_text("")
        super().__init__([BARESIP, "-f", str(folder)], folder)
        registrar.wait_for(f"registered {number}\n")


@dataclass(frozen=True)
class World:
    """All that runs, for rows to be dialled through."""

    good: Kamailio
    expired: Kamailio | None
    authority: Authority
    stranger: Authority
    phones: dict[str, Baresip]


ANSWERED = ("dialed", "answered", "media", "ended")
HEARD = media(missing=(0, 0.02), mos=(4.2, 4.5))
_LOGIN: dict[str, Any] = {"register": "true", "credentials": True}
_TLS = {**_LOGIN, "transport": "tls", "tls": "{ ca: @CA@ }"}
OTHERS = (
    (Row("Kamailio: registers us, asks for credentials again; baresip answers", (), "unsure", events=ANSWERED, looks=(HEARD,), trunk=_LOGIN), "10000"),
    (Row("Kamailio over TCP; baresip answers", (), "unsure", events=ANSWERED, looks=(HEARD,), trunk={**_LOGIN, "transport": "tcp"}), "10000"),
    (Row("Kamailio over TLS; baresip answers", (), "unsure", events=ANSWERED, looks=(HEARD,), trunk=_TLS), "10000"),
    (Row("the first proxy is silent at registration, Kamailio registers us; baresip answers", (), "unsure", events=("dialed", "rerouted", "answered"), looks=(HEARD,), trunk={**_LOGIN, "transport": "tcp", "proxies": '["127.0.0.1:9", "127.0.0.1:@PORT@"]'}), "10000"),
    (Row("Kamailio without registration; baresip answers", (), "unsure", events=ANSWERED, looks=(HEARD,), trunk={"credentials": True}), "10000"),
    (Row("Kamailio: the password is wrong", (), "our_fault", looks=(failed("refuses the registration (401"),), trunk={**_LOGIN, "password": "wrong"}), "10000"),
    (Row("Kamailio: the password is wrong, without registration", (), "our_fault", looks=(failed("refuses the credentials (407"),), trunk={"credentials": True, "password": "wrong"}), "10000"),
    (Row("Kamailio: the number is nobody's", (), "not_in_service", "SIP 404", trunk=_LOGIN), "10009"),
    (Row("Kamailio over TLS: the certificate has expired", (), "our_fault", looks=(failed("registration failed"),), trunk={**_TLS, "server": "expired"}), "10000"),
    (Row("Kamailio over TLS: the certificate is a stranger's", (), "our_fault", looks=(failed("registration failed"),), trunk={**_TLS, "tls": "{ ca: @STRANGER@ }"}), "10000"),
    (Row("baresip wants encrypted audio, and gets it", (), "unsure", events=ANSWERED, looks=(HEARD,), trunk={**_LOGIN, "srtp": "required"}), "10001"),
    (Row("baresip has no encrypted audio, and we want it", (), "our_fault", "488", trunk={**_LOGIN, "srtp": "required"}), "10000"),
    (Row("Kamailio as STUN server; baresip answers", (), "unsure", events=ANSWERED, looks=(HEARD,), trunk={**_LOGIN, "nat": '{ stun: "127.0.0.1:@PORT@" }'}), "10000"),
    (Row("baresip takes keys as telephone events", (), "unsure", events=("answered", "played", "ended"), trunk=_LOGIN, keys="1#", listen=2.0), "10003"),
    (Row("baresip rings, and nobody picks up", (), "no_answer", events=("ringing", "ended"), trunk=_LOGIN, line={"ring_limit": 1.5}), "10002"),
)  # fmt: skip


def run(folder: Path, words: str = "") -> Iterator[Result]:
    """Runs the rows whose name has these words; nothing where the programs are not installed."""
    rows = [(row, number) for row, number in OTHERS if words in row.name]
    if not (KAMAILIO and BARESIP and rows):
        return
    transcriber(None, "zh")
    with ExitStack() as stack:
        world = start(folder, stack)
        possible = [(n, row, number) for n, (row, number) in enumerate(rows) if can_run(row)]
        with ThreadPoolExecutor(6) as pool:
            yield from pool.map(lambda item: run_row(item[1], item[2], folder / f"{item[0]:02d}", world), possible)


def can_run(row: Row) -> bool:
    """Whether what the row needs is installed."""
    tls = bool(row.trunk) and row.trunk.get("transport") == "tls"
    return bool(KAMAILIO and BARESIP) and (not tls or _TLS_MODULE.exists())


def start(folder: Path, stack: ExitStack) -> World:
    """Starts everything; `stack` ends it."""
    folder.mkdir(parents=True, exist_ok=True)
    authority, stranger = Authority(folder), Authority(folder, "stranger")
    tls = _TLS_MODULE.exists()

    def kamailio(name: str, expired: bool) -> Kamailio:
        started = Kamailio(folder / name, authority.sign(name, expired=expired) if tls else None)
        stack.callback(started.close)
        return started

    good = kamailio("good", False)
    phones: dict[str, Baresip] = {}
    for number, parameters in (
        ("10000", "answermode=auto"),
        ("10001", "answermode=auto;mediaenc=srtp-mand"),
        ("10002", "answermode=manual"),
        ("10003", "answermode=auto"),
    ):
        phones[number] = Baresip(folder / number, good, number, parameters)
        stack.callback(phones[number].close)
    return World(good, kamailio("expired", True) if tls else None, authority, stranger, phones)


def trunk_file(settings: dict[str, Any], place: Path, world: World) -> Path:
    """A trunk `far` with these settings; `server` and `password` choose among what runs."""
    chosen = world.expired if settings.get("server") == "expired" else world.good
    assert chosen
    variable = PASSWORD + ("_WRONG" if "password" in settings else "")
    os.environ |= {USER: "alice", variable: settings.get("password", _SECRET)}
    port = chosen.tls_port if settings.get("transport") == "tls" else chosen.port
    lines = ["trunks:", "  far:", f"    server: 127.0.0.1:{port}", "    dial: { numbers: as_written }"]
    for key, value in settings.items():
        if key in ("server", "password"):
            continue
        text = f"{{ username: ${USER}, password: ${variable} }}" if key == "credentials" else str(value)
        lines.append(
            f"    {key}: {text.replace('@CA@', str(world.authority.file)).replace('@PORT@', str(chosen.port)).replace('@STRANGER@', str(world.stranger.file))}"
        )
    place.mkdir(parents=True, exist_ok=True)
    (place / "trunks.yaml").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return place / "trunks.yaml"


def run_row(row: Row, number: str, folder: Path, world: World) -> Result:
    file = trunk_file(row.trunk or {}, folder, world)
    timeline = place(row, folder, number, file)
    problem = judge(row, timeline)
    got = re.findall(r"event: '(.)' \(end=0\)", world.phones[number].said()) if row.keys else []
    if row.keys and "".join(got) != row.keys:
        problem = problem or f"baresip got {got}: {world.phones[number].said()[-300:]}"
    return Result(row, f"{timeline.outcome}: {timeline.why}", problem)
