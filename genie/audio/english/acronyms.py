"""Acronyms that are said letter by letter, among those that are words: USB and HTML, but NASA. Pure."""

import re

from genie.audio.english.rule import Rule, words

SPELLED = frozenset(
    words(
        "ADHD ADSL AES AGI AI AKA AMA AMD ANSI API APK ASR ATM AWS BA BBC BCE BMI BMW BRB BTW CDC CEO CEST CET CFO CIA "
        "CIO CLI CMO CMS COO COPD CPA CPU CRM CSI CSV CTO DIY DNA DOB DOJ ECG EDT EEG EKG EOD EPA ERP ESG ESPN EST "
        "ETA EU EV FAQ FBI FDA FYI GDP GDPR GI GMO GMT GNU GOP GPA GPU GUI HBO HDMI HIV HOA HR HVAC IBM ICU ID IDE "
        "IEC IEEE IETF IMDB IO IOT IOU IP IPA IPO IQ IRC IRS ISBN ISO ISP ITV IVF JPG JS KPI LED LLC LLM MBA MIT MRI "
        "MTV NBA NBC NCAA NDA NFL NGO NHL NHS NLP NSA NYC OCD OCR OECD OEM OMG ORM OS OTC PA PCI PDA PDF PDT PR PSA "
        "PST PTA PTSD QA RFC RFID RGB RNA ROI RPM RSA RSVP RV SDK SEO SMS SOS SQL SSD SSH SSL STT SUV SVG TBA TBD TCP "
        "TIA TLS TS TTS TV UAE UAT UAV UCLA UDP UFC UFO UI UK UN UPC UPS URI URL USA USB USC USD USDA USSR UTC UTF "
        "UTI UV UX VAT VIP VOIP VPN VR XML YMCA "
    )
)
"""Acronyms that a voice might take for a word."""

ALSO_WORDS = frozenset({"US", "IT"})
"""Acronyms that are common words where all is written in capitals."""

NO_LETTERS = frozenset({"MR", "MRS", "MS", "DR", "ST", "VS", "HMM", "SHH", "PSST", "BRR", "GRR", "PFFT", "TSK", "TH"})
"""Words without a vowel that are no acronyms."""

NO_NUMERALS = frozenset({"CD", "DC", "MC", "CC", "DM", "MD", "CV"})
"""Acronyms that could be Roman numerals, and hardly ever are."""


def letters(word: str) -> str:
    """Return a word so that any voice says its letters; a stop behind the last would end a sentence."""
    return ".".join(word.upper())


def is_spelled(word: str) -> bool:
    """Say whether a word in capitals is said letter by letter wherever it stands."""
    numeral = re.fullmatch("[IVXLCDM]+", word) and word not in NO_NUMERALS
    vowelless = not re.search("[AEIOUY]", word) and word not in NO_LETTERS and not numeral
    return word in SPELLED or (vowelless and len(word) <= 5)


def _acronym(match: re.Match[str]) -> str:
    word, ending = match["word"], match["ending"]
    if _shouted(match) if word in ALSO_WORDS else not is_spelled(word):
        return match[0]
    return letters(word) + ("'s" if ending else "")


def _shouted(match: re.Match[str]) -> bool:
    """Say whether the words on either side are in capitals, too: TELL US NOW."""
    text = match.string
    before = re.search(r"([A-Za-z]+)\W*$", text[max(0, match.start() - 20) : match.start()])
    after = re.match(r"\W*([A-Za-z]+)", text[match.end() : match.end() + 20])
    around = [found[1] for found in (before, after) if found and len(found[1]) > 1]
    return any(word.isupper() and word not in SPELLED for word in around)


RULES: tuple[Rule, ...] = (
    (re.compile(r"\b([A-Z])&([A-Z])\b(?!&)"), r"\1 and \2"),
    (re.compile(r"\bJPE?G(s?)\b"), r"jay peg\1"),
    (re.compile(r"(?<![\w.'’&])(?P<word>[A-Z]{2,5})(?P<ending>['’]?s)?(?![\w&]|\.\w)"), _acronym),
)
