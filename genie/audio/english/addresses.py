"""E-mail, web addresses, file names, paths, tags and the codes of machines as English words. Pure."""

import re
from types import MappingProxyType

from genie.audio.english.acronyms import letters
from genie.audio.english.numbers import by_digits, cardinal, each
from genie.audio.english.rule import Rule, any_of, words

SITES = ("com", "org", "net", "edu", "gov", "info", "io", "dev", "app", "ai", "co", "uk", "de", "fr", "eu", "me", "tv")
"""Endings by which a bare name is known to be a site."""

SAID_ENDINGS = frozenset({"co", "me", "be", "to", "in"})
"""Endings of two letters that are said as a word."""

FILES = words(
    "txt md rst pdf doc docx odt rtf xls xlsx ods csv tsv ppt pptx odp json jsonl yaml yml toml ini cfg conf xml html "
    "htm css scss js mjs ts tsx jsx py pyc ipynb rb rs go java kt c h cc cpp hpp cs php pl lua swift sh bash zsh bat "
    "ps1 sql db sqlite log lock env png jpg jpeg gif svg webp bmp ico mp3 mp4 m4a wav flac ogg opus avi mkv mov webm "
    "zip tar gz tgz xz 7z rar iso img exe msi dmg deb rpm apk jar whl dll bin dat bak tmp epub ttf onnx pth"
)

SAID_FILES = frozenset(words("doc json toml yaml log lock conf env java swift lua bash zip tar bin dat bak jar css"))
"""Endings of files that are said as a word."""

SIGNS = MappingProxyType({".": "dot", "@": "at", "_": "underscore", "-": "dash", "+": "plus", "/": "slash",
                          "\\": "backslash", ":": "colon", "~": "tilde", "*": "star", "=": "equals", "&": "and",
                          "%": "percent", "#": "hash", "?": "question mark"})  # fmt: skip

_PARTS = re.compile(r"[^\W\d_]+|\d+|[^\w\s]|_")


def spelled_out(text: str) -> str:
    """Say every sign of something that no sentence holds: words as words, digits as numbers, signs by their names."""
    return " ".join(filter(None, (_part(part) for part in _PARTS.findall(text))))


def _part(part: str) -> str:
    if part.isdecimal():
        return cardinal(part) if len(part) <= 4 and (part[0] != "0" or part == "0") else by_digits(part)
    return SIGNS.get(part, part if part.isalpha() else "")


def _site(match: re.Match[str]) -> str:
    """Say the name of a site, not the way through it."""
    return site(match["host"])


def _host(match: re.Match[str]) -> str:
    return site(match["host"]) + (f" port {by_digits(match['port'])}" if match["port"] else "")


def site(host: str) -> str:
    """Return the name of a host as it is said."""
    name, dot, ending = host.removeprefix("www.").rpartition(".")
    if not dot or not ending.isalpha():
        return spelled_out(host)
    last = letters(ending) if len(ending) == 2 and ending not in SAID_ENDINGS else ending
    return f"{spelled_out(name)} dot {last}"


def _mail(match: re.Match[str]) -> str:
    return f"{spelled_out(match['name'])} at {site(match['host'])}"


def file_name(name: str) -> str:
    """Return the name of a file as it is said."""
    stem, _, ending = name.rpartition(".")
    known = ending.lower()
    return f"{spelled_out(stem)} dot {_ending(known)}".strip()


def _ending(ending: str) -> str:
    if ending in SAID_FILES or len(ending) > 4:
        return ending
    return " ".join(letters(part) if part.isalpha() else each(part) for part in re.findall(r"\d+|\D+", ending))


def _file(match: re.Match[str]) -> str:
    folder, _, name = match[0].rpartition("/")
    return f"{spelled_out(folder)} slash {file_name(name)}" if folder else file_name(name)


def _path(match: re.Match[str]) -> str:
    """Say a path; a stop behind it ends the sentence."""
    path = match[0].rstrip(".")
    stop = "." if path and path != match[0] else ""
    folder, slash, name = path.rpartition("/")
    if slash and re.fullmatch(rf"[\w.-]+\.(?:{any_of(FILES)})", name):
        return f"{spelled_out(folder)} slash {file_name(name)}".strip() + stop
    return spelled_out(path or match[0]) + stop


