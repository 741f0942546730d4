"""The interval reading: where in the space of its facts a condition is true, false, or neither.

A region is a list of boxes, a box one set of cells for each axis. Within literals it is exact; leaves that literals
cannot decide are free, so that "never" and "excludes" stay certain while "possible" may not be.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import TypeAlias

from keguan.controls.conditions import nodes
from keguan.controls.conditions.axes import Axis, FactAxis, Opaque, Values, axis, is_plain, members_of
from keguan.kernel.records.labels import Label, join

Box: TypeAlias = tuple[int, ...]
Region: TypeAlias = list[Box]
# Beyond this many boxes a check would hold up the editor.
MOST = 1_000
_MIRRORED = {">=": "<", ">": "<="}


class TooMany(Exception):
    """The region has more boxes than one can look through."""


class Space:
    """The axes of several conditions together, and the regions of each."""

    def __init__(self, trees: Sequence[nodes.Node]) -> None:
        tests: dict[tuple[str, ...], list[nodes.Test]] = {}
        leaves = [leaf for tree in trees for leaf in _leaves(tree)]
        for leaf in leaves:
            if isinstance(leaf, nodes.Test):
                tests.setdefault(leaf.name.path, []).append(leaf)
        self._members = {path: len(members_of(found)) for path, found in tests.items()}
        self.axes: list[Axis] = []
        self._of_fact: dict[tuple[str, ...], FactAxis] = {}
        self._place: dict[object, int] = {}
        self.opaque: list[nodes.Node] = []
        for path, found in tests.items():
            if plain := [test for test in found if self._is_plain(test)]:
                self._of_fact[path] = axis(found[0].name, plain)
                self._add(path, self._of_fact[path])
        for leaf in leaves:
            if not (isinstance(leaf, nodes.Test) and self._is_plain(leaf)):
                self.opaque.append(leaf)
                key, _ = _normal(leaf)
                if key not in self._place:
                    self._add(key, Opaque(key))
        self.full: Box = tuple((1 << one.size) - 1 for one in self.axes)

    def true(self, tree: nodes.Node) -> Region:
        """Where the condition is true."""
        match tree:
            case nodes.All(of=parts):
                region = [self.full]
                for part in parts:
                    region = self.both(region, self.true(part))
                return region
            case nodes.Any(of=parts):
                return self.either(self.true(part) for part in parts)
            case nodes.AtLeast(count=count, of=parts):
                return self._at_least(count, [self.true(part) for part in parts])
            case nodes.Test() if self._is_plain(tree):
                place = self._place[tree.name.path]
                masks = self._of_fact[tree.name.path].masks(tree)
                mask = masks[1] if tree.negated else masks[0]
                return [self._box(place, mask)] if mask else []
            case _:
                key, negated = _normal(tree)
                return [self._box(self._place[key], 2 if negated else 1)]

    def false(self, tree: nodes.Node) -> Region:
        """Where the condition is false."""
        return self.true(nodes.negate(tree))

    def both(self, one: Region, two: Region) -> Region:
        """What lies in both regions."""
        found = []
        for first in one:
            for second in two:
                box = tuple(a & b for a, b in zip(first, second, strict=True))
                if all(box):
                    found.append(box)
        return _pruned(found)

    def either(self, regions: Iterable[Region]) -> Region:
        """What lies in one of the regions."""
        return _pruned([box for region in regions for box in region])

    def say(self, box: Box) -> Label:
        """A box in words; axes that do not matter are not said."""
        words = [one.say(mask) for one, mask, full in zip(self.axes, box, self.full, strict=True) if mask != full]
        return join(words, "，", " and ") if words else Label("任何情况", "anything")

    def values(self, region: Region) -> dict[tuple[str, ...], Values]:
        """By the path of the fact, the values that occur in the region."""
        found = {}
        for path, place in self._place.items():
            if isinstance(path, tuple):
                mask = 0
                for box in region:
                    mask |= box[place]
                found[path] = self.axes[place].values(mask)
        return found

    def holds(self, region: Region, facts: Mapping[tuple[str, ...], object]) -> bool:
        """Whether a point (facts by path; those it does not name are not asked) lies in the region."""
        point = {self._place[path]: self.axes[self._place[path]].place(value)
                 for path, value in facts.items() if path in self._place}  # fmt: skip
        return any(all(box[place] & cell for place, cell in point.items()) for box in region)

    def _at_least(self, count: int, regions: Sequence[Region]) -> Region:
        # reached[n]: where n of the regions looked at so far hold
        reached: list[Region] = [[self.full], *([] for _ in range(count))]
        for region in regions:
            for number in range(count, 0, -1):
                reached[number] = self.either([reached[number], self.both(reached[number - 1], region)])
        return reached[count]

    def _add(self, key: object, found: Axis) -> None:
        self._place[key] = len(self.axes)
        self.axes.append(found)

    def _is_plain(self, test: nodes.Test) -> bool:
        return is_plain(test, self._members.get(test.name.path, 0))

    def _box(self, place: int, mask: int) -> Box:
        return (*self.full[:place], mask, *self.full[place + 1 :])


def _leaves(tree: nodes.Node) -> list[nodes.Node]:
    match tree:
        case nodes.All(of=parts) | nodes.Any(of=parts) | nodes.AtLeast(of=parts):
            return [leaf for part in parts for leaf in _leaves(part)]
    return [tree]


def _normal(leaf: nodes.Node) -> tuple[nodes.Node, bool]:
    """The leaf as one of a pair of opposites, and whether it is the other one: `>= $x` is the opposite of `< $x`."""
    match leaf:
        case nodes.Every(some=True):
            return nodes.negate(leaf), True
        case nodes.Test(comparison=nodes.Order(sign=sign, operand=operand), negated=negated) if sign in _MIRRORED:
            turned = nodes.Order(_MIRRORED[sign], operand)
            return nodes.Test(leaf.name, turned, by_day=leaf.by_day), not negated
        case nodes.Every() | nodes.All() | nodes.Any() | nodes.AtLeast():
            return leaf, False
    return (nodes.negate(leaf), True) if leaf.negated else (leaf, False)


def _pruned(region: Region) -> Region:
    """The region without boxes that lie in another."""
    boxes = list(dict.fromkeys(region))
    if len(boxes) > MOST:
        raise TooMany
    kept: Region = []
    for box in sorted(boxes, key=lambda one: -sum(mask.bit_count() for mask in one)):
        if not any(all(a & ~b == 0 for a, b in zip(box, other, strict=True)) for other in kept):
            kept.append(box)
    order = {box: place for place, box in enumerate(boxes)}
    return sorted(kept, key=order.__getitem__)
