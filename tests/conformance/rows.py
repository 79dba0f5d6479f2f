"""The conformance table: what the far end does, and what must be reported of it. SIPp plays every far end."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from probe.timeline import Ended, LineFailed, Media, Press, Rerouted, Timeline
from tests.conformance.sipp import ack, answer, pause, play, recv, request, sdp, send, send_later, wants

Look = Callable[[Timeline], str]
"""Looks at one thing in a timeline; says what is wrong with it, or nothing."""


@dataclass(frozen=True)
class Row:
    """`peer`: steps of the far end that is dialled; `second`: of another one, whose port is `@SECOND@` in the steps.

    `outcome` and `why` (a part of it), `events` (in this order, others may be between) and `looks` are what must be
    reported. `trunk`: settings of the trunk it is dialled through; `line`: options of the line. `listen`: seconds.
    `keys`: pressed once answered. `scenario`: walked instead of listening. `strays`: packets from a wrong source arrive.
    `waits`: whether the far end is still waiting for something when all is over, and so cannot end well.
    """

    name: str
    peer: tuple[str, ...]
    outcome: str
    why: str = ""
    events: tuple[str, ...] = ()
    looks: tuple[Look, ...] = ()
    second: tuple[str, ...] = ()
    trunk: dict[str, Any] | None = None
    line: dict[str, Any] = field(default_factory=dict)
    listen: float = 0.8
    waits: bool = False
    transport: str = "u1"
    calls: int = 1
    slow: bool = False
    keys: str = ""
    scenario: str = ""
    strays: bool = False

    @property
    def needs_root(self) -> bool:
        """SIPp plays captures through a raw socket."""
        return any("play_pcap" in step for step in (*self.peer, *self.second))


def ended(**wanted: Any) -> Look:
    def look(timeline: Timeline) -> str:
        found = next((event for event in timeline.events if isinstance(event, Ended)), None)
        wrong = {name: getattr(found, name, None) for name in wanted if getattr(found, name, None) != wanted[name]}
        return f"ended with {wrong}, expected {wanted}" if wrong else ""

    return look


def failed(part: str) -> Look:
    def look(timeline: Timeline) -> str:
        found = next((event.reason for event in timeline.events if isinstance(event, LineFailed)), "")
        return "" if part in found else f"line failed with {found!r}, expected {part!r}"

    return look


def rerouted(part: str) -> Look:
    def look(timeline: Timeline) -> str:
        found = [event.reason for event in timeline.events if isinstance(event, Rerouted)]
        return "" if any(part in reason for reason in found) else f"rerouted for {found}, expected {part!r}"

    return look


def media(**bounds: tuple[float, float] | str) -> Look:
    """Statistics within bounds; `missing` is the share that did not come in time."""

    def look(timeline: Timeline) -> str:
        found = next((event for event in timeline.events if isinstance(event, Media)), None)
        if found is None:
            return "no media statistics"
        for name, bound in bounds.items():
            value = getattr(found, name)
            right = value == bound if isinstance(bound, str) else value is not None and bound[0] <= value <= bound[1]
            if not right:
                return f"{name} is {value}, expected {bound}"
        return ""

    return look


def pressed(*purposes: str) -> Look:
    def look(timeline: Timeline) -> str:
        found = [action.purpose for action in timeline.actions if isinstance(action, Press)]
        return "" if found == list(purposes) else f"pressed for {found}, expected {list(purposes)}"

    return look


def lacks(kind: str) -> Look:
    return lambda timeline: f"{kind} was told" if any(event.kind == kind for event in timeline.events) else ""


INVITE, ACK, BYE = recv("INVITE"), recv("ACK"), recv("BYE")
OK = answer()
TALK = play("tone.pcap")
ANSWER = (INVITE, send("180 Ringing"), send("200 OK", sdp()), ACK)
HANGS_UP = (request("BYE", 1), recv("200"))
TRUNK: dict[str, Any] = {}
TWO: dict[str, Any] = {"proxies": ["@PEER@", "@SECOND@"]}
SECRET = {"credentials": True}


def refused(status: str, outcome: str, *headers: str, why: str = "", **expected: Any) -> Row:
    peer = (INVITE, send("100 Trying", tag=""), send(status, "", *headers), ACK)
    looks = (ended(status=int(status[:3]), **expected),)
    name = f"refuses with {status}" + "".join(f", {header}" for header in headers)
    return Row(name, peer, outcome, why or f"SIP {status}", looks=looks)


def challenge(status: str, header: str) -> tuple[str, ...]:
    return (INVITE, send(status, "", f'{header}: Digest realm="far", nonce="0123abcd", algorithm=MD5, qop="auth"'), ACK)


REFUSALS = (
    refused("403 Forbidden", "our_fault"),
    refused("404 Not Found", "not_in_service"),
    refused("404 Not Found", "our_fault", "Reason: Q.850;cause=3", cause=3),
    refused("408 Request Timeout", "no_answer"),
    refused("410 Gone", "not_in_service"),
    refused("480 Temporarily Unavailable", "no_answer"),
    refused(
        "480 Temporarily Unavailable",
        "busy",
        "Reason: Q.850;cause=17;text=&quot;User busy&quot;".replace("&quot;", '"'),
        cause=17,
    ),
    refused("484 Address Incomplete", "our_fault"),
    refused("486 Busy Here", "busy"),
    refused("487 Request Terminated", "no_answer"),
    refused("488 Not Acceptable Here", "our_fault"),
    refused("500 Server Internal Error", "our_fault"),
    refused("500 Server Internal Error", "not_in_service", "Reason: Q.850;cause=1", cause=1),
    refused("503 Service Unavailable", "our_fault", "Retry-After: 30", retry_after=30),
    refused("600 Busy Everywhere", "busy"),
    refused("603 Decline", "rejected"),
    refused("604 Does Not Exist Anywhere", "not_in_service"),
)

CREDENTIALS = (
    Row("asks for credentials (401), takes them", (*challenge("401 Unauthorized", "WWW-Authenticate"), *ANSWER[0:1], *ANSWER[2:], *HANGS_UP),
        "hung_up", events=("answered", "ended"), trunk=SECRET),
    Row("asks for credentials (407), takes them", (*challenge("407 Proxy Authentication Required", "Proxy-Authenticate"), *ANSWER[0:1], *ANSWER[2:], *HANGS_UP),
        "hung_up", events=("answered", "ended"), trunk=SECRET),
    Row("asks for credentials (407), takes none", (*challenge("407 Proxy Authentication Required", "Proxy-Authenticate"), *challenge("407 Proxy Authentication Required", "Proxy-Authenticate")),
        "our_fault", "refuses the credentials", trunk=SECRET),
    Row("asks for credentials (407), we have none", challenge("407 Proxy Authentication Required", "Proxy-Authenticate"),
        "our_fault", "asks for credentials, and there are none"),
    Row("refuses the credentials with 403", (*challenge("401 Unauthorized", "WWW-Authenticate"), INVITE, send("403 Forbidden"), ACK),
        "our_fault", "SIP 403", trunk=SECRET),
)  # fmt: skip

MOVED = "302 Moved Temporarily"
ELSEWHERE = "<sip:other@127.0.0.1:@SECOND@>"
ANOTHER = (INVITE, send("200 OK", sdp()), ACK, *HANGS_UP)
ROUTES = (
    Row("503 at the first proxy, the next answers", (INVITE, send("503 Service Unavailable"), ACK), "hung_up",
        events=("rerouted", "answered", "ended"), looks=(rerouted("503"),), second=ANOTHER, trunk=TWO),
    Row("silence at the first proxy, the next answers", (INVITE,), "hung_up",
        events=("rerouted", "answered", "ended"), looks=(rerouted("no response"),), second=ANOTHER, trunk={**TWO, "response": "600 ms"}),
    Row("503 at both proxies", (INVITE, send("503 Service Unavailable"), ACK), "our_fault", "SIP 503", events=("rerouted", "ended"),
        second=(INVITE, send("503 Service Unavailable"), ACK), trunk=TWO),
    Row("302 to another address, which answers", (INVITE, send(MOVED, contact=ELSEWHERE), ACK), "hung_up",
        events=("rerouted", "answered", "ended"), looks=(rerouted("302"),), second=ANOTHER),
    Row("300 with several addresses: the best is called", (INVITE, send("300 Multiple Choices", contact=f"<sip:worse@127.0.0.1:9>;q=0.1, {ELSEWHERE};q=0.9"), ACK),
        "hung_up", events=("rerouted", "answered"), second=ANOTHER),
    Row("302 to itself, for ever", (INVITE, send(MOVED, contact="<sip:again@127.0.0.1:[local_port]>"), ACK), "our_fault", "called already", looks=(ended(status=302),), calls=2),
    Row("302 to a host beyond this machine", (INVITE, send(MOVED, contact="<sip:x@192.0.2.1>"), ACK), "our_fault", "not this machine"),
    Row("302 to an emergency number", (INVITE, send(MOVED, contact="<sip:110@127.0.0.1:@SECOND@>"), ACK), "our_fault", "emergency"),
    Row("302 without an address", (INVITE, send(MOVED, contact=""), ACK), "our_fault", "names no address"),
)  # fmt: skip

RINGING = (
    Row("180, then 200", (*ANSWER, TALK, BYE, OK), "unsure", events=("ringing", "answered", "media", "ended"), looks=(ended(by="caller"),)),
    Row("183 with audio, then 200", (INVITE, send("183 Session Progress", sdp()), TALK, pause(0.5), send("200 OK", sdp()), ACK, BYE, OK),
        "unsure", events=("ringing", "early_media", "answered", "ended")),
    Row("183 without audio, then 180, then 200", (INVITE, send("183 Session Progress"), pause(0.2), send("180 Ringing"), pause(0.2), send("200 OK", sdp()), ACK, TALK, BYE, OK),
        "unsure", events=("ringing", "ringing", "answered")),
    Row("183 that must be acknowledged (100rel), then 200", (INVITE, send("183 Session Progress", sdp(), "Require: 100rel", "RSeq: 1"), recv("PRACK"), answer(), pause(0.3), send_later("200 OK", sdp()), ACK, BYE, OK),
        "unsure", events=("early_media", "answered")),
    Row("two early dialogs (forking), the second answers", (INVITE, send("183 Session Progress", sdp(), tag="a"), pause(0.2), send("180 Ringing", tag="b"), pause(0.2), send("200 OK", sdp(), tag="b"), ACK, TALK, BYE, OK),
        "unsure", events=("ringing", "early_media", "answered", "ended")),
    Row("two early dialogs with audio, the first answers", (INVITE, send("183 Session Progress", sdp(), tag="a"), pause(0.2), send("183 Session Progress", sdp(), tag="b"), pause(0.2), send("200 OK", sdp(), tag="a"), ACK, TALK, BYE, OK),
        "unsure", events=("early_media", "answered", "ended")),
    Row("180, then nobody picks up", (INVITE, send("180 Ringing"), recv("CANCEL"), answer()), "no_answer", "not answered within", line={"ring_limit": 1.0}, waits=True),
    Row("100, then nothing", (INVITE, send("100 Trying", tag=""), recv("CANCEL"), answer()), "no_answer", "not answered within", line={"ring_limit": 1.0}, waits=True),
    Row("never says anything", (INVITE, pause(3)), "our_fault", "no response within 0.8 s", line={"response_limit": 0.8}, waits=True),
)  # fmt: skip

REINVITE = (recv("200"), ack(1))
CALLS = (
    Row("hangs up at once", (*ANSWER, *HANGS_UP), "hung_up", events=("answered", "ended"), looks=(ended(by="hotline", status=None),)),
    Row("hangs up, with a reason", (*ANSWER, TALK, pause(0.4), request("BYE", 1, "", "Reason: Q.850;cause=16"), recv("200")), "hung_up", looks=(ended(cause=16),)),
    Row("confirms our BYE with 481", (*ANSWER, TALK, BYE, answer("481 Call/Transaction Does Not Exist")), "unsure", looks=(ended(by="caller"),)),
    Row("re-INVITE, nothing new", (*ANSWER, TALK, request("INVITE", 1, sdp(version=2)), *REINVITE, BYE, OK), "unsure", events=("answered", "ended")),
    Row("re-INVITE without an offer", (*ANSWER, TALK, request("INVITE", 1), recv("200"), request("ACK", 1, sdp(version=2)), BYE, OK), "unsure", events=("answered", "ended")),
    Row("UPDATE", (*ANSWER, TALK, request("UPDATE", 1, sdp(version=2)), recv("200"), BYE, OK), "unsure", events=("answered", "ended")),
    Row("hold (sendonly), then resume", (*ANSWER, TALK, request("INVITE", 1, sdp("0 101", "a=sendonly", version=2)), *REINVITE, pause(0.2), request("INVITE", 2, sdp(version=3)), recv("200"), ack(2), BYE, OK),
        "unsure", events=("answered", "held", "resumed", "ended")),
    Row("hold by UPDATE (inactive), then resume", (*ANSWER, TALK, request("UPDATE", 1, sdp("0 101", "a=inactive", version=2)), recv("200"), pause(0.2), request("UPDATE", 2, sdp(version=3)), recv("200"), BYE, OK),
        "unsure", events=("held", "resumed")),
    Row("re-INVITE with another codec (PCMA)", (*ANSWER, TALK, pause(0.3), request("INVITE", 1, sdp("8 101", version=2)), *REINVITE, play("pcma.pcap"), BYE, OK),
        "unsure", looks=(media(codec="PCMU, PCMA"),)),
    Row("re-INVITE with no codec in common", (*ANSWER, TALK, request("INVITE", 1, sdp("18", version=2), branch="no"), recv("500"), ack(1, branch="no"), BYE, OK), "unsure", events=("answered", "ended")),
    Row("REFER to another number", (*ANSWER, TALK, request("REFER", 1, "", "Refer-To: <sip:110@127.0.0.1>"), recv("603"), BYE, OK), "unsure", events=("transfer_refused", "ended")),
    Row("OPTIONS within the call", (*ANSWER, TALK, request("OPTIONS", 1), recv("500"), BYE, OK), "unsure"),
    Row("answers without a codec in common", (INVITE, send("200 OK", sdp("18")), ACK, BYE, OK), "our_fault", "no codec in common"),
    Row("answers without a session description", (INVITE, send("200 OK"), ACK, BYE, OK), "our_fault", "no codec in common"),
    Row("the same over TCP", (*ANSWER, TALK, BYE, OK), "unsure", events=("ringing", "answered", "ended"), trunk={"transport": "tcp"}, transport="t1"),
)  # fmt: skip


def heard(name: str, capture: str, *looks: Look, outcome: str = "unsure", listen: float = 3.2, **more: Any) -> Row:
    """Answers, and sends the audio of a capture."""
    return Row(name, (*ANSWER, play(capture), BYE, OK), outcome, looks=looks, listen=listen, **more)


AUDIO = (
    heard("audio as it should be", "tone.pcap", media(packets=(100, 200), missing=(0, 0), mos=(4.3, 4.5), codec="PCMU")),
    heard("5 % of the packets lost", "lost5.pcap", media(missing=(0.035, 0.06), concealed=(0.1, 9), mos=(3.6, 4.0))),
    heard("20 % of the packets lost", "lost20.pcap", media(missing=(0.16, 0.23), concealed=(0.3, 9), mos=(2.3, 2.9))),
    heard("30 % of the packets lost", "lost30.pcap", media(missing=(0.25, 0.34), mos=(1.6, 2.4)), why="too poor to judge"),
    heard("packets in wrong order", "swapped.pcap", media(missing=(0, 0.01), mos=(4.3, 4.5))),  # it may end between the two
    heard("packets sent twice", "duplicated.pcap", media(missing=(0, 0), duplicated=(10, 50), mos=(4.3, 4.5))),
    heard("packets 200 ms late, every second", "late.pcap", media(jitter_max=(0.003, 0.5), concealed=(0.1, 9))),
    heard("a pause of 0.6 s", "paused.pcap", media(missing=(0, 0.01))),
    heard("another machine of the far end goes on (new SSRC, new numbers)", "switched.pcap", media(missing=(0, 0.02), mos=(4.2, 4.5))),
    heard("the packets' numbers jump", "renumbered.pcap", media(missing=(0, 0.02), mos=(4.2, 4.5))),
    heard("audio stops for good", "short.pcap", failed("no audio packet for 1 s"), outcome="our_fault", line={"media_limit": 1.0}),
    Row("no audio at all", (*ANSWER, BYE, OK), "our_fault", "no audio packet for 0.7 s", line={"media_limit": 0.7}, listen=5.0),
    Row("audio moves to another port, by re-INVITE", (*ANSWER, TALK, pause(0.8), request("INVITE", 1, sdp(port=2, version=2)), *REINVITE, TALK, BYE, OK), "unsure",
        looks=(media(packets=(100, 400)),), listen=2.5),
    Row("audio moves to another port, untold", (*ANSWER, play("short.pcap"), pause(1.0), request("OPTIONS", 1, sdp(port=2)), recv("500"), TALK, BYE, OK), "unsure",
        looks=(media(packets=(100, 400)),), listen=3.0, line={"media_limit": 1.5}),
)  # fmt: skip


def info(key: str) -> tuple[str, ...]:
    """Takes a key by INFO (application/dtmf-relay)."""
    check = f'<ereg regexp="Signal= *{key}" search_in="body" check_it="true" assign_to="checked"/>'
    return (recv("INFO", actions=check), answer())


CALLER_ID = {
    "caller_id": '{ from: "02000000001", display: Survey, asserted: "+862000000002", private: true }',
    "headers": '{ X-Account: "42" }',
}
WALK = """hotline: conformance
walk:
  - hear: 人工服务请按零
    press: 0
