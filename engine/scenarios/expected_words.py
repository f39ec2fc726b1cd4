"""The engine's words that a scenario may expect: reasons for a refusal, kinds of notices."""

from __future__ import annotations

REASONS = frozenset(
    {
        "barred",
        "claimed",
        "closed",
        "condition",
        "declined_already",
        "done_already",
        "needs_answer",
        "needs_guardian",
        "needs_person",
        "needs_resolve",
        "needs_stopped",
        "needs_view",
        "no_consent",
        "no_person",
        "no_receiver",
        "no_wait_list",
        "not_a_consent",
        "not_able",
        "not_allowed",
        "not_an_arrival",
        "not_answered",
        "not_counted",
        "not_feedback",
        "not_found",
        "not_given",
        "not_open",
        "not_possible",
        "not_prohibited",
        "not_raised",
        "not_understood",
        "not_yours",
        "open_already",
        "prohibited_already",
        "raised_already",
        "recipient_unknown",
        "reported_already",
        "responsible",
        "same_agency",
        "same_person",
        "settled",
        "side_bound",
        "stopped",
        "suspended",
        "too_early",
        "under_way",
        "unknown_agency",
        "unknown_giver",
        "unknown_reason",
        "used_up",
        "voted_already",
        "wrong_form",
        "wrong_language",
        "wrong_moment",
        "wrong_outcome",
        "wrong_view",
    }
)
"""The reasons that `refused` may name, all listed in docs/reference/scenarios.md. Others cannot be
expected: they concern the opening of a case, or acts for which a scenario has no words, such as
linking cases.
"""

NOTICES = frozenset(
    {
        "answer_received",
        "attention",
        "may_go_on",
        "no_longer_needed",
        "overdue",
        "reminder",
        "request_received",
        "stop_and_confirm",
        "task_assigned",
    }
)
"""The kinds of notices that `told` may name."""
