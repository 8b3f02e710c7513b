"""Link waves, key answers, and keep the tidy tables and the manifest."""

from analysis.collect.processed.linking import apply_links, report_links
from analysis.collect.processed.lock import one_at_a_time
from analysis.collect.processed.store import (
    fingerprint,
    read_back,
    read_manifest,
    register,
    remove_manifest,
    store,
    to_csv,
    write_atomically,
    write_manifest,
    write_problems,
)

__all__ = [
    "apply_links",
    "fingerprint",
    "one_at_a_time",
    "read_back",
    "read_manifest",
    "register",
    "remove_manifest",
    "report_links",
    "store",
    "to_csv",
    "write_atomically",
    "write_manifest",
    "write_problems",
]
