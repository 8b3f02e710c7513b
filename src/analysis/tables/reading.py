"""A table for reading, as a page shows it."""

import pandas as pd
from pandas import DataFrame


class ReadingTable(DataFrame):  # type: ignore[misc]
    """A table for reading: as a page it shows every word, and no row numbers."""

    @property
    def _constructor(self) -> type["ReadingTable"]:
        return ReadingTable

    def _repr_html_(self) -> str:
        with pd.option_context("display.max_colwidth", None, "display.max_rows", None):
            return str(self.to_html(index=False, border=0))
