"""The pathway language and the decisions: pure code, with no I/O and no clock of its own.

Other rooms import only what is listed here, and a test holds them to it. Naming a package allows
all its modules. `turns` is on no list, because other rooms change a case through `decide`.
"""

from __future__ import annotations

OFFERED: dict[str, tuple[str, ...]] = {
    "every room": ("errors", "locales", "message", "translation"),
    "models": ("statuses",),
    "notifiers": ("neutral",),
    "wording": ("explaining", "phrases", "time.reckoning"),
    "casework": (
        # Deciding, and recording what was decided
        "acts",
        "clock",
        "commands",
        "decide",
        "evolve",
        "facts",
        "in_flight",
        "links",
        "machines",
        "meaning",
        "notice_kinds",
        "records",
        "retention",
        "state",
        "statuses",
        "task_kinds",
        "turn_records",
        # Asking a case
        "both_cases",
        "acts_by_notice",
        "collecting",
        "contacting",
        "disclosing",
        "drawing",
        "explaining",
        "forms",
        "four_eyes",
        "grounds",
        "numbering",
        "offering",
        "own_answers",
        "past",
        "quiet",
        "projection",
        "reading_out",
        "sendable",
        "view",
        "shut_out",
        "visibility",
        "words_beside",
        # Pathways and their versions
        "code_lists",
        "coding",
        "loader",
        "migrating",
        "definition",
        "pathway",
        "plans",
        "speaking",
        "templates",
        "versions",
        # Agencies, and the rows of a file
        "agencies",
        "countries",
        "file_columns",
        "loads",
        "nearest",
        "time.calendars",
    ),
    "portal": ("checking",),
    "onward": (
        # What a coordinator tries out before publishing
        "checking",
        "coverage",
        "proofs",
        "rehearsal",
        "scenarios",
        "schemas",
        "simulation",
        # Asking at a terminal
        "choices",
        "documents.document",
        "phrases",
        "time.zones",
        # Reading what people type in a rehearsal, and what may stand for an answer
        "field_types",
        "verbs",
        # Showing a log
        "withheld",
    ),
}
"""The modules that each room may import. `onward` and `portal` may also import whatever `casework`
may.
"""
