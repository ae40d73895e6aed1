"""Broker addresses: which broker they mean, and one sentence for each way to get them wrong."""

from __future__ import annotations

import os
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.broker.amqp_url import parse_amqp_url
from core.broker.connect import (
    BROKER_SCHEMES,
    BrokerDescription,
    describe_broker,
    label_in_words,
    open_broker,
    queue_file,
    try_broker,
)
from core.broker.embedded import EmbeddedBroker
from core.broker.ports import Message
from core.errors import SettingError
from core.outbox.destination import destination_of
from tests.support.memory_broker import MEMORY


@pytest.mark.parametrize(
    ("url", "place"),
    [
        ("amqp://localhost", "localhost:5672"),
        ("amqp://localhost/", "localhost:5672"),
        ("amqp://localhost:1/%2F", "localhost:1"),
        ("AMQP://me:secret@broker.example:65535/training?heartbeat=10", "broker.example:65535"),
        ("amqp://me:p%40ss%2Fw%23@[::1]:5673/a%2Fb", "[::1]:5673"),
        ("amqps://me:@broker.example", "broker.example:5671"),
        ("amqp://me:secret@one:5672,two,[::3]:5674/gym?queue_type=quorum", "one:5672 +2"),
    ],
)
def test_that_a_rabbitmq_address_is_understood(url: str, place: str) -> None:
    broker = open_broker(url)
    assert (broker.kind, broker.location) == ("RabbitMQ", place)


def test_that_another_kind_of_address_is_no_rabbitmq() -> None:
    with pytest.raises(SettingError, match="begins with amqp:// or amqps://"):
        parse_amqp_url("http://localhost")


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("", "must begin with"),
        ("localhost", "must begin with"),
        ("http://localhost:15672", "must begin with"),
        ("redis://me:secret@localhost", "must begin with"),
        ("amqp:localhost", "://"),
        ("amqp:", "://"),
        ("amqp://", "no host"),
        ("amqp:///vhost", "no host"),
        ("amqp://:5672", "no host"),
        ("amqp://me:secret@", "no host"),
        ("amqp://[::1", "host"),
        ("amqp://localhost:0", "port"),
        ("amqp://localhost:65536", "port"),
        ("amqp://localhost:-1", "port"),
        ("amqp://localhost:amqp", "port"),
        ("amqp://me:secret/word@localhost", "port"),
        ("amqp://me:secret#word@localhost", "%23"),
        ("amqp://localhost/jobs#", "%23"),
        ("amqp://localhost//", "empty virtual host"),
        ("amqp://localhost//jobs", "empty virtual host"),
        ("amqp://localhost/a/b", "%2F"),
        ("amqp://localhost/" + "ä" * 128, "longer than 255 bytes"),
        ("amqp://@localhost", "no user name"),
        ("amqp://:secret@localhost", "no user name"),
        ("amqp://me@localhost", "without a password"),
        ("amqp://localhost?heartbeat=0", "heartbeat"),
        ("amqp://localhost?heartbeat=601", "heartbeat"),
        ("amqp://localhost?heartbeat=" + "9" * 5000, "heartbeat"),
        ("amqp://localhost?heartbeat=", "heartbeat"),
        ("amqp://localhost?heartbeat=ten", "heartbeat"),
        ("amqp://localhost?colour=red", "known: heartbeat"),
        ("amqp://localhost?ssl_options=1", "known: heartbeat"),
        ("amqps://localhost?colour=red", "known: ca, cert, heartbeat, key, queue_type"),
        ("amqp://localhost?queue_type=lazy", "neither classic nor quorum"),
        ("amqp://one,,two", "no host"),
        ("amqp://one,two:0", "port"),
        ("amqp://" + ",".join(["host"] * 17), "more than 16 hosts"),
        ("amqps://localhost?ca=/no/such/file.pem", "names no file"),
        ("amqps://localhost?ca=/" + "x" * 5000, "names no file"),
        ("amqps://localhost?cert=/etc/hostname", "both cert and key"),
        ("amqps://localhost?ca=/etc/hostname", "holds no certificate"),
        ("amqps://localhost?cert=/etc/hostname&key=/etc/hostname", "no pair"),
        ("amqp://local host", "space"),
        ("amqp://localhost\n", "space or an invisible"),
        ("sqlite:///a\x00b", "invisible"),
        ("sqlite://queue.db", "sqlite:///"),
        ("sqlite:queue.db", "sqlite:///"),
        ("sqlite:///", "names no file"),
        ("sqlite:///:memory:", "names no file"),
        ("sqlite:///queue.db?mode=ro", "no options"),
        ("sqlite:////no-such-folder/queue.db", "does not exist"),
        ("sqlite:////", "is a folder"),
        ("sqlite:////" + "x" * 5000, "cannot be used"),
    ],
)
def test_that_a_wrong_address_is_told_in_one_line_without_its_password(url: str, words: str) -> None:
    with pytest.raises(SettingError) as raised:
        open_broker(url)
    text = str(raised.value)
    assert words in text
    assert text.endswith(".")
    assert "\n" not in text
    assert "secret" not in text
    assert len(text) < 200


