"""Checking a document against the model of its format; an error names the place in the file."""

import types
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Annotated, Any, TypeVar, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from autotune.errors import NO_VALUE, KnowledgeError, SettingError, did_you_mean
from autotune.serialization.documents import Document, Place

Model = TypeVar("Model", bound=BaseModel)
TYPES = {
    "dict_type": "a mapping of names to values",
    "list_type": "a list",
    "string_type": "a text",
    "bool_type": "true or false",
    "int_type": "a whole number",
    "float_type": "a number",
}


def validate(model: type[Model], document: Document) -> Model:
    """Return a document's content as the model of its format.

    Raises:
        KnowledgeError: about the first place in the file that breaks the format.
    """
    content, errors = validated(model, document)
    if content is None:
        raise errors[0][1]
    return content


def validated(
    model: type[Model], document: Document
) -> tuple[Model | None, list[tuple[Place, KnowledgeError]]]:
    """Return a document's content, or None and all errors with their places, as in the file."""
    if not isinstance(document.data, dict):
        error = KnowledgeError(
            "the file must hold a mapping of names to values",
            got=kind_of(document.data),
            where=document.at(()),
        )
        return None, [((), error)]
    try:
        return model.model_validate(document.data), []
    except ValidationError as error:
        return None, _errors(error, model, document)


def _errors(
    error: ValidationError, model: type[BaseModel], document: Document
) -> list[tuple[Place, KnowledgeError]]:
    """Return the errors in their order in the file; of several about one place the first."""
    errors = error.errors()
    # A misspelled name is unknown, and the right one missing: the first says more.
    misspelled = {detail["loc"][:-1] for detail in errors if detail["type"] == "extra_forbidden"}
    telling = sorted(
        (
            detail
            for detail in errors
            if detail["type"] != "missing" or detail["loc"][:-1] not in misspelled
        ),
        key=lambda detail: document.position(_place(detail["loc"], document)),
    )
    found: dict[tuple[Place, str], tuple[Place, KnowledgeError]] = {}
    for detail in telling:
        place = _place(detail["loc"], document)
        missing = str(detail["loc"][-1]) if detail["type"] == "missing" else ""
        found.setdefault((place, missing), (place, _error(detail, place, model, document)))
    return list(found.values())


def _error(
    detail: ErrorDetails, place: Place, model: type[BaseModel], document: Document
) -> KnowledgeError:
    """Return one error: place, what must hold, what was got."""
    name, where = ".".join(map(str, place)) or "the file", document.at(place)
    match detail["type"]:
        case "extra_forbidden":
            names = field_names(model, detail["loc"][:-1])
            hint = did_you_mean(detail["loc"][-1], names)
            message, where = f"{name}: is no name of the format", document.at_key(place)
            return KnowledgeError(message, hint, name=name, where=where)
        case "missing":
            message = f"{name}: must have {detail['loc'][-1]!r}, which is missing"
            return KnowledgeError(message, name=name, where=where)
    value = NO_VALUE if isinstance(detail["input"], dict) else detail["input"]
    return KnowledgeError(f"{name}: {_message(detail)}", name=name, value=value, where=where)


def _message(details: ErrorDetails) -> str:
    """Return what must hold, in the words of YAML instead of Python's."""
    if details["type"] in TYPES:
        return f"must be {TYPES[details['type']]}"
    if details["type"] == "value_error":
        return str(details["ctx"]["error"])
    return details["msg"].replace("Input should be", "must be")


def _place(location: tuple[str | int, ...], document: Document) -> Place:
    """Return a location without what pydantic adds to it: the names of a union's members."""
    place: Place = ()
    for part in location:
        if document.holds((*place, part)):
            place = (*place, part)
    return place


@contextmanager
def located(document: Document, *place: str | int) -> Iterator[None]:
    """Raise a SettingError of the block as a KnowledgeError about a place in the document."""
    try:
        yield
    except SettingError as error:
        raise KnowledgeError(str(error), name=error.name, where=document.at(place)) from None


def field_names(model: type[BaseModel], location: tuple[str | int, ...]) -> set[str]:
    """Return the names that the format allows at a location."""
    inner = _model_at(model, location) or model
    return {field.alias or name for name, field in inner.model_fields.items()}


def _model_at(annotation: Any, location: tuple[str | int, ...]) -> type[BaseModel] | None:
    """Return the model that a type has at a location, or None where it has no model there."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        if not location:
            return annotation
        for name, field in annotation.model_fields.items():
            if location[0] in (name, field.alias):
                return _model_at(field.annotation, location[1:])
        return None
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return _model_at(arguments[0], location)
    if origin in (Union, types.UnionType):
        models = (_model_at(argument, location) for argument in arguments)
        return next((model for model in models if model), None)
    if isinstance(origin, type) and issubclass(origin, list | Mapping) and location:
        return _model_at(arguments[-1], location[1:])
    return None


def kind_of(data: object) -> str:
    """Return what a document holds, in YAML's words."""
    if data is None:
        return "nothing"
    return {list: "a list", str: "a text", bool: "a boolean"}.get(type(data), "a number")
