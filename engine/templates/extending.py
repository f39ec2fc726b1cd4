"""Applies a patch to its template.

Removals come first. Then mappings merge key by key; anything else, lists included, is replaced.
Name and version are always the patch's own.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from ruamel.yaml.comments import CommentedMap

from engine.definition import Heading, PathwayFile
from engine.definition.data import TYPE_WORDS
from engine.documents.blanks import blank_problem, blanks
from engine.documents.document import NOTHING, Document, Origin, Path, plain
from engine.errors import DefinitionError, Place, Problem
from engine.message import Message, finding, message
from engine.nearest import listed, nearest

Fixed = dict[Path, str]
"""Paths in a pathway whose values may not be changed, each with the file that says so."""
Touched = list[tuple[Path, Place]]
"""Paths in a pathway that a file sets, adds or removes, or gets with a part, each with the place in
the file that says so.
"""

_OWN = ("pathway", "version")
_ENTRY_NEEDS: Mapping[str, tuple[str, ...]] = {
    "data": TYPE_WORDS,
    "consents": ("ask",),
    "bases": ("ground",),
    "stages": ("steps",),
    "steps": ("by", "hand_over", "panel"),
    "interrupts": ("raised_by",),
}
"""By section, keys of which a new entry needs at least one; an entry without any of these was
probably meant to change an existing one.
"""


def extended(below: Document, above: Document, heading: Heading, touched: Touched) -> Document:
    """The template `below`, patched by the file `above`. Adds what the patch touches to `touched`.

    Raises:
        DefinitionError: the patch removes what is not in the template, adds an incomplete entry,
            gives a field a second type, or leaves a value of the template empty.
    """
    gone, problems = named(below, above, "remove", heading.remove)
    touched += gone.items()
    low = _without(below.root, (), {*gone, *((word,) for word in _OWN)})
    high = {key: value for key, value in above.root.items() if key not in Heading.model_fields}
    merging = _Merging(below, above, touched, {(): (above, ())})
    root = merging.merged((), low, high)
    problems += [*merging.problems, *_emptied(below, above)]
    if problems:
        raise DefinitionError(sorted(problems, key=above.position))
    made = Document.woven(root, merging.origins, above, below)
    made.removed |= {path: place for path, place in gone.items() if not made.holds(path)}
    return made


def _emptied(below: Document, above: Document) -> Iterator[Problem]:
    """A fault for each key that the patch leaves empty although the template gives it a value: an
    empty key does not remove that value.
    """
    for path in blanks(plain(above.root), PathwayFile):
        if below.at(path) not in (NOTHING, None):
            yield blank_problem(above, path, PathwayFile, ".".join(map(str, path)))


def named(
    whole: Document, document: Document, word: str, names: Iterable[str]
) -> tuple[dict[Path, Place], list[Problem]]:
    """The path in `whole` that each dotted name leads to, with the place of the name in `document`,
    where `names` are listed under `word`. Also returns a fault for each name that leads nowhere.
    """
    found: dict[Path, Place] = {}
    problems = []
    for number, name in enumerate(names):
        path: Path = tuple(name.split("."))
        written: Path = (word, number)
        if not document.holds(written) or not isinstance(document.at((word,)), list):
            written = (word,)
        if whole.holds(path):
            found[path] = document.place(written)
        else:
            what = finding("unknown.path", missing=name, known=_nearest(whole, path))
            problems.append(Problem(document.place(written), what))
    return found, problems


def _nearest(whole: Document, path: Path) -> Message:
    """What to suggest for a path that leads nowhere: the path with a similar name in place of the
    first unknown one or, if no name is similar, the names that are known there.
    """
    depth = next(n for n in range(len(path)) if not whole.holds(path[: n + 1]))
    around = whole.at(path[:depth])
    known = list(map(str, around)) if isinstance(around, Mapping) else []
    if near := nearest(str(path[depth]), known):
        whole_path = (*path[:depth], near, *path[depth + 1 :])
        return message("known.near", near=".".join(map(str, whole_path)))
    if known:
        return finding("known.there", names=listed(str(path[depth]), known))
    return finding("known.in_what_it_extends")


def _without(node: Any, path: Path, gone: set[Path]) -> Any:
    if not isinstance(node, Mapping):
        return node
    return CommentedMap(
        (key, _without(value, (*path, key), gone))
        for key, value in node.items()
        if (*path, key) not in gone
    )


class _Merging:
    def __init__(
        self, below: Document, above: Document, touched: Touched, origins: dict[Path, Origin]
    ) -> None:
        self.below, self.above, self.touched, self.origins = below, above, touched, origins
        self.problems: list[Problem] = []

    def merged(self, path: Path, low: Mapping[str, Any], high: Mapping[str, Any]) -> CommentedMap:
        result = CommentedMap()
        for key in dict.fromkeys([*low, *high]):
            here = (*path, key)
            if key not in high:
                result[key], self.origins[here] = low[key], (self.below, here)
                continue
            self.origins[here] = (self.above, here)
            value = high[key]
            if isinstance(value, Mapping) and isinstance(low.get(key), Mapping):
                self.problems += self._other_type(here, low[key], value)
                result[key] = self.merged(here, low[key], value)
                continue
            result[key] = value
            self.touched.append((here, self.above.place(here, key=True)))
            if key not in low:
                self.problems += self._changes_nothing(here, value, low)
        return result

    def _other_type(
        self, path: Path, low: Mapping[str, Any], high: Mapping[str, Any]
    ) -> Iterator[Problem]:
        """A fault if a patch gives a field a second type: it would not replace the first."""
        before = next((word for word in TYPE_WORDS if word in low), None)
        now = next((word for word in TYPE_WORDS if word in high), None)
        if path[:-1] == ("data",) and before and now and before not in high:
            place = self.above.place((*path, now), key=True)
            file = self.below.file
            yield Problem(place, finding("patch.type", field=path[-1], before=before, file=file))

    def _changes_nothing(self, path: Path, value: Any, around: Iterable[str]) -> Iterator[Problem]:
        """A fault for an incomplete new entry, which was probably meant to change an existing one;
        it suggests an entry with a similar name, if there is one.
        """
        kind = str(path[-2]) if len(path) in (2, 4) else ""
        needs = _ENTRY_NEEDS.get(kind, ())
        if not isinstance(value, Mapping) or not needs or _is_whole(value, needs):
            return
        place = self.above.place(path, key=True)
        near = nearest(str(path[-1]), map(str, around))
        file, here = self.below.file, ".".join(map(str, path))
        what = finding("patch.new", file=file, path=here, words=tuple(f"{each}:" for each in needs))
        if near:
            what = finding("patch.near", file=file, path=here, near=near)
        yield Problem(place, what)


def _is_whole(entry: Mapping[str, Any], needs: tuple[str, ...]) -> bool:
    """Whether an entry has what a new one must have; a new stage needs at least one complete
    step.
    """
    steps = entry.get("steps") if needs == _ENTRY_NEEDS["stages"] else None
    if isinstance(steps, Mapping) and steps:
        of_a_step = _ENTRY_NEEDS["steps"]
        return any(
            not isinstance(each, Mapping) or any(word in each for word in of_a_step)
            for each in steps.values()
        )
    return any(word in entry for word in needs)


def changed_though_fixed(
    below: Document, made: Document, fixed: Fixed, touched: Touched
) -> list[Problem]:
    """A fault for each change of something that the template fixes, at the place of the change."""
    found = {}
    for path, file in fixed.items():
        if plain(below.at(path)) == plain(made.at(path)):
            continue
        for there, place in touched:
            length = min(len(path), len(there))
            if path[:length] == there[:length] and _differ(below.at(there), made.at(there)):
                name = ".".join(map(str, path))
                found[place] = Problem(place, finding("patch.fixed", path=name, file=file))
    return list(found.values())


def _differ(one: Any, other: Any) -> bool:
    return (one is NOTHING) != (other is NOTHING) or plain(one) != plain(other)
