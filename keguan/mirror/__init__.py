"""The mirror: the journal's envelopes as Parquet parts, one set per range of seals, for everything that is set-based.

It follows seals, so it knows what it has seen. It holds no payload, decides nothing and writes no table: a part that is
gone or spoilt is noticed by its manifest and made again from the journal.
"""

from keguan.mirror.faults import MirrorFault
from keguan.mirror.following import follow, rebuild
from keguan.mirror.manifest import Manifest, mirror_directory
from keguan.mirror.opening import Mirror, opened

__all__ = ["Manifest", "Mirror", "MirrorFault", "follow", "mirror_directory", "opened", "rebuild"]
