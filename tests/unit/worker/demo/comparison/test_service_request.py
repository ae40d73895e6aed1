"""The lines between the process that compares and its services."""

from __future__ import annotations

from io import BytesIO

import pytest

from core.config.settings import WorkSpan
from core.errors import SettingError
from worker.demo.comparison.service_request import (
    ServiceNews,
    ServiceRequest,
    ServiceSide,
    read_service_news,
    read_service_request,
)

REQUEST = ServiceRequest(
    side=ServiceSide.QUEUED,
    folder="/a/folder",
    threads=2,
    work="0.5:2.5",
    seed=7,
    failing=("a", "b"),
    outage="5:15",
    port=40_000,
    begun_s=1.5,
)


def test_that_a_request_is_read_as_it_was_written() -> None:
    found = read_service_request(BytesIO(REQUEST.line))
    assert found == REQUEST
    assert (str(found.place), found.work_span, found.outage_span) == ("/a/folder", WorkSpan(0.5, 2.5), WorkSpan(5, 15))
    assert REQUEST.model_copy(update={"outage": None}).outage_span is None


@pytest.mark.parametrize("news", [ServiceNews(port=1), ServiceNews(failed="a")])
def test_that_news_are_read_as_they_were_written(news: ServiceNews) -> None:
    assert read_service_news(news.line) == news


@pytest.mark.parametrize(
    "line", [b"", b"\n", b"{}\n", b'{"port": 0}\n', REQUEST.line.replace(b"40000", b"65536"), REQUEST.line[:40]]
)
def test_that_what_is_no_request_is_a_sentence(line: bytes) -> None:
    with pytest.raises(SettingError, match="not understood"):
        read_service_request(BytesIO(line))


@pytest.mark.parametrize("line", [b"\n", b'{"port": 0}\n', b'{"port": 1, "more": 2}\n', b"[]\n"])
def test_that_what_is_no_news_is_a_sentence(line: bytes) -> None:
    with pytest.raises(SettingError, match="not understood"):
        read_service_news(line)
