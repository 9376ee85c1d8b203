"""What a request over HTTP may say of what is spoken in a recording."""

from typing import Annotated

from pydantic import Field

from genie.audio.wish import Wish, listed
from genie.messages import MAX_PROMPT, Name
from genie.rest.endpoint import Params


class WishParams(Params):
    """What is known of what is said; each wins over the settings."""

    language: Name | None = Field(default=None, description="BCP 47, such as de-AT; auto: it is detected")
    languages: Name | None = Field(default=None, description="those to choose among, separated by commas")
    prompt: Annotated[str, Field(max_length=MAX_PROMPT)] | None = Field(
        default=None, description="what was said before, or the style of what is said"
    )
    translate: bool | None = Field(default=None, description="write English, whatever is spoken")

    def wish(self) -> Wish:
        return Wish(self.language or None, listed(self.languages), self.prompt, self.translate)
