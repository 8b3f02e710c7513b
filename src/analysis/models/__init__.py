"""Models: arrays in, estimates out. Nothing here knows regions, waves or scales."""

from analysis.models.certificate import Certificate, certify, certify_with_peer
from analysis.models.covariance import Covariance
from analysis.models.firth import FirthFit, fit_firth
from analysis.models.grouped import Grouped
from analysis.models.independent import Independent
from analysis.models.inference import Contrast, FTest, KenwardRoger, Satterthwaite
from analysis.models.intercepts import random_intercepts
from analysis.models.reml import NoFitError, RemlFit, fit_reml
from analysis.models.unstructured import Unstructured

__all__ = [
    "Certificate",
    "Contrast",
    "Covariance",
    "FTest",
    "FirthFit",
    "Grouped",
    "Independent",
    "KenwardRoger",
    "NoFitError",
    "RemlFit",
    "Satterthwaite",
    "Unstructured",
    "certify",
    "certify_with_peer",
    "fit_firth",
    "fit_reml",
    "random_intercepts",
]
