"""Composes YAML with libyaml, in a fifth of the time that ruamel takes, and tells which texts both
read alike.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import yaml
from ruamel.yaml import composer
from ruamel.yaml.nodes import CollectionNode, MappingNode, Node, ScalarNode, SequenceNode

_UNUSUAL = re.compile(
    r"(?m)(?:^|[ \[{,])(?:\?|[&*](?![A-Za-z0-9_-]+(?:[ \n]|\Z)))"  # odd keys, anchors and aliases
    r"|[|>][-+0-9]*\s*#"  # a comment at the head of a block
    r"|^(?:---|\.\.\.|%)"  # several documents
    # characters that only one of them takes for a line break or a blank, or that are not allowed
    r"|[^\n\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]"
)
"""Matches what libyaml, which follows YAML 1.1, may read differently from ruamel."""


def is_usual(text: str) -> bool:
    """Whether libyaml is available, and either rejects the text or reads it as YAML 1.2 does."""
    return bool(yaml.__with_libyaml__) and not _UNUSUAL.search(text)


class Composer(composer.Composer):
    """Makes the nodes that ruamel's constructor takes, without ruamel's scanner and parser.

    It keeps no comments. Its errors are of no use to a reader, so a text that it rejects must be
    read again by ruamel's own scanner and parser.
    """

    def get_single_node(self) -> Node | None:
        """The root node; None if the text is empty or holds only comments.

        Raises:
            yaml.YAMLError: the text is not YAML, or has a tag, or an anchor that is defined twice.
            KeyError: an alias names no anchor.
        """
        text = self.loader.reader.buffer.removesuffix("\0")
        events: Iterator[Any] = yaml.parse(text, Loader=yaml.CLoader)
        self.anchors = {}
        next(events)  # the stream begins
        if isinstance(next(events), yaml.StreamEndEvent):
            return None
        root = self._node(next(events), events)
        for _ in events:  # up to its end it may still be no YAML
            pass
        return root

    def _node(self, event: Any, events: Iterator[Any]) -> Node:
        if isinstance(event, yaml.AliasEvent):
            known: Node = self.anchors[event.anchor]
            return known
        if event.tag or event.anchor in self.anchors:
            raise yaml.YAMLError  # a tag, or an anchor that is used again
        node = self._scalar(event) if isinstance(event, yaml.ScalarEvent) else self._empty(event)
        node.anchor = event.anchor
        if event.anchor:
            self.anchors[event.anchor] = node
        if not isinstance(node, ScalarNode):
            self._fill(node, events)
        return node

    def _scalar(self, event: Any) -> ScalarNode:
        tag = self.resolver.resolve(ScalarNode, event.value, event.implicit)
        begin, end, style = event.start_mark, event.end_mark, event.style or None
        return ScalarNode(tag, event.value, begin, end, style=style)

    def _empty(self, event: Any) -> CollectionNode:
        kind = SequenceNode if isinstance(event, yaml.SequenceStartEvent) else MappingNode
        tag = self.resolver.resolve(kind, None, event.implicit)
        return kind(tag, [], event.start_mark, None, flow_style=event.flow_style)

    def _fill(self, node: CollectionNode, events: Iterator[Any]) -> None:
        for event in events:
            if isinstance(event, yaml.CollectionEndEvent):
                node.end_mark = event.end_mark
                return
            part = self._node(event, events)
            is_pair = isinstance(node, MappingNode)
            node.value.append((part, self._node(next(events), events)) if is_pair else part)
