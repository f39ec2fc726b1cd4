"""Fixed lists of reasons, and of views on a guardian's answer. Any free text that accompanies a
reason is protected.
"""

DECLINE_REASONS = ("no_capacity", "outside_mandate", "conflict_of_interest", "unsafe", "other")
"""Why a task or a request may be declined."""

OVERRIDE_REASONS = (
    "not_needed",
    "done_elsewhere",
    "not_possible",
    "urgent",
    "persons_wish",
    "other",
)
"""Why a step may be skipped or opened against the rules."""

ALARM_REASONS = ("threat", "violence", "illness", "self_harm", "other")
"""Why an interrupt is raised; required if a vital-interest basis depends on the interrupt."""

REOPEN_REASONS = (
    "new_information",
    "needs_more_help",
    "persons_wish",
    "ended_by_mistake",
    "other",
)
"""Why a case that has ended may be reopened."""

VIEWS = ("agrees", "objects", "not_asked")
"""What the person may think of the guardian's answer."""
