"""Acronyms that are said letter by letter, among those that are words: USB and HTML, but NASA. Pure."""

import re

from genie.audio.english.rule import Rule, words

SPELLED = frozenset(
    words(
        "ACLU ADHD ADSL AES AFAIK AGI AI AKA AMA AMD ANSI API APK ASR ATM AWS BA BBC BCE BMI BMW BRB BTW CCTV CDC "
        "CEO CEST CET CFO CIA CIO CLI CMO CMS COO COPD CPA CPI CPU CRM CSI CSV CTO DIY DNA DOB DOI DOJ DUI ECB ECG "
        "EDT EEG EIN EKG EMT EOD EOF EPA EPS ERP ESA ESG ESL ESPN EST ETA ETF EU EV FAA FAQ FBI FDA FPGA FTE FYI GDP "
        "GDPR GED GI GIS GMO GMT GNU GOP GPA GPIO GPU GUI HBO HDMI HIPAA HIV HOA HR HVAC IBM IBS ICU ID IDE IEC IEEE "
        "IETF IMDB IMF IMO IO IOT IOU IP IPA IPO IQ IRA IRC IRS ISBN ISO ISP ISS ITV IUD IVF JPG JS KPI LED LGBTQ "
        "LLC LLM MBA MIT MRI MTV NAACP NBA NBC NCAA NDA NFL NGO NHL NHS NIH NLP NPU NRA NSA NYC NYPD NYU OCD OCR "
        "OECD OEM OMG ORM OS OTC OTP PA PBS PCI PDA PDF PDT POV PR PSA PST PSU PTA PTO PTSD QA RAF RFC RFID RGB RIP "
        "RNA ROI RPM RSA RSVP RV SDK SEO SLA SMS SOS SQL SSD SSH SSL SSO STT SUV SVG TBA TBD TCP TEU TIA TLS TPM TPU "
        "TS TSA TTS TV UAE UAT UAV UCLA UDP UEFI UFC UFO UHD UHF UI UK UML UN UPC UPS URI URL USA USAF USB USC USD "
        "USDA USPS USSR UTC UTF UTI UUID UV UX VAT VIP VOIP VPC VPN VR WPA WTO XML YMCA YTD"
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
    (re.compile(r"(?<=\b[tT]he )WHO(?=(?:'s|’s)?(?: [a-z]|[.,;:)]))"), "W.H.O"),
    (re.compile(r"\b([A-Z])&([A-Z])\b(?!&)"), r"\1 and \2"),
    (re.compile(r"\b([A-Z])&([A-Z])s\b"), r"\1 and \2's"),
    (re.compile(r"\bJPE?G(s?)\b"), r"jay peg\1"),
    (re.compile(r"(?<![\w.'’&])(?P<word>[A-Z]{2,5})(?P<ending>['’]?s)?(?![\w&]|\.\w)"), _acronym),
)
