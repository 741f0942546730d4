"""Signatures: a person signs for one act on one record, with his own sign-in. What he saw is pinned by a digest.

A signature counts while the record's facts are what they were when it was given. Who may sign is the law's to say
(`live/signing.py`), which also fills in the digest before the record is written.
"""

import hashlib

from keguan.controls.facts import ABOUT
from keguan.kernel.commands.outcomes import Reason
from keguan.kernel.commands.rows import canonical
from keguan.kernel.commands.verbs import Argument, Item, takes, verb
from keguan.kernel.commands.work import Work
from keguan.kernel.records.kinds import Moment, Reference, Text
from keguan.kernel.records.labels import Label
from keguan.kernel.records.types import Fact, Record, RecordType
from keguan.kernel.records.vocabulary import vocabulary

SIGNATURE = vocabulary.add_type(
    RecordType(
        name="signature",
        label=Label("签字", "Signature"),
        table="controls_signature",
        facts=(
            Fact("act", Text(80), Label("为哪个动作", "act")),
            *ABOUT,
            Fact("signer", Reference("person"), Label("签字人", "signed by")),
            Fact("signed_at", Moment(), Label("签字时间", "signed at")),
            Fact("digest", Text(64), Label("所签内容的摘要", "digest of what was signed"), personal=True, erased=""),
        ),
        code=None,
        title="object_label",
        opener="signer",
        about=("object",),
    )
)
NOT_A_PERSON = Reason(
    Label("只有本人登录后才能签字", "only a person who signed in himself can sign"),
    Label("请本人登录后再签", "let him sign in and sign"),
    kind="invariant",
)


def pin(record: Record) -> str:
    """The digest of the record's facts as they are: SHA-256 of canonical JSON, of what a signature is given for."""
    facts = {fact.name: fact.kind.to_json(record.values.get(fact.name)) for fact in record.type.signed
             if record.values.get(fact.name) is not None}  # fmt: skip
    return hashlib.sha256(canonical([record.type.name, str(record.id), facts]).encode()).hexdigest()


@verb(
    "signature.sign",
    Label("签字", "Sign"),
    on=SIGNATURE,
    arguments=(
        *takes(SIGNATURE, "act!"),
        Argument("object", Reference(""), Label("对象", "Record"), required=True),
    ),
    creates=True,
    touches=("object",),
)
def sign(work: Work, items: list[Item]) -> None:
    """Sign for an act (such as case.close) on a record; the signature is void once a fact of the record changes."""
    for item in items:
        if work.ctx.actor is None or work.ctx.on_behalf_of is not None:
            work.refuse(item, NOT_A_PERSON)
            continue
        act = vocabulary.verbs[item["act"]]
        work.create(item, act=act.name, object_type=act.on, object=item["object"], signer=work.ctx.actor,
                    signed_at=work.now)  # fmt: skip
