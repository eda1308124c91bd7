"""Name material that Faker lacks.

Own-script names with the Latin form that their bearers print; letter tables.
"""

from __future__ import annotations

# (Latin, own script) pairs. Faker has both forms for Japanese only.
ZH_FAMILY = (
    ("Wang", "王"), ("Li", "李"), ("Zhang", "张"), ("Liu", "刘"), ("Chen", "陈"), ("Yang", "杨"),
    ("Zhao", "赵"),
    ("Huang", "黄"),
    ("Zhou", "周"), ("Wu", "吴"), ("Xu", "徐"), ("Sun", "孙"), ("Hu", "胡"), ("Zhu", "朱"), ("Gao", "高"),
    ("Lin", "林"),
    ("He", "何"), ("Guo", "郭"), ("Ma", "马"), ("Luo", "罗"), ("Liang", "梁"), ("Song", "宋"),
    ("Zheng", "郑"),
    ("Xie", "谢"),
    ("Han", "韩"), ("Tang", "唐"), ("Feng", "冯"), ("Deng", "邓"), ("Cao", "曹"), ("Peng", "彭"),
    ("Lü", "吕"),
    ("Ouyang", "欧阳"),
)  # fmt: skip
ZH_GIVEN = (
    ("Wei", "伟"), ("Fang", "芳"), ("Lei", "磊"), ("Yang", "洋"), ("Jing", "静"), ("Hao", "浩"),
    ("Yan", "燕"),
    ("Tao", "涛"),
    ("Ming", "明"), ("Jie", "洁"), ("Peng", "鹏"), ("Zihan", "子涵"), ("Yuxuan", "宇轩"), ("Xinyi", "欣怡"),
    ("Haoran", "浩然"),
    ("Mengyao", "梦瑶"), ("Jiaqi", "佳琪"), ("Tianyu", "天宇"), ("Siyuan", "思远"), ("Ruoxi", "若曦"),
    ("Zhiyuan", "志远"),
    ("Yichen", "逸尘"), ("Wenjie", "文杰"), ("Xiaoyu", "晓宇"), ("Chenxi", "晨曦"), ("Junjie", "俊杰"),
    ("Yifan", "一帆"),
    ("Kaiwen", "凯文"), ("Lingyun", "凌云"), ("Shuhan", "书涵"), ("Boyu", "博宇"), ("Qian", "倩"),
    ("Rui", "睿"),
    ("Xin", "欣"),
)  # fmt: skip
KO_FAMILY = (
    ("Kim", "김"), ("Lee", "이"), ("Park", "박"), ("Choi", "최"), ("Jung", "정"), ("Kang", "강"),
    ("Cho", "조"),
    ("Yoon", "윤"),
    ("Jang", "장"), ("Lim", "임"), ("Han", "한"), ("Oh", "오"), ("Seo", "서"), ("Shin", "신"), ("Kwon", "권"),
    ("Hwang", "황"),
)  # fmt: skip
KO_GIVEN = (
    ("Minjun", "민준"), ("Seoyeon", "서연"), ("Jihoon", "지훈"), ("Hyejin", "혜진"), ("Sungmin", "성민"),
    ("Yuna", "유나"),
    ("Dohyun", "도현"), ("Jisoo", "지수"), ("Hyun-woo", "현우"), ("Eunji", "은지"), ("Taeyang", "태양"),
    ("Soyeon", "소연"),
    ("Junho", "준호"), ("Minseo", "민서"), ("Jaewon", "재원"), ("Haneul", "하늘"), ("Gyuri", "규리"),
    ("Seungho", "승호"),
)  # fmt: skip
AR_FAMILY = (
    ("Al-Masri", "المصري"), ("Haddad", "حداد"), ("Khalil", "خليل"), ("Nasser", "ناصر"),
    ("Al-Rashid", "الراشد"),
    ("Mansour", "منصور"), ("Saleh", "صالح"), ("Darwish", "درويش"), ("Bakr", "بكر"), ("Zaki", "زكي"),
    ("Fadel", "فاضل"),
)  # fmt: skip
AR_GIVEN = (
    ("Omar", "عمر"), ("Layla", "ليلى"), ("Yusuf", "يوسف"), ("Nour", "نور"), ("Khaled", "خالد"),
    ("Salma", "سلمى"),
    ("Tariq", "طارق"), ("Huda", "هدى"), ("Samir", "سمير"), ("Rania", "رانيا"), ("Ziad", "زياد"),
    ("Amal", "أمل"),
)  # fmt: skip
HE_FAMILY = (
    ("Mizrahi", "מזרחי"), ("Peretz", "פרץ"), ("Biton", "ביטון"), ("Golan", "גולן"), ("Shapira", "שפירא"),
    ("Katz", "כץ"),
    ("Dayan", "דיין"), ("Regev", "רגב"), ("Azoulay", "אזולאי"),
)  # fmt: skip
HE_GIVEN = (
    ("Noa", "נועה"), ("Itai", "איתי"), ("Yael", "יעל"), ("Omer", "עומר"), ("Shira", "שירה"),
    ("Amit", "עמית"), ("Tal", "טל"),
    ("Roni", "רוני"), ("Eitan", "איתן"),
)  # fmt: skip
PAIRS = {
    "zh_CN": (ZH_FAMILY, ZH_GIVEN, "hani"),
    "ko_KR": (KO_FAMILY, KO_GIVEN, "kore"),
    "ar_AA": (AR_FAMILY, AR_GIVEN, "arab"),
    "he_IL": (HE_FAMILY, HE_GIVEN, "hebr"),
}

