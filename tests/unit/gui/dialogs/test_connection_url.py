"""Addresses as the dialog edits them: each part survives, and each wrong one is named."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.broker.connect import embedded_path
from gui.dialogs.connection_url import (
    AddressError,
    FieldName,
    NamedConnection,
    RabbitFields,
    fields_from_url,
    file_from_url,
    url_from_fields,
    url_from_file,
)

letters = st.characters(codec="utf-8")
names = st.text(letters, min_size=1, max_size=40)
hosts = st.sampled_from(["localhost", "broker.gym.lan", "10.0.0.7", "::1", "fe80::1", "fe80::1%eth0"])


@given(
    host=hosts,
    port=st.integers(1, 65_535),
    user=names,
    password=st.text(letters, max_size=20),
    vhost=names,
    tls=st.booleans(),
    more_hosts=st.sampled_from(["", "second:5672", "[::2]:5673, third"]),
    queue_type=st.sampled_from(["classic", "quorum"]),
    files=st.tuples(names, names, names) | st.just(("", "", "")),
    heartbeat=st.sampled_from(["", "30"]),
)
def test_that_fields_survive_the_way_through_a_url(
    host: str,
    port: int,
    user: str,
    password: str,
    vhost: str,
    tls: bool,
    more_hosts: str,
    queue_type: str,
    files: tuple[str, str, str],
    heartbeat: str,
) -> None:
    kept = files if tls else ("", "", "")
    fields = RabbitFields(
        host, str(port), user, password, vhost, tls, more_hosts, queue_type, *kept, heartbeat=heartbeat
    )
    assert fields_from_url(url_from_fields(fields)) == fields


@pytest.mark.parametrize(
    ("url", "fields"),
    [
        ("amqp://localhost", RabbitFields()),
        (" amqp://localhost/ ", RabbitFields()),
        ("AMQPS://ana:p%40ss@broker/gym", RabbitFields("broker", "5671", "ana", "p@ss", "gym", tls=True)),
        ("amqp://[::1]:5673/%2F", RabbitFields("::1", "5673")),
        ("amqp://[::1]:5673,two,[::3]:1/", RabbitFields("::1", "5673", more_hosts="two, [::3]:1")),
        ("amqp://one/?queue_type=quorum&heartbeat=30", RabbitFields("one", queue_type="quorum", heartbeat="30")),
        (
            "amqps://one?ca=/a/b%20c.pem&cert=/d&key=/e",
            RabbitFields("one", "5671", tls=True, ca="/a/b c.pem", cert="/d", key="/e"),
        ),
    ],
)
def test_that_a_url_is_read(url: str, fields: RabbitFields) -> None:
    assert fields_from_url(url) == fields


@pytest.mark.parametrize(
    ("url", "field"),
    [
        ("localhost:5672", "url"),
        ("", "url"),
        ("http://localhost:15672/", "url"),
        ("amqp://[::1:5672/", "url"),
        ("amqp://:5672/", "host"),
        ("amqp://ho st/", "host"),
        ("amqp://localhost:0/", "port"),
        ("amqp://localhost:99999/", "port"),
        ("amqp://localhost:" + "9" * 5_000, "port"),
        ("amqp://localhost?heartbeat=" + "9" * 5_000, "url"),
        ("amqp://localhost:amqp/", "port"),
        ("amqp://localhost:٣/", "port"),
        ("amqp://@localhost/", "user"),
        ("amqp://localhost//", "vhost"),
        ("amqp://localhost/a/b", "vhost"),
        ("amqp://localhost,two:0/", "more_hosts"),
        ("amqp://localhost,,two/", "more_hosts"),
        ("amqp://localhost,[two/", "url"),
        ("amqp://localhost,two:/", "more_hosts"),
        ("amqp://" + ",".join(["host"] * 17), "more_hosts"),
        ("amqp://localhost?colour=red", "url"),
        ("amqp://localhost?queue_type=lazy", "url"),
        ("amqps://localhost?cert=/a", "key"),
        ("amqps://localhost?key=/a", "cert"),
    ],
)
def test_that_a_wrong_url_names_its_part_in_one_sentence(url: str, field: FieldName) -> None:
    with pytest.raises(AddressError) as caught:
        fields_from_url(url)
    assert caught.value.field == field
    assert str(caught.value).endswith((".", "it."))
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("path", ["", "  ", "/home/ana/", "a\nb"])
def test_that_a_wrong_file_is_refused(path: str) -> None:
    with pytest.raises(AddressError):
        url_from_file(path)


def test_that_a_connection_is_named_without_its_password() -> None:
    assert NamedConnection("amqp://ana:secret@broker:5672/gym").words == "ana at broker:5672, gym"
    assert NamedConnection("amqp://ana:secret@broker:5672/").words == "ana at broker:5672"
    assert NamedConnection("amqp://ana:secret@one,two,three/gym").words == "ana at one:5672 +2, gym"
    assert NamedConnection("amqp://ana@broker", "Gym").words == "Gym"
    assert NamedConnection("sqlite:////home/ana/queue.db").words == NamedConnection("hello").words == "This computer"
    assert NamedConnection("amqp://[").words == "RabbitMQ"


@pytest.mark.parametrize("name", ["team%20a", "what?", "a#b", "no\u00a0break", "%41"])
def test_that_any_file_typed_is_the_file_used(name: str, tmp_path: Path) -> None:
    typed = str(tmp_path / name / "queue.db")
    url = url_from_file(typed)
    assert file_from_url(url) == typed
    (tmp_path / name).mkdir()
    assert embedded_path(url) == Path(typed)


def test_that_what_is_no_address_of_a_file_is_shown_as_it_is() -> None:
    assert file_from_url("hello") == "hello"
    assert file_from_url("sqlite:///a%00b") == "sqlite:///a%00b"
