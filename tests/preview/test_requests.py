"""What the server of a preview answers, to whom, and what it never gives out; and that no card runs a script in it."""

from __future__ import annotations

import http.client
import json
import os
import socket
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote, urlsplit

import pytest
from playwright.sync_api import Browser

from flashgen.preview.server import is_own_name
from tests.hostile_decks.catalogue import FRAGMENTS
from tests.preview.conftest import PICTURE, town
from tests.preview.served import opened, served
from tests.project import CONFIG, Project
from tests.screenshots.page import CHROMIUM

SECRET = b"<svg xmlns='http://www.w3.org/2000/svg'>nobody else's business</svg>"


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    made = town(tmp_path_factory.mktemp("place") / "town")
    (made.root.parent / "secret.svg").write_bytes(SECRET)
    made.write({"secret.svg": SECRET, "cards/unused.svg": SECRET})
    return made


@pytest.fixture(scope="module")
def address(project: Project) -> Iterator[str]:
    with served(project.root) as where:
        yield where


def _ask(
    address: str, path: str, host: str | None = None, method: str = "GET", **headers: str
) -> tuple[int, dict[str, str], bytes]:
    """A request exactly as it stands here: clients put paths in order first, attackers do not."""
    place = urlsplit(address)
    connection = http.client.HTTPConnection(place.hostname or "", place.port, timeout=10)
    connection.putrequest(method, path, skip_host=True, skip_accept_encoding=True)
    connection.putheader("Host", place.netloc if host is None else host)
    for name, value in headers.items():
        connection.putheader(name, value)
    connection.endheaders()
    answer = connection.getresponse()
    body = answer.read()
    connection.close()
    return answer.status, {name.lower(): value for name, value in answer.getheaders()}, body


def _picture(address: str) -> str:
    told = json.loads(_ask(address, "/cards")[2])
    key = next(key for key, entry in told["entries"].items() if "energy" in entry["text"])
    _, _, body = _ask(address, f"/card?key={quote(key)}&ordinal=0")
    return str(json.loads(body)["back"]).partition('src="')[2].partition('"')[0]


def test_another_host_is_refused(address: str) -> None:
    port = urlsplit(address).port
    for host in (
        "evil.test",
        f"evil.test:{port}",
        "127.0.0.1.evil.test",
        "localhost.evil.test",
        "",
        "10.0.0.1",
        "a b",
        "[",
    ):
        for path in ("/", "/cards", "/card?key=x&ordinal=0", "/news", f"/media/{_picture(address)}"):
            status, headers, body = _ask(address, path, host=host)
            assert status in (400, 421), (host, path)
            assert b"Paris" not in body
            assert "access-control-allow-origin" not in headers
    for host in ("127.0.0.1", f"localhost:{port}", "[::1]", f"LOCALHOST:{port}"):
        assert _ask(address, "/cards", host=host)[0] == 200


@pytest.mark.parametrize(
    ("name", "host", "own"),
    [
        ("127.0.0.1:8742", "127.0.0.1", True),
        ("192.168.1.7:8742", "127.0.0.1", False),
        ("192.168.1.7:8742", "0.0.0.0", True),
        ("evil.test", "0.0.0.0", False),
        ("box.lan:8742", "box.lan", True),
        ("[::1]:8742", "::1", True),
        ("user@127.0.0.1", "127.0.0.1", True),
        ("127.0.0.1@evil.test", "127.0.0.1", False),
        ("2130706433", "127.0.0.1", False),
    ],
)
def test_a_name_is_this_machines_own_or_not(name: str, host: str, *, own: bool) -> None:
    assert is_own_name(name, host) is own


