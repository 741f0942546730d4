"""The files of a pack: which may be there, how large they may be, and how their bytes become text."""

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from keguan.kernel.records.labels import Label
from keguan.policies.faults import Fault

MOST_FILES = 500
LARGEST_FILE = 1_000_000
LARGEST_PACK = 10_000_000
FOLDERS = ("policies", "scenarios", "demo")
NOTES = (".md", ".txt")
PROGRAMS = (".py", ".pyc", ".so", ".sh", ".js", ".html", ".htm", ".jinja", ".jinja2", ".j2", ".sql", ".exe", ".bat")

SAVE_AS_UTF8 = Label("用编辑器“另存为 UTF-8”", "save it as UTF-8 in your editor")


@dataclass
class Folder:
    """A pack's folder. `texts` holds its YAML by path relative to the folder; `faults` what cannot be taken."""

    root: Path
    texts: dict[str, str] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)

    def fault(self, file: str, message: Label, cure: Label, line: int = 0) -> None:
        """Keep a fault of a file."""
        self.faults.append(Fault(file, line, "", message, cure))

    def under(self, folder: str) -> Iterator[tuple[str, str]]:
        """YAML files of a folder of the pack, by name."""
        return ((name, text) for name, text in sorted(self.texts.items()) if name.startswith(f"{folder}/"))


def read_folder(root: Path) -> Folder:
    """Read all YAML of a pack. Never follows links, never reads outside `root`, never raises for a bad file."""
    folder = Folder(root)
    if not root.is_dir():
        folder.fault(
            root.name,
            Label("没有这个制度包文件夹", "there is no such pack folder"),
            Label("检查路径", "check the path"),
        )
        return folder
    paths = list(_walk(root))
    if len(paths) > MOST_FILES:
        folder.fault(
            "",
            Label(f"制度包里有超过 {MOST_FILES} 个文件", f"the pack has more than {MOST_FILES} files"),
            Label("拿掉与制度无关的文件", "take out what does not belong to the policies"),
        )
        return folder
    left = LARGEST_PACK
    for path in paths:
        name = path.relative_to(root).as_posix()
        if not _may_stand(folder, path, name):
            continue
        size = path.stat().st_size
        left -= size
        if size > LARGEST_FILE or left < 0:
            folder.fault(
                name,
                Label("文件太大", "the file is too large"),
                Label(
                    f"单个文件至多 {LARGEST_FILE // 1000} kB，整包至多 {LARGEST_PACK // 1_000_000} MB",
                    f"at most {LARGEST_FILE // 1000} kB for a file and {LARGEST_PACK // 1_000_000} MB for the pack",
                ),
            )
        elif path.suffix == ".yaml" and (text := _decode(folder, name, path.read_bytes())) is not None:
            folder.texts[name] = text
    if "pack.yaml" not in folder.texts and not any(fault.file == "pack.yaml" for fault in folder.faults):
        folder.fault(
            "pack.yaml",
            Label("缺少 pack.yaml", "pack.yaml is missing"),
            Label("在制度包文件夹里放一个 pack.yaml", "put a pack.yaml into the pack's folder"),
        )
    return folder


def _walk(root: Path) -> Iterator[Path]:
    for folder, folders, files in os.walk(root, followlinks=False):
        folders[:] = sorted(name for name in folders if name != "__pycache__" and not name.startswith("."))
        yield from (Path(folder, name) for name in sorted((*files, *folders)) if Path(folder, name).is_symlink())
        yield from (Path(folder, name) for name in sorted(files) if not Path(folder, name).is_symlink())


def _may_stand(folder: Folder, path: Path, name: str) -> bool:
    if path.is_symlink():
        folder.fault(
            name,
            Label("制度包里不能有链接，它可能指到包外", "a pack holds no links: they may lead outside"),
            Label("放文件本身，不放链接", "put the file itself there"),
        )
    elif path.suffix in PROGRAMS:
        folder.fault(
            name,
            Label("制度包里不能有程序或模板", "a pack holds no programs and no templates"),
            Label("删掉它；缺的能力应由产品提供", "remove it; what it does belongs in the product"),
        )
    elif path.suffix == ".yml":
        folder.fault(
            name,
            Label("扩展名应为 .yaml", "the name should end in .yaml"),
            Label(f"改名为 {name[:-4]}.yaml", f"rename it to {name[:-4]}.yaml"),
        )
    elif path.suffix == ".yaml" and "/" in name and name.split("/", maxsplit=1)[0] not in FOLDERS:
        folder.fault(
            name,
            Label("这个文件夹不属于制度包", "this folder is no part of a pack"),
            Label("可用的文件夹：" + "、".join(FOLDERS), "folders: " + ", ".join(FOLDERS)),
        )
    else:
        return path.suffix == ".yaml" or path.suffix in NOTES or name.startswith("demo/")
    return False


def _decode(folder: Folder, name: str, raw: bytes) -> str | None:
    if raw[:2] in (b"\xff\xfe", b"\xfe\xff"):
        folder.fault(name, Label("文件是 UTF-16 编码", "the file is in UTF-16"), SAVE_AS_UTF8, 1)
        return None
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
    try:
        raw.decode("gb18030")
    except UnicodeDecodeError:
        folder.fault(name, Label("文件不是 UTF-8 文本", "the file is not UTF-8 text"), SAVE_AS_UTF8, line)
    else:
        folder.fault(
            name,
            Label("文件不是 UTF-8，看来是 GBK 编码", "the file is not UTF-8; it looks like GBK"),
            SAVE_AS_UTF8,
            line,
        )
    return None
