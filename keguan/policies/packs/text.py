"""YAML as packs may use it: plain data with the line of every part, alike under YAML 1.1 and 1.2.

No anchors, tags, merges or second documents; numbers with a point and dates stay text, so that a form reads the same
from here and from what is stored. Every fault of a file is told, except that nothing follows a syntax error.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from itertools import islice, takewhile
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode
from ruamel.yaml.reader import ReaderError
from ruamel.yaml.resolver import VersionedResolver

from keguan.kernel.records.labels import Label
from keguan.policies.faults import Fault, Path

DEEPEST = 30
LONGEST = 20_000
OLD_BOOLEANS = frozenset(("y", "n", "yes", "no", "on", "off"))
COLON = re.compile(r"^\s*(?:- )*[\w-]+：(?!.*: )")
TEMPLATE = re.compile(r"\{\{|\{%|<%|\$\{")
QUOTE = Label("给它加上引号：'{raw}'", "put it in quotes: '{raw}'")


@dataclass
class Document:
    """One YAML file: its data, the line of each part by path, its faults."""

    file: str
    text: str = ""
    data: Any = None
    lines: dict[Path, int] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)

    def line(self, *path: str | int) -> int:
        """The line of a part, or of the nearest part around it."""
        for length in range(len(path), -1, -1):
            if path[:length] in self.lines:
                return self.lines[path[:length]]
        return 0

    def inside(self, *path: str | int) -> Mapping[Path, int]:
        """The lines of a part's own parts, by their path inside it."""
        size, (at, places) = len(path), self._places
        own = takewhile(lambda place: place[0][:size] == path, islice(places, at[path], None) if path in at else ())
        return {key[size:]: line for key, line in own}

    @cached_property
    def _places(self) -> tuple[dict[Path, int], list[tuple[Path, int]]]:
        """Where each path stands among the lines; the parts of a part follow it at once."""
        return {path: at for at, path in enumerate(self.lines)}, list(self.lines.items())

    def fault(self, message: Label, cure: Label, *path: str | int, clause: str = "") -> None:
        """Keep a fault at a part."""
        self.faults.append(Fault(self.file, self.line(*path), clause, message, cure))


@lru_cache(maxsize=64)
def read(file: str, text: str) -> Document:
    """Read one file; what is wrong stands in the document's `faults` and never raises.

    The parser takes a second for a long policy, and a pack is read again for checking, adopting and its scenarios:
    documents are kept and shared, so nobody may change one.
    """
    document = Document(file, text)
    yaml = YAML(typ="safe", pure=True)
    try:
        node = yaml.compose(text)
    except (MarkedYAMLError, YAMLError, RecursionError) as error:
        document.faults.append(_syntax(file, text, error))
        return document
    if node is None:
        document.fault(Label("文件是空的", "the file is empty"), Label("写上内容或删掉它", "fill it or remove it"))
        return document
    document.data = _Reader(document).value(node, ())
    return document


