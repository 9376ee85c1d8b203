"""The description of the HTTP interface says what the endpoints are."""

import json
from dataclasses import replace
from typing import Any

from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import Response

from genie.queues.job import Job, QueueName
from genie.rest.endpoint import Endpoint, Params
from genie.rest.openapi import describing, document
from genie.rest.routes import endpoints


class PageParams(Params):
    """Which page."""

    name: QueueName
    limit: int = 10


class Page(BaseModel):
    """A page."""

    jobs: list[Job]


async def page(house: Any, request: Request, params: PageParams) -> Response:
    """Return a page.

    And nothing else.
    """
    return Response()


GET = Endpoint("/q/{name}", ("GET",), page, PageParams, Page)
POST = Endpoint("/q/{name}", ("POST",), page, PageParams, Page, status=202)
SOUND = Endpoint("/say", ("GET", "POST"), page, media=("audio/wav", "text/plain"))
UPLOAD = Endpoint("/up", ("POST",), page, PageParams, Page, body="multipart")


def references(node: Any) -> list[str]:
    if isinstance(node, dict):
        own = [node["$ref"]] if "$ref" in node else []
        return own + [ref for value in node.values() for ref in references(value)]
    return [ref for value in node for ref in references(value)] if isinstance(node, list) else []


def test_the_same_reply_may_come_with_several_statuses():
    served = {endpoint.path: endpoint for endpoint in endpoints()}
    responses = document((served["/ready"],))["paths"]["/ready"]["get"]["responses"]
    assert responses["503"] == responses["200"] != responses["default"]


def test_a_get_takes_its_parameters_from_path_and_query():
    operation = document((GET,))["paths"]["/q/{name}"]["get"]
    assert operation["summary"] == "Return a page."
    assert [(p["name"], p["in"], p["required"]) for p in operation["parameters"]] == [
        ("name", "path", True),
        ("limit", "query", False),
    ]
    assert "requestBody" not in operation


def test_a_post_takes_its_parameters_from_path_and_body():
    operation = document((POST,))["paths"]["/q/{name}"]["post"]
    assert [p["name"] for p in operation["parameters"]] == ["name"]
    schema = operation["requestBody"]["content"]["application/json"]["schema"]
    assert list(schema["properties"]) == ["limit"]
    assert operation["requestBody"]["required"] is False


def test_a_success_has_its_status_and_model_and_a_failure_the_coded_error():
    responses = document((POST,))["paths"]["/q/{name}"]["post"]["responses"]
    assert responses["202"]["content"]["application/json"]["schema"] == {"$ref": "#/components/schemas/Page"}
    assert responses["default"]["content"]["application/json"]["schema"]["$ref"].endswith("/ErrorReply")


def test_sound_is_binary_and_text_is_text():
    content = document((SOUND,))["paths"]["/say"]["get"]["responses"]["200"]["content"]
    assert content["audio/wav"]["schema"]["format"] == "binary"
    assert content["text/plain"]["schema"] == {"type": "string"}


def test_a_form_names_its_file_and_the_parameters_beside_it():
    form = document((UPLOAD,))["paths"]["/up"]["post"]["requestBody"]["content"]["multipart/form-data"]["schema"]
    assert form["required"] == ["file"]
    assert set(form["properties"]) == {"file", "name", "limit"}


def test_what_is_not_public_asks_for_a_token_or_a_login():
    described = document((GET, replace(SOUND, public=True)))
    assert described["security"] == [{"token": []}, {"login": []}]
    assert set(described["components"]["securitySchemes"]) == {"token", "login"}
    assert "security" not in described["paths"]["/q/{name}"]["get"]
    assert described["paths"]["/say"]["get"]["security"] == []


def test_two_methods_of_one_path_stand_together():
    assert set(document((GET, POST))["paths"]["/q/{name}"]) == {"get", "post"}


async def test_the_description_describes_itself():
    itself = describing((GET,))
    served = json.loads((await itself.run(None, None, None)).body)  # type: ignore[arg-type]
    assert set(served["paths"]) == {"/q/{name}", "/openapi.json"}


def test_every_endpoint_of_genie_is_described_and_nothing_else():
    described = document(endpoints())["paths"]
    operations = {(path, method.upper()) for path, item in described.items() for method in item}
    assert operations == {(e.path, method) for e in endpoints() for method in e.methods}


def test_every_reference_leads_somewhere():
    whole = document(endpoints())
    known = {f"#/components/schemas/{name}" for name in whole["components"]["schemas"]}
    assert set(references(whole)) <= known


def test_every_operation_has_a_name_of_its_own_and_a_summary():
    operations = [o for item in document(endpoints())["paths"].values() for o in item.values()]
    names = [operation["operationId"] for operation in operations]
    assert all(operation["summary"] for operation in operations)
    assert len(set(names)) == len(names)
