"""Models: arrays in, estimates out. Nothing here knows regions, waves or scales."""

from analysis.measure.models.certificate import Certificate, certify, certify_with_peer
from analysis.measure.models.covariance import Covariance
from analysis.measure.models.firth import FirthFit, fit_firth
from analysis.measure.models.grouped import Grouped
from analysis.measure.models.independent import Independent
from analysis.measure.models.inference import (
    Contrast,
    F_together,
    FTest,
    KenwardRoger,
    Satterthwaite,
    together,
)
from analysis.measure.models.intercepts import random_intercepts
from analysis.measure.models.partly import PartlyShared
from analysis.measure.models.reml import NoFitError, RemlFit, fit_reml
from analysis.measure.models.unstructured import Unstructured

__all__ = [
    "Certificate",
    "Contrast",
    "Covariance",
    "FTest",
    "F_together",
    "FirthFit",
    "Grouped",
    "Independent",
    "KenwardRoger",
    "NoFitError",
    "PartlyShared",
    "RemlFit",
    "Satterthwaite",
    "Unstructured",
    "certify",
    "certify_with_peer",
    "fit_firth",
    "fit_reml",
    "random_intercepts",
    "together",
]
