"""Who may post, and what others may see."""

from __future__ import annotations

import pytest

from core.errors import SettingError
from tests.support.endpoint_rig import MINUTES, TOKEN, Served
from tests.support.http_calls import call, post
from worker.http_api.endpoint import ListenAddress, listening


def test_that_the_token_opens_and_nothing_else_does(locked_up: Served) -> None:
    port = locked_up.port
    assert post(port, MINUTES, {"Authorization": f"Bearer {TOKEN}"}).status == 202
    assert post(port, MINUTES, {"Authorization": f"bearer  {TOKEN}"}).status == 202
    for given in (f"Bearer {TOKEN}x", f"Bearer {TOKEN[:-1]}", f"Basic {TOKEN}", TOKEN, "Bearer", "Bearer \xe9" * 9):
        answer = post(port, MINUTES, {"Authorization": given})
        assert (answer.status, answer.headers["www-authenticate"]) == (401, "Bearer")
    assert post(port, MINUTES).status == 401
    assert len(locked_up.entries()) == 2


def test_that_figures_want_the_token_and_health_keeps_its_details(locked_up: Served) -> None:
    port, known = locked_up.port, {"Authorization": f"Bearer {TOKEN}"}
    assert call(port, "GET", "/metrics").status == 401
    assert call(port, "GET", "/metrics", headers=known).status == 200
    assert call(port, "GET", "/health").json == {"status": "degraded"}
    assert set(call(port, "GET", "/health", headers=known).json) == {"status", "broker", "outbox", "problems"}


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://127.0.0.1:1"},
        {"Host": "evil.example"},
        {"Host": "evil.example", "Origin": "http://evil.example"},
        {"Host": ""},
        {"Host": "[bad"},
        {"Sec-Fetch-Site": "cross-site"},
    ],
)
def test_that_a_foreign_page_is_refused(served: Served, headers: dict[str, str]) -> None:
    assert post(served.port, MINUTES, headers).status == 403
    assert call(served.port, "GET", "/metrics", headers=headers).status == 403
    assert served.entries() == []


def test_that_a_foreign_page_without_the_token_is_refused_and_with_it_is_not(locked_up: Served) -> None:
    page = {"Origin": "https://coach.example"}
    assert post(locked_up.port, MINUTES, page).status == 403
    assert post(locked_up.port, MINUTES, page | {"Authorization": f"Bearer {TOKEN}"}).status == 202


def test_that_its_own_page_may_post(served: Served) -> None:
    for name in ("127.0.0.1", "localhost"):
        here = f"{name}:{served.port}"
        assert post(served.port, MINUTES, {"Host": here, "Origin": f"http://{here}"}).status == 202


@pytest.mark.parametrize("host", ["0.0.0.0", "192.168.1.2", "::", "workouts.example"])
def test_that_another_host_wants_a_token_or_a_clear_word(host: str) -> None:
    with pytest.raises(SettingError, match="needs a token"):
        listening(host, 3000, None, no_token=False)
    assert listening(host, 3000, TOKEN, no_token=False) == ListenAddress(host, 3000, TOKEN)
    assert listening(host, 3000, None, no_token=True) == ListenAddress(host, 3000, None)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "::1", "127.0.0.9"])
def test_that_loopback_wants_none(host: str) -> None:
    assert listening(host, 3000, None, no_token=False).token is None


@pytest.mark.parametrize("port", [-1, 65_536])
def test_that_a_port_is_a_port(port: int) -> None:
    with pytest.raises(SettingError, match="--port"):
        listening("127.0.0.1", port, None, no_token=False)
