"""The Merkle tree of the sealed log, against published vectors, a recursive oracle, and a reader that is not ours."""

from __future__ import annotations

import hashlib
from itertools import pairwise

import pytest

from casework.sealing.merkle import (
    EMPTY_ROOT,
    Edge,
    consistency_proof,
    inclusion_proof,
    is_consistent,
    is_included,
    leaf_hash,
    node_hash,
    root_of,
)

LARGEST = 33

CONTENTS = [
    bytes.fromhex(each)
    for each in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
ROOTS = [
    bytes.fromhex(each)
    for each in (
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
        "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
        "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
        "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
        "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
    )
]
"""Of the first, the first two ... of these leaves: google/certificate-transparency, merkletree tests."""
LEAVES = [leaf_hash(each) for each in CONTENTS]

PATHS = {
    (0, 8): (
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ),
    (5, 8): (
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ),
    (2, 3): ("fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",),
    (1, 5): (
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
    ),
}
"""Published inclusion proofs, by index (from 0) and size."""
CONSISTENT = {
    (1, 1): (),
    (1, 8): (
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ),
    (6, 8): (
        "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ),
    (2, 5): (
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
    ),
}
"""Published consistency proofs, by both sizes."""


def shown(proof: list[bytes]) -> tuple[str, ...]:
    return tuple(each.hex() for each in proof)


def test_roots_are_the_published_ones() -> None:
    """The reference tree of Certificate Transparency, at each of its eight sizes."""
    assert [root_of(LEAVES[:size]) for size in range(1, 9)] == ROOTS
    assert root_of([]).hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


def test_proofs_are_the_published_ones() -> None:
    """Element by element, in the order of the RFC."""
    assert {at: shown(inclusion_proof(LEAVES[: at[1]], at[0])) for at in PATHS} == PATHS
    assert {at: shown(consistency_proof(LEAVES[: at[1]], at[0])) for at in CONSISTENT} == CONSISTENT


def oracle(contents: list[bytes]) -> bytes:
    """MTH as RFC 6962 writes it down, and nothing else."""
    if not contents:
        return hashlib.sha256(b"").digest()
    if len(contents) == 1:
        return hashlib.sha256(b"\0" + contents[0]).digest()
    k = 1
    while k * 2 < len(contents):
        k *= 2
    return hashlib.sha256(b"\1" + oracle(contents[:k]) + oracle(contents[k:])).digest()


def oracle_path(m: int, contents: list[bytes]) -> list[bytes]:
    """PATH as RFC 6962 writes it down."""
    if len(contents) == 1:
        return []
    k = 1
    while k * 2 < len(contents):
        k *= 2
    if m < k:
        return [*oracle_path(m, contents[:k]), oracle(contents[k:])]
    return [*oracle_path(m - k, contents[k:]), oracle(contents[:k])]


def oracle_proof(m: int, contents: list[bytes], known: bool = True) -> list[bytes]:
    """SUBPROOF as RFC 6962 writes it down."""
    n = len(contents)
    if m == n:
        return [] if known else [oracle(contents)]
    k = 1
    while k * 2 < n:
        k *= 2
    if m <= k:
        return [*oracle_proof(m, contents[:k], known), oracle(contents[k:])]
    return [*oracle_proof(m - k, contents[k:], False), oracle(contents[:k])]


SOME = [f"record {number}".encode() for number in range(LARGEST)]
HASHES = [leaf_hash(each) for each in SOME]
SIZES = range(1, LARGEST + 1)
PAIRS = [(m, n) for n in SIZES for m in range(1, n + 1)]


def test_roots_of_all_sizes_are_those_of_the_oracle() -> None:
    """Also where the tree grows leaf by leaf, or by several at once."""
    grown = Edge()
    for size in SIZES:
        grown = grown.append([HASHES[size - 1]])
        assert (grown.size, grown.root) == (size, oracle(SOME[:size]))
        assert len(grown.roots) == size.bit_count()
        assert all(Edge().append(HASHES[:m]).append(HASHES[m:size]) == grown for m in range(size))


def test_proofs_of_all_sizes_are_those_of_the_oracle_and_hold() -> None:
    """Every leaf in every tree, and every two sizes."""
    for n in SIZES:
        for index in range(n):
            proof = inclusion_proof(HASHES[:n], index)
            assert proof == oracle_path(index, SOME[:n])
            assert is_included(HASHES[index], index, n, proof, oracle(SOME[:n]))
    for m, n in PAIRS:
        proof = consistency_proof(HASHES[:n], m)
        assert proof == oracle_proof(m, SOME[:n])
        assert is_consistent(m, oracle(SOME[:m]), n, oracle(SOME[:n]), proof)


def test_no_other_proof_holds() -> None:
    """Each changed in every way: an element less, more, swapped or altered; another size, leaf or root."""
    wrong = leaf_hash(b"another")
    for m, n in PAIRS:
        proof, old, new = consistency_proof(HASHES[:n], m), oracle(SOME[:m]), oracle(SOME[:n])
        assert not any(is_consistent(m, old, n, new, bad) for bad in spoilt(proof))
        assert not is_consistent(m, wrong, n, new, proof)
        assert not is_consistent(m, old, n, wrong, proof)
        if m < n:
            assert not is_consistent(n, new, m, old, proof)
            assert not is_consistent(m, new, m, old, [])
    for n in SIZES:
        root = oracle(SOME[:n])
        for index in range(n):
            proof = inclusion_proof(HASHES[:n], index)
            assert not any(is_included(HASHES[index], index, n, bad, root) for bad in spoilt(proof))
            assert not is_included(wrong, index, n, proof, root)
            assert not is_included(HASHES[index], index, n, proof, wrong)
            others = [at for at in range(n) if at != index]
            assert not any(is_included(HASHES[index], at, n, proof, root) for at in others)
        assert not is_included(HASHES[0], n, n, [], root)
        assert not is_included(HASHES[0], -1, n, [], root)


def test_a_deeper_tree_is_not_taken_for_one_of_its_size() -> None:
    """Its root has a level that the size does not allow, and the proof an element that leads there."""
    beside = leaf_hash(b"hidden")
    for m, n in PAIRS:
        old, new = node_hash(beside, oracle(SOME[:m])), node_hash(beside, oracle(SOME[:n]))
        if m < n and m.bit_count() > 1:  # else the old root itself begins the proof
            proof = [*consistency_proof(HASHES[:n], m), beside]
            assert not is_consistent(m, old, n, new, proof)
        path = [*inclusion_proof(HASHES[:n], m - 1), beside]
        assert not is_included(HASHES[m - 1], m - 1, n, path, new)


def spoilt(proof: list[bytes]) -> list[list[bytes]]:
    """A proof with one thing wrong."""
    one = bytes(32)
    found = [[*proof, one], [one, *proof]]
    for at in range(len(proof)):
        flipped = bytes([proof[at][0] ^ 1, *proof[at][1:]])
        found += [proof[:at] + proof[at + 1 :], [*proof[:at], flipped, *proof[at + 1 :]]]
    for at, (left, right) in enumerate(pairwise(proof)):
        found += [[*proof[:at], right, left, *proof[at + 2 :]]]
    return [each for each in found if each != proof]


def test_the_empty_tree_is_the_beginning_of_every_tree() -> None:
    """It has one root, and needs no proof."""
    assert is_consistent(0, EMPTY_ROOT, 5, oracle(SOME[:5]), [])
    assert is_consistent(0, EMPTY_ROOT, 0, EMPTY_ROOT, [])
    assert not is_consistent(0, bytes(32), 5, oracle(SOME[:5]), [])
    assert not is_consistent(0, EMPTY_ROOT, 5, oracle(SOME[:5]), [bytes(32)])
    assert not is_consistent(0, bytes(32), 0, bytes(32), [])
    assert not is_consistent(-1, EMPTY_ROOT, 5, oracle(SOME[:5]), [])


def test_another_reader_accepts_our_roots_and_proofs() -> None:
    """`aics_tlog`, written by others from the same RFCs: it takes ours, and we take its own."""
    tlog = pytest.importorskip("aics_tlog", reason="aics-tlog needs Python 3.12")
    theirs = tlog.MerkleTree(SOME)
    for m, n in PAIRS:
        old, new = root_of(HASHES[:m]), root_of(HASHES[:n])
        assert (theirs.root(m), theirs.root(n)) == (old, new)
        assert tlog.verify_consistency(m, n, old, new, consistency_proof(HASHES[:n], m))
        assert is_consistent(m, old, n, new, theirs.consistency_proof(m, n))
        proof = inclusion_proof(HASHES[:n], m - 1)
        assert tlog.verify_leaf_inclusion(SOME[m - 1], m - 1, n, proof, new)
        assert is_included(HASHES[m - 1], m - 1, n, theirs.inclusion_proof(m - 1, n), new)
