"""Every command: its audience, its module in this folder, and its line of help.

A command is in the module with its name; agencies' acts, which are generated from their
declarations, are in `acts`. The list needs no imports, because importing what a command needs takes
longer than most commands take to run. A test makes sure that the list matches the modules.
"""

from __future__ import annotations

from typing import NamedTuple


class Listed(NamedTuple):
    """A command in the list of all commands."""

    module: str
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
            "new",
            "Ask a few questions, and write a first pathway that works, with cases to try it on.",
        ),
        "check": Listed(
            "check",
            "List everything that is wrong with pathways, with line and column.",
        ),
        "test": Listed(
            "test",
            "Play the scenarios beside pathways on a virtual clock; nothing is sent.",
        ),
        "simulate": Listed(
            "simulate",
            "Simulate many random cases, and report who waits for whom; nothing is stored or sent.",
        ),
        "rehearse": Listed(
            "rehearse",
            "Play a case together, each person an agency, on a fake clock; the gaps are listed at the end.",
        ),
        "draw": Listed(
            "draw",
            "Draw a pathway, with an overview and a page for each stage: lanes of roles, hand-overs, due moments.",
        ),
        "schema": Listed(
            "schema",
            "Print the JSON Schema with which an editor completes and checks what you write.",
        ),
        "diff": Listed(
            "diff",
            "Show how B differs in meaning from A, section by section, and who may know or read more. Parts and patches are put together first.",
        ),
    },
    "For agencies": {
        "claim": Listed("acts", "Take a task of your agency, or give it to a colleague."),
        "accept": Listed("acts", "Say that your agency will do a task."),
        "decline": Listed(
            "acts",
            "Say that your agency will not do a task; it goes to the next agency that can.",
        ),
        "complete": Listed("acts", "Say that a task is done, with the answers of its form."),
        "reassign": Listed(
            "acts",
            "Give a task to another agency; only the responsible agency may do so.",
        ),
        "start": Listed("acts", "Open a manual step."),
        "prohibit": Listed(
            "acts",
            "Send an agency nothing more in this case; only the responsible agency may do so.",
        ),
        "permit": Listed("acts", "Let a prohibited agency be asked and told again."),
        "stopped": Listed(
            "acts",
            "Confirm that your agency has stopped, as it was asked to; the responsible agency may do so for another.",
        ),
        "raise": Listed("acts", "Say that something has happened that changes the case at once."),
        "resolve": Listed("acts", "Say that an interrupt is over; what it suspended goes on."),
        "extend": Listed("acts", "Extend a running period, if the pathway lets your role do so."),
        "shorten": Listed(
            "acts",
            "End a running period early, if the pathway lets your role do so.",
        ),
        "consent": Listed("acts", "What the person agrees to: words, give, refuse, withdraw."),
        "offer": Listed(
            "acts",
            "Send the request that a task prepares, with the answers of its form.",
        ),
        "see": Listed("acts", "Say that your agency has opened a request."),
        "ask": Listed("acts", "Ask the sender for more before your agency answers."),
        "prepare": Listed(
            "acts",
            "Say that your agency has everything ready for what it accepted.",
        ),
        "revoke": Listed("acts", "Take back a request that your agency has sent."),
        "arrive": Listed("acts", "Confirm that the person has arrived."),
        "no-show": Listed(
            "acts",
            "Say that the person did not arrive; the task stays open, because they may still come.",
        ),
        "telephone": Listed(
            "telephone",
            "Enter what somebody at another agency says on the telephone after reading out the code of a notice.",
        ),
        "together": Listed(
            "together",
            "Do the same act in several cases, for example for a group that travels together.",
        ),
        "feedback": Listed("acts", "Tell the sender of a request how it went; this closes it."),
        "answer": Listed("acts", "Answer a request: accept or decline."),
        "link": Listed(
            "acts",
            "Say that the person of another case is a sibling, a parent, a witness ... of this one's, or the same person; the agency responsible for that case has to agree.",
        ),
        "agree": Listed(
            "acts",
            "Say yes to a link or a merge that the agency of another case has proposed.",
        ),
        "disagree": Listed(
            "acts",
            "Say no to a link or a merge that the agency of another case has proposed; that agency is not told, and reads only that nobody has answered.",
        ),
        "unlink": Listed(
            "acts",
            "Say that two cases have nothing to do with each other, or take back a link or a merge that your agency has proposed.",
        ),
        "merge": Listed(
            "acts",
            "Close a case that is a duplicate of another; neither record is lost. The agency responsible for the other one has to agree.",
        ),
        "unmerge": Listed("acts", "Open a merged case again: it is not a duplicate after all."),
        "links": Listed(
            "links",
            "List the cases linked with a case, as far as your agency may know of both, and the links proposed.",
        ),
        "proposals": Listed(
            "proposals",
            "List the links and merges that other agencies have proposed and that await your agency's answer.",
        ),
        "skip": Listed(
            "acts",
            "Skip a step against the rules of the pathway; the case stays flagged for good.",
        ),
        "open-step": Listed(
            "acts",
            "Open a step against the rules of the pathway; the case stays flagged for good.",
        ),
        "reopen": Listed(
            "acts",
            "Reopen a case that has ended, if its pathway lets your role do so.",
        ),
    },
    "To look things up": {
        "cases": Listed("cases", "List cases in the order of their codes."),
        "tasks": Listed(
            "tasks",
            "List what an agency has to do, the newest first, with times in its own zone.",
        ),
        "requests": Listed(
            "requests",
            "List the requests that await an agency's answer, the newest first.",
        ),
        "request": Listed("request", "Show a request as one of its two agencies may see it now."),
        "undelivered": Listed(
            "undelivered",
            "List notices that no channel accepted, each with the agency that must deal with it.",
        ),
        "figures": Listed(
            "figures",
            "Count over many cases: where nobody answers, what is overdue, how long things take.",
        ),
        "case": Listed("case", "Show where a case is: what is open, with whom, until when."),
        "explain": Listed(
            "explain",
            "Explain why a case is where it is, or why part of it is as it is, with its moments counted day by day.",
        ),
        "log": Listed(
            "log",
            "Show every turn of a case: who, when, and what it led to. Needs the master key.",
        ),
        "person": Listed(
            "person",
            "Show what is known about the person, to the agency that needs it now.",
        ),
        "dossier": Listed(
            "dossier",
            "Write a page on what is held about a person, for them or somebody who acts for them, and record that it was given.",
        ),
        "disclosures": Listed(
            "disclosures",
            "List what was disclosed from a case: to whom, when, how and on which ground.",
        ),
    },
    "For operators": {
        "publish": Listed(
            "publish",
            "Check a pathway and keep its text for good: cases can be opened on it from its first day.",
        ),
        "version": Listed(
            "version",
            "Versions that let agencies know or read more, and wait until somebody else agrees: list, show, agree, decline, take-back.",
        ),
        "impact": Listed(
            "impact",
            "Show what a new version would mean for each running case. Needs the master key.",
        ),
        "migrate": Listed(
            "migrate",
            "Move running cases to a new version, or back; if interrupted, run it again to continue.",
        ),
        "open": Listed(
            "open",
            "Open a case, or one for each row of a file; your agency is responsible for it until another one takes over.",
        ),
        "clock": Listed(
            "clock",
            "Print the installation's time, or advance its clock if it is a stored one.",
        ),
        "verify": Listed(
            "verify",
            "Prove that the records of a case, or of all cases, are what was recorded.",
        ),
        "seal": Listed(
            "seal",
            "Seal what was recorded, and sign a checkpoint; it happens by itself four times an hour.",
        ),
        "checkpoint": Listed(
            "checkpoint",
            "Print the newest checkpoint of the sealed log: keep it where nobody here can reach it.",
        ),
        "witness": Listed(
            "witness",
            "Sign another log's checkpoint, if that log has only grown since its last checkpoint seen here.",
        ),
        "prove": Listed(
            "prove",
            "Print the proof that an entry of a case is in the sealed log; it reveals nothing about the case.",
        ),
        "restored": Listed(
            "restored",
            "Confirm that the database was restored: until then nothing is sent, and nothing sealed.",
        ),
        "export": Listed(
            "export",
            "Write cases in the columns of a standard, one line each, without revealing whose they are.",
        ),
        "exports": Listed(
            "exports",
            "List the exports that were made: by whom, when, of what, and how much.",
        ),
        "rotate-keys": Listed(
            "rotate_keys",
            "Wrap every key under the first master key, while work goes on; afterwards --retire removes the others.",
        ),
        "backup": Listed(
            "backup",
            "Write the database and all secrets into one sealed file, without stopping anything.",
        ),
        "restore": Listed(
            "restore",
            "Restore a backup where there is nothing yet; you are asked for the recovery key.",
        ),
        "resend": Listed(
            "resend",
            "Send undelivered notices again, after their agencies' addresses have been corrected.",
        ),
        "notices": Listed(
            "notices",
            "Send a message that is about nothing to an address, and say what the answer was taken for.",
        ),
        "registry": Listed("registry", "The agencies: load, refresh; a holiday declared late."),
        "crossings": Listed(
            "crossings",
            "List what crossed borders in all cases, as counts without case codes.",
        ),
        "looks": Listed(
            "looks",
            "List how often each person looked at cases, hour by hour, and how often at cases that were not theirs.",
        ),
        "agency": Listed(
            "agency",
            "Agencies that are told, shown and given nothing: suspend, lift, list.",
        ),
        "token": Listed("token", "Tokens of agencies' own programs: make, list, end."),
        "staff": Listed(
            "staff",
            "Staff of agencies: invite them to their pages, suspend them, lift that.",
        ),
        "operator": Listed("operator", "Who may run this installation: add, list, remove, log."),
        "erase": Listed(
            "erase",
            "Destroy the key of a person or of an ended case, for good; list the certificates.",
        ),
        "retention": Listed(
            "retention",
            "Ended cases that were kept long enough: list what is due, and erase it.",
        ),
        "hold": Listed(
            "hold",
            "What may not be erased, on the order of an authority: hold a case or a person, lift, list.",
        ),
        "up": Listed(
            "up",
            "Run everything on this machine until Ctrl-C: Prefect's server, a worker with its ticker, and the agencies' pages.",
        ),
    },
}
"""All commands by audience, in the order in which `onward --help` shows them."""
