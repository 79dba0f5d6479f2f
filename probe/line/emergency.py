"""Numbers that are never dialled, whatever a user asks: emergency calls. No setting turns this off.

`emergency.txt` has the numbers of all countries with their source. A number counts wherever it is an emergency number:
which country a trunk ends in is a setting, and settings can be wrong. So 114, China's directory service, is refused
too, because it calls the fire brigade in Viet Nam.

A number is looked at as a gateway may read it: in any script's digits, escaped, with separators, up to any pause or
parameter, and behind what may stand before a number.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from pathlib import Path
from urllib.parse import unquote

_FILE = Path(__file__).with_name("emergency.txt")

_SERVICE = r"(?:[*#]{1,2}\d{2,3}[*#])*"  # 3GPP TS 22.030 §6.5: *31#, #31#, which show or hide the caller's number
_OUTSIDE = r"[09]?"  # what exchanges want for an outside line; 8 too, but hardly before an area code
_CARRIER = r"(?:17909|17951|17911|17901|17931|17921|12593|10193|11808|11818)?"  # China's long-distance carriers
_COUNTRY = (  # ITU-T E.164 country codes
    r"(?:1|7|2[07]|2[1-689]\d|3[0-469]|3[578]\d|4[013-9]|42\d|5[1-8]|5[09]\d|6[0-6]|6[789]\d|8[1246]|8[578]\d|9[0-58]|9[679]\d)"
)
_ABROAD = r"(?:\+|00|011|0011|810)"  # before a country code: +, or the usual ways to dial out
_AREA = r"(?:10|2\d|[3-9]\d{2})"  # China's area codes, without their 0
_BEFORE = re.compile(f"{_SERVICE}(?:{_OUTSIDE}{_CARRIER}(?:{_ABROAD}{_COUNTRY}0?|0{_AREA}|0\\d{{0,2}})?|[089]{{1,2}})")
_BEFORE_IN_CHINA = re.compile(f"{_SERVICE}{_OUTSIDE}{_CARRIER}(?:{_ABROAD})?86(?:0?{_AREA})?")

_ENDS = re.compile(r"[;?@&]")  # parameters and headers of an address
_APART = re.compile(r"[\s\-.()/_\[\]\u2010-\u2015]+")  # what people put between digits for the eye
_PAUSES = re.compile(r"[^\d+*#]+")  # pauses (`,` `p` `w`) and anything else: digits after it may be sent later


@cache
def numbers() -> dict[str, tuple[str, ...]]:
    """Every emergency number (`x`: any digit) and the territories that have it."""
    found: dict[str, tuple[str, ...]] = {}
    for line in _FILE.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            number, *territories = line.split()
            found[number] = (*found.get(number, ()), *territories)
    return found


def _pattern(territory: str = "") -> re.Pattern[str]:
    known = (number for number, territories in numbers().items() if not territory or territory in territories)
    return re.compile("(?:" + "|".join(number.replace("x", r"\d") for number in known) + ")#?")


@cache
def _readings() -> tuple[tuple[re.Pattern[str], re.Pattern[str]], ...]:
    """What may stand before a number, with the numbers that it may stand before."""
    return ((_BEFORE, _pattern()), (_BEFORE_IN_CHINA, _pattern("CN")))


def is_emergency(user: str) -> bool:
    """Whether a number, or the user part of an address, in any spelling, reaches an emergency service somewhere."""
    return any(_is_emergency(spelling) for spelling in _spellings(user))


def _spellings(user: str) -> set[str]:
    """Digits, `+`, `*` and `#` of a number: whole, up to each pause in it, and between pauses."""
    found: set[str] = set()
    plain = user
    for _ in range(4):  # escapes may be escaped again on the way
        text = "".join(_digit(letter) for letter in unicodedata.normalize("NFKC", plain))
        text = re.sub(r"^\s*(?:sips?|tel|urn:service):", "", text, flags=re.IGNORECASE)
        parts = [part for part in _PAUSES.split(_APART.sub("", _ENDS.split(text)[0])) if part]
        found |= {"".join(parts[:n]) for n in range(1, len(parts) + 1)} | set(parts)
        if unquote(plain) == plain:
            break
        plain = unquote(plain)
    return found


def _digit(letter: str) -> str:
    """A digit of any script as 0 to 9."""
    value = unicodedata.digit(letter, None)
    return letter if value is None else str(value)


def _is_emergency(digits: str) -> bool:
    return any(
        number.fullmatch(digits, start) and before.fullmatch(digits, 0, start)
        for before, number in _readings()
        for start in range(len(digits))
    )
