"""The spaCy model with which Kokoro's English has its dictionary; without it eSpeak's rules pronounce it."""

import importlib.metadata

ENGLISH_MODEL = "en_core_web_sm"
PLAIN_ENGLISH = f"pronounces English by eSpeak's rules; with the spaCy model {ENGLISH_MODEL} installed it does better"


def english_model_installed() -> bool:
    """Say whether the spaCy model is there, by the very test after which misaki would fetch it with pip."""
    try:
        importlib.metadata.distribution(ENGLISH_MODEL)
    except importlib.metadata.PackageNotFoundError:
        return False
    return True
