"""A faster YAML scanner, because the parser asks about each token five times."""

from __future__ import annotations

from typing import Any

from ruamel.yaml.scanner import RoundTripScanner


class Scanner(RoundTripScanner):
    """Looks ahead once for each token, and not again every time the parser asks about it."""

    def reset_scanner(self) -> None:
        self._has_looked = False
        super().reset_scanner()

    def peek_token(self) -> Any:
        if self._has_looked:
            return self.tokens[0]
        before = self.tokens_taken, len(self.tokens)
        token = super().peek_token()
        self._has_looked = token is not None and before == (self.tokens_taken, len(self.tokens))
        return token

    def check_token(self, *choices: Any) -> bool:
        token = self.peek_token()
        return token is not None and (not choices or isinstance(token, choices))

    def get_token(self) -> Any:
        self._has_looked = False
        return super().get_token()
