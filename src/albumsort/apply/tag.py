"""The step that writes the tags of a photo, made when its turn has come."""

from __future__ import annotations

from albumsort.apply.place import CHANGED, stamp_at
from albumsort.apply.steps import UnfitError
from albumsort.apply.write import digests
from albumsort.library.tagging import tag_edit
from albumsort.library.xmp_tree import XmpError
from albumsort.messages import gettext as _
from albumsort.records import Decision
from albumsort.stamps import ABSENT
from albumsort.steps import Edit, Step


def tag_step(decision: Decision) -> Step:
    """The step for a planned decision. Raises OSError or :class:`UnfitError`; nothing is touched."""
    path, destination, tags = decision.path, decision.destination, decision.to_tag
    if tags is None:
        raise AssertionError(f"a photo without tags was planned: {path}")
    stamp = stamp_at(destination)
    if stamp_at(path) != decision.stamp:
        raise UnfitError(_(CHANGED))
    try:
        splices = tag_edit(path, decision.format, destination, tags)
    except XmpError as error:
        raise UnfitError(str(error)) from error
    if not splices:
        raise UnfitError(_("another program wrote these tags in the meantime"))
    before, after = digests(destination, splices, is_new=stamp is None)
    edit = Edit(splices, before, after)
    return Step("write", "tag", path, destination, stamp or ABSENT, photo_id=decision.photo_id, edit=edit)
