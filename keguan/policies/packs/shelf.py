"""Where packs lie: the folder that ships with the product, or one that the operator names."""

import os
import re
from pathlib import Path

from keguan.kernel.records.labels import Label
from keguan.kernel.records.vocabulary import suggestions
from keguan.policies.faults import Fault, Faulty
from keguan.policies.packs.forms import DASHED

FOLDER = "KEGUAN_PACKS"
LEDGER = "ledger.json"


def shelf() -> Path:
    """The folder of packs: `KEGUAN_PACKS`, or `packs/` beside the product."""
    given = os.environ.get(FOLDER)
    return Path(given) if given else Path(__file__).parents[3] / "packs"


def pack_folders() -> list[Path]:
    """All packs on the shelf, by name."""
    return sorted(path.parent for path in shelf().glob("*/pack.yaml"))


def find_pack(name: str) -> Path:
    """The folder of a pack named by its id, or by a path. `Faulty` where there is none."""
    folder = shelf() / name if re.fullmatch(DASHED, name) else Path(name)
    if folder.is_dir():
        return folder
    known = [path.name for path in pack_folders()]
    close = suggestions(name, known)
    cure = Label(f"是否想写：{close[0]}", f"did you mean: {close[0]}") if close else Label(
        "现有：" + "、".join(known), "there are: " + ", ".join(known)
    )  # fmt: skip
    raise Faulty([Fault(name, 0, "", Label("没有这个制度包", "there is no such pack"), cure)])
