"""What a voice says so that somebody hears how it sounds, in its own language. Pure."""

from genie.audio.engine import Voice
from genie.tag import primary

SENTENCES = {
    "ar": "مرحبا، أنا {}. هكذا يبدو صوتي.",
    "cs": "Dobrý den, já jsem {}. Takhle zním.",
    "da": "Hej, jeg hedder {}. Sådan lyder jeg.",
    "de": "Hallo, ich bin {}. So klinge ich.",
    "el": "Γεια σας, είμαι {}. Έτσι ακούγομαι.",
    "en": "Hello, I am {}. This is how I sound.",
    "es": "Hola, soy {}. Así es como sueno.",
    "fi": "Hei, minä olen {}. Tältä minä kuulostan.",
    "fr": "Bonjour, je suis {}. Voici ma voix.",
    "hi": "नमस्ते, मैं {} हूँ। मेरी आवाज़ ऐसी है।",
    "hu": "Jó napot, {} vagyok. Így hangzom.",
    "it": "Ciao, sono {}. Ecco come suono.",
    "nb": "Hei, jeg heter {}. Slik høres jeg ut.",
    "nl": "Hallo, ik ben {}. Zo klink ik.",
    "pl": "Dzień dobry, jestem {}. Tak brzmię.",
    "pt": "Olá, eu sou {}. É assim que eu soo.",
    "ro": "Bună, eu sunt {}. Așa sun eu.",
    "ru": "Здравствуйте, я {}. Вот так я звучу.",
    "sv": "Hej, jag heter {}. Så här låter jag.",
    "tr": "Merhaba, ben {}. Sesim böyle.",
    "uk": "Вітаю, я {}. Ось так я звучу.",
}

COUNTING = "1, 2, 3, 4, 5."
"""What voices of other languages say: every engine reads digits in its own."""


def preview(voice: Voice) -> str:
    """Return a short text in the language of a voice, in which it says what it is called."""
    return SENTENCES.get(primary(voice.language), COUNTING).format(voice.title or voice.name)