def _tag(match: re.Match[str]) -> str:
    """Say a tag by its words: #ThrowbackThursday, #best_of_2024."""
    tag = re.sub(r"(?<=[a-z])(?=[A-Z])|_|(?<=[a-zA-Z])(?=\d)", " ", match[1])
    return f"hashtag {tag}"


def _quartet(match: re.Match[str]) -> str:
    """Say an address of the internet group by group; what cannot be one is a version."""
    parts = match[1].split(".")
    if any(int(part) > 255 for part in parts):
        return " point ".join(cardinal(part) for part in parts)
    port = f" port {by_digits(match[2][1:])}" if match[2] else ""
    mask = f" slash {cardinal(match[3][1:])}" if match[3] else ""
    return " dot ".join(each(part) for part in parts) + port + mask


VERSIONED = "version|release|python|node|ruby|java|php|ubuntu|debian|android|ios|macos|windows|kernel|chrome|firefox"


def _version(match: re.Match[str]) -> str:
    """Say a version part by part: 3.11 is three point eleven."""
    tail = match["tail"]
    more = ""
    if tail:
        name, number = re.fullmatch(r"[-.]?([A-Za-z]*)[-.]?(\d*)", tail).groups()  # type: ignore[union-attr]
        known = {"rc": "release candidate", "a": "alpha", "b": "beta"}.get(name.lower(), name)
        more = f" {known} {cardinal(number) if number else ''}".rstrip()
    return _points(match["number"]) + more


def _points(number: str) -> str:
    return " point ".join(cardinal(part) for part in number.split("."))


def _v(match: re.Match[str]) -> str:
    return f"version {_version(match)}"


def _wireless(match: re.Match[str]) -> str:
    """Say the standard of wireless networks: 802.11ac."""
    return f"eight oh two eleven {letters(match[1])}" if match[1] else "eight oh two eleven"


def _hex(match: re.Match[str]) -> str:
    return f"hex {_signs(match[1])}"


def _signs(code: str) -> str:
    """Say a code sign by sign, with a pause after each four."""
    signs = [each(sign) if sign.isdecimal() else sign.upper() for sign in code if sign.isalnum()]
    groups = [signs[at : at + 4] for at in range(0, len(signs), 4)]
    return ", ".join(" ".join(group) for group in groups)


def _groups(match: re.Match[str]) -> str:
    """Say the address of a device, or a new one of the internet, group by group."""
    return ", ".join(_signs(group) for group in match[0].split(":"))


# Python before 3.11.5 keeps what a possessive group took in vain (its issue 106052): this one takes nothing in vain.
HOST = r"[^\W_](?:[\w-]{0,62})(?:(?=\.[\w-])\.[\w-]{1,63})*+"
TAIL = r"(?P<tail>-?(?:alpha|beta|rc|dev|a|b)[-.]?\d{0,3}(?!\w))?"

