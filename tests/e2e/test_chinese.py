"""The command speaks Chinese: where it is asked to, on a terminal in Chinese, and for a Chinese library under cron."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable

import pytest

from albumsort.pipeline.no_news import RECORD
from albumsort.plan.columns import cells

from .conftest import Library

CHINESE, ENGLISH, CRON = "zh_CN.UTF-8", "en_US.UTF-8", "C"
LINKS = ("--action", "symlink")

Run = Callable[..., str]


@pytest.fixture
def scan(library: Library) -> Run:
    """Scan the library; returns what it prints."""

    def run(*options: str, locale: str = CRON) -> str:
        return library.run("scan", library.photos, "--state", library.state, *options, LC_ALL=locale).stdout

    return run


def test_a_preview_is_summed_up_and_logged_in_chinese(library: Library, scan: Run) -> None:
    log = library.home / "albumsort.log"
    preview = scan("--lang", "zh", "--layout", "category", "--log", str(log)).splitlines()
    assert preview[0] == f"已识别 7 张照片，将整理 6 张，放入 {library.albums} 的 6 个相册"
    assert preview[-2] == "未改动任何文件。要执行，请运行："
    assert "1 张照片无法读取：" in preview
    first, *_, last = log.read_text("utf-8").splitlines()[1:]
    assert f" INFO    在 {os.path.realpath(library.photos)} 开始：" in first
    assert last.endswith(" INFO    已结束，退出码 0")


def test_an_error_is_told_in_the_language_of_the_command_line_or_of_the_terminal(library: Library) -> None:
    wrong = ("scan", library.photos, "--tag-into", "file")
    problem = "--tag-into 指定 --action tag 写入何处；请与该操作一起使用"
    done = library.run(*wrong, "--json", code=2, LC_ALL=CHINESE)
    assert done.stderr == f"错误：{problem}\n"
    assert json.loads(done.stdout)["error"] == problem
    assert library.run(*wrong, "--lang", "en", code=2, LC_ALL=CHINESE).stderr.startswith(
        "Error: --tag-into says where "
    )
    of_click = library.run("scan", library.photos, "--lang", "zh", "--jobs", "x", code=2, LC_ALL=CRON).stderr
    assert of_click.endswith("错误：'--jobs' 的值无效：'x' 不是有效的整数。\n")


def test_a_setting_says_the_language_too(library: Library) -> None:
    (library.photos / "albumsort.toml").write_text('lang = "zh"\n')
    done = library.run("scan", library.photos, "--tag-into", "file", code=2, LC_ALL=CRON)
    assert done.stderr.startswith("错误：--tag-into ")


def test_the_help_is_in_chinese_and_fits_a_terminal(library: Library) -> None:
    lines = library.run("scan", "--help", COLUMNS="80", LC_ALL=CHINESE).stdout.splitlines()
    assert lines[0] == "用法: albumsort scan [OPTIONS] PHOTOS..."
    assert max(len(cells(line)) for line in lines) <= 80
    assert not [line for line in lines if re.search(r" [a-z]+ [a-z]+ [a-z]+ ", line)]


def test_a_chinese_library_is_told_of_in_the_language_of_the_terminal_or_else_in_its_own(
    library: Library, scan: Run
) -> None:
    scan("--lang", "zh", *LINKS)
    for locale, begin in ((CHINESE, "7 张照片，"), (ENGLISH, "7 photos, "), (CRON, "7 张照片，")):
        told = scan(*LINKS, locale=locale)
        assert told.startswith(begin)
        assert (library.state / RECORD).exists()
    assert scan(*LINKS) == told  # without a look into the catalog
    history = library.run("history", "--state", library.state, LC_ALL=CRON).stdout
    assert history.startswith("运行  时间 ")
    undone = library.run("undo", "--state", library.state, "--dry-run", LC_ALL=CRON).stdout
    assert undone == "运行 1（symlink）：6 个链接或副本将移除。\n"
