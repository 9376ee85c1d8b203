"""The house: imports point one way, without a circle; heavy packages and the web framework stay in their rooms."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent / "genie"

LEVELS = (
    ("genie", "genie.bucket", "genie.changes", "genie.errors", "genie.heap", "genie.keys", "genie.number_words",
     "genie.observers", "genie.preferences", "genie.pronunciation",
     "genie.progress", "genie.tag", "genie.zone",
     "genie.audio.blend", "genie.audio.speed",
     "genie.audio.format", "genie.audio.pcm", "genie.audio.recording",
     "genie.queues.job",
     "genie.notification", "genie.quiet", "genie.audio.chimes", "genie.audio.notice"),
    ("genie.settings", "genie.config", "genie.corrections", "genie.keepsakes", "genie.live", "genie.logs",
     "genie.messages", "genie.meters", "genie.owned", "genie.users", "genie.pronunciations", "genie.vocabulary",
     "genie.choices",
     "genie.agents.agent",
     "genie.audio.boundaries", "genie.audio.copies", "genie.audio.seams",
     "genie.audio.ahead", "genie.audio.growth", "genie.audio.tempo", "genie.audio.script", "genie.audio.trimming",
     "genie.audio.backlog", "genie.audio.ending", "genie.audio.engine", "genie.audio.english",
     "genie.audio.hypothesis", "genie.audio.intake", "genie.audio.loudness",
     "genie.audio.markup", "genie.audio.remote", "genie.audio.segmenter", "genie.audio.sentences",
     "genie.audio.spoken_text", "genie.audio.texture", "genie.audio.turns",
     "genie.queues.fifo", "genie.queues.followers", "genie.queues.forecast", "genie.queues.journal",
     "genie.queues.line", "genie.queues.recent",
     "genie.notifications",
     "genie.audio.alignment", "genie.audio.heard", "genie.audio.played",
     "genie.audio.barge_in", "genie.audio.echo", "genie.audio.remarks"),
    ("genie.audio.call", "genie.audio.decoding", "genie.audio.encoding", "genie.audio.engines",
     "genie.audio.lane", "genie.audio.spool",
     "genie.audio.making", "genie.audio.opus", "genie.audio.repertoire", "genie.audio.soundness",
     "genie.audio.subtitles", "genie.audio.timed", "genie.audio.transcript",
     "genie.memory",
     "genie.queues.board", "genie.queues.ledger", "genie.queues.paging", "genie.queues.schedule",
     "genie.queues.standing"),
    ("genie.weights",
     "genie.agents",
     "genie.audio.cast", "genie.audio.preview",
     "genie.audio.acknowledgements",
     "genie.audio.delivery", "genie.audio.frames", "genie.audio.listening", "genie.audio.overlap", "genie.audio.speech",
     "genie.audio.lexicon",
     "genie.audio.speech_line", "genie.audio.studio", "genie.audio.transcription", "genie.audio.wish",
     "genie.queues.retention", "genie.queues.worker"),
    ("genie.asker", "genie.conversation", "genie.doctor", "genie.notes", "genie.reopening", "genie.transcribing",
     "genie.twins", "genie.wanted"),
    ("genie.rest",),
    ("genie.living",),
    ("genie.app",),
    ("genie.commands",),
    ("genie.cli",),
)  # fmt: skip
"""A module may import what stands on its own line or above it; a name stands for all that is inside it."""

LEAVES = ("genie.errors", "genie.agents.agent")

HEAVY = {"torch", "transformers", "kokoro", "spacy", "misaki", "huggingface_hub", "safetensors", "tokenizers"}

NEURAL_ROOMS = ("genie.audio.engines.kokoro", "genie.audio.engines.whisper")
"""Their modules import heavy packages when they are imported; nobody outside does that before one is chosen."""

TOLD_AS_ONE = {"genie/agents", "genie/agents/arithmetic", "genie/audio/english", "genie/commands"}
"""Folders with one file for each of their kind, which docs/design.md tells as a whole."""

WEB = {"starlette", "uvicorn"}
WEB_ROOMS = ("genie.rest", "genie.app", "genie.cli", "genie.commands.serve")

Graph = dict[str, set[str]]


def modules() -> dict[str, ast.Module]:
    """Return the syntax of every module of genie by its dotted name."""
    found = {}
    for path in sorted(ROOT.rglob("*.py")):
        parts = ("genie", *path.relative_to(ROOT).with_suffix("").parts)
        name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
        found[name] = ast.parse(path.read_text(encoding="utf-8"), str(path))
    return found


MODULES = modules()


def imported(tree: ast.AST, known: set[str]) -> Iterator[str]:
    """Yield the dotted names that a module imports anywhere, inside functions too."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are absolute"
            for alias in node.names:
                inside = f"{node.module}.{alias.name}"
                yield inside if inside in known else str(node.module)


def graph() -> Graph:
    known = set(MODULES)
    return {name: {other for other in imported(tree, known) if other in known} for name, tree in MODULES.items()}


def is_in(module: str, place: str) -> bool:
    return module == place or (place != "genie" and module.startswith(f"{place}."))


def level(module: str) -> int:
    """Return the line of the table on which the longest name for a module stands, -1 when there is none."""
    places = [(len(name), number) for number, names in enumerate(LEVELS) for name in names if is_in(module, name)]
    return max(places, default=(0, -1))[1]


def steps_back(imports: Graph) -> list[str]:
    return [f"{one} imports {other}" for one in imports for other in imports[one] if level(other) > level(one)]


