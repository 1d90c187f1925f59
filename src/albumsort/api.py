"""albumsort for programs: what the command line does, and the pieces of it. ``import albumsort`` has all of this.

    >>> import albumsort
    >>> options = albumsort.ScanOptions(photos=(photos,), state=state, model="efficientnet-lite0")
    >>> library = albumsort.Library(options)
    >>> len(library.scan().decisions)
    17

docs/api.md is a guide to it.

Nothing is printed, no signal is caught, and every error that the caller can put right is an ``AlbumsortError`` whose
text is one line for people. What is broken about a single photo is no error: it stands with the photo.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import NamedTuple, get_args

from albumsort.errors import AlbumsortError, LibraryBusyError
from albumsort.messages import gettext as _
from albumsort.pipeline.scan_options import ScanOptions
from albumsort.records import Action, Decision, Event

__all__ = [
    "AlbumsortError",
    "Decision",
    "Event",
    "Group",
    "Library",
    "LibraryBusyError",
    "Moment",
    "Plan",
    "Recognised",
    "ScanOptions",
    "classify",
    "group",
]


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be done with each file of a library, or was done.

    ``decisions`` are in path order, one for each place of a file; their ``status`` is ``planned``, ``done``,
    ``skipped`` or ``failed``, and their ``note`` says why. ``albums`` is the album folder, absolute. ``messages`` are
    what the command line would have said; ``trouble`` is what ended a run before its time, "" where nothing did.
    """

    action: Action | None
    decisions: Sequence[Decision]
    albums: str
    messages: Sequence[str] = ()
    trouble: str = ""


class Recognised(NamedTuple):
    """What a photo shows.

    ``category`` is a key of the label table, or ``unsorted``; ``confidence`` is that of the likeliest category, 0..1;
    ``labels`` are the three likeliest classes of ImageNet, in English, with their probabilities; ``tags`` are keys of
    the table; ``people`` is the number of faces, None where nobody looked. Where the photo cannot be read, ``problem``
    says why, and the rest is empty.
    """

    path: str
    category: str = ""
    confidence: float = 0.0
    labels: tuple[tuple[str, float], ...] = ()
    tags: tuple[str, ...] = ()
    problem: str = ""
    people: int | None = None


class Moment(NamedTuple):
    """When and where a photo was taken, as its device tells it.

    ``taken_at`` is naive: what the clock of the device showed. ``latitude`` (-90..90) and ``longitude`` (-180..180) in
    degrees, or both None. ``device`` tells clocks apart. ``category`` is what the photo shows, "" where it is unknown.
    """

    taken_at: datetime
    latitude: float | None = None
    longitude: float | None = None
    device: str = ""
    category: str = ""


class Group(NamedTuple):
    """An event or a trip, and the places in the given sequence of the moments that belong to it, in order of time."""

    event: Event
    moments: tuple[int, ...]


class Library:
    """A photo library: one or more directories, with options as ``albumsort scan`` has them.

    ``options.action`` and ``options.dry_run`` do not count: :meth:`scan` and :meth:`plan` touch nothing,
    :meth:`apply` does what was planned.
    """

    def __init__(self, options: ScanOptions) -> None:
        self.options = options

    def scan(self) -> Plan:
        """Recognise and group the photos, and tell to which album each belongs; what is already there is not asked.

        What was recognised is remembered in the state folder. Raises AlbumsortError.
        """
        return self._run(None, dry_run=True)

    def plan(self, action: Action) -> Plan:
        """What ``action`` would do with the photos: ``move``, ``copy``, ``hardlink`` or ``symlink``.

        Raises AlbumsortError.
        """
        if action not in get_args(Action):
            problem = _("{action}: there is no such action; choose one of {actions}")
            raise AlbumsortError(problem.format(action=action, actions=", ".join(get_args(Action))))
        return self._run(action, dry_run=True)

    def apply(self, plan: Plan) -> Plan:
        """Carry out a plan, journaled, so that ``albumsort undo`` takes it back; the decisions with what came of them.

        The library is looked at again first. What is no longer as planned is skipped, and its note says so: photos that
        are new or have changed wait for the next plan, and none is torn from its companions. Raises AlbumsortError, and
        ValueError for a plan without an action.

        >>> library = Library(ScanOptions(photos=(photos,), state=state, model="efficientnet-lite0"))
        >>> done = library.apply(library.plan("symlink")).decisions
        >>> all(os.path.islink(own.destination) for own in done if own.status == "done")
        True
        """
        if plan.action is None:
            raise ValueError("a plan without an action has nothing to carry out; make one with Library.plan")
        return self._run(plan.action, dry_run=False, agreed=plan.decisions)

    def _run(self, action: Action | None, *, dry_run: bool, agreed: Sequence[Decision] | None = None) -> Plan:
        from albumsort.pipeline.scan import scan

        progress, page = _Messages(), self.options.html
        if page:
            from albumsort.web.page import check_page_place, with_page

            check_page_place(page)
        result = scan(replace(self.options, action=action, dry_run=dry_run), progress, agreed=agreed)
        if page:
            result = with_page(page, result, datetime.now())
        return Plan(action, result.decisions, result.albums, tuple(progress.messages), result.trouble)