def test_nothing_but_the_media_of_the_cards_is_given_out(address: str) -> None:
    name = _picture(address)
    status, headers, body = _ask(address, f"/media/{name}")
    assert (status, body, headers["content-type"]) == (200, PICTURE, "image/svg+xml")
    assert "sandbox" in headers["content-security-policy"]
    ways = (
        *("../secret.svg", "../../secret.svg", "..%2fsecret.svg", "%2e%2e/secret.svg", "%2e%2e%2fsecret.svg"),
        *("..%5csecret.svg", "..\\secret.svg", "%252e%252e%252fsecret.svg", "....//secret.svg", "..%00/secret.svg"),
        *("secret.svg", "unused.svg", "town.md", "ledger.jsonl", "%2fetc%2fpasswd", "//etc/passwd", "picture.svg"),
        *(f"./{name}/../unused.svg", f"{name}/../../secret.svg", f"{name}%00", f"{name}/", f"%2e/{name}", ""),
        *("..%c0%afsecret.svg", "%ff", "file:///etc/passwd", "C:%5cWindows%5cwin.ini"),
    )
    for way in ways:
        for path in (f"/media/{way}", f"/{way}", f"/media//{way}"):
            status, _, body = _ask(address, path)
            assert SECRET not in body, path
            assert b"root:" not in body, path
            assert status in (400, 404, 307) or body.startswith(b"<!doctype html>"), (path, status)


def test_a_link_that_leads_out_of_the_project_is_not_followed(tmp_path: Path) -> None:
    project = town(tmp_path / "town")
    (tmp_path / "secret.svg").write_bytes(SECRET)
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere/more.md").write_text("Q: Secret?\nA: Secret.\n", encoding="utf-8")
    project.edit("cards/town.md", "A: It has", "![a link](link.svg)\n\nA: It has")
    (project.root / "cards/link.svg").symlink_to(tmp_path / "secret.svg")
    (project.root / "cards/folder").symlink_to(tmp_path / "elsewhere")
    with served(project.root) as address:
        told = _ask(address, "/cards")[2]
        assert b"media-outside-project" in told
        assert b"Secret" not in told
        name = _picture(address)
        assert _ask(address, f"/media/{name}")[2] == PICTURE
        # One that takes the place of a file afterwards, before anything was compiled again.
        for what in (tmp_path / "secret.svg", tmp_path, Path("/dev/zero"), tmp_path / "nowhere"):
            new = project.root / "cards/.new"
            new.symlink_to(what)
            os.replace(new, project.root / "cards/picture.svg")
            status, _, body = _ask(address, f"/media/{name}")
            assert (status, body) == (404, b"There is nothing here.\n"), what


def test_a_part_of_a_sound_can_be_asked_for(address: str) -> None:
    told = json.loads(_ask(address, "/cards")[2])
    key = next(key for key, entry in told["entries"].items() if "obus" in entry["text"])
    card = json.loads(_ask(address, f"/card?key={quote(key)}&ordinal=3")[2])
    (played,) = card["playedFront"]
    status, headers, body = _ask(address, f"/media/{played['sound']}", Range="bytes=0-9")
    assert (status, len(body), headers["content-type"]) == (206, 10, "audio/mpeg")


def test_odd_requests_are_answered_and_change_nothing(address: str) -> None:
    for method in ("POST", "PUT", "DELETE", "PATCH", "TRACE", "OPTIONS"):
        assert _ask(address, "/cards", method=method)[0] == 405
    for query in (
        "key=x&ordinal=0",
        "key=qa&ordinal=-1",
        "ordinal=1",
        "",
        "key=a&ordinal=9999999999",
        "key=%ff&ordinal=٣",
    ):
        assert _ask(address, f"/card?{quote(query, safe='=&%')}")[0] == 404
    for since in ("-1", "x", "9" * 30, "٣"):
        assert _ask(address, f"/cards?since={quote(since)}")[0] == 200
    assert _ask(address, "/nowhere")[0] == 404


