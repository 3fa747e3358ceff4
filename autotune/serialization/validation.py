"""Checking a document against the model of its format; an error names the place in the file."""

import types
from collections.abc import Mapping
from typing import Annotated, Any, TypeVar, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError

from autotune.errors import KnowledgeError, did_you_mean
from autotune.serialization.documents import Document, Place

Model = TypeVar("Model", bound=BaseModel)


def validate(model: type[Model], document: Document) -> Model:
    """Return a document's content as the model of its format.

    Raises:
        KnowledgeError: about the first place in the file that breaks the format.
    """
    if not isinstance(document.data, dict):
        raise KnowledgeError(
            "the file must hold a mapping of names to values",
            got=_kind(document.data),
            where=document.at(()),
        )
    try:
        return model.model_validate(document.data)
    except ValidationError as error:
        raise _first_error(error, model, document) from None


def _first_error(
    error: ValidationError, model: type[BaseModel], document: Document
) -> KnowledgeError:
    """Return the error that comes first in the file: place, what must hold, what was got."""
    first = min(
        error.errors(), key=lambda e: document.lines.get(_place(e["loc"], document), (1, 1))
    )
    place = _place(first["loc"], document)
    name, where = ".".join(map(str, place)) or "the file", document.at(place)
    match first["type"]:
        case "extra_forbidden":
            names = field_names(model, first["loc"][:-1])
            hint = did_you_mean(first["loc"][-1], names)
            return KnowledgeError(f"{name}: is no name of the format", hint, name=name, where=where)
        case "missing":
            message = f"{name}: must have {first['loc'][-1]!r}, which is missing"
            return KnowledgeError(message, name=name, where=where)
    message = first["msg"].removeprefix("Value error, ").replace("Input should be", "must be")
    if isinstance(first["input"], dict):
        return KnowledgeError(f"{name}: {message}", name=name, where=where)
    return KnowledgeError(f"{name}: {message}", name=name, value=first["input"], where=where)


def _place(location: tuple[str | int, ...], document: Document) -> Place:
    """Return a location without what pydantic adds to it: the names of a union's members."""
    place: Place = ()
    for part in location:
        if (*place, part) in document.lines:
            place = (*place, part)
    return place


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


def _kind(data: object) -> str:
    """Return what a document holds, in YAML's words."""
    if data is None:
        return "nothing"
    return {list: "a list", str: "a text", bool: "a boolean"}.get(type(data), "a number")
