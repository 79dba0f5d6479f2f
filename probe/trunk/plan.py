"""How a number as people write it becomes the number a trunk wants: the dial plan.

    as written                          country: CN, numbers: national
    +86 511 8000 0001, 0511-80000001    051180000001
    tel:+86-511-80000001                051180000001
    10000, 95598                        as they are

The plan takes numbers apart with libphonenumber's numbering plans; rules of the trunk's own come first.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Annotated, Any, Literal

import phonenumbers
from pydantic import BeforeValidator, Field

from probe.documents import SourceMistake
from probe.errors import UserError
from probe.line.emergency import is_emergency
from probe.navigate.writing import Part

_APART = re.compile(r"[\s\-.()/（）\u2010-\u2015]+")
_NUMBER = re.compile(r"\+?[0-9]{2,20}|[*#0-9]{2,20}")
_SHORT = 6  # digits of the longest short code; longer ones are subscribers' numbers. China's are 3 to 6 digits long


def _country(written: Any) -> Any:
    if written == "" or written in phonenumbers.SUPPORTED_REGIONS:
        return written
    raise SourceMistake(
        f"`{written}` is not a country; write its two letters, such as CN",
        f"“{written}”不是国家代码；请写两个字母，如 CN",
    )


def _pattern(written: Any) -> str:
    if not isinstance(written, str) or not re.fullmatch(r"\+?[0-9x]*\*?", written) or not written:
        raise SourceMistake(
            f"`{written}` is not a pattern; write digits in quotes, `x` for any digit, `*` at the end for any rest",
            f"“{written}”不是号码样式；请写带引号的数字，`x` 代表任一位，末尾的 `*` 代表其余任意位",
        )
    return written


def _sent(written: Any) -> str:
    if not isinstance(written, str) or not re.fullmatch(r"\+?[0-9*#]*(?:\{(?:number|rest)\})?[0-9#]*", written):
        raise SourceMistake(
            f"`{written}` is not a number to send; write digits and `{{number}}` or `{{rest}}`, in quotes",
            f"“{written}”不是要发送的号码；请写带引号的数字，可含 `{{number}}` 或 `{{rest}}`",
        )
    return written


class Rule(Part):
    """A rule for some numbers, before all others."""

    number: Annotated[str, BeforeValidator(_pattern)] = Field(
        description="Which: digits, `x` for any digit, `*` at the end for any rest, such as `400*` or `95xxx`."
    )
    send: Annotated[str, BeforeValidator(_sent)] = Field(
        description="What is sent: digits, `{number}` for the whole number, `{rest}` for what `*` stood for."
    )

    def applied(self, digits: str) -> str | None:
        """What is sent for these digits; None if they are not meant."""
        pattern = re.escape(self.number).replace("x", "[0-9]").replace(r"\*", "([0-9]*)")
        found = re.fullmatch(pattern, digits)
        if not found:
            return None
        rest = found[1] if found.groups() else ""
        return self.send.replace("{number}", digits).replace("{rest}", rest)


class Plan(Part):
    """How the trunk wants numbers."""

    country: Annotated[str, BeforeValidator(_country)] = Field(
        default="CN", description="Country whose national numbers are dialled, two letters."
    )
    numbers: Literal["as_written", "national", "e164", "plus"] = Field(
        default="as_written",
        description="Form the trunk wants: as written, 051180000001, 8651180000001, or +8651180000001.",
    )
    prefix: str = Field(default="", pattern=r"^[0-9*#]{0,8}$", description="Digits before every number.")
    rules: tuple[Rule, ...] = Field(default=(), description="Rules for some numbers, before all others.")

    def dialled(self, written: str) -> str:
        """The number to dial for one as people write it; raises UserError for what is no number, or an emergency one."""
        number = plain(written)
        _refuse_emergencies(written, number)
        found = next((sent for rule in self.rules if (sent := rule.applied(number)) is not None), None)
        dialled = self.prefix + (self._formed(written, number) if found is None else found)
        _refuse_emergencies(written, dialled)
        return dialled

    def _formed(self, written: str, number: str) -> str:
        digits = number.lstrip("+")
        short = not number.startswith(("+", "00")) and len(digits) <= _SHORT
        if self.numbers == "as_written" or short or not digits.isdigit():
            return number
        try:
            parsed = phonenumbers.parse(number, self.country or None)
        except phonenumbers.NumberParseException:
            parsed = None
        if parsed is None or not phonenumbers.is_possible_number(parsed):
            raise UserError(
                f"`{written}` is not a telephone number of {self.country}; write it with its area code, or as +86...",
                f"“{written}”不是 {self.country} 的电话号码；请带区号，或写成 +86…",
            )
        if self.numbers == "national":
            if phonenumbers.region_code_for_number(parsed) != self.country and parsed.country_code != (
                phonenumbers.country_code_for_region(self.country)
            ):
                return "00" + str(parsed.country_code) + phonenumbers.national_significant_number(parsed)
            return re.sub(r"\D", "", phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.NATIONAL))
        e164 = str(phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164))
        return e164 if self.numbers == "plus" else e164.lstrip("+")


def plain(written: str) -> str:
    """The digits of a number as written, `tel:` URI or not, with a leading `+` if it has one; raises UserError."""
    text = unicodedata.normalize("NFKC", written).strip()
    text = re.sub(r"^tel:", "", text, flags=re.IGNORECASE)
    main, _, parameters = text.partition(";")
    number = _APART.sub("", main)
    context = re.search(r"(?:^|;)phone-context=(\+[0-9]+)", parameters)
    if context and not number.startswith("+"):  # RFC 3966 §5.1.5: a local number, and where it is local
        number = context[1] + number.lstrip("0")
    if not _NUMBER.fullmatch(number):
        raise UserError(
            f"`{written}` is not a telephone number; write it like +86 511 8000 0001, 0511-80000001, 10000 or tel:+86...",
            f"“{written}”不是电话号码；请写成 +86 511 8000 0001、0511-80000001、10000 或 tel:+86… 的样子",
        )
    return number


def _refuse_emergencies(written: str, number: str) -> None:
    if is_emergency(number) or is_emergency(written):
        raise UserError(
            f"`{written}`: {number} is an emergency number; it is never dialled",
            f"“{written}”：{number} 是紧急号码，绝不拨打",
        )