class _Reader:
    """Turns nodes into data, noting lines and faults."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.new = VersionedResolver(version=(1, 2))
        self.old = VersionedResolver(version=(1, 1))
        self.seen: set[int] = set()

    def value(self, node: Node, path: Path) -> Any:
        self.document.lines.setdefault(path, node.start_mark.line + 1)
        if not self._is_first(node, path):
            return None
        if len(path) > DEEPEST:
            self.document.fault(
                Label(f"嵌套超过 {DEEPEST} 层", f"nested deeper than {DEEPEST} levels"),
                Label("把内容写平一些", "write it flatter"),
                *path,
            )
            return None
        if isinstance(node, ScalarNode):
            return self._scalar(node, path)
        if isinstance(node, SequenceNode):
            return [self.value(part, (*path, position)) for position, part in enumerate(node.value)]
        return self._mapping(node, path) if isinstance(node, MappingNode) else None

    def _is_first(self, node: Node, path: Path) -> bool:
        """Whether the node is met for the first time; an alias is not followed, so that none can grow without end."""
        is_first = id(node) not in self.seen
        if not is_first or node.anchor:
            self.document.fault(
                Label("这里用了锚点或别名（& 或 *）", "an anchor or alias (& or *) is used here"),
                Label("把内容照写一遍", "write the content out"),
                *path,
            )
        self.seen.add(id(node))
        tag = str(node.tag or "")
        if not tag.startswith("tag:yaml.org,2002:") or "python" in tag:
            self.document.fault(
                Label(f"这里不能用标签 {tag}：制度包里没有程序", f"no tag {tag} here: a pack holds no programs"),
                Label("删掉 ! 开头的标签", "remove the tag that begins with !"),
                *path,
            )
        return is_first

    def _mapping(self, node: MappingNode, path: Path) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for key_node, value_node in node.value:
            key = str(key_node.value) if isinstance(key_node, ScalarNode) else "?"
            inside = (*path, key)
            line = key_node.start_mark.line + 1
            if not isinstance(key_node, ScalarNode):
                self.document.faults.append(
                    Fault(
                        self.document.file,
                        line,
                        "",
                        Label("键应是一个词", "a key should be one word"),
                        Label("把 [ ] 或 { } 的内容加引号，或改写成值", "quote what is in [ ] or { }"),
                    )
                )
                continue
            if key in found:
                first = self.document.lines[inside]
                self.document.faults.append(
                    Fault(
                        self.document.file,
                        line,
                        "",
                        Label(
                            f"“{key}”写了两次（第一次在第 {first} 行）",
                            f"“{key}” is given twice (first in line {first})",
                        ),
                        Label("留下一个", "keep one of them"),
                    )
                )
                self.value(value_node, (*inside, "again"))
                continue
            self.document.lines[inside] = line
            if key_node.style is None:
                self._alike(key_node, inside)
            found[key] = self.value(value_node, inside)
        return found

    def _scalar(self, node: ScalarNode, path: Path) -> Any:
        raw = str(node.value)
        if len(raw) > LONGEST:
            self.document.fault(
                Label(f"文字超过 {LONGEST} 字", f"a text of more than {LONGEST} characters"),
                Label("分成几条写", "divide it"),
                *path,
            )
        if TEMPLATE.search(raw):
            self.document.fault(
                Label("制度包里不能有模板或程序", "a pack holds no templates and no programs"),
                Label("直接写出文字；数值用 @参数", "write the text itself; for figures use an @parameter"),
                *path,
            )
        if node.style is not None:
            return raw
        self._alike(node, path)
        kind = str(node.tag).rpartition(":")[2]
        if kind == "null":
            return None
        if kind == "bool":
            return raw.lower() == "true"
        return int(raw) if kind == "int" and re.fullmatch(r"[-+]?\d{1,18}", raw) else raw

    def _alike(self, node: ScalarNode, path: Path) -> None:
        """A fault where YAML 1.1 and 1.2 read a bare word differently."""
        raw = str(node.value)
        new = self.new.resolve(ScalarNode, raw, (True, False))
        old = self.old.resolve(ScalarNode, raw, (True, False))
        if new == old and not re.fullmatch(r"[-+]?0[\d_]+|[-+]?[\d]+_[\d_]*|0[xob].*|=|<<", raw):
            return
        cure = QUOTE.format(raw=raw)
        if raw.lower() in OLD_BOOLEANS:
            message = Label(f"裸写的 {raw} 会被当成“是/否”", f"a bare {raw} may be read as true or false")
            cure = Label(f"是非写 true 或 false；文字写 '{raw}'", f"write true or false, or the text '{raw}'")
        elif ":" in raw:
            message = Label(f"裸写的 {raw} 会被当成六十进制数", f"a bare {raw} may be read as a number to the base 60")
        else:
            message = Label(f"裸写的 {raw} 在不同程序里读法不同", f"a bare {raw} is read differently by other programs")
        self.document.fault(message, cure, *path)


def _syntax(file: str, text: str, error: Exception) -> Fault:
    """The one fault of a file that YAML itself cannot read."""
    if isinstance(error, ReaderError):
        line = text[: int(error.position)].count("\n") + 1
        return Fault(
            file,
            line,
            "",
            Label("文件里有不可见的控制字符", "the file holds an invisible control character"),
            Label("删掉这一行里看不见的字符", "remove the invisible character of this line"),
        )
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    line = mark.line + 1 if mark else 0
    rows = ["", *text.splitlines(), ""]
    row, above = rows[min(line, len(rows) - 1)], rows[max(min(line, len(rows)) - 1, 0)]
    problem = str(getattr(error, "problem", None) or error)
    if COLON.match(above) and not COLON.match(row) and "\t" not in row:
        line -= 1
    message, cure = _puzzle(row, above, problem, isinstance(error, RecursionError))
    return Fault(file, line, "", message, cure)


def _puzzle(row: str, above: str, problem: str, is_deep: bool) -> tuple[Label, Label]:
    """What is probably wrong with a row at which reading stopped, and the cure."""
    guesses = (
        (
            "\t" in row[: len(row) - len(row.lstrip())] or "\\t" in problem,
            Label("这一行用制表符缩进", "this line is indented with a tab"),
            Label("改用空格缩进", "indent with blanks"),
        ),
        (
            any(words in problem for words in ("second document", "single document", "but found another")),
            Label("一个文件里有两份文档（---）", "two documents (---) in one file"),
            Label("分成两个文件", "make two files of it"),
        ),
        (
            TEMPLATE.search(row) is not None,
            Label("制度包里不能有模板或程序", "a pack holds no templates and no programs"),
            Label("直接写出文字", "write the text itself"),
        ),
        (
            COLON.match(above) is not None or COLON.match(row) is not None,
            Label("这一行看不懂；里面有全角冒号“：”", "this line cannot be read; it has a full-width colon “：”"),
            Label("键后用半角冒号加空格", "an ASCII colon and a blank after a key"),
        ),
        (
            is_deep,
            Label("嵌套太深", "nested too deeply"),
            Label("把内容写平一些", "write it flatter"),
        ),
    )
    for holds, message, cure in guesses:
        if holds:
            return message, cure
    return Label(f"这里的缩进或符号不对（{problem}）", f"the indent or a sign is wrong here ({problem})"), Label(
        "对齐上一层的缩进；含冒号、井号或括号的文字加引号",
        "align the indent with its neighbours; quote text with a colon, hash or bracket",
    )