_CYRILLIC = {
    "а": "a", "б": "b", "в": "v", "г": "g", "д": "d", "е": "e", "ё": "e", "ж": "zh", "з": "z", "и": "i",
    "й": "y", "к": "k",
    "л": "l", "м": "m", "н": "n", "о": "o", "п": "p", "р": "r", "с": "s", "т": "t", "у": "u", "ф": "f",
    "х": "kh", "ц": "ts",
    "ч": "ch", "ш": "sh", "щ": "shch", "ъ": "", "ы": "y", "ь": "", "э": "e", "ю": "yu", "я": "ya", "і": "i",
    "ї": "yi",
    "є": "ye", "ґ": "g", "’": "", "'": "",
}  # fmt: skip
_GREEK = {
    "α": "a", "β": "v", "γ": "g", "δ": "d", "ε": "e", "ζ": "z", "η": "i", "θ": "th", "ι": "i", "κ": "k",
    "λ": "l", "μ": "m",
    "ν": "n", "ξ": "x", "ο": "o", "π": "p", "ρ": "r", "σ": "s", "ς": "s", "τ": "t", "υ": "y", "φ": "f",
    "χ": "ch",
    "ψ": "ps", "ω": "o", "ά": "a", "έ": "e", "ή": "i", "ί": "i", "ό": "o", "ύ": "y", "ώ": "o", "ϊ": "i",
    "ΐ": "i", "ϋ": "y",
}  # fmt: skip
_DEVANAGARI = {
    "क": "k", "ख": "kh", "ग": "g", "घ": "gh", "च": "ch", "छ": "chh", "ज": "j", "झ": "jh", "ट": "t",
    "ठ": "th", "ड": "d",
    "ढ": "dh", "ण": "n", "त": "t", "थ": "th", "द": "d", "ध": "dh", "न": "n", "प": "p", "फ": "ph", "ब": "b",
    "भ": "bh",
    "म": "m", "य": "y", "र": "r", "ल": "l", "व": "v", "श": "sh", "ष": "sh", "स": "s", "ह": "h", "ञ": "n",
    "ङ": "n",
}  # fmt: skip
_VOWELS = {
    "अ": "a", "आ": "aa", "इ": "i", "ई": "i", "उ": "u", "ऊ": "u", "ए": "e", "ऐ": "ai", "ओ": "o", "औ": "au",
    "ऋ": "ri",
}  # fmt: skip
_SIGNS = {
    "ा": "a",
    "ि": "i",
    "ी": "i",
    "ु": "u",
    "ू": "u",
    "े": "e",
    "ै": "ai",
    "ो": "o",
    "ौ": "au",
    "ृ": "ri",
    "्": "",
}
_MARKS = {"ं": "n", "ँ": "n", "ः": "h", "़": ""}


def _devanagari(text: str) -> str:
    out: list[str] = []
    for i, char in enumerate(text):
        if char in _DEVANAGARI:
            following = text[i + 1 : i + 3].replace("़", "")[:1]
            # The inherent vowel is spoken between consonants and dropped at the end of a word.
            inherent = "a" if following in _DEVANAGARI or following in _MARKS else ""
            out.append(_DEVANAGARI[char] + (inherent if following else ""))
        else:
            out.append(
                _VOWELS.get(char) or _SIGNS.get(char) or _MARKS.get(char) or ("" if ord(char) > 127 else char)
            )
    return "".join(out)


def romanise(text: str, locale: str) -> str:
    """Latin letters for a Cyrillic, Greek or Devanagari name (a plain letter table, good enough to be
    printed).
    """
    if locale == "hi_IN":
        latin = _devanagari(text)
    else:
        latin = "".join({**_CYRILLIC, **_GREEK}.get(char, char) for char in text.lower())
    return "-".join(part.capitalize() for part in latin.split("-"))
