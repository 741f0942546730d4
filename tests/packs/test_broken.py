"""Broken packs: each is refused whole, with file, line, clause and cure, and all faults at once."""

import io
import json
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

import pytest

from keguan.cli.main import main
from keguan.policies.checking import check_folder
from keguan.policies.faults import Fault, Faulty
from keguan.policies.packs.folder import LARGEST_FILE
from keguan.policies.packs.shelf import find_pack

BROKEN = Path(__file__).with_name("broken")
POLICY = "policies/complaints.yaml"

# pack: (file, line, clause, part of what is wrong, part of the cure)
EXPECTED = {
    "choice-without-options": ("pack.yaml", 8, "", "choice without options", "write choices"),
    "duplicate-clause": (POLICY, 34, "第二条", "stands there twice", "another number"),
    "duplicate-control-id": (POLICY, 38, "第四条", "first in line 18", "another id"),
    "duplicate-key": (POLICY, 23, "", "“by” is given twice (first in line 22)", "keep one"),
    "full-width-sign": (POLICY, 32, "第三条", "full-width", "< 1000"),
    "ill-typed-value": (POLICY, 32, "第三条", "“一千” is not a number", "such as 1000"),
    "missing-key": (POLICY, 27, "第三条", "“of” is missing", "add of:"),
    "nonsense-term": (POLICY, 21, "第二条", "“soonish” cannot be read", "6 days"),
    "other-name": ("pack.yaml", 1, "", "its folder “other-name”", "the same"),
    "overlapping-versions": ("policies/complaints-2.yaml", 3, "", "overlap", "until"),
    "program": ("policies/settle.py", 0, "", "no programs", "remove it"),
    "python-tag": (POLICY, 22, "", "no programs", "begins with !"),
    "tab-indent": (POLICY, 21, "", "tab", "blanks"),
    "table-gap": (POLICY, 31, "第三条", "exactly ¥1,000", "add a row"),
    "table-overlap": (POLICY, 31, "第三条", "rows 1 and 2 both apply", "move the bounds"),
    "template-in-text": (POLICY, 15, "", "no templates", "write the text itself"),
    "thousands-separator": (POLICY, 32, "第三条", "comma", "no separators"),
    "unknown-engine": (POLICY, 17, "第二条", "no engine “deadlin”", "did you mean: deadline"),
    "unknown-fact": (POLICY, 32, "第三条", "“amout”", "did you mean amount"),
    "unknown-key": (POLICY, 23, "第二条", "unknown key “escalat”", "did you mean: escalate"),
    "unknown-parameter": (POLICY, 21, "第二条", "no parameter “replay”", "did you mean: reply"),
    "unknown-person-in-scenario": ("scenarios/first.yaml", 4, "", "“ann”", "did you mean: an"),
    "unknown-role": (POLICY, 33, "第三条", "“shopkeper”", "did you mean shopkeeper"),
    "unknown-stage": (POLICY, 50, "第五条", "no stage “acepted”", "did you mean: accepted"),
    "unknown-verb": (POLICY, 20, "第二条", "no verb “case.clos”", "did you mean: case.close"),
    "wrong-encoding": (POLICY, 2, "", "looks like GBK", "UTF-8"),
    "yaml-1-1-word": (POLICY, 40, "", "a bare yes", "true or false"),
}
LEADS_TO_MORE = {"python-tag", "unknown-stage", "unknown-verb", "unknown-person-in-scenario"}


def faults(folder: Path) -> tuple[Fault, ...]:
    with pytest.raises(Faulty) as caught:
        check_folder(folder)
    return caught.value.faults


def test_every_broken_pack_is_expected() -> None:
    assert {path.name for path in BROKEN.iterdir()} == {*EXPECTED, "many-faults"}


