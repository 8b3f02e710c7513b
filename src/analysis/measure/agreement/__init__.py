"""Would another coder have seen the same? Agreement on codes, on text, and where to talk."""

from analysis.measure.agreement.discussion import list_disagreements
from analysis.measure.agreement.measuring import TENTATIVE_BELOW, agree
from analysis.measure.agreement.passages import Passages, cut_passages
from analysis.measure.agreement.ratings import measure_ratings
from analysis.measure.agreement.segmentation import agree_on_segmentation
from analysis.measure.agreement.waves import compare_agreement

__all__ = [
    "TENTATIVE_BELOW",
    "Passages",
    "agree",
    "agree_on_segmentation",
    "compare_agreement",
    "cut_passages",
    "list_disagreements",
    "measure_ratings",
]
