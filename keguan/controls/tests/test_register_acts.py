"""What bringing a register's record to a stage is called: written in the clause, named so by its verb."""

import json
import textwrap
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from keguan.controls.engines.register_types import register_types
from keguan.controls.engines.registers import RegisterControl
from keguan.kernel.records.labels import Label
from keguan.kernel.records.vocabulary import vocabulary
from keguan.policies.compiling import base_part, book_body, compiled, digest, part_of
from keguan.policies.faults import Fault
from keguan.policies.pack_checks import check_pack
from keguan.policies.packs.pack import Pack, pack_from_texts

NAME = "word_note"
FILE = "policies/notes.yaml"
HEAD = {"pack.yaml": "pack: notes\ntitle: {zh: 便条, en: Notes}\n"}
POLICY = """policy: notes
title: 便条办法
effective: 2026-01-01
clauses:
  - clause: 第一条
    text: 便条逐张登记。
    controls:
"""
NOTE = """
- register:
    id: notes
    type: word_note
    title: {zh: 便条, en: Word note}
    fields: {words: text!}
    stages:
      - {stage: asked, zh: 已询问, en: Asked, act: {zh: 询问部门, en: Ask a department}}
      - {stage: answered, by: answer, zh: 已答复, en: Answered, act: {zh: 答复, en: Answer}}
      - {stage: filed, zh: 已归档, en: Filed}
"""
WORDLESS = NOTE.replace(", act: {zh: 询问部门, en: Ask a department}", "").replace(", act: {zh: 答复, en: Answer}", "")
LINE = 1 + next(n for n, line in enumerate((POLICY + NOTE).splitlines()) if "answered" in line)


@pytest.fixture(autouse=True)
def unknown() -> Iterator[None]:
    """The process knows the register from these tests alone, before and after each of them."""
    forget()
    yield
    forget()


def forget() -> None:
    register_types.pop(NAME, None)
    vocabulary.types.pop(NAME, None)
    vocabulary.settings.pop(f"{NAME}.number_pattern", None)
    for verb in [name for name in vocabulary.verbs if name.startswith(f"{NAME}.")]:
        del vocabulary.verbs[verb]


def pack_of(text: str) -> Pack:
    pack, faults = pack_from_texts({**HEAD, FILE: POLICY + textwrap.indent(text, " " * 6)})
    assert pack is not None
    assert not faults, [fault.text() for fault in faults]
    return pack


def faults(text: str) -> list[Fault]:
    return check_pack(pack_of(text))[1]


def body(text: str, version: int) -> Mapping[str, Any]:
    """A rulebook's body as it is stored, with the policy in that version."""
    part = part_of(pack_of(text), {})
    policies = [{**policy, "number": version} for policy in part["policies"]]
    stored: Mapping[str, Any] = json.loads(json.dumps(book_body([base_part(), {**part, "policies": policies}])))
    return stored


def words(verb: str) -> Label:
    return vocabulary.verbs[f"{NAME}.{verb}"].label


def test_a_verb_is_called_by_its_act_and_the_stage_keeps_its_name() -> None:
    assert not faults(NOTE)
    assert words("open") == Label("询问部门", "Ask a department")
    assert words("answer") == Label("答复", "Answer")
    stages = {stage.name: stage.label for stage in vocabulary.types[NAME].stages}
    assert (stages["asked"], stages["answered"]) == (Label("已询问", "Asked"), Label("已答复", "Answered"))


def test_without_an_act_the_stage_names_its_verb() -> None:
    assert not faults(WORDLESS.replace("      - {stage: filed, zh: 已归档, en: Filed}\n", "      - filed\n"))
    assert words("open") == Label("登记便条", "New entry: Word note")
    assert words("answer") == Label("已答复", "Answered")
    assert words("filed") == Label("filed", "Filed")


def test_an_act_names_the_way_of_a_copy_too() -> None:
    stage = "      - {stage: filed, by: keep, zh: 已归档, en: Filed, act: {zh: 归档一联, en: File a copy}}"
    note = NOTE.replace("      - {stage: filed, zh: 已归档, en: Filed}", stage)
    route = "    copies: [{keeper: originator}]\n    route: {goes: word_note.pass_on, keeper: word_note.keep}\n"
    assert not faults(note + route)
    assert words("keep") == Label("归档一联", "File a copy")
    assert words("pass_on") == Label("送出一联", "Pass a copy on")


@pytest.mark.parametrize(
    ("written", "message", "cure"),
    [
        ("3", "keys with values is expected here", "change “3”"),
        ("[答复]", "keys with values is expected here", "make it keys"),
        ("{zh: 答复}", "“en” is missing", "add en:"),
        ("{zh: 答复, en: Answer, de: Antworten}", "unknown key “de”", "zh, en"),
        ("{zh: 答复, en: 7}", "text is expected here", "change “7” into text"),
    ],
)
def test_an_act_that_is_no_words_is_refused_with_its_line(written: str, message: str, cure: str) -> None:
    [fault] = faults(NOTE.replace("act: {zh: 答复, en: Answer}", f"act: {written}"))
    assert message in fault.message.en
    assert cure in fault.cure.en
    assert (fault.file, fault.line, fault.clause) == (FILE, LINE, "第一条")


def test_a_stage_takes_no_key_that_means_nothing() -> None:
    [fault] = faults(NOTE.replace("by: answer, zh", "by: answer, akt: {zh: 答复, en: Answer}, zh"))
    assert (fault.message.en, fault.cure.en, fault.line) == ("unknown key “akt”", "did you mean: act", LINE)


def test_a_version_from_before_reads_as_it_did_and_keeps_its_digest() -> None:
    old = body(WORDLESS, 1)
    [stages] = [one["form"]["stages"] for policy in old["policies"] for one in policy["controls"]
                if one["engine"] == "register"]  # fmt: skip
    assert all("act" not in stage for stage in stages)
    before = digest(old)
    [control] = [one for one in compiled(old).controls if isinstance(one, RegisterControl)]
    assert digest(old) == before
    assert [step.act for step in control.plan.steps] == [None, None, None]
    assert digest(body(NOTE, 1)) != before


def test_the_words_of_the_latest_version_stand_whatever_is_compiled_after_it() -> None:
    compiled(body(NOTE, 2))
    compiled(body(WORDLESS, 1))
    assert words("answer") == Label("答复", "Answer")
    renamed = NOTE.replace("{zh: 答复, en: Answer}", "{zh: 回复, en: Reply}")
    compiled(body(renamed, 3))
    assert words("answer") == Label("回复", "Reply")
    faults(NOTE.replace("{zh: 答复, en: Answer}", "{zh: 草稿, en: Draft}"))  # nobody adopted that
    assert words("answer") == Label("回复", "Reply")


def test_words_that_return_in_a_later_version_are_its_own() -> None:
    compiled(body(NOTE + "# 第一版", 1))
    compiled(body(NOTE, 3))
    compiled(body(WORDLESS, 2))
    assert words("answer") == Label("答复", "Answer")
