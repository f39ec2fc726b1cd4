"""YAML's scanner, which a parser asks five times of each token what it is."""

from __future__ import annotations

from typing import Any

from ruamel.yaml.scanner import RoundTripScanner


class Scanner(RoundTripScanner):
    """Looks ahead until there is nothing more to find, and not once more each time that it is asked."""

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
