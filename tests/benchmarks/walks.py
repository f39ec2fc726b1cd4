"""What the walk of `onward check` costs, in instructions: a busy machine changes them by less than one in a
thousand, and seconds by a third. A pathway is read, and walked up to a bound; with a bound of 0 it is only read.

    PYTHONHASHSEED=0 valgrind --tool=cachegrind --cache-sim=no --cachegrind-out-file=/dev/null \
        python -m tests.benchmarks.walks FILE [SITUATIONS]

To compare two states of Onward, run it in a folder of each, compiled beforehand (`python -m compileall .`). A text
that says more has more situations: what is compared is each state on its own text, and a situation of each.

Measured, pathways/west_africa/child_on_the_move.yaml: 4,185 situations in 25.0 million function calls (cProfile), before
what is alike in many situations was answered once, and in 23.7 million after it. Before bases of law and reopening, its
text of 3,879 situations took 24.0 million. In instructions, with loading: 30.08e9 now and 28.02e9 then, which is 0.995 a
situation.
"""

from __future__ import annotations

import argparse
import gc
from pathlib import Path

from engine.loader import checked
from engine.proofs import MOST_SITUATIONS, prove
from onward.authoring.pathway_files import whole


def main() -> None:
    parser = argparse.ArgumentParser(description="One walk.")
    parser.add_argument("file", type=Path)
    parser.add_argument("situations", type=int, nargs="?", default=MOST_SITUATIONS)
    given = parser.parse_args()
    gc.disable()  # as `onward check` does
    pathway = checked(whole(given.file))
    if given.situations:
        proof = prove(pathway, given.situations)
        print(f"{proof.situations} situations, complete: {proof.complete}")


if __name__ == "__main__":
    main()
