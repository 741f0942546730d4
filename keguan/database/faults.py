"""What can be wrong with the database, said to a person."""


class DatabaseFault(Exception):
    """One sentence on what is wrong and one on what to do, in Chinese and English."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.zh = zh
        self.en = en

    def text(self, language: str = "zh-hans") -> str:
        """The sentence in `language` (`zh-hans` or `en`)."""
        return self.en if language.startswith("en") else self.zh
