"""The OpenAPI document: whole, consistent, and true of every verb; and its page brings nothing from outside."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client

from keguan.api.build import UNGENERATED, build
from keguan.kernel.records.vocabulary import vocabulary


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    schema = build().get_openapi_schema(path_prefix="/api/v1/")
    found: dict[str, Any] = json.loads(json.dumps(schema))
    return found


def operations(document: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            yield path, method, operation


def references(part: Any) -> Iterator[str]:
    if isinstance(part, dict):
        if isinstance(part.get("$ref"), str):
            yield part["$ref"]
        for inner in part.values():
            yield from references(inner)
    elif isinstance(part, list):
        for inner in part:
            yield from references(inner)


def test_every_verb_has_its_operation_in_both_languages(document: dict[str, Any]) -> None:
    found = {operation["operationId"]: operation for _, _, operation in operations(document)}
    assert len(found) == len(list(operations(document))), "operation ids are unique"
    for verb in vocabulary.verbs.values():
        is_there = not verb.internal and verb.on not in UNGENERATED
        assert (f"{verb.name}.list" in found) == is_there, verb.name
        if verb.name in found:
            assert verb.label.zh in found[verb.name]["summary"]
            assert verb.label.en in found[verb.name]["summary"]
            assert found[verb.name]["description"] == verb.help
            body = found[verb.name]["requestBody"]["content"]["application/json"]["schema"]
            assert body["additionalProperties"] is False
            assert {argument.name for argument in verb.arguments} < set(body["properties"])
            assert set(body.get("required", ())) == {a.name for a in verb.arguments if a.required}


UNGUARDED = {"setup.company"}
"""What is done before anybody can sign in: by the key that the server prints."""


def test_the_document_is_whole(document: dict[str, Any]) -> None:
    assert document["openapi"] == "3.1.0"
    for reference in references(document):
        place: Any = document
        for step in reference.removeprefix("#/").split("/"):
            place = place[step]
    for path, method, operation in operations(document):
        named = set(re.findall(r"{(\w+)}", path))
        declared = {one["name"] for one in operation["parameters"] if one.get("in") == "path"}
        assert named == declared, path
        names = [(one["in"], one["name"]) for one in operation["parameters"] if "in" in one]
        assert len(set(names)) == len(names), path
        assert operation["responses"], path
        assert all(response.get("description") or "$ref" in response for response in operation["responses"].values())
        assert {"401"} <= set(operation["responses"]), (path, method)
        assert operation.get("security") or operation["operationId"] in UNGUARDED, path


def test_problems_are_declared_as_such(document: dict[str, Any]) -> None:
    responses = document["paths"]["/api/v1/cases/{key}/settle"]["post"]["responses"]
    assert {"200", "202", "403", "404", "409", "422"} <= set(responses)
    for response in document["components"]["responses"].values():
        assert list(response["content"]) == ["application/problem+json"]


def test_the_document_is_served(db: None) -> None:
    assert Client().get("/api/v1/openapi.json").json()["openapi"] == "3.1.0"


def test_the_page_brings_nothing_from_outside() -> None:
    response = Client().get("/api/v1/docs")
    text = response.content.decode()
    assert response.status_code == 200
    assert "http://" not in text and "https://" not in text
    assert not re.search(r"<script(?![^>]*(src=|application/json))", text), "no inline script"
    assert "script-src 'self'" in response["Content-Security-Policy"]
