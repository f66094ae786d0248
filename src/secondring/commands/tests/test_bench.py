"""The measuring itself: a figure is worth what its arithmetic, its clock and its circumstances are worth."""

import asyncio
import json
import os
import subprocess
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from secondring.commands import bench, bench_desk, bench_here, bench_letters, bench_live, bench_pages, bench_weight, cli

from .reading import ROOT

RESULTS = sorted((ROOT / "bench" / "results").glob("[0-9]*.json"))  # by day; the soaks keep theirs in their own shape


@pytest.mark.parametrize("name", bench.MEASURES)
def test_each_measure_can_be_asked_for_and_is_explained(name: str, capsys: pytest.CaptureFixture[str]):
    module = import_module(f"secondring.commands.{bench.MEASURES[name][0]}")
    assert callable(module.measure)
    with pytest.raises(SystemExit) as end:
        cli.main(["bench", "--help"])
    assert end.value.code == 0
    assert f"./secondring bench {name}" in capsys.readouterr().out
    assert f"\n## {name}" in (ROOT / "bench" / "README.md").read_text()


def test_a_name_it_does_not_know_is_refused_in_a_sentence(capsys: pytest.CaptureFixture[str]):
    assert cli.main(["bench", "letters", "lettres"]) == 2
    assert "not lettres" in capsys.readouterr().err


def test_figures_are_kept_with_their_circumstances(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(bench.MEASURES, "nothing", (__name__.removeprefix("secondring.commands."), "nothing at all"))
    assert cli.main(["bench", "nothing", "--json", str(tmp_path / "new" / "kept.json")]) == 0
    kept = json.loads((tmp_path / "new" / "kept.json").read_text())
    assert kept["nothing"]["found"] == 42
    assert kept["nothing"]["before"]["yardstick"]["cpu"] > 0
    assert kept["here"]["python"] == ".".join(map(str, sys.version_info[:3]))


def arguments(_parser: Any) -> None:
    """This file is a measure, too: of nothing."""


def measure(_options: Any) -> dict[str, int]:
    return {"found": 42}


@pytest.mark.parametrize("path", RESULTS, ids=lambda path: path.stem)
def test_a_result_in_the_repository_says_where_and_when_it_was_found(path: Path):
    kept = json.loads(path.read_text())
    assert {"at", "commit", "cpu", "cores", "python", "sqlite"} <= set(kept["here"])
    assert kept["here"]["commit"] not in ("", "unknown")
    assert set(kept) - {"here"} <= set(bench.MEASURES)
    assert all(kept[name]["before"]["load"] for name in set(kept) - {"here"})


def test_the_middle_one_and_the_one_that_95_of_100_stay_under():
    found = bench_here.spread([each / 1000 for each in range(100, 0, -1)])
    assert (found["p50"], found["p95"], found["least"], found["most"], found["times"]) == (51, 96, 1, 100, 100)
    assert bench_here.spread([0.2])["p95"] == 200


def test_a_slow_machine_does_not_make_a_page_slower_than_it_is():
    times = bench_pages.Times()
    for slow in (1, 2, 3):  # the same work, on a machine that is busier every time
        times.add({"seconds": [0.01 * slow], "cpu": 0.01 * slow, "yardstick": bench_pages.QUIET * slow})
    assert times.told()["cpu"] == 20
    assert times.told()["cpu_at_quiet"] == 10


def test_a_dot_that_begins_a_line_arrives_as_one_dot():
    assert bench_letters._stuffed(b"a\r\n.b\r\n..c") == b"a\r\n..b\r\n...c\r\n.\r\n"
    assert bench_letters._stuffed(b"a\r\n") == b"a\r\n.\r\n"


def test_a_first_visit_counts_what_a_browser_would_ask_for():
    page = """<link rel="icon" href="/mark.svg"><link rel="stylesheet" href="/desk.css"><a href="/people/">
    <script type="module" src="/desk.js"></script><use href="/icons.svg#mail"></use>"""
    assert bench_weight.ASKED.findall(page) == ["/mark.svg", "/desk.css", "/desk.js", "/icons.svg"]
    module = 'import { now } from "./clock.js";\nimport "./live.js";\nconst late = () => import("./late.js");\n'
    assert [one or other for one, other in bench_weight.WITHIN.findall(module)] == ["./clock.js", "./live.js"]
    assert bench_weight.WITHIN.findall('src: url("../fonts/a.woff2")')[0][1] == "../fonts/a.woff2"


def test_a_measured_desk_watches_what_the_page_shows():
    tag = '<ul id="rail-lists" data-live="inbox calls" data-live-src="/inbox/counts/?a=1&amp;b=2" data-live-shared>'
    assert bench_live._watched(tag) == ("/inbox/counts/?a=1&b=2", (["inbox", "calls"], True))


def test_a_family_is_a_process_and_all_that_it_started():
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as child:
        try:
            assert {os.getpid(), child.pid} <= set(bench_desk.family(os.getpid()))
            assert os.getpid() not in bench_desk.family(child.pid)
            assert bench_desk.cpu_seconds(child.pid) >= 0
        finally:
            child.kill()


def test_a_page_that_is_not_there_ends_the_measurement():
    async def application(_scope: Any, _receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 404, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    with pytest.raises(RuntimeError, match="/gone/ answered 404"):
        asyncio.run(bench_pages.Visitor(application, "a=b").get("/gone/"))
