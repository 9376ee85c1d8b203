"""`/openapi.json` (OpenAPI 3.1), made from the endpoints and their pydantic models, so that it cannot drift."""

import asyncio
import inspect
import re
from functools import cache
from typing import Any, Literal

import orjson
from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import Response

from genie import __version__
from genie.rest.door import COOKIE
from genie.rest.endpoint import Endpoint, Params
from genie.rest.house import House
from genie.rest.reply import ErrorReply

Json = dict[str, Any]

BINARY: Json = {"type": "string", "format": "binary"}
SCHEMES: Json = {
    "token": {"type": "http", "scheme": "bearer", "description": "a user's token"},
    "login": {"type": "apiKey", "in": "cookie", "name": COOKIE, "description": "the cookie of POST /api/login"},
}
"""How callers say who they are, where the server has users."""

BASE64: Json = {"type": "string", "contentEncoding": "base64"}


def describing(endpoints: tuple[Endpoint, ...]) -> Endpoint:
    """Return the endpoint that describes these endpoints and itself."""

    @cache
    def body() -> bytes:
        return orjson.dumps(document((*endpoints, itself)))

    async def get_openapi(house: House, request: Request, params: Params) -> Response:
        """Return this description."""
        return Response(await asyncio.to_thread(body), media_type="application/json")

    itself = Endpoint("/openapi.json", ("GET",), get_openapi, public=True)
    return itself


def document(endpoints: tuple[Endpoint, ...]) -> Json:
    """Return the OpenAPI document of these endpoints."""
    schemas: Json = {}
    error = {"description": "a coded error", "content": _json(_reference(ErrorReply, schemas))}
    paths: Json = {}
    for endpoint in endpoints:
        item = paths.setdefault(re.sub(r":\w+}", "}", endpoint.path), {})
        for method in endpoint.methods:
            item[method.lower()] = _operation(endpoint, method, schemas) | {
                "responses": {
                    **{str(status): _success(endpoint, schemas) for status in (endpoint.status, *endpoint.also)},
                    "default": error,
                }
            }
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "genie",
            "version": __version__,
            "summary": "HTTP for clients without a socket; the socket /ws is described in docs/protocol.md",
        },
        "servers": [{"url": "./"}],
        "paths": paths,
        "security": [{name: []} for name in SCHEMES],
        "components": {"schemas": schemas, "securitySchemes": SCHEMES},
    }


def _operation(endpoint: Endpoint, method: str, schemas: Json) -> Json:
    """Describe what an endpoint takes: what its path names, and the rest in the query or in a body."""
    schema = _schema(endpoint.params, "validation", schemas)
    fields: Json = schema.get("properties", {})
    required = set(schema.get("required", ()))
    in_path = [name for name in fields if f"{{{name}}}" in re.sub(r":\w+}", "}", endpoint.path)]
    rest = {name: field for name, field in fields.items() if name not in in_path}
    as_body = method != "GET" and endpoint.body == "json"
    parameters = [_parameter(name, "path", fields[name], required) for name in in_path]
    if not as_body:
        parameters += [_parameter(name, "query", field, required) for name, field in rest.items()]
    operation: Json = {
        "operationId": re.sub(r"[^\w-]+", "_", f"{method.lower()}{endpoint.path}").strip("_"),
        "summary": (inspect.getdoc(endpoint.run) or "").partition("\n")[0],
        "parameters": parameters,
    }
    if endpoint.public:
        operation["security"] = []
    body = _body(endpoint, rest, required) if method != "GET" else {}
    return operation | ({"requestBody": body} if body else {})


def _parameter(name: str, place: str, field: Json, required: set[str]) -> Json:
    return {"name": name, "in": place, "required": place == "path" or name in required, "schema": field}


def _body(endpoint: Endpoint, fields: Json, required: set[str]) -> Json:
    match endpoint.body:
        case "json" if fields:
            needed = [name for name in fields if name in required]
            return {"required": bool(needed), "content": _json(_object(fields, needed))}
        case "audio" | "multipart" | "recording":
            bare = {"application/octet-stream": {"schema": BINARY}, "text/plain": {"schema": BASE64}}
            form = {"multipart/form-data": {"schema": _object({"file": BINARY} | fields, ["file"])}}
            content = {"audio": bare, "multipart": form, "recording": bare | form}[endpoint.body]
            return {"required": True, "content": content}
        case _:
            return {}


def _success(endpoint: Endpoint, schemas: Json) -> Json:
    content: Json = {}
    for media in endpoint.media:
        if media == "application/json":
            content |= _json(_reference(endpoint.reply, schemas) if endpoint.reply else {"type": "object"})
        else:
            content[media] = {"schema": {"type": "string"} if media.startswith("text/") else BINARY}
    return {"description": "success", "content": content}


def _json(schema: Json) -> Json:
    return {"application/json": {"schema": schema}}


def _object(fields: Json, required: list[str]) -> Json:
    return {"type": "object", "properties": fields, "required": required, "additionalProperties": False}


def _reference(model: type[BaseModel], schemas: Json) -> Json:
    schemas[model.__name__] = _schema(model, "serialization", schemas)
    return {"$ref": f"#/components/schemas/{model.__name__}"}


def _schema(model: type[BaseModel], mode: Literal["validation", "serialization"], schemas: Json) -> Json:
    """Return a model's schema; the models inside it go to `schemas`."""
    schema = model.model_json_schema(mode=mode, ref_template="#/components/schemas/{model}")
    schemas |= schema.pop("$defs", {})
    return schema
