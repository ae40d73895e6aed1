"""TLS towards a broker, from the files that its address names."""

from __future__ import annotations

import ssl

from core.broker.amqp_url import AmqpUrl
from core.errors import SettingError


def tls_context(url: AmqpUrl) -> ssl.SSLContext:
    """SettingError for a file that holds no certificate or no key. Host names are always checked."""
    try:
        context = ssl.create_default_context(cafile=url.ca)
    except (OSError, ssl.SSLError):
        raise SettingError("The ca in the broker address holds no certificate.") from None
    if url.cert is not None:
        try:
            context.load_cert_chain(url.cert, url.key)
        except (OSError, ssl.SSLError):
            raise SettingError("The cert and key in the broker address are no pair, or cannot be read.") from None
    return context