ADDRESSES: tuple[Rule, ...] = (
    (re.compile(r"(?<![\w.+-])(?P<name>[\w.+-]{1,64}+)@(?P<host>\w[\w-]{0,62}(?:\.[\w-]{0,62}\w)+)"), _mail),
    (
        re.compile(
            rf"(?:\b(?:https?|ftp|wss?)://|\b(?=www\.))(?P<host>{HOST})(?::\d{{1,5}})?(?:[/?#](?:[^\s,]*[\w/=])?)?"
        ),
        _site,
    ),
    (
        re.compile(
            rf"(?<![\w@./\\-])(?P<host>[a-z][a-z\d-]{{0,62}}(?:\.[a-z\d][a-z\d-]{{0,62}}){{0,4}}\.(?:{any_of(SITES)}))"
            r"(?::(?P<port>\d{2,5}))?(?:/(?:[^\s,]*[\w/=])?)?(?![\w@]|\.\w)",
            re.IGNORECASE,
        ),
        _host,
    ),
)
CODES: tuple[Rule, ...] = (
    (re.compile(r"(?<![A-Za-z+])\+/[-−]\s?|(?<![\w+])\+-\s?(?=\d)"), "plus or minus "),
    (re.compile(rf"\b((?i:{VERSIONED})\s\d{{1,2}})/(?=\d{{1,2}}(?![\w/]|[.,]\d))"), r"\1 or "),
    (re.compile(r"\b(localhost):(\d{2,5})(?!\w)"), lambda match: f"{match[1]} port {by_digits(match[2])}"),
    (re.compile(r"(?<![\w/])([ru])/(?=[A-Za-z]\w)"), r"\1 slash "),
    (re.compile(r"(?<![\w.])802\.11([a-z]{1,2})?(?![\w.])"), _wireless),
    (re.compile(r"(?<![\w.])(\d{1,3}(?:\.\d{1,3}){0,2})\.x(?!\w)"), lambda match: f"{_points(match[1])} point x"),
    (re.compile(r"(?<![\w.])(\d{1,3}(?:\.\d{1,3}){3})(:\d{1,5})?(/\d{1,2})?(?![\w/]|\.\d)"), _quartet),
    (
        re.compile(
            r"(?<![\w:.])(?:(?=[\d:]{0,20}[a-fA-F])(?:[\da-fA-F]{2}:){2,7}[\da-fA-F]{2}|(?:[\da-fA-F]{2}:){5}[\da-fA-F]{2}"
            r"|(?:[\da-fA-F]{1,4}:){7}[\da-fA-F]{1,4})(?![\w:])"
        ),
        _groups,
    ),
    (re.compile(rf"(?<![\w.-])[vV]\.?\s?(?P<number>\d{{1,6}}(?:\.\d{{1,6}}){{0,4}}){TAIL}(?!\w|\.\d)"), _v),
    (
        re.compile(
            rf"(?<![\w.,/$€£-])(?!\d{{3}}\.\d{{3}}\.\d{{4}})(?P<number>\d{{1,6}}(?:\.\d{{1,6}}){{2,4}}){TAIL}(?!\w|[.,]\d)",
        ),
        _version,
    ),
    (
        re.compile(
            rf"\b(?P<of>{VERSIONED})(?P<space>\s)(?P<number>\d{{1,4}}\.\d{{1,4}}){TAIL}(?!\w|\.\d)",
            re.IGNORECASE,
        ),
        lambda match: f"{match['of']} {_version(match)}",
    ),
    (re.compile(r"(?<![\w#])0[xX]([\da-fA-F]{1,64})(?!\w)"), _hex),
    (re.compile(r"(?<![\w&#])#(?=[a-fA-F]{0,7}\d)(?=\d{0,7}[a-fA-F])([\da-fA-F]{6}|[\da-fA-F]{8})(?!\w)"), _hex),
    (
        re.compile(r"(?<![\w-])([\da-fA-F]{8}-(?:[\da-fA-F]{4}-){3}[\da-fA-F]{12})(?![\w-])"),
        lambda match: _signs(match[1]),
    ),
    (
        re.compile(r"(?<![\w#-])(?=\d{0,63}[a-f])(?=[a-f]{0,63}\d)([\da-f]{7,64})(?![\w-])"),
        lambda match: _signs(match[1]),
    ),
    (re.compile(r"(?<![\w.:/\\~)€£$¥¢°%])(?:~|\.{1,2})?(?:/[\w.+@-]{1,100}+)+/?(?![\w/])"), _path),
    (re.compile(r"(?<![\w\\])[A-Za-z]:(?:\\[\w.+@-]{0,100}+)+"), _path),
    (
        re.compile(
            rf"(?<![\w./\\@-])(?:[\w-]{{1,64}}+/){{0,8}}[\w-]{{0,64}}(?:\.[\w-]{{1,64}}){{0,4}}\.(?:{any_of(FILES)})(?![\w/]|\.\w)"
        ),
        _file,
    ),
    (re.compile(r"(?<![^\s(\"'“‘])--(?=[a-z])"), "dash dash "),
    (re.compile(r"(?<![^\s(])-(?=[a-z]\s?[±+*/=²³^])"), "minus "),
    (re.compile(r"(?<![^\s(\"'“‘])-(?=[a-zA-Z](?![\w'’]))"), "dash "),
    (re.compile(r"(?<![^\s(\"'“‘])\.(?=[A-Za-z])"), "dot "),
    (re.compile(r"(?<![\w&/])#(?=\w{0,100}[A-Za-z])(\w{1,100})"), _tag),
    (re.compile(r"(?<![\w.@])@(?=[A-Za-z])(\w{1,64})"), lambda match: f"at {spelled_out(match[1])}"),
)
