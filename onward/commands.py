"""Every command: the users it is for, the module that has it, and its line of help.

Known without importing any of them: what a command needs takes longer to import than most take to do
their work. A test holds this list against the modules.
"""

from __future__ import annotations

from typing import NamedTuple


class Listed(NamedTuple):
    """A command in the list of all commands."""

    module: str
    """Of this package."""
    help: str


COMMANDS: dict[str, dict[str, Listed]] = {
    "To try it": {
        "demo": Listed(
            "demo",
            "Drive synthetic cases to their ends on this machine; nothing leaves it.",
        ),
    },
    "For coordinators": {
        "new": Listed(
            "starting",
            "Ask a few questions, and write a first pathway that holds, with cases that try it.",
        ),
        "check": Listed(
            "authoring",
            "Say everything that is wrong with pathways, each at its line and column.",
        ),
        "test": Listed(
            "authoring",
            "Play the scenarios that stand beside pathways, on a virtual clock; nothing is sent.",
        ),
        "simulate": Listed(
            "simulating",
            "Let many cases happen by chance, and say who waits for whom; nothing is stored or sent.",
        ),
        "rehearse": Listed(
            "rehearsing",
            "Play a case together, each an agency, on a fake clock; the gaps are listed at the end.",
        ),
        "draw": Listed(
            "drawing",
            "Draw a pathway, an overview and a page a stage: lanes of roles, hand-overs, due moments.",
        ),
        "schema": Listed(
            "authoring",
            "Print the JSON Schema with which an editor completes and checks what you write.",
        ),
        "diff": Listed(
            "diffing",
            "Say what B means differently from A, section by section; both are read whole.",
        ),
    },
    "For agencies": {
        "claim": Listed(
            "acting",
            "Take a task of your agency upon yourself; --person says who you are.",
        ),
        "accept": Listed("acting", "Say that your agency will do a task."),
        "decline": Listed(
            "acting",
            "Say that your agency will not do a task; it goes to the next one that can.",
        ),
        "complete": Listed("acting", "Say that a task is done, with the answers of its form."),
        "reassign": Listed("acting", "Give a task to another agency; the responsible agency may."),
        "start": Listed("acting", "Open a manual step."),
        "prohibit": Listed(
            "acting",
            "Let nothing go to an agency in this case any more; the responsible agency may.",
        ),
        "permit": Listed("acting", "Let an agency that was prohibited be asked and told again."),
        "raise": Listed("acting", "Say that something has happened that changes the case at once."),
        "resolve": Listed("acting", "Say that an interrupt is over; what it suspended goes on."),
        "extend": Listed(
            "acting",
            "Make a running period longer, where the pathway lets your role.",
        ),
        "shorten": Listed(
            "acting",
            "End a running period early, where the pathway lets your role.",
        ),
        "consent": Listed("acting", "What the person agrees to: words, give, refuse, withdraw."),
        "offer": Listed(
            "acting",
            "Send the request that a task prepares, with the answers of its form.",
        ),
        "see": Listed("acting", "Say that your agency has opened a request."),
        "ask": Listed("acting", "Ask the sender for more before your agency answers."),
        "prepare": Listed(
            "acting",
            "Say that your agency has everything ready for what it accepted.",
        ),
        "revoke": Listed("acting", "Take back a request that your agency has sent."),
        "arrive": Listed("acting", "Confirm that the person has arrived."),
        "no-show": Listed(
            "acting",
            "Say that the person did not arrive; the task stays open, for they may still come.",
        ),
        "together": Listed(
            "together",
            "Do the same in several cases, as for a group that travels together.",
        ),
        "feedback": Listed("acting", "Tell the sender of a request how it went; this closes it."),
        "answer": Listed("acting", "Answer a request: accept or decline."),
        "link": Listed(
            "acting",
            "Say that the person of OTHER is a sibling, a parent, a witness ... of this one's.",
        ),
        "unlink": Listed("acting", "Say that two cases have nothing to do with each other."),
        "merge": Listed(
            "acting",
            "Close a case that is a duplicate of another; neither record is lost.",
        ),
        "unmerge": Listed("acting", "Open a merged case again: it is no duplicate after all."),
        "links": Listed(
            "linking",
            "List the cases that are linked with one, for an agency that has a part in it.",
        ),
        "skip": Listed(
            "acting",
            "Pass over a step against the rules of the pathway; the case is flagged for ever.",
        ),
        "open-step": Listed(
            "acting",
            "Open a step against the rules of the pathway; the case is flagged for ever.",
        ),
        "reopen": Listed(
            "acting",
            "Take up a case again that has ended, where its pathway lets your role do so.",
        ),
    },
    "To look things up": {
        "cases": Listed("looking", "List cases in the order of their codes."),
        "tasks": Listed(
            "looking",
            "List what an agency has to do, the newest first; its moments are in its own zone.",
        ),
        "requests": Listed(
            "looking",
            "List the requests that wait for an agency's answer, the newest first.",
        ),
        "request": Listed(
            "looking",
            "Show a request to one of its two agencies, with what that may know of it now.",
        ),
        "undelivered": Listed(
            "undelivered",
            "List notices that no channel took, each with the agency that must see to it.",
        ),
        "case": Listed("looking", "Show where a case is: what is open, with whom, until when."),
        "explain": Listed(
            "explaining",
            "Say why a case is where it is, or why a part of it is as it is, its moments day by day.",
        ),
        "log": Listed(
            "case_log",
            "Show every turn of a case: who, when, and what it led to. Needs the master key.",
        ),
        "person": Listed(
            "looking",
            "Show what is known of the person, to the agency that needs it now.",
        ),
    },
    "For operators": {
        "publish": Listed(
            "publishing",
            "Check a pathway and keep its text for good: cases can be opened on it from now on.",
        ),
        "impact": Listed(
            "moving",
            "Say for each running case what a new version would mean for it. Needs the master key.",
        ),
        "migrate": Listed(
            "moving",
            "Move running cases to a new version, or back; again goes on where it was stopped.",
        ),
        "open": Listed(
            "opening",
            "Open a case, or one for each row of a file; your agency answers for it until another one takes over.",
        ),
        "clock": Listed(
            "managing",
            "Say what time it is for the installation, or move its clock on; only a stored one moves.",
        ),
        "verify": Listed(
            "managing",
            "Prove that the records of a case, or of all, are what was recorded.",
        ),
        "export": Listed(
            "exporting",
            "Write cases in the columns of a standard, a line each, that say of nobody who it is.",
        ),
        "exports": Listed(
            "exporting",
            "List the exports that were made: who, when, of what, and how much.",
        ),
        "rotate-keys": Listed(
            "managing",
            "Wrap every key under the first master key; the others may be destroyed afterwards.",
        ),
        "resend": Listed(
            "undelivered",
            "Send notices again that no channel took, once the addresses of their agencies are mended.",
        ),
        "registry": Listed("managing", "The agencies: load, refresh."),
        "erase": Listed("managing", "Destroy the key of a person or of an ended case, for good."),
        "up": Listed(
            "running",
            "Run all of it on this machine until Ctrl-C: Prefect's server, and a worker with its ticker.",
        ),
    },
}
"""By the users, in the order in which `onward --help` shows them."""
