"""The seal of the audit log: entries are numbered and chained by fingerprints, so that a later change of them is found.

`chain`: what a fingerprint and a seal are. `sealer`: writes them. `trimming`: lets old entries go. `verifying`: reads them.
`anchors`: ends of chains on paper and in a file.
"""

from bruecke.core.sealing.anchors import Anchor, anchors_in, anchors_now
from bruecke.core.sealing.sealer import SealBroken, seal_all, seal_anew, seal_chain
from bruecke.core.sealing.trimming import forget_entries, months_of, trim_chain
from bruecke.core.sealing.verifying import Break, ChainReport, check_anchor, check_chains

__all__ = [
    "Anchor",
    "Break",
    "ChainReport",
    "SealBroken",
    "anchors_in",
    "anchors_now",
    "check_anchor",
    "check_chains",
    "forget_entries",
    "months_of",
    "seal_all",
    "seal_anew",
    "seal_chain",
    "trim_chain",
]
