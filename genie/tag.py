"""Language tags (BCP 47) as people write them: de-AT, de_at and DE-AT are one. Pure."""


def plain(tag: str) -> str:
    """Return a tag in lower case, its parts joined by hyphens."""
    return tag.strip().replace("_", "-").lower()


def primary(tag: str) -> str:
    """Return the language of a tag without its region: de-AT is de."""
    return plain(tag).partition("-")[0]
