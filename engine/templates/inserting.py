"""Inserts a part into a pathway: fills in its parameters and prefixes its own names."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Any

from ruamel.yaml.comments import CommentedMap

from engine.definition import Part, Use
from engine.documents.document import Document, Origin, Path
from engine.errors import DefinitionError, Place, Problem
from engine.message import finding
from engine.nearest import suggestion
from engine.templates.extending import Touched

_SECTIONS = (
    "roles",
    "data",
    "consents",
    "bases",
    "clocks",
    "stages",
    "interrupts",
    "ends",
    "steps",
)
_FOR_PEOPLE = ("title", "label", "source", "ask")
"""Fields whose text is for people and contains no names: only parameters are filled in."""
_NAMING_IN_ROLES = (("area",), ("language",))
"""Fields of a role that name something in the pathway; the others name things in the registry."""
_KINDS = frozenset(
    (
        *("stage", "step", "decision", "consent", "hand_over", "arrival", "clock", "interrupt"),
        *("side", "role"),
    )
)
"""First words of dotted names in which the second word is the name of something in the pathway."""
PARAMETER = re.compile(r"\$([a-z][a-z0-9_]*)")
"""`$name` in a part."""
_NAME = re.compile(r"(?<![$\w.])[a-z][a-z0-9_]*(?:\.[a-z][a-z0-9_]*)*")


def subject_of(name: str) -> str:
    """The name that a dotted name is about: `far` in `clock.far.reached`, `visit` in `visit.done`."""
    return name.split(".")[_which(name)]


def _which(name: str) -> int:
    kind, joint, _ = name.partition(".")
    return 1 if joint and kind in _KINDS else 0


def grafted(
    made: Document,
    user: Document,
    path: Path,
    use: Use,
    part: Document,
    declared: Part,
    touched: Touched,
) -> Document:
    """The pathway `made` with a part inserted, as asked by the entry `use` at `path` of `user`.

    `made` may itself be a part. Then, if `use` names no stage, the inserted steps join its steps.
    Adds to `touched` what the part adds to the pathway.

    Raises:
        DefinitionError: parameters are missing or unknown, the part's steps have no stage, a name
            is already in use, or a name that gets the prefix is also a choice.
    """
    problems = [*_misfits(made, user, path, use, declared)]
    if use.prefix:
        problems += _ambiguous(part)
    filling = _Filling(part, user, (*path, "with"), use)
    root = CommentedMap(made.root)
    for section in _SECTIONS:
        for name, value in (part.root.get(section) or {}).items():
            where: Path = (section,)
            if section == "steps" and use.stage:
                where = ("stages", use.stage, "steps")
            there = (*where, filling.key(name, (section, name), own=True))
            if made.holds(there):
                what = finding("part.there_already", path=".".join(map(str, there)))
                problems.append(Problem(user.place(path), what))
                continue
            touched.append((there, user.place(path)))
            filled = filling.filled(value, (section, name), there)
            root = _with(root, there, filled)
    problems += filling.problems
    if problems:
        raise DefinitionError(list(dict.fromkeys(problems)))
    return Document.woven(root, {(): (made, ()), **filling.origins}, made, part)


def _misfits(
    made: Document, user: Document, path: Path, use: Use, declared: Part
) -> Iterator[Problem]:
    for name in declared.given:
        if name not in use.given:
            what = finding("part.needs", part=declared.part, name=name)
            yield Problem(user.place(path), what)
    for name in use.given:
        if name not in declared.given:
            place = user.place((*path, "with", name), key=True)
            known = suggestion(name, declared.given)
            what = finding("part.no_parameter", part=declared.part, name=name, known=known)
            yield Problem(place, what)
    is_asked = use.stage is None and "part" not in made.root
    is_unknown = use.stage is not None and not made.holds(("stages", use.stage))
    if declared.steps and (is_asked or is_unknown):
        place = user.place((*path, "in"))
        stages = made.root.get("stages")
        stages_there = list(map(str, stages)) if isinstance(stages, Mapping) else []
        if use.stage is None:
            yield Problem(place, finding("part.no_stage", part=declared.part))
        else:
            near = suggestion(use.stage, stages_there)
            yield Problem(place, finding("unknown.stage", missing=use.stage, known=near))


def _ambiguous(part: Document) -> Iterator[Problem]:
    """Faults for names of the part that are also choices in it: in a condition the word could be
    either, and only names get the prefix.
    """
    own = set(own_names(part.root))
    for name, field in (part.root.get("data") or {}).items():
        choices = field.get("choice") if isinstance(field, Mapping) else None
        for number, word in enumerate(choices if isinstance(choices, list) else ()):
            if isinstance(word, str) and word in own:
                place = part.place(("data", name, "choice", number))
                yield Problem(place, finding("part.name_and_choice", name=word))


def _with(node: Any, path: Path, value: Any) -> CommentedMap:
    """A copy of a document with a value set at a path."""
    copy = CommentedMap(node if isinstance(node, Mapping) else {})
    name, *rest = path
    copy[name] = _with(copy.get(name), tuple(rest), value) if rest else value
    return copy


class _Filling:
    """Copies a part and records the origin of each piece."""

    def __init__(self, part: Document, user: Document, given_at: Path, use: Use) -> None:
        self._part, self._user, self._given_at, self._use = part, user, given_at, use
        self._own = set(own_names(part.root)) if use.prefix else set()
        self.origins: dict[Path, Origin] = {}
        self.problems: list[Problem] = []

    def filled(self, node: Any, path: Path, there: Path) -> Any:
        """The value at `path` of the part, prepared for its place `there` in the pathway."""
        self.origins[there] = (self._part, path)
        if isinstance(node, Mapping):
            result = CommentedMap()
            own = path[-1] in ("steps", "set")
            for key, value in node.items():
                name = self.key(key, (*path, key), own=own)
                result[name] = self.filled(value, (*path, key), (*there, name))
            return result
        if isinstance(node, list):
            return [
                self.filled(value, (*path, number), (*there, number))
                for number, value in enumerate(node)
            ]
        return self._text(node, path, there) if isinstance(node, str) else node

    def key(self, name: Any, path: Path, *, own: bool) -> str:
        """A mapping key with its parameters filled in. If `own` is set, a name that the part
        declares gets the prefix.
        """
        place = self._part.place(path, key=True)
        return str(self._substituted(self._prefixed(str(name)) if own else str(name), place))

    def _text(self, text: str, path: Path, there: Path) -> Any:
        alone = PARAMETER.fullmatch(text)
        if alone and alone[1] in self._use.given:
            self.origins[there] = (self._user, (*self._given_at, alone[1]))
            return self._user.at((*self._given_at, alone[1]))
        if not _speaks_to_people(path):
            text = _NAME.sub(lambda found: self._prefixed(found[0]), text)
        return self._substituted(text, self._part.place(path))

    def _prefixed(self, name: str) -> str:
        words, which = name.split("."), _which(name)
        if words[which] in self._own:
            words[which] = f"{self._use.prefix}_{words[which]}"
        return ".".join(words)

    def _substituted(self, text: str, place: Place) -> str:
        def given(found: re.Match[str]) -> str:
            if found[1] in self._use.given:
                return str(self._use.given[found[1]])
            known = suggestion(found[1], self._use.given)
            what = finding("part.parameter_not_given", name=found[1], known=known)
            self.problems.append(Problem(place, what))
            return found[0]

        return PARAMETER.sub(given, text)


def _speaks_to_people(path: Path) -> bool:
    """Whether the text at this path is for people, so that no word in it is a name in the pathway."""
    return (
        path[-1] in _FOR_PEOPLE
        or path[0] == "ends"
        or (path[0] == "roles" and path[2:3] not in _NAMING_IN_ROLES)
        or (path[0] == "data" and path[2:3] == ("choice",))
    )


def named_by_part(names: Collection[str], use: Use) -> Callable[[str], str]:
    """A function that turns a name in a part into the name it has where the part is used.

    Args:
        names: the names that get the prefix, except those with a parameter in them.
    """
    own = {*filter(_is_own, names)} if use.prefix else set()
    return lambda name: f"{use.prefix}_{name}" if name in own else with_parameters(name, use)


def with_parameters(text: str, use: Use) -> str:
    """A text of a part with its parameters filled in; unknown ones stay as they are."""
    return PARAMETER.sub(lambda found: str(use.given.get(found[1], found[0])), text)


def own_names(root: Mapping[str, Any]) -> Iterator[str]:
    """The names that a part declares and that get the prefix, if it is used with one."""
    return filter(_is_own, _declared(root))


def _is_own(name: str) -> bool:
    """Whether a name is a part's own: a name with a parameter in it is chosen by whoever uses the
    part.
    """
    return not PARAMETER.search(name)


def _declared(root: Mapping[str, Any]) -> Iterator[str]:
    for section in _SECTIONS:
        for name, value in (root.get(section) or {}).items():
            yield str(name)
            steps = value.get("steps") if isinstance(value, Mapping) else None
            if section == "stages" and isinstance(steps, Mapping):
                yield from map(str, steps)
