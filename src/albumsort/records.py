"""The records that travel between the stages."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal, NamedTuple

from albumsort.stamps import Stamp

Action = Literal["move", "copy", "hardlink", "symlink", "tag"]
Status = Literal["planned", "done", "skipped", "failed"]
Genre = Literal["", "screenshot", "document"]
TimeSource = Literal["exif", "gps", "container", "sidecar", "filename", "mtime", "none"]

VIDEOS = "videos"
"""The category of a video that is no part of a photo."""

SCREENSHOTS, DOCUMENTS = "screenshots", "documents"
"""The categories of what was not photographed: pictures and videos of a screen, and scanned pages."""

SET_ASIDE = "set_aside"
"""The category of photos that the user wants set aside: dark, blurred or blank ones."""

UNSORTED = "unsorted"
"""The category of a photo whose confidence is below the threshold."""


@dataclass(frozen=True, slots=True)
class Metadata:
    """What the EXIF of a file says, a video's container, or a sidecar; empty where it says nothing.

    ``taken_at`` is naive: the time that the camera's clock showed. ``time_zone`` is its offset as ``+HH:MM`` or "".
    ``latitude`` (-90..90) and ``longitude`` (-180..180) in degrees. ``camera`` is maker and model. ``utc`` is an
    instant, aware and in UTC: the GPS time of a picture, or what a container or sidecar gives as one. ``place_zone``
    is the IANA name of the time zone at the position, "" where there is none, and None until it was looked up.
    """

    taken_at: datetime | None = None
    time_zone: str = ""
    latitude: float | None = None
    longitude: float | None = None
    camera: str = ""
    utc: datetime | None = None
    place_zone: str | None = None


@dataclass(frozen=True, slots=True)
class CaptureTime:
    """When a photo was taken, and where that is known from; ``date_only`` where the hour is not known.

    ``taken_at`` is naive and local time at the place; ``time_zone`` is an IANA name or ``+HH:MM``, "" where it is not
    known. ``utc`` (aware, in UTC) is set where the source tells an instant; with no time zone beside it,
    ``taken_at`` is that instant in the time zone of this machine, for want of a better one.
    """

    taken_at: datetime | None = None
    source: TimeSource = "none"
    date_only: bool = False
    time_zone: str = ""
    utc: datetime | None = None


@dataclass(frozen=True, slots=True)
class Situation:
    """Where, and on which occasion, a photo was taken; "" for what is not known.

    ``event`` and ``trip`` are identifiers, ``place`` a city, ``country`` its English name, ``zone`` the time zone there
    (an IANA name). ``behind`` is how many seconds the clock of its device was behind the local time, less than 0 where
    it was ahead; ``taken`` is the local time that came out, in seconds since 1970-01-01T00:00 of that clock.
    """

    event: str = ""
    trip: str = ""
    place: str = ""
    country: str = ""
    zone: str = ""
    behind: float = 0.0
    taken: float = 0.0

    def belongs_to(self, identifier: str) -> bool:
        """Whether that is its event or its trip."""
        return identifier in (self.event, self.trip)


NOWHERE = Situation()
"""What is known of a photo that was not grouped."""


@dataclass(frozen=True, slots=True)
class Event:
    """An event, or a trip: what the catalog remembers of it.

    ``id`` is like ``20230506-1``, that of a trip like ``20230506-t1``. ``day`` is the one that its album is filed by,
    which stays; ``begin`` and ``end`` are the naive local times of its first and last photo, ``photos`` how many there
    are now (0: it is only remembered). ``is_special`` tells what is out of the ordinary and gets an album of its own;
    ``is_fixed`` a name that the user gave.
    """

    id: str
    is_trip: bool
    name: str
    day: date
    begin: datetime
    end: datetime
    photos: int
    is_special: bool = False
    is_fixed: bool = False


class Fix(NamedTuple):
    """What the user said of a photo: the identifiers of its event and its trip ("" is none; None: nothing was said).

    ``follows`` until the photo was filed by it.
    """

    event: str | None
    trip: str | None
    follows: bool = True

    @property
    def said(self) -> tuple[str | None, str | None]:
        """What grouping keeps to."""
        return self.event, self.trip


class Under(NamedTuple):
    """The identifier of an event or a trip that an album is called after.

    ``is_own`` where the album is its own because it is out of the ordinary, while others go by category.
    """

    event: str
    is_own: bool = False


@dataclass(frozen=True, slots=True)
class Named:
    """An event or a trip as albums know it: its identifier, a name that one folder can have, and its day."""

    id: str
    name: str
    day: date


@dataclass(frozen=True, slots=True)
class Occasions:
    """What a photo belongs to: its event, its trip, None where there is none.

    ``own`` is the one of them that is out of the ordinary and gets an album of its own beside those of categories: the
    trip, or an event that was no everyday one.
    """

    event: Named | None = None
    trip: Named | None = None
    own: Named | None = None


NO_OCCASIONS = Occasions()
"""Those of a photo that was not grouped."""


@dataclass(frozen=True, slots=True)
class Photo:
    """One picture file. ``path`` is absolute and where the file is now; ``id`` survives moving and renaming.

    ``fingerprint`` is what cheaply tells its bytes from others, by :func:`albumsort.hashing.fingerprint_of`, or, where
    they may be uncompressed, the SHA-256 of all of them: "" for what is no picture, None where it could not be read,
    which is tried again on the next run. ``format`` is what the bytes are ("jpeg", "heif", …), or "raw" or "video" by
    its name; ``problem`` says why the picture could not be decoded, "" where it could. ``content`` is the SHA-256 of
    all bytes in hex, which alone proves that two files are the same, "" until it was needed. ``genre`` is "" for
    what was photographed.
    """

    id: int
    path: str
    stamp: Stamp
    fingerprint: str | None
    format: str
    problem: str
    metadata: Metadata
    content: str = ""
    genre: Genre = ""


class Quality(NamedTuple):
    """How well a picture was taken, as far as its pixels tell; the first three in grey levels, before any brightening.

    ``brightness`` is the median luma 0..255, ``brightest`` the level that half a percent of the picture is above,
    ``contrast`` that less the one that half a percent is below. ``sharpness`` is 0 where nothing changes or all is
    blurred, below 0.4 where blur spoils the sharpest part, 1 to 4 usually.
    """

    brightness: int
    brightest: int
    contrast: int
    sharpness: float


class Face(NamedTuple):
    """A face that a detector found: how sure it is, 0..1, and its box in shares 0..1 of the picture's width and height.

    A box may reach beyond the edges.
    """

    score: float
    left: float
    top: float
    width: float
    height: float

    @property
    def share(self) -> float:
        """The share 0..1 of the picture that it takes."""
        return self.width * self.height


@dataclass(frozen=True, slots=True)
class Prediction:
    """What was seen in one picture: the likeliest ImageNet classes, likeliest first, and faces, the surest first.

    ``classes`` are indices 0..999 and ``probabilities`` their calibrated probabilities 0..1 (they sum to at most 1:
    classes below a small share are left out). ``faces`` and ``quality`` are None where nobody looked for them.
    """

    classes: tuple[int, ...]
    probabilities: tuple[float, ...]
    faces: tuple[Face, ...] | None = None
    quality: Quality | None = None


@dataclass(frozen=True, slots=True)
class Placement:
    """What albumsort put at ``destination`` (absolute): a file or a link to it, and the stamp of that.

    ``content`` is the SHA-256 of the file as it was then, "" where it was not computed: it was linked or renamed.
    """

    destination: str
    action: Action
    content: str
    stamp: Stamp


@dataclass(frozen=True, slots=True)
class Tags:
    """What other programs are to know of a photo.

    ``keywords`` are flat; ``paths`` are the same in a tree, from the top down. ``city`` and ``country`` are where the
    camera was, "" where that is not known.
    """

    keywords: tuple[str, ...] = ()
    paths: tuple[tuple[str, ...], ...] = ()
    city: str = ""
    country: str = ""


@dataclass(frozen=True, slots=True)
class Decision:
    """What is to be done, or was done, with one file: one row of the report.

    ``path`` and ``destination`` are absolute; ``album`` is relative to the album folder; ``category`` is a key of the
    label table, ``unsorted``, or "" for a file that was not recognised; ``confidence`` 0..1; ``labels`` the three
    likeliest classes with their probabilities; ``note`` says in words why. A companion has the path of the photo that
    it goes with in ``companion_of``, and that photo's id. ``filed_under`` is what its album is called after,
    None where the plan chose no album. ``content`` is the SHA-256 of the file, "" where it was not computed;
    ``tried_again`` is set where the photo could not be read in this run. ``gives_way`` are albumsort's own links and
    copies that go; where only they do, since the file is at its destination or has none, ``stays`` is set. ``to_tag``
    is what is to be written into the destination, and ``format`` that of the photo. ``said`` tells, in words, that the
    category is the user's, and ``by_burst`` that the other photos of its burst made it another than it is alone.
    ``people`` is the number of faces, None where nobody looked.
    """

    path: str
    status: Status
    note: str = ""
    photo_id: int | None = None
    stamp: Stamp | None = None
    content: str = ""
    tried_again: bool = False
    metadata: Metadata = Metadata()
    captured: CaptureTime = CaptureTime()
    situation: Situation = NOWHERE
    category: str = ""
    confidence: float | None = None
    labels: tuple[tuple[str, float], ...] = ()
    tags: tuple[str, ...] = ()
    album: str = ""
    filed_under: tuple[Under, ...] | None = None
    action: Action | None = None
    destination: str = ""
    companion_of: str = ""
    gives_way: tuple[Placement, ...] = ()
    stays: bool = False
    to_tag: Tags | None = None
    format: str = ""
    said: str = ""
    by_burst: str = ""
    people: int | None = None
