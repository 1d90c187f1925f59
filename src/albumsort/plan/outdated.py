"""Links and copies of albumsort's own that the plan no longer has where they are: they give way."""

from __future__ import annotations

import os
from collections.abc import Collection, Sequence
from dataclasses import replace

from albumsort.library.companions import Companion
from albumsort.messages import gettext as _
from albumsort.paths import is_in
from albumsort.plan.destination import Destination, File
from albumsort.plan.file_names import placed_as
from albumsort.plan.places import is_copy
from albumsort.records import Decision, Placement


def outdated(
    files: Sequence[File],
    companions: Sequence[Companion],
    placements: Sequence[Placement],
    wanted: Collection[str],
    albums: str,
    destination: Destination,
) -> dict[int, list[Placement]]:
    """What albumsort put elsewhere in these albums and nobody changed since, by the number of the file in its unit.

    ``files`` are the photo and its companions, ``wanted`` where they are to be now. A copy whose original has other
    bytes by now is left: it may be the only one of its kind. So is a hard link whose original was saved as a new file.
    """
    photo = files[0]
    name = os.path.basename(photo.path)
    own = {file.path for file in files}  # a lone copy whose original is gone is the photo itself by now
    found: dict[int, list[Placement]] = {}
    for placement in placements:
        path = placement.destination
        if placement.action == "move" or path in wanted or path in own or not is_in(path, albums):
            continue
        # What nothing tells of is compared with the photo; of a companion that is gone or renamed it stays then.
        index = 0
        if not photo.content or placement.content != photo.content:
            _, index = placed_as(os.path.basename(path), name, companions) or (0, 0)
        try:
            there = destination.entry(path)
        except OSError:  # what cannot be looked at stays
            continue
        fits = placement.action == "symlink"
        if placement.action == "hardlink" and there and destination.is_file(path, files[index]):
            fits = True
            placement = replace(placement, stamp=there)  # noqa: PLW2901  a change of the photo changes it as well
        if there == placement.stamp and (fits or is_copy(placement, files[index])):
            found.setdefault(index, []).append(placement)
    return found


def gives_way(decision: Decision, old: Sequence[Placement], albums: str) -> Decision:
    """The decision with the older links and copies that go, which something is to be done for in any case."""
    folders = dict.fromkeys(os.path.relpath(os.path.dirname(item.destination), albums) for item in old)
    are_copies = all(placement.action == "copy" for placement in old)
    note = _("its copy in {folders} goes") if are_copies else _("its link in {folders} goes")
    note = note.format(folders=", ".join(folders))
    note = "; ".join(filter(None, (decision.note, note)))
    stays = decision.status != "planned"
    return replace(decision, status="planned", note=note, gives_way=(*decision.gives_way, *old), stays=stays)
