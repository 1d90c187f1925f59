"""When a camcorder recorded an AVCHD video: the clock that it writes into the pictures of a transport stream."""

from __future__ import annotations

import re

_SYNC, _PACKET = 0x47, 188  # ISO/IEC 13818-1, 2.4.3; AVCHD puts 4 bytes in front of each packet
# The user data of H.264 with this UUID hold a number of tags, each with 4 bytes: of 0x18 a time zone (left alone, since
# how it counts summer time is not known), century, year and month, of 0x19 day, hour, minute and second. Each byte but
# that of the zone is two decimal digits. By the tables of ExifTool.
_CLOCK = re.compile(
    re.escape(bytes.fromhex("17ee8c60f84d11d98cd60800200c9a66")) + b"MDPM.(?:[^\x18].{4}){0,20}\x18.(.{3})\x19(.{4})",
    re.DOTALL,
)


def recording_clock(head: bytes) -> str:
    """The clock as ``2023:05:06 12:34:56``, "" without one; ``head`` is the beginning of a file, 64 KB say."""
    streams: dict[int, bytearray] = {}
    prefix = 0 if head[: _PACKET + 1 : _PACKET] == bytes([_SYNC, _SYNC]) else 4
    for at in range(prefix, len(head) - _PACKET + 1, prefix + _PACKET):
        packet = head[at : at + _PACKET]
        if packet[0] != _SYNC:
            break
        header = 5 + packet[4] if packet[3] & 0x20 else 4  # with an adaptation field
        streams.setdefault(int.from_bytes(packet[1:3], "big") & 0x1FFF, bytearray()).extend(packet[header:])
    for stream in streams.values():
        if match := _CLOCK.search(stream):
            century, year, month, day, *time = (f"{number:02x}" for number in match[1] + match[2])
            return f"{century}{year}:{month}:{day} {':'.join(time)}"
    return ""
