"""An append-only Merkle tree: roots, proofs, and their verification. No input or output.

Source: RFC 6962, section 2.1, for hashes and proofs; RFC 9162, sections 2.1.3 and 2.1.4, for
verifying them. Making and verifying are separate: no code that makes a proof is used to verify it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence

import msgspec

HASH_BYTES = 32
EMPTY_ROOT = hashlib.sha256().digest()
"""The root of a tree without leaves."""


def leaf_hash(content: bytes) -> bytes:
    return hashlib.sha256(b"\0" + content).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\1" + left + right).digest()


class Edge(msgspec.Struct, frozen=True):
    """What must be known of a tree to append to it: the roots of its perfect subtrees, the largest
    first. There is one root for each 1 in the binary form of the size.
    """

    size: int = 0
    roots: tuple[bytes, ...] = ()

    def append(self, leaves: Iterable[bytes]) -> Edge:
        """The edge of the tree after more leaves, given by their hashes."""
        size, roots = self.size, list(self.roots)
        for leaf in leaves:
            joined, full = leaf, size
            while full & 1:  # the subtree on the left is as large as what is on the right
                joined, full = node_hash(roots.pop(), joined), full >> 1
            roots.append(joined)
            size += 1
        return Edge(size, tuple(roots))

    @property
    def root(self) -> bytes:
        if not self.roots:
            return EMPTY_ROOT
        *others, found = self.roots
        for left in reversed(others):
            found = node_hash(left, found)
        return found


def root_of(leaves: Iterable[bytes]) -> bytes:
    """The root of a tree, given the hashes of all its leaves."""
    return Edge().append(leaves).root


def inclusion_proof(leaves: Sequence[bytes], index: int) -> list[bytes]:
    """The hashes of the siblings on the way from a leaf to the root, beginning with the leaf's
    sibling.

    Args:
        leaves: the hashes of all leaves.
        index: the leaf's place, counted from 0.
    """
    if len(leaves) == 1:
        return []
    split = _split(len(leaves))
    if index < split:
        return [*inclusion_proof(leaves[:split], index), root_of(leaves[split:])]
    return [*inclusion_proof(leaves[split:], index - split), root_of(leaves[:split])]


def consistency_proof(leaves: Sequence[bytes], old: int) -> list[bytes]:
    """The proof that the tree of the first `old` leaves is the beginning of the tree of all
    leaves. It is empty if `old` is 0 or the number of all leaves: then there is nothing to prove.
    """
    if not 0 < old < len(leaves):
        return []
    return _subproof(leaves, old, is_known=True)


def _subproof(leaves: Sequence[bytes], old: int, *, is_known: bool) -> list[bytes]:
    """Part of a consistency proof. `is_known` says whether the verifier already has the root of the
    old part.
    """
    if old == len(leaves):
        return [] if is_known else [root_of(leaves)]
    split = _split(len(leaves))
    left, right = leaves[:split], leaves[split:]
    if old <= split:
        return [*_subproof(left, old, is_known=is_known), root_of(right)]
    return [*_subproof(right, old - split, is_known=False), root_of(left)]


def _split(size: int) -> int:
    """The largest power of two below a size of at least 2."""
    return 1 << ((size - 1).bit_length() - 1)


def is_included(leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> bool:
    """Whether a proof shows that a leaf is at an index of the tree with this size and root.

    Args:
        leaf: the leaf's hash.
    """
    if not 0 <= index < size:
        return False
    at, last, found = index, size - 1, leaf
    for each in proof:
        if last == 0:
            return False  # more steps than there are to the root
        if at & 1 or at == last:
            found = node_hash(each, found)
            while at and not at & 1:
                at, last = at >> 1, last >> 1
        else:
            found = node_hash(found, each)
        at, last = at >> 1, last >> 1
    return last == 0 and found == root


def is_consistent(
    old: int, old_root: bytes, size: int, root: bytes, proof: Sequence[bytes]
) -> bool:
    """Whether a proof shows that the tree with `old` leaves and `old_root` is the beginning of the
    tree with `size` leaves and `root`.
    """
    if not 0 <= old <= size:
        return False
    if old in (0, size):
        is_same = old_root == (root if old == size else EMPTY_ROOT)
        return is_same and not proof and (size > 0 or root == EMPTY_ROOT)
    # A perfect old tree is itself the first subtree.
    steps = [old_root, *proof] if old & (old - 1) == 0 else [*proof]
    at, last = old - 1, size - 1
    while at & 1:
        at, last = at >> 1, last >> 1
    return bool(steps) and _climb(at, last, steps) == (old_root, root)


def _climb(at: int, last: int, steps: Sequence[bytes]) -> tuple[bytes, bytes] | None:
    """The old and the new root that a consistency proof leads to; None if its length is wrong."""
    first, *others = steps
    old = new = first
    for each in others:
        if last == 0:
            return None
        if at & 1 or at == last:
            old, new = node_hash(each, old), node_hash(each, new)
            while at and not at & 1:
                at, last = at >> 1, last >> 1
        else:
            new = node_hash(new, each)
        at, last = at >> 1, last >> 1
    return (old, new) if last == 0 else None
