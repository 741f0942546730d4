"""Files that come with a form: stored first, then attached by the command that names them."""

from collections.abc import Sequence
from typing import Any

from keguan.kernel import files
from keguan.kernel.records.kinds import BadValue
from keguan.web.components import Reason


def stored(uploads: Sequence[Any]) -> tuple[list[dict[str, Any]], list[Reason]]:
    """Arguments of the attaching verb for each file that could be stored, and reasons for those that could not."""
    args: list[dict[str, Any]] = []
    reasons: list[Reason] = []
    for upload in uploads:
        try:
            blob = files.store(upload.file, upload.name or "file")
        except BadValue as fault:
            reasons.append(Reason(fault.label, field="files"))
            continue
        args.append({"digest": blob.digest, "name": blob.name, "media_type": blob.media_type, "size": blob.size})
    return args, reasons
