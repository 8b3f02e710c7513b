"""Link waves, key answers, and keep the tidy tables and the manifest."""

from analysis.processed.linking import apply_links, key_answers, key_wide, report_links
from analysis.processed.store import (
    fingerprint,
    read_back,
    read_manifest,
    remove_manifest,
    store,
    to_csv,
    write_atomically,
    write_manifest,
)

__all__ = [
    "apply_links",
    "fingerprint",
    "key_answers",
    "key_wide",
    "read_back",
    "read_manifest",
    "remove_manifest",
    "report_links",
    "store",
    "to_csv",
    "write_atomically",
    "write_manifest",
]
