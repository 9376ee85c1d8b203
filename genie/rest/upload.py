"""Read an uploaded file from a request's body, however it is wrapped, with its limit checked while it comes."""

import base64
import binascii
from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import SpooledTemporaryFile
from typing import BinaryIO, TypeVar, cast

from pydantic import ValidationError
from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import Request

from genie.errors import BadInput, TooLarge
from genie.messages import MAX_NAME
from genie.rest.endpoint import Params

IN_MEMORY = 1_048_576
"""Bytes of an upload that stay in memory; more goes to a temporary file on disk."""

FORM_BYTES = 65_536
"""Bytes that the other fields and the headers of a form may add to its file."""

MAX_FIELDS = 16

HEAD = 64
"""Bytes that tell text from sound: every container has one that base64 has not among so many."""

BASE64 = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/-_= \t\r\n")
SPACE = b" \t\r\n"
URL_SAFE = bytes.maketrans(b"-_", b"+/")


T = TypeVar("T", bound=Params)


@dataclass(frozen=True, slots=True)
class Upload:
    """A file at its beginning; of a form its name, and the text fields that came with it."""

    file: BinaryIO
    fields: dict[str, str]
    name: str = ""


@asynccontextmanager
async def received(request: Request, limit: int, folder: Path | None = None) -> AsyncIterator[Upload]:
    """Read the body as a multipart form with a `file`, as base64 (bare, or a data URL), or as the bare bytes of a file.

    `limit` counts the file's own bytes. What is not in a form lies in `folder`, without a name; a form's file in the
    system's. It lives as long as the context. Raises TooLarge `too_large`; BadInput `no_file`, `bad_form`,
    `bad_base64`, `empty_audio`.
    """
    if request.headers.get("content-type", "").lower().startswith("multipart/form-data"):
        upload, fields = await _from_form(request, limit)
    else:
        upload, fields = await _from_body(request, limit, folder), {}
    try:
        if not upload.size:
            raise BadInput("empty_audio", "the upload is empty: no bytes came")
        if upload.size > limit:
            raise _too_large(limit)
        await upload.seek(0)
        yield Upload(upload.file, fields, shown(upload.filename or "")[-MAX_NAME:].strip())
    finally:
        await upload.close()


def shown(name: str) -> str:
    """Return a name as it can be shown: without control characters, marks of direction and halves of letters."""
    return " ".join("".join(letter if letter.isprintable() else " " for letter in name).split())


def with_fields(params: T, fields: Mapping[str, str]) -> T:
    """Return the parameters with those that came as fields of the form; the query wins."""
    known = {name: value for name, value in fields.items() if name in type(params).model_fields}
    try:
        return type(params).model_validate({**known, **params.model_dump(exclude_unset=True)})
    except ValidationError as error:
        field = str(error.errors()[0]["loc"][0])
        raise BadInput("bad_request", f"{field}: {error.errors()[0]['msg']}", field=field) from error


async def _from_form(request: Request, limit: int) -> tuple[UploadFile, dict[str, str]]:
    body = _limited(request.stream(), limit + FORM_BYTES, limit)
    parser = MultiPartParser(request.headers, body, max_files=1, max_fields=MAX_FIELDS, max_part_size=FORM_BYTES)
    try:
        form = await parser.parse()
    except (MultiPartException, UnicodeError) as error:  # the form itself names how its letters are encoded
        raise BadInput("bad_form", f"the form cannot be read: {error}") from error
    file = form.get("file")
    if not isinstance(file, UploadFile):
        await form.close()
        raise BadInput("no_file", "the form needs a part named file that holds the recording", field="file")
    return file, {name: value for name, value in form.items() if isinstance(value, str)}


async def _from_body(request: Request, limit: int, folder: Path | None) -> UploadFile:
    """Copy the body to a file; base64 is longer than what it says, so it is counted on both sides."""
    spool = SpooledTemporaryFile(max_size=IN_MEMORY, dir=str(folder) if folder else None)  # noqa: SIM115 closed with the upload
    upload = UploadFile(cast(BinaryIO, spool), size=0)
    try:
        async for part in _decoded(_limited(request.stream(), 2 * limit, limit)):
            await upload.write(part)
            if upload.size is not None and upload.size > limit:
                raise _too_large(limit)
    except BaseException:
        await upload.close()
        raise
    return upload


async def _limited(stream: AsyncGenerator[bytes, None], most: int, limit: int) -> AsyncGenerator[bytes, None]:
    count = 0
    async for part in stream:
        count += len(part)
        if count > most:
            raise _too_large(limit)
        yield part


async def _decoded(stream: AsyncGenerator[bytes, None]) -> AsyncGenerator[bytes, None]:
    """Yield the bytes of a file whose bare bytes or base64 come in parts of any size."""
    head = b""
    async for part in stream:
        head += part
        if len(head) >= HEAD:
            break
    text = _text_of(head)
    yield text.push(head) if text else head
    async for part in stream:
        yield text.push(part) if text else part
    if text:
        yield text.finish()


def _text_of(head: bytes) -> "_Base64Text | None":
    """Return a reader of base64 when that is how a body begins."""
    if head.lstrip(SPACE)[:5].lower() == b"data:":
        return _Base64Text(in_url=True)
    return _Base64Text(in_url=False) if BASE64.issuperset(head) else None


class _Base64Text:
    """Turn base64 that comes in parts into bytes."""

    def __init__(self, *, in_url: bool) -> None:
        self._in_url = in_url
        self._left = b""
        self._ended = False

    def push(self, part: bytes) -> bytes:
        text = self._left + part
        if self._in_url:
            kind, comma, text = text.partition(b",")
            if not comma:
                self._left = kind
                if len(kind) > 4 * HEAD:
                    raise _bad_base64("the data URL has no comma")
                return b""
            if not kind.lower().rstrip(SPACE).endswith(b";base64"):
                raise _bad_base64("a data URL must say ;base64")
            self._in_url = False
        text = text.translate(URL_SAFE, SPACE)
        whole = len(text) - len(text) % 4
        self._left = text[whole:]
        return self._decode(text[:whole])

    def finish(self) -> bytes:
        """Return the last bytes; the padding may have been left out."""
        if self._in_url:
            raise _bad_base64("the data URL has no comma")
        if len(self._left) == 1:
            raise _bad_base64("it ends in the middle of a byte")
        return self._decode(self._left + b"=" * (-len(self._left) % 4))

    def _decode(self, text: bytes) -> bytes:
        if text and self._ended:
            raise _bad_base64("more follows its end")
        self._ended = text.endswith(b"=")
        try:
            return base64.b64decode(text, validate=True)
        except binascii.Error as error:
            raise _bad_base64("it holds a letter that base64 has not") from error


def _bad_base64(why: str) -> BadInput:
    return BadInput("bad_base64", f"the body is not valid base64: {why}")


def _too_large(limit: int) -> TooLarge:
    return TooLarge("too_large", f"an upload may have {limit} bytes")
