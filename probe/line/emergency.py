"""Numbers that are never dialled, whatever a user asks: emergency calls. No setting turns this off.

Sources: 3GPP TS 22.101 §10.1.1 (112 and 911 in every mobile network; 000, 08, 110, 118, 119, 999 without a SIM);
China's short numbers 110, 119, 120, 122, 12395; for the other countries, their generally known numbers for police, fire
and rescue, gathered by hand, so not complete. Left out on purpose: 114, an emergency number in Viet Nam and France,
because it is China's directory service, a hotline like any other.
"""

from __future__ import annotations

import re
from urllib.parse import unquote

_BY_REGION = {
    "3GPP": "000 08 110 112 118 119 911 999",
    "China": "110 119 120 122 12395",
    "Hong Kong, Macao, Taiwan": "110 112 113 119 992 999",
    "Japan, Korea": "110 112 113 118 119",
    "Southeast Asia": "110 112 113 115 118 119 191 199 911 993 994 995 998 999 1554 1669",
    "India, Pakistan, Bangladesh, Sri Lanka": "15 100 101 102 108 110 112 119 999 1122",
    "Australia, New Zealand": "000 106 111 112",
    "Americas": "066 100 101 107 131 132 133 190 192 193 911 988",
    "Europe": "061 062 080 085 088 091 092 100 104 105 107 112 113 115 117 118 119 122 133 140 144 150 155 158 166 199 999 997 998",
    "Russia, Belarus, Kazakhstan": "01 02 03 04 101 102 103 104 112",
    "Middle East": "100 101 102 110 112 122 123 180 911 990 991 992 993 996 997 998 999",
    "Africa": "10111 10177 112 113 117 118 122 123 17 18 190 193 199 911 999",
}
EMERGENCY = frozenset(number for numbers in _BY_REGION.values() for number in numbers.split())
"""National emergency numbers."""

_CODES = re.compile(r"(?:\+|00)?(?:86)?(?:0(?:10|2\d|[3-9]\d{2}))?|[09]")
"""What may stand before a number: China's country code, an area code, or the 0 or 9 for an outside line."""


def is_emergency(user: str) -> bool:
    """Whether the user part of an address, in any spelling (separators, escapes, prefixes), is an emergency number."""
    digits = re.sub(r"[^\d+]", "", unquote(user).partition(";")[0])
    return any(
        digits.endswith(number) and _CODES.fullmatch(digits[: len(digits) - len(number)]) is not None
        for number in EMERGENCY
    )
