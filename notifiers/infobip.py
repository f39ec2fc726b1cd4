"""Infobip's text messages, which Apprise does not send: `infobip://KEY@BASE/NUMBER?from=SENDER`.

The request is that of https://www.infobip.com/docs/developer-resources/quickstart.
"""

from __future__ import annotations

from typing import Any

import requests
from apprise import NotifyBase
from apprise.utils.parse import is_phone_no


class NotifyInfobip(NotifyBase):
    """One text message to one number, from the account's own base URL."""

    service_name: Any = "Infobip"
    secure_protocol: Any = "infobip"
    title_maxlen = 0  # a text message has no subject

    def __init__(self, number: str, sender: str = "", **rest: Any) -> None:
        super().__init__(**rest)  # type: ignore[no-untyped-call] # the library types none of them
        found = is_phone_no(number)
        if not found or not self.user:
            raise TypeError("infobip://KEY@BASE/NUMBER")
        self._message: dict[str, Any] = {"destinations": [{"to": found["full"]}]}
        if sender:
            self._message["sender"] = sender

    def send(self, body: str, *_: Any, **__: Any) -> bool:
        try:
            answer = requests.post(
                f"https://{self.host}/sms/3/messages",
                json={"messages": [{**self._message, "content": {"text": body}}]},
                headers={"Authorization": f"App {self.user}", "Accept": "application/json"},
                verify=self.verify_certificate,
                timeout=self.request_timeout,
                allow_redirects=self.redirects,
            )
        except requests.RequestException:
            return False
        return answer.ok

    @staticmethod
    def parse_url(*given: Any, **named: Any) -> dict[str, Any] | None:
        parts = NotifyBase.parse_url(*given, **named)
        if not parts:
            return None
        sender = NotifyBase.unquote(parts["qsd"].get("from") or "")
        number = NotifyBase.unquote(parts["fullpath"] or "").strip("/")
        return {**parts, "number": number, "sender": sender}
