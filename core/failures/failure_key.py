"""Which message of the failed list it is: a key that a redelivery and a copy share."""

from __future__ import annotations

import hashlib

from core.broker.ports import Message


def failure_key(message: Message) -> str:
    """The same for a redelivery and for every copy of it: they bring the same body under the same id."""
    digest = hashlib.blake2b(message.body, digest_size=20)
    digest.update(repr((message.message_id, message.type)).encode("utf-8", "backslashreplace"))
    return digest.hexdigest()
