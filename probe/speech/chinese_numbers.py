"""Numbers in figures, read aloud the way a Chinese announcement reads them."""

import re

DIGITS = "零一二三四五六七八九"
_PLACES = ("", "十", "百", "千")
_GROUPS = ("", "万", "亿", "万亿")

# What is counted or measured is read as a number ("30秒" 三十秒); a bare run of three digits or more is spelled.
_UNIT = (
    "(?:个|位|元|块|角|毛|分|秒|点|时|小时|天|日|周|月|岁|次|条|项|名|人|层|楼|米|公里|千|万|亿|百|度|兆|"
    "折|倍|件|单|笔|步|级|座|台|部|张|份|页|家|种|遍|声|余|多|%|％|[gGmMkK](?:[bB]|(?![a-zA-Z])))"
)
_SPELLED_BEFORE = re.compile(r"(?:[号码按拨打线话键]|号为|号是|尾号为|字)$")
_PATTERN = re.compile(
    r"(?P<clock>(?<![\d:])(?P<hour>[01]?\d|2[0-4]):(?P<minute>[0-5]\d)(?![\d:]))"
    r"|(?P<percent>(?P<share>\d+(?:\.\d+)?)%)"
    r"|(?P<year>(?<!\d)\d{4}(?=年))"
    r"|(?P<decimal>(?<![\d.])\d+\.\d+(?![\d.]))"
    r"|(?P<whole>\d+)"
)


def read_figures(text: str) -> str:
    """Return `text` with its figures (ASCII digits) written in hanzi as they are spoken.

    Counted things are numbers (`30秒` 三十秒, `8:30` 八点三十分, `5%` 百分之五); keys, telephone numbers,
    years and agents' IDs are spelled (`按10` 按一零, `10086` 一零零八六, `2026年` 二零二六年).
    """
    return _PATTERN.sub(_read, text)


def spell(figures: str) -> str:
    """Return a run of digits read one by one."""
    return "".join(DIGITS[int(figure)] for figure in figures)


def number(value: int) -> str:
    """Return a whole number, 0 or more, as it is spoken: 105 → 一百零五, 15 → 十五."""
    if value == 0:
        return DIGITS[0]
    text, gap = "", False
    for group in range(len(_GROUPS) - 1, -1, -1):
        part = value // 10**group // 10 ** (3 * group) % 10_000
        if not part:
            gap = gap or bool(text)
            continue
        if text and (gap or part < 1000):
            text += DIGITS[0]
        text += _below_ten_thousand(part) + _GROUPS[group]
        gap = False
    return text[1:] if text.startswith("一十") else text


def _below_ten_thousand(value: int) -> str:
    text, gap = "", False
    for place in range(3, -1, -1):
        digit = value // 10**place % 10
        if digit:
            text += (DIGITS[0] if gap else "") + DIGITS[digit] + _PLACES[place]
            gap = False
        else:
            gap = bool(text)
    return text


def _decimal(figures: str) -> str:
    whole, _, fraction = figures.partition(".")
    return number(int(whole)) + ("点" + spell(fraction) if fraction else "")


def _read(match: re.Match[str]) -> str:
    if match["clock"]:
        minute = int(match["minute"])
        minutes = "" if minute == 0 else ("零" if minute < 10 else "") + number(minute) + "分"
        return number(int(match["hour"])) + "点" + minutes
    if match["percent"]:
        return "百分之" + _decimal(match["share"])
    if match["year"]:
        return spell(match["year"])
    if match["decimal"]:
        return _decimal(match["decimal"])
    figures = match["whole"]
    before, after = match.string[: match.start()], match.string[match.end() :]
    if len(figures) > 1 and (figures[0] == "0" or _SPELLED_BEFORE.search(before)):
        return spell(figures)
    if re.match("号", after):  # 3号 is a date or a window, 1023号 is an agent
        return number(int(figures)) if len(figures) < 3 else spell(figures)
    if len(figures) < 3 or (len(figures) < 13 and re.match(_UNIT, after)):
        return number(int(figures))
    return spell(figures)