def circle(imports: Graph) -> list[str]:
    """Return the modules of one circle, none when there is no circle."""
    done: set[str] = set()

    def visit(module: str, way: list[str]) -> list[str]:
        if module in way:
            return way[way.index(module) :]
        if module in done:
            return []
        for other in sorted(imports[module]):
            if found := visit(other, [*way, module]):
                return found
        done.add(module)
        return []

    return next((found for module in sorted(imports) if (found := visit(module, []))), [])


def packages(tree: ast.AST) -> set[str]:
    return {name.partition(".")[0] for name in imported(tree, set())}


def at_import(tree: ast.Module) -> set[str]:
    """Return the packages that are imported when a module is: not those inside functions."""
    return {name.partition(".")[0] for name in at_import_names(tree)}


def at_import_names(tree: ast.Module) -> set[str]:
    """Return the dotted names that are imported when a module is."""
    found: set[str] = set()
    todo: list[ast.AST] = list(tree.body)
    while todo:
        node = todo.pop()
        if isinstance(node, ast.Import | ast.ImportFrom):
            found |= set(imported(ast.Module([node], []), set(MODULES)))
        elif not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            todo += ast.iter_child_nodes(node)
    return found


@pytest.mark.parametrize("module", sorted(MODULES))
def test_every_module_has_its_place(module: str):
    empty = not MODULES[module].body
    assert empty or level(module) >= 0, f"give {module} a level in {__file__}"


def test_imports_never_step_back():
    assert steps_back(graph()) == []


def test_imports_never_go_in_a_circle():
    assert circle(graph()) == []


@pytest.mark.parametrize("module", LEAVES)
def test_a_leaf_imports_nothing_of_genie(module: str):
    assert graph()[module] == set()


@pytest.mark.parametrize("module", sorted(MODULES))
def test_the_neural_room_is_entered_only_when_it_is_chosen(module: str):
    rooms = [room for room in NEURAL_ROOMS if not is_in(module, room)]
    assert not any(is_in(name, room) for name in at_import_names(MODULES[module]) for room in rooms)


@pytest.mark.parametrize("module", sorted(MODULES))
def test_heavy_packages_are_imported_by_engines_only_and_when_chosen(module: str):
    assert any(is_in(module, room) for room in NEURAL_ROOMS) or not at_import(MODULES[module]) & HEAVY
    assert module.startswith("genie.audio.engines.") or not packages(MODULES[module]) & HEAVY


@pytest.mark.parametrize("module", sorted(MODULES))
def test_the_web_framework_is_touched_by_rest_only(module: str):
    assert any(is_in(module, room) for room in WEB_ROOMS) or not packages(MODULES[module]) & WEB


@pytest.mark.parametrize("module", sorted(name for name in MODULES if is_in(name, "genie.agents")))
def test_agents_know_neither_sockets_nor_queues(module: str):
    assert not [other for other in graph()[module] if is_in(other, "genie.rest") or is_in(other, "genie.queues")]


def test_a_step_back_is_seen():
    assert steps_back({"genie.errors": {"genie.config"}, "genie.config": set()}) == [
        "genie.errors imports genie.config"
    ]


def test_a_circle_is_seen():
    assert circle({"a": {"b"}, "b": {"c"}, "c": {"b"}}) == ["b", "c"]
    assert circle({"a": {"b", "c"}, "b": {"c"}, "c": set()}) == []


def test_an_import_inside_a_function_is_seen():
    tree = ast.parse("def make():\n    import torch.nn\n    from genie import cli\n")
    assert set(imported(tree, {"genie.cli"})) == {"torch.nn", "genie.cli"}
    assert at_import(tree) == set()
    assert at_import(ast.parse("try:\n    import torch\nexcept ImportError:\n    pass\n")) == {"torch"}


def test_no_wait_swallows_a_cancellation():
    """`asyncio.wait_for` of Python 3.11 may: a cancelled task that returns just then lives on."""
    waits = [
        f"{name}:{node.lineno}"
        for name, tree in MODULES.items()
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and node.attr == "wait_for"
    ]
    assert waits == []


def test_a_script_of_the_pages_has_200_lines_at_most():
    sizes = {path.name: len(path.read_text().splitlines()) for path in (ROOT.parent / "static" / "js").rglob("*.js")}
    assert sizes and {name: lines for name, lines in sizes.items() if lines > 200} == {}


def test_a_module_has_300_lines_at_most():
    sizes = {str(path.relative_to(ROOT)): len(path.read_text().splitlines()) for path in ROOT.rglob("*.py")}
    assert sizes and {name: lines for name, lines in sizes.items() if lines > 300} == {}, "it may hold two nouns"


def told() -> set[str]:
    """Return the names of the files that the house of docs/design.md tells."""
    page = (ROOT.parent / "docs" / "design.md").read_text(encoding="utf-8")
    house = page.partition("## The house")[2].split("```")[1]
    return set(re.findall(r"\w+\.(?:py|toml)\b", house))


def test_the_house_tells_every_module():
    files = [path for path in ROOT.rglob("*.py") if path.parent.relative_to(ROOT.parent).as_posix() not in TOLD_AS_ONE]
    assert {path.name for path in files if path.read_text()} - told() == set(), "say in docs/design.md what it is for"


def test_the_house_tells_no_file_that_is_gone():
    there = {
        path.name for folder in ("genie", "tests", "bench", "conf") for path in ROOT.parent.joinpath(folder).rglob("*")
    }
    assert told() - there == set()
