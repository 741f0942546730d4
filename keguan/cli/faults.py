"""What a subcommand says when it cannot do what was asked."""


class CommandFault(Exception):
    """One sentence in Chinese and English; ends the program with `status` (1: it could not; 2: asked wrongly)."""

    def __init__(self, zh: str, en: str, *, status: int = 1) -> None:
        super().__init__(en)
        self.zh = zh
        self.en = en
        self.status = status

    def text(self, language: str = "zh-hans") -> str:
        """The sentence in `language`."""
        return self.en if language.startswith("en") else self.zh
