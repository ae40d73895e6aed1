"""A kind of broker that the product does not have, with addresses like spool:///tmp/queue.db."""

from __future__ import annotations

from pathlib import Path

from core.broker.connect import AddressForm, BrokerScheme
from core.broker.embedded import EmbeddedBroker
from core.broker.ports import Broker


def _path(url: str) -> str:
    return url.partition("://")[2]


def _open(url: str) -> Broker:
    return EmbeddedBroker(Path(_path(url)))


SPOOL = BrokerScheme(
    name="spool",
    kind="Spool",
    schemes=("spool",),
    label="Spool",
    description="A kind of broker for tests.",
    form=AddressForm.LINE,
    locate=lambda url: "spool",
    open=_open,
    try_out=lambda url, timeout_s: f"Tried for {timeout_s} s.",
    identity=lambda url: f"spool at {_path(url)}",
)