def classify(
    paths: Iterable[str], *, model: str | None = None, weights: str | None = None, labels: str | None = None
) -> Iterator[Recognised]:
    """What each picture shows, in the order given; no library, catalog or other file is needed or written.

    ``model``, ``weights`` and ``labels`` are as for ``albumsort scan``. Raises AlbumsortError where these are wrong.

    >>> cat = next(classify([f"{photos}/Phone/IMG_0023.jpg"], model="efficientnet-lite0"))
    >>> cat.category, cat.labels[0][0], cat.tags
    ('pets', 'tiger cat', ('cats',))
    """
    from itertools import islice

    from albumsort.labels.classes import class_names
    from albumsort.labels.parse import load_table
    from albumsort.pipeline.accuracy import look_at
    from albumsort.pipeline.reading import BATCH, recognised
    from albumsort.plan.seen import likeliest_classes
    from albumsort.vision.classify import Classifier
    from albumsort.vision.faces import FaceDetector
    from albumsort.vision.weights import choose_weights

    table, names = load_table(labels), class_names()
    chosen = choose_weights(model, weights, say=lambda _message: None)
    classifier = Classifier.floating(chosen, "auto", say=lambda _message: None)
    detector = FaceDetector.load(say=lambda _message: None)
    remaining = iter(paths)
    while batch := list(islice(remaining, BATCH)):
        sights = [look_at(chosen.preprocessing, path, detector) for path in batch]
        predictions = iter(recognised(classifier, [seen for seen in sights if not isinstance(seen, str)]))
        for path, seen in zip(batch, sights, strict=True):
            if isinstance(seen, str):
                yield Recognised(path, problem=seen)
                continue
            prediction = next(predictions)
            verdict = table.categorize(prediction)
            classes = likeliest_classes(prediction, names)
            yield Recognised(path, verdict.category, verdict.confidence, classes, verdict.tags, people=verdict.people)


def group(moments: Sequence[Moment], *, homes: Sequence[tuple[float, float]] = (), language: str = "en") -> list[Group]:
    """The events and trips of moments, oldest first, named by date, place and what stands out.

    ``homes`` are latitudes and longitudes in degrees; without them home is found from photos of five weeks or more.
    Clocks that were wrong on a journey are put right first. Raises AlbumsortError.

    >>> walk = [Moment(datetime(2024, 5, 4, 14, minute), 52.39, 13.07) for minute in (0, 5, 20)]
    >>> party = [Moment(datetime(2024, 6, 1, 20, minute)) for minute in (0, 30)]
    >>> for own in group(walk + party):
    ...     print(own.event.id, own.moments)
    20240504-1 (0, 1, 2)
    20240601-1 (3, 4)
    """
    from albumsort.events.shots import Shot, seconds
    from albumsort.labels.parse import load_table
    from albumsort.pipeline.language import check_language
    from albumsort.pipeline.naming import Naming
    from albumsort.pipeline.occasions import Memory, find

    check_language(language)
    for number, own in enumerate(moments):
        _check_moment(number, own)
    table = load_table(None)
    naming = Naming(language, {own.key: table.folder(own.key, language) for own in table.categories})
    shots = [
        Shot(
            *(number, seconds(own.taken_at), False, own.latitude, own.longitude),
            *(_zone(own), own.device, own.latitude is not None, own.category),
        )
        for number, own in enumerate(moments)
    ]
    shots.sort(key=lambda shot: (shot.time, shot.photo))
    found = find(shots, Memory({}, {}, {}, {}), {}, naming, homes)
    order = sorted(found.situations, key=lambda number: (found.situations[number].taken, number))
    return [
        Group(event, tuple(number for number in order if found.situations[number].belongs_to(event.id)))
        for event in sorted(found.events.values(), key=lambda event: (event.begin, event.id))
    ]


def _check_moment(number: int, moment: Moment) -> None:
    if moment.taken_at.tzinfo is not None:
        raise AlbumsortError(
            _("moment {number}: its time has a time zone; give what the clock of the device showed").format(
                number=number
            )
        )
    latitude, longitude = moment.latitude or 0.0, moment.longitude or 0.0
    if (moment.latitude is None) != (moment.longitude is None) or not (abs(latitude) <= 90 and abs(longitude) <= 180):
        problem = _("moment {number}: {latitude}, {longitude} is no place in degrees")
        raise AlbumsortError(problem.format(number=number, latitude=moment.latitude, longitude=moment.longitude))


def _zone(moment: Moment) -> str:
    from albumsort.library.zones import zone_at

    here = (moment.latitude, moment.longitude)
    return "" if here[0] is None or here[1] is None else zone_at(here[0], here[1])


class _Messages:
    """Keeps what a scan says."""

    def __init__(self) -> None:
        self.messages: list[str] = []

    def say(self, message: str) -> None:
        """Something that the user should know."""
        self.messages.append(message)

    def tell(self, message: str) -> None:
        """Something that is good to know."""
        self.messages.append(message)

    def step(self, _stage: str, _total: int, _done: int) -> None:
        """How far it is is nobody's concern here."""
