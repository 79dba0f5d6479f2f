"""What espeak-ng's Mandarin voice cannot read, written so that it can.

Measured with espeak-ng 1.52: Latin letters switch it to an English voice in mid-sentence, every syllable
xiong, qiong and jiong is spelled out in English, and a few words of two readings get the wrong one.
"""

import re

from probe.speech import chinese

# Letters as Mandarin speakers say them.
_LETTERS = dict(
    zip(
        "abcdefghijklmnopqrstuvwxyz",
        [
            "诶",
            "必",
            "西",
            "弟",
            "衣",
            "艾弗",
            "寄",
            "艾尺",
            "爱",
            "杰",
            "开",
            "艾勒",
            "艾姆",
            "恩",
            "欧",
            "屁",
            "秋",
            "阿",
            "艾斯",
            "踢",
            "优",
            "威",
            "达不溜",
            "艾克斯",
            "歪",
            "贼",
        ],
        strict=True,
    )
)
_LATIN_WORDS = {"wifi": "歪法爱", "ok": "欧开", "plus": "普拉斯", "email": "衣妹儿"}

# The nearest syllables espeak-ng has; the rounded nasal final iong it does not.
_CHARACTERS = str.maketrans("兄胸凶匈汹雄熊穷琼穹炯窘囧迥", "勋勋勋勋勋旬旬裙裙裙军军军军")
_WORDS = {"重听": "虫听", "哪儿": "拿儿", "嗯": "恩"}


def readable(text: str) -> str:
    """Return `text` as hanzi and punctuation that espeak-ng's `cmn` voice reads rightly."""
    text = re.sub(r"[A-Za-z]+", lambda match: latin(match[0]), chinese.spoken(text))
    for word, reading in _WORDS.items():
        text = text.replace(word, reading)
    return text.translate(_CHARACTERS)


def latin(word: str) -> str:
    """Return a Latin word or abbreviation in hanzi that sound like it."""
    word = word.lower()
    return _LATIN_WORDS.get(word) or "".join(_LETTERS[letter] for letter in word)
