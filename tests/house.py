"""The house as its imports show it: wings, rooms, who imports whom, and a picture of it.

`python tests/house.py` draws docs/house.svg anew.
"""

import ast
from collections.abc import Iterator
from html import escape
from pathlib import Path

import analysis

PROJECT = Path(__file__).resolve().parents[1]
SOURCE = PROJECT / "src" / "analysis"
MODULES = sorted(SOURCE.rglob("*.py"))
PICTURE = PROJECT / "docs" / "house.svg"
COLOURS = ("#0072b2", "#00875f", "#9a7400", "#d55e00", "#a04a8c", "#3d8fc2", "#333333", "#7a3b00")
WIDE, GAP, ROOM, TOP, EDGE = 128, 26, 34, 70, 14
Room = tuple[str, str]


def rooms_of(wing: str) -> tuple[str, ...]:
    """The rooms of a wing in the order in which they may import each other."""
    tree = ast.parse((SOURCE / wing / "__init__.py").read_text(encoding="utf-8"))
    named = [
        node.value
        for node in tree.body
        if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == "ROOMS"
    ]
    return tuple(ast.literal_eval(named[0])) if named else ("",)


LINE = analysis.WINGS
HOUSE = {wing: rooms_of(wing) for wing in (*LINE, *analysis.BESIDE)}
PLACE = {
    (wing, room): (at, floor)
    for at, wing in enumerate(HOUSE)
    for floor, room in enumerate(HOUSE[wing])
}


def room_of(module: Path) -> Room:
    """The wing and the room a module belongs to; a wing without rooms is one room."""
    wing, *rest = module.relative_to(SOURCE).with_suffix("").parts
    return wing, rest[0] if rest and HOUSE.get(wing, ("",)) != ("",) else ""


def imported(module: Path) -> Iterator[str]:
    """Every module of ours that a module imports, wherever in the file."""
    for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are written in full"
            yield f"{node.module}"
            if node.module and node.module.split(".")[0] == "analysis":
                yield from (f"{node.module}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)


def rooms_imported(module: Path) -> set[Room]:
    """The rooms a module imports, its own left out."""
    parts = [name.split(".")[1:3] for name in imported(module) if name.startswith("analysis.")]
    found = {(wing, rest[0] if rest else "") for wing, *rest in parts if wing in HOUSE}
    found |= {(wing, "") for wing, _ in found if HOUSE[wing] == ("",)}
    return {room for room in found if room in PLACE} - {room_of(module)}


def arrows() -> set[tuple[Room, Room]]:
    """Which rooms import which."""
    pairs = {(room_of(module), other) for module in MODULES for other in rooms_imported(module)}
    return {pair for pair in pairs if pair[0] in PLACE}


def picture() -> str:
    """Draw wings as columns and rooms as boxes; imports run to the left, or up inside a wing."""
    deepest = max(map(len, HOUSE.values()))
    width, height = EDGE * 2 + len(HOUSE) * (WIDE + GAP) - GAP, TOP + deepest * ROOM + 30
    said = (
        "The wings of the library from left to right and their rooms from top to bottom. "
        "Every line is an import: it runs from a room to one further left, or higher up."
    )
    drawn = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img" '
        f'font-family="sans-serif" font-size="12"><title>{said}</title>',
        f'<rect width="{width}" height="{height}" fill="#fff"/>',
        *(_line(*pair) for pair in sorted(arrows())),
    ]
    for at, (wing, rooms) in enumerate(HOUSE.items()):
        left = EDGE + at * (WIDE + GAP)
        beside = "" if wing in LINE else " (beside)"
        drawn.append(
            f'<text x="{left}" y="34" font-size="15" font-weight="600" fill="{COLOURS[at]}">'
            f"{wing}/{beside}</text>"
        )
        drawn += [_box(left, (wing, room), COLOURS[at]) for room in rooms]
    return "\n".join([*drawn, "</svg>"]) + "\n"


def _box(left: int, room: Room, colour: str) -> str:
    top, name = TOP - 20 + PLACE[room][1] * ROOM, escape(room[1] or room[0])
    return (
        f'<rect x="{left}" y="{top}" width="{WIDE}" height="24" rx="3" fill="#fff" '
        f'stroke="{colour}"/><text x="{left + 8}" y="{top + 16}" fill="#1d2733">{name}</text>'
    )


def _line(room: Room, other: Room) -> str:
    (at, floor), (to, lower) = PLACE[room], PLACE[other]
    start, top = EDGE + at * (WIDE + GAP), TOP - 8 + floor * ROOM
    end, bottom = EDGE + to * (WIDE + GAP) + (WIDE if to != at else 0), TOP - 8 + lower * ROOM
    bend = 40 if to != at else -GAP * 0.7
    curve = f"M{start},{top} C{start - abs(bend):g},{top} {end + bend:g},{bottom} {end},{bottom}"
    return f'<path d="{curve}" fill="none" stroke="{COLOURS[to]}" stroke-opacity="0.5"/>'


if __name__ == "__main__":
    PICTURE.write_text(picture(), encoding="utf-8")
    print(f"Open {PICTURE}")