limits: { call: 40 s, silence: 8 s }
"""
OTHER = (
    Row("wants the codecs in the trunk's order", (wants("", "m=audio [0-9]+ RTP/AVP 8 0 "), send("486 Busy Here"), ACK), "busy", trunk={"codecs": "[PCMA, PCMU]"}),
    Row("wants to see the public address", (wants("Contact", "192\\.0\\.2\\.9"), send("486 Busy Here"), ACK), "busy", trunk={"nat": "{ public_address: 192.0.2.9 }"}),
    Row("183 with audio, which the trunk says not to listen to", (INVITE, send("183 Session Progress", sdp()), TALK, pause(0.4), send("200 OK", sdp()), ACK, BYE, OK), "unsure", looks=(lacks("early_media"),), trunk={"early_media": "false"}),
    Row("nobody listens at the first proxy, the next answers", (*ANSWER, *HANGS_UP), "hung_up", events=("rerouted", "answered"), looks=(rerouted("nobody listens there"),), trunk={"proxies": ["@SECOND@", "@PEER@"]}),
    Row("nobody listens, over TCP", (), "our_fault", "refused", trunk={"transport": "tcp"}),
    Row("wants to see From as the trunk says", (wants("From", "Survey.*02000000001"), send("486 Busy Here"), ACK), "busy", trunk=CALLER_ID),
    Row("wants P-Asserted-Identity", (wants("P-Asserted-Identity", "862000000002"), send("486 Busy Here"), ACK), "busy", trunk=CALLER_ID),
    Row("wants Privacy: id", (wants("Privacy", "id"), send("486 Busy Here"), ACK), "busy", trunk=CALLER_ID),
    Row("wants the trunk's own header", (wants("X-Account", "42"), send("486 Busy Here"), ACK), "busy", trunk=CALLER_ID),
    Row("wants a longer session interval (422)", (INVITE, send("422 Session Interval Too Small", "", "Min-SE: 300"), ACK, wants("Session-Expires", "300"), send("200 OK", sdp(), "Session-Expires: 300;refresher=uas", "Require: timer"), ACK, *HANGS_UP),
        "hung_up", events=("answered",), trunk={"session_timer": "100 s"}),
    Row("takes keys by INFO", (*ANSWER, TALK, *info("1"), *info("#"), BYE, OK), "unsure", events=("answered", "played", "ended"), trunk={"keys": "info"}, keys="1#"),
    Row("takes no telephone events, and only those were to be sent", (INVITE, send("200 OK", sdp("0")), ACK, TALK, BYE, OK), "our_fault", "takes no telephone events", trunk={"keys": "rfc4733"}, keys="1"),
    Row("takes no telephone events: tones are sent instead", (INVITE, send("200 OK", sdp("0")), ACK, TALK, BYE, OK), "unsure", events=("answered", "played", "ended"), keys="1"),
    Row("hangs up while keys are being sent", (*ANSWER, TALK, pause(0.3), *HANGS_UP), "hung_up", events=("answered", "ended"), keys="123456789"),
    Row("hangs up during early media", (INVITE, send("183 Session Progress", sdp()), TALK, pause(0.4), send("480 Temporarily Unavailable", "", "Reason: Q.850;cause=18"), ACK), "no_answer", events=("early_media", "media", "ended"), looks=(ended(cause=18),)),
    Row("answers just as we give up", (INVITE, send("180 Ringing"), recv("CANCEL"), send_later("200 OK", sdp()), answer(), ACK, BYE, OK), "no_answer", line={"ring_limit": 0.8}, waits=True),
    Row("never confirms our BYE", (*ANSWER, TALK, BYE, pause(3)), "unsure", looks=(ended(by="caller"),), waits=True),
    Row("audio from a wrong source beside the right one", (*ANSWER, TALK, BYE, OK), "unsure", looks=(media(packets=(60, 200), mos=(4.0, 4.5)),), listen=2.5, strays=True),
    Row("leaves the session refresh to us", (INVITE, send("200 OK", sdp(), "Session-Expires: 90;refresher=uac", "Require: timer"), ACK, recv("INVITE", timeout=60000), answer("200 OK", sdp(version=2), "Session-Expires: 90;refresher=uac", "Require: timer"), ACK, BYE, OK),
        "unsure", events=("answered", "ended"), looks=(ended(by="caller"),), trunk={"session_timer": "90 s"}, line={"media_limit": 100.0}, listen=47.0, slow=True),
    Row("a key is lost: nothing follows it", (*ANSWER, play("menu.pcap"), recv("BYE", timeout=60000), OK), "human_unreachable", looks=(pressed("ask_human", "again"),), scenario=WALK, slow=True),
)  # fmt: skip

ROWS = (*REFUSALS, *CREDENTIALS, *ROUTES, *RINGING, *CALLS, *AUDIO, *OTHER)
