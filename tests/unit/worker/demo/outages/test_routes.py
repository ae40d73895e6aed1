"""The ways to a broker."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from core.broker.amqp_url import parse_amqp_url
from core.errors import SettingError
from worker.demo.outages.queue_outage import QueueFileOutage
from worker.demo.outages.routes import BrokerRoutes, RelayOutage


@pytest.fixture
def routes() -> Iterator[BrokerRoutes]:
    made = BrokerRoutes()
    yield made
    made.close()


def test_that_a_rabbitmq_is_reached_by_one_relay_with_the_rest_of_its_address(routes: BrokerRoutes) -> None:
    url = "amqp://ana:s%40cret@broker.lan:5673/demo?heartbeat=20"
    way = parse_amqp_url(routes.route(url))
    assert (way.user, way.password, way.vhost, way.heartbeat_s) == ("ana", "s@cret", "demo", 20)
    assert way.hosts[0].name == "127.0.0.1"
    assert routes.route(url) == routes.route(url)
    assert parse_amqp_url(routes.route("amqp://broker.lan:5673/demo2")).hosts == way.hosts
    assert parse_amqp_url(routes.route("amqp://other.lan/demo")).hosts != way.hosts
    assert isinstance(routes.outage(url), RelayOutage)


@pytest.mark.parametrize("url", ["amqps://broker.lan/demo", "amqp://one.lan,two.lan/demo"])
def test_that_what_a_relay_would_break_is_left_alone(routes: BrokerRoutes, url: str) -> None:
    assert routes.route(url) == url
    assert routes.outage(url) is None


def test_that_a_queue_file_is_locked_instead(routes: BrokerRoutes, tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'queue.db'}"
    assert routes.route(url) == url
    outage = routes.outage(url)
    assert isinstance(outage, QueueFileOutage)
    outage.stop()
    assert outage.join(60)


def test_that_a_wrong_address_is_refused(routes: BrokerRoutes) -> None:
    with pytest.raises(SettingError):
        routes.route("amqp://broker.lan:99999/")
