"""Which keys are allowed at a place of a document, for `did you mean`."""

from __future__ import annotations

from types import UnionType
from typing import Annotated, Union, get_args, get_origin

from pydantic import BaseModel


def words_at(model: type[BaseModel], path: tuple[str | int, ...]) -> list[str]:
    """The keys allowed at a place of a document; empty where the keys are not fixed."""
    here: object = model
    for part in path:
        if isinstance(here, type) and issubclass(here, BaseModel):
            here = here.model_fields[str(part)].annotation if part in here.model_fields else None
        else:  # for a mapping or list, its values
            values = [each for each in get_args(here) if each is not Ellipsis]
            here = values[-1] if values else None
        here = entry_in(here)
    if isinstance(here, type) and issubclass(here, BaseModel):
        return sorted(field.alias or name for name, field in here.model_fields.items())
    return []


def entry_in(annotation: object) -> object:
    """The model, mapping or list in `Model | None` or `Annotated[Model, ...]`; any other annotation
    as it is.
    """
    if get_origin(annotation) is Annotated:
        return entry_in(get_args(annotation)[0])
    if get_origin(annotation) in (Union, UnionType):
        return entry_in(next(a for a in get_args(annotation) if a is not type(None)))
    return annotation