@pytest.mark.parametrize("name", EXPECTED)
def test_refused_whole_with_line_and_cure(name: str) -> None:
    file, line, clause, message, cure = EXPECTED[name]
    found = faults(BROKEN / name)
    [fault] = [one for one in found if message in one.message.en]
    assert (fault.file, fault.line, fault.clause) == (file, line, clause)
    assert cure in fault.cure.en
    assert fault.message.zh
    assert fault.cure.zh
    assert len(found) == 1 or name in LEADS_TO_MORE


def test_all_faults_are_told_at_once_in_order() -> None:
    found = faults(BROKEN / "many-faults")
    assert [(fault.file, fault.line) for fault in found] == [("pack.yaml", 7), (POLICY, 40)]


def test_every_line_says_where_and_how_in_both_languages() -> None:
    [fault] = faults(BROKEN / "unknown-role")
    assert fault.text("en").startswith("policies/complaints.yaml:33 〔第三条〕 there is no role")
    assert fault.text().startswith("policies/complaints.yaml:33 〔第三条〕 没有“shopkeper”")


def test_links_lead_nowhere(tmp_path: Path) -> None:
    (tmp_path / "secret.yaml").write_text("policy: x\n")
    pack = tmp_path / "linked"
    (pack / "policies").mkdir(parents=True)
    (pack / "pack.yaml").write_text("pack: linked\ntitle: {zh: 链接, en: Linked}\n")
    (pack / "policies" / "away.yaml").symlink_to(tmp_path / "secret.yaml")
    [fault] = faults(pack)
    assert (fault.file, fault.message.en) == ("policies/away.yaml", "a pack holds no links: they may lead outside")


def test_names_are_no_paths_out_of_the_shelf() -> None:
    with pytest.raises(Faulty, match="no such pack"):
        find_pack("software-firm-service-and-complaint")
    with pytest.raises(Faulty, match="software-firm-service-and-complaints"):
        find_pack("software-firm-service-and-complaint")
    with pytest.raises(Faulty):
        check_folder(find_pack("../../etc"))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("pack: big\ntitle: {zh: 大, en: Big}\n# " + "x" * LARGEST_FILE, "too large"),
        ("pack: big\ntitle: &t {zh: 大, en: Big}\nabout: *t\n", "anchor"),
        ("pack: big\n---\npack: two\n", "two documents"),
        ("", "empty"),
        ("pack：big\ntitle: {zh: 大, en: Big}\n", "full-width colon"),
        ("pack: big\ntitle: {zh: 大, en: Big}\x07\n", "control character"),
        ("[" * 200 + "]" * 200, "nested"),
        ("- a\n- b\n", "keys with values"),
    ],
)
def test_files_that_cannot_be_taken(tmp_path: Path, text: str, message: str) -> None:
    pack = tmp_path / "big"
    pack.mkdir()
    (pack / "pack.yaml").write_text(text)
    assert any(message in fault.message.en for fault in faults(pack)), faults(pack)


def test_aliases_cannot_grow_without_end(tmp_path: Path) -> None:
    pack = tmp_path / "laughs"
    pack.mkdir()
    rows = ["a: &a [x, x]"] + [
        f"{b}: &{b} [{', '.join([f'*{a}'] * 9)}]" for a, b in zip("abcdefgh", "bcdefghi", strict=True)
    ]
    (pack / "pack.yaml").write_text("\n".join(rows))
    assert any("anchor" in fault.message.en for fault in faults(pack))


def test_the_command_line_lists_them_and_fails() -> None:
    errors = io.StringIO()
    with redirect_stderr(errors):
        assert main(["policy", "check", str(BROKEN / "unknown-verb")]) == 1
    assert "policies/complaints.yaml:20" in errors.getvalue()
    printed = io.StringIO()
    with redirect_stdout(printed):
        assert main(["policy", "check", "--json", str(BROKEN / "table-gap")]) == 1
    [fault] = json.loads(printed.getvalue())["faults"]
    assert (fault["line"], fault["clause"]) == (31, "第三条")