@given(
    password=st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=8).map(lambda text: f"Xy7{text}"),
)
def test_that_no_password_however_badly_written_is_ever_shown(password: str) -> None:
    text = ""
    try:
        parse_amqp_url(f"amqp://me:{password}@localhost/")
    except SettingError as error:
        text = str(error)
    assert "Xy7" not in text


def test_that_a_file_is_the_embedded_queue(tmp_path: Path) -> None:
    path = tmp_path / "my queue #1.db"
    broker = open_broker(f"sqlite:///{path}")
    assert isinstance(broker, EmbeddedBroker)
    assert (broker.kind, broker.location, broker.path) == ("Embedded queue", "this computer", path)
    assert not path.exists()


def test_that_a_relative_path_is_allowed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    broker = open_broker("sqlite:///queue.db")
    assert isinstance(broker, EmbeddedBroker)
    assert os.fspath(broker.path) == "queue.db"


@pytest.mark.parametrize(
    ("url", "hosts"),
    [
        ("amqp://[::1]", [("::1", 5672)]),
        ("amqp://[::1]:5673,[2001:db8::2]:5674", [("::1", 5673), ("2001:db8::2", 5674)]),
        ("amqp://me:p[w@[::1],[::2]/gym", [("::1", 5672), ("::2", 5672)]),
        ("amqp://me:p]w@one,[::2]", [("one", 5672), ("::2", 5672)]),
        ("amqp://[fe80::1%25eth0]:5672", [("fe80::1%eth0", 5672)]),
        ("amqp://[::ffff:192.0.2.1]", [("::ffff:192.0.2.1", 5672)]),
        ("amqp://my_broker:1", [("my_broker", 1)]),
        ("amqp://BÜCHER.example", [("bücher.example", 5672)]),
    ],
)
def test_that_hosts_are_split_before_anything_else_reads_the_address(url: str, hosts: list[tuple[str, int]]) -> None:
    assert [(host.name, host.port) for host in parse_amqp_url(url).hosts] == hosts


@pytest.mark.parametrize(
    ("host", "words"),
    [
        ("exa%20mple", "write a name or an IP address"),
        ("exa mple", "write a name or an IP address"),
        ("a..b", "write a name or an IP address"),
        ("a" * 64 + ".example", "write a name or an IP address"),
        ("<host>", "write a name or an IP address"),
        ("[::1]x", "belongs an IPv6 address"),
        ("[localhost]", "belongs an IPv6 address"),
        ("[::g]", "belongs an IPv6 address"),
        ("[::1]:", "port"),
        ("localhost:５６７２", "port"),
        ("localhost:000005672", "port"),
        ("::1", "port"),
    ],
)
def test_that_an_odd_host_is_refused_in_plain_words(host: str, words: str) -> None:
    with pytest.raises(SettingError, match=words):
        parse_amqp_url(f"amqp://{host}/")


def test_that_a_plus_in_an_option_is_a_plus(tmp_path: Path) -> None:
    for name in ("a+b", "a b", "a%b"):
        (tmp_path / name).touch()
    for written, name in (("a+b", "a+b"), ("a%2Bb", "a+b"), ("a%20b", "a b"), ("a%25b", "a%b")):
        url = f"amqps://localhost?ca={tmp_path}/{written}"
        assert parse_amqp_url(url).ca == f"{tmp_path}/{name}"


def test_that_one_entry_makes_a_kind_of_broker(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    url = "MEMORY://one-entry"
    with pytest.raises(SettingError, match="must begin with amqp://, amqps:// or sqlite:///"):
        open_broker(url)
    monkeypatch.setitem(BROKER_SCHEMES, MEMORY.name, MEMORY)
    with closing(open_broker(url).publisher()) as publisher:
        publisher.open()
        publisher.publish([Message(b"{}")])
    inspector = open_broker(url).inspector()
    with closing(inspector):
        inspector.open()
        assert inspector.depth().ready == 1
    assert (describe_broker(url).kind, describe_broker(url).location) == ("Memory", "one-entry")
    assert label_in_words("memory://no such/") == BrokerDescription("Memory", "an unusable address")
    assert try_broker(url, 1.0) == "Tried for 1.0 s."
    assert queue_file(url) is None
    assert destination_of(url, "sqlite:///results.db", tmp_path).queue == "memory at one-entry"


def test_that_a_try_says_whether_the_file_is_there(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/queue.db"
    assert try_broker(url, 1.0) == "The file will be made."
    with closing(open_broker(url).publisher()) as publisher:
        publisher.open()
    assert try_broker(url, 1.0) == "The file can be used."
    assert queue_file(url) == tmp_path / "queue.db"
    assert queue_file("amqp://localhost") is None
    assert queue_file("hello") is None
