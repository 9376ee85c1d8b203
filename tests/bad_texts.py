"""Texts that nobody speaks like that, and that arrive all the same. All of it is spoken, or there is nothing to say."""

NOTHING_TO_SAY = {
    "nothing": "",
    "white space": " \n\t ",
    "emoji": "🎉🎉 👩‍👩‍👧 🇩🇪",
    "marks": "... !!! ??? *** ---",
    "no characters": "\U000e0001\U0010ffff\ufffe",
}

SPOKEN = {
    "from the right": "مرحبا، كيف حالك؟",
    "both ways": "The word is شكرا and 谢谢.",
    "controls": "one\x00two\x07three\x1b[31mfour\x7f\u200b\u202efive\ufeff",
    "half a character": "a\ud800b",
    "SSML": '<speak><break time="3600s"/><prosody rate="0.01">slow</prosody></speak>',
    "phonemes": "[[h@l'oU]] x",
    "HTML": "<b>x</b><script>alert(1)</script>",
    "many accents": "e" + "\u0301" * 1_000,
    "one word": "a" * 200,
}

LONG = "All work and no play makes Jack a dull boy. " * 2_400
"""100 KB."""
