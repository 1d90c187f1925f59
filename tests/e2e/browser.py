"""Chromium, driven through Selenium, for tests of what people see."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from selenium import webdriver
from selenium.common.exceptions import StaleElementReferenceException, WebDriverException
from selenium.webdriver.common.by import By
from selenium.webdriver.remote.webelement import WebElement

WIDTHS = (390, 820, 1440)
_PATIENCE = 20  # seconds


class Browser:
    """One window; what it logs is looked at by :meth:`complaints`."""

    def __init__(self) -> None:
        options = webdriver.ChromeOptions()
        # Containers have no user namespaces and little shared memory.
        for argument in ("--headless=new", "--no-sandbox", "--disable-dev-shm-usage", "--window-size=1440,1000"):
            options.add_argument(argument)
        options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
        self.driver = webdriver.Chrome(options, webdriver.ChromeService(shutil.which("chromedriver")))

    def resize(self, width: int, *, dark: bool = False) -> None:
        metrics = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": False}
        self.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [scheme]})

    def open(self, page: Path, view: str = "") -> None:
        self.driver.get("about:blank")  # or another view of the same page would be no new page
        self.driver.get(page.as_uri() + (f"#{view}" if view else ""))

    def all(self, selector: str) -> list[WebElement]:
        found = self.driver.find_elements(By.CSS_SELECTOR, selector)
        try:
            return [own for own in found if own.is_displayed()]
        except WebDriverException as error:
            if not _is_drawn_anew(error):
                raise
            return self.all(selector)

    def one(self, selector: str) -> WebElement:
        found: WebElement = self.wait(lambda: next(iter(self.all(selector)), None))
        return found

    def click(self, selector: str) -> None:
        """Click the first that is shown, as soon as there is one."""

        def clicked() -> bool:
            try:
                self.one(selector).click()
            except WebDriverException as error:
                if not _is_drawn_anew(error):
                    raise
                return False
            return True

        self.wait(clicked)

    def run(self, script: str, *arguments: Any) -> Any:
        return self.driver.execute_script(script, *arguments)

    def wait(self, told: Callable[[], Any]) -> Any:
        """What ``told`` tells as soon as that is something."""
        until = time.monotonic() + _PATIENCE
        while not (found := told()):
            assert time.monotonic() < until, "nothing came of it"
            time.sleep(0.02)
        return found

    def complaints(self) -> list[str]:
        """What the console has said since it was last asked."""
        return [f"{own['level']}: {own['message']}" for own in self.driver.get_log("browser")]  # type: ignore[no-untyped-call]

    def violations(self) -> list[str]:
        """What axe-core finds wrong with what is shown now."""
        import axe_core_python

        if not self.run("return 'axe' in window"):
            self.run((Path(axe_core_python.__file__).parent / "axe.min.js").read_text(encoding="utf-8"))
        found = self.driver.execute_async_script("axe.run().then(arguments[0])")
        return [f"{own['id']}: {node['html']}" for own in found["violations"] for node in own["nodes"]]


def _is_drawn_anew(error: WebDriverException) -> bool:
    """Whether an element is no longer there, since the page was drawn anew just now; Chromium says it in two ways."""
    return isinstance(error, StaleElementReferenceException) or "does not belong to the document" in str(error)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    if not (shutil.which("chromium") and shutil.which("chromedriver")):
        pytest.skip("chromium and chromedriver are not installed")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("no_proxy", "127.0.0.1,localhost")  # where Selenium talks to the driver
        opened = Browser()
        yield opened
        opened.driver.quit()
