"""How good a call's audio was: the narrowband E-model of ITU-T G.107 (06/2015).

The model rates a connection R from 0 to 100 and turns R into a mean opinion score (MOS). What a call can know of itself
goes in: codec, packets that never came in time, delay. All other inputs keep the Recommendation's default values (its
table 2), which describe a good telephone at either end. Pure arithmetic.
"""

from __future__ import annotations

from math import exp, log10, sqrt

CODECS: dict[str, tuple[float, float]] = {
    # Equipment impairment factor Ie and packet-loss robustness factor Bpl, ITU-T G.113 (11/2007) appendix I.
    # PJSIP conceals lost packets of G.711, so the values with packet-loss concealment hold (25.1; without it 4.3).
    "PCMU": (0.0, 25.1),
    "PCMA": (0.0, 25.1),
}
"""Codecs with published factors. Others of the wheel (GSM, iLBC, speex, G722) have no narrowband Ie and Bpl there that
can be cited, so a call with one of them has no MOS."""

SLR, RLR = 8.0, 2.0  # send and receive loudness rating, dB
OLR = SLR + RLR
STMR, LSTR = 15.0, 18.0  # sidetone masking rating; listener sidetone rating, STMR + Dr, with Dr = 3
DS = 3.0  # D-factor of the telephone, send side
TELR, WEPL = 65.0, 110.0  # talker echo loudness rating; weighted echo path loss, dB
QDU = 1.0  # quantising distortion units: one G.711 path
NC, NFOR = -70.0, -64.0  # circuit noise, dBm0p; noise floor at the receive side, dBmp
PS, PR = 35.0, 35.0  # room noise at send and receive side, dB(A)
ADVANTAGE = 0.0


def rating(*, delay: float = 0.0, ie: float = 0.0, bpl: float = 25.1, lost: float = 0.0, burst: float = 1.0) -> float:
    """The transmission rating factor R, 0 to 100.

    `delay`: one way, mouth to ear, in seconds. `ie`, `bpl`: the codec's factors (`CODECS`). `lost`: share of packets
    that never came in time (0 to 1). `burst`: burst ratio, mean length of the runs of lost packets over the same if
    losses were independent (1: independent).
    """
    noise = _noise()
    basic = 15 - 1.5 * (SLR + noise)  # (7-2): basic signal-to-noise ratio Ro
    milliseconds = 1000 * delay
    r = basic - _simultaneous(basic, noise, milliseconds) - _delay(basic, noise, milliseconds)
    return min(100.0, max(0.0, r - _equipment(ie, bpl, 100 * lost, burst) + ADVANTAGE))


def score(r: float) -> float:
    """The mean opinion score, 1 to 4.5, of a rating R (G.107 annex B)."""
    if r < 6.5:  # the cubic dips below 1 there
        return 1.0
    if r > 100:
        return 4.5
    return 1 + 0.035 * r + r * (r - 60) * (100 - r) * 7e-6


def mos(codec: str, *, lost: float, delay: float, burst: float = 1.0) -> float | None:
    """The mean opinion score of a call; None for a codec whose factors are not published (see `rating`)."""
    if codec not in CODECS:
        return None
    ie, bpl = CODECS[codec]
    return score(rating(delay=delay, ie=ie, bpl=bpl, lost=lost, burst=burst))


def _noise() -> float:
    """No, all noises together, dBm0p (7-3 to 7-7)."""
    send = PS - SLR - DS - 100 + 0.004 * (PS - OLR - DS - 14) ** 2
    effective = PR + 10 * log10(1 + 10 ** ((10 - LSTR) / 10))
    receive = RLR - 121 + effective + 0.008 * (effective - 35) ** 2
    floor = NFOR + RLR
    return 10 * log10(sum(10 ** (level / 10) for level in (NC, send, receive, floor)))


def _simultaneous(basic: float, noise: float, t: float) -> float:
    """Is: too loud, sidetone, quantising distortion (7-8 to 7-17)."""
    x = OLR + 0.2 * (64 + noise - RLR)
    loud = 20 * ((1 + (x / 8) ** 8) ** (1 / 8) - x / 8)
    sidetone = _sidetone(-10 * log10(10 ** (-STMR / 10) + exp(-t / 4) * 10 ** (-TELR / 10)))
    q = 37 - 15 * log10(QDU)
    g = 1.07 + 0.258 * q + 0.0602 * q**2
    y = (basic - 100) / 15 + 46 / 8.4 - g / 9
    z = 46 / 30 - g / 40
    return float(loud + sidetone + 15 * log10(1 + 10**y + 10**z))


def _sidetone(stmr: float) -> float:
    return float(
        12 * (1 + abs((stmr - 13) / 6) ** 8) ** (1 / 8)
        - 28 * (1 + ((stmr + 1) / 19.4) ** 35) ** (1 / 35)
        - 13 * (1 + ((stmr - 3) / 33) ** 13) ** (1 / 13)
        + 29
    )


def _delay(basic: float, noise: float, t: float) -> float:
    """Id: talker echo, listener echo, too long a delay (7-18 to 7-28); `t` in milliseconds, T = Ta = Tr / 2."""
    echo = TELR - 40 * log10((1 + t / 10) / (1 + t / 150)) + 6 * exp(-0.3 * t**2)
    gap = -1.5 * (noise - RLR) - (80 + 2.5 * (echo - 14))
    talker = (gap / 2 + sqrt(gap**2 / 4 + 100) - 1) * (1 - exp(-t)) if t >= 1 else 0.0
    gap = basic - 10.5 * (WEPL + 7) * (2 * t + 1) ** -0.25
    listener = gap / 2 + sqrt(gap**2 / 4 + 169)
    x = log10(t / 100) / log10(2) if t > 100 else 0.0
    long = 25 * ((1 + x**6) ** (1 / 6) - 3 * (1 + (x / 3) ** 6) ** (1 / 6) + 2)
    return float(talker + listener + long)


def _equipment(ie: float, bpl: float, percent: float, burst: float) -> float:
    """Ie-eff: the codec, and packets lost to it (7-29)."""
    return ie + (95 - ie) * percent / (percent / burst + bpl)