def test_every_answer_says_what_a_browser_must_not_do_with_it(address: str) -> None:
    for path in ("/", "/page.js", "/page.css", "/cards", "/nowhere", f"/media/{_picture(address)}"):
        _, headers, _ = _ask(address, path)
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["cross-origin-resource-policy"] == "same-origin"
        assert headers["referrer-policy"] == "no-referrer"
        assert headers["content-security-policy"].startswith("default-src 'none'")
        assert "unsafe-inline'; script" not in headers["content-security-policy"]
        assert "server" not in headers
    policy = _ask(address, "/")[1]["content-security-policy"]
    assert "script-src 'self';" in policy
    assert "frame-ancestors 'none'" in policy


def test_it_listens_on_this_machine_alone(address: str) -> None:
    port = urlsplit(address).port
    assert urlsplit(address).hostname == "127.0.0.1"
    for own in {place[4][0] for place in socket.getaddrinfo(socket.gethostname(), None)} | {"127.0.0.2", "::1"}:
        if own != "127.0.0.1":
            with socket.socket(socket.AF_INET6 if ":" in str(own) else socket.AF_INET) as asking:
                asking.settimeout(2)
                assert asking.connect_ex((str(own), port)) != 0, own


@pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed")
@pytest.mark.parametrize("sandbox", ["allow-same-origin", "allow-same-origin allow-scripts"])
def test_no_card_runs_a_script_even_where_all_html_is_let_through(
    sandbox: str, chromium: Browser, tmp_path: Path
) -> None:
    """Some browsers need scripts allowed in the sandbox (see frame.js); then the policy alone must hold."""
    fragments = [one for kind in FRAGMENTS.values() for one in kind[:1]]
    fragments += [
        "<script>top.ran = 1</script>",
        '<img src="x" onerror="top.ran = 1">',
        "<script src=/page.js></script>",
        "<iframe srcdoc='<script>top.ran = 1</script>'></iframe>",
        "<svg onload='top.ran = 1'></svg>",
        "<a href='javascript:top.ran = 1'>go</a>",
        "<form action=/news><button>go</button></form>",
        "<meta http-equiv=refresh content='0;url=https://evil.test/'>",
        "<style>body { background: url(https://evil.test/x) }</style>",
    ]
    cards = "\n---\n".join(f"Q: Card {number}\n\n{one}\n\nA: {one}\n" for number, one in enumerate(fragments))
    project = Project(tmp_path, CONFIG + "unsafe-html = true\n")
    project.write({"cards/a.md": cards})
    with served(project.root) as address, opened(chromium, address) as view:
        page = view.page
        page.on("dialog", lambda dialog: (view.asked.append(f"dialog {dialog.message}"), dialog.dismiss()))
        page.on("popup", lambda popup: view.asked.append(f"window {popup.url}"))
        sides = page.evaluate(
            """async (sandbox) => {
              const shown = [];
              const frame = new CardFrame(document.createElement("iframe"), {click: clicked});
              document.body.append(frame.element);
              await sandboxIsKnown;
              await frame.ready;
              frame.element.setAttribute("sandbox", sandbox);
              frame.element.srcdoc += " ";
              await new Promise((resolve) => frame.element.addEventListener("load", resolve, {once: true}));
              for (const card of state.cards) {
                const found = await sidesOf(card);
                for (const side of ["front", "back"]) {
                  // One of them leads the frame away, which is to come back.
                  while (!frame.isThere) await new Promise((resolve) => setTimeout(resolve, 20));
                  frame.show(found, {side, dark: false, style: ""});
                  for (const link of frame.document.querySelectorAll("a, button")) {
                    link.dispatchEvent(new MouseEvent("click", {bubbles: true, cancelable: true}));
                  }
                  shown.push(frame.isThere);
                }
              }
              await new Promise((resolve) => setTimeout(resolve, 500));
              return shown.filter(Boolean).length;
            }""",
            sandbox,
        )
        assert sides >= 2 * len(fragments) - 40
        assert page.evaluate("window.ran") is None
        assert page.url.startswith(address)
        assert view.asked == []
