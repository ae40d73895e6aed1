"""The ways to a broker that the demonstration can block: a relay in front of a RabbitMQ, a lock on a queue file."""

from __future__ import annotations

from typing import Protocol
from urllib.parse import urlsplit

from core.broker.amqp_url import parse_amqp_url
from core.broker.connect import BROKER_SCHEMES, RABBITMQ, queue_file, scheme_of
from worker.demo.outages.queue_outage import QueueFileOutage
from worker.demo.outages.relay import BrokerRelay


class Outage(Protocol):
    @property
    def locked(self) -> bool:
        """Whether the broker is away by now."""

    def set(self, wanted: bool) -> None:
        """Begin or end it; returns at once."""

    def stop(self) -> None:
        """It ends, and can begin no more."""


class RelayOutage:
    """While it is on, no connection by this relay lasts."""

    def __init__(self, relay: BrokerRelay) -> None:
        self._relay = relay

    @property
    def locked(self) -> bool:
        return self._relay.is_away

    def set(self, wanted: bool) -> None:
        self._relay.set_away(wanted)

    def stop(self) -> None:
        self._relay.set_away(False)


class BrokerRoutes:
    """Any thread. One relay for each broker; they run until `close`."""

    def __init__(self) -> None:
        self._relays: dict[tuple[str, int], BrokerRelay] = {}

    def route(self, url: str) -> str:
        """The address by which to reach the broker. Unchanged where there is no relay: with TLS, whose certificate
        names the broker's own host, for a cluster, and for a queue file. SettingError for a wrong address."""
        relay = self._relay(url)
        if relay is None:
            return url
        parts = urlsplit(url)
        login, at, _place = parts.netloc.rpartition("@")
        return parts._replace(netloc=f"{login}{at}127.0.0.1:{relay.port}").geturl()

    def outage(self, url: str) -> Outage | None:
        """Of the way that `route` gives; None where there is none to block."""
        if (path := queue_file(url)) is not None:
            outage = QueueFileOutage(path)
            outage.start()
            return outage
        relay = self._relay(url)
        return None if relay is None else RelayOutage(relay)

    def close(self) -> None:
        for relay in self._relays.values():
            relay.stop()

    def _relay(self, url: str) -> BrokerRelay | None:
        if scheme_of(url) is not BROKER_SCHEMES[RABBITMQ]:
            return None
        parsed = parse_amqp_url(url)
        if parsed.tls or len(parsed.hosts) != 1:
            return None
        host = parsed.hosts[0]
        key = host.name, host.port
        if key not in self._relays:
            self._relays[key] = BrokerRelay(*key)
            self._relays[key].start()
        return self._relays[key]
