"""Data and programs inside a page: whatever a file is called, it is only ever text there."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from typing import Any

# What could end a script element or begin a comment in it, what JavaScript once took for line ends, and what no
# encoding writes. JSON has such characters within strings only, where an escape stands for the same.
_ESCAPED = re.compile("[<>&\u2028\u2029\ud800-\udfff]")


def embedded(value: Any) -> str:
    """A value as JSON for a script element; ``json.loads`` gives it back exactly, lone surrogates too."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return _ESCAPED.sub(lambda match: f"\\u{ord(match[0]):04x}", text)


def source_hash(text: str) -> str:
    """How a Content-Security-Policy names a script or style that stands in the page (CSP Level 3, 2.3.1)."""
    digest = hashlib.sha256(text.encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"
