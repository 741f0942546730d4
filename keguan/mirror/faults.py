"""What the mirror says when it cannot be relied on."""


class MirrorFault(Exception):
    """One sentence in Chinese and English: what is wrong with the mirror, and how to go on."""

    status = 1

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.zh = zh
        self.en = en

    def text(self, language: str = "zh-hans") -> str:
        """The sentence in `language`."""
        return self.en if language.startswith("en") else self.zh


REBUILD = ("请运行 keguan mirror rebuild，从日志重建", "run `keguan mirror rebuild`: it is made again from the journal")


def spoilt(zh: str, en: str) -> MirrorFault:
    """The fault of a mirror that is not what its manifest says, with its cure."""
    return MirrorFault(f"{zh}。{REBUILD[0]}。", f"{en}; {REBUILD[1]}.")
