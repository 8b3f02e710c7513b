# Makes region_models.json: Rscript region_models.R univbct.csv > region_models.json
# Each company of univbct (R package multilevel) fitted by itself, as the primary model is: sites,
# sites at a wave and people, the term of sites at a wave left out where lme4 puts it at zero.
# Contrasts by emmeans with the Kenward-Roger df of pbkrtest.
suppressMessages({library(lme4); library(lmerTest); library(emmeans); library(jsonlite)})
emm_options(pbkrtest.limit = 10000, lmerTest.limit = 10000)
rows <- read.csv(commandArgs(trailingOnly = TRUE)[1])
rows$wave <- factor(rows$wave)
rows$site <- factor(paste(rows$company, rows$BTN))
rows$moment <- factor(paste(rows$site, rows$wave))
rows$id <- factor(rows$id)
control <- lmerControl(optimizer = "bobyqa", optCtrl = list(rhoend = 1e-12, maxfun = 1e5))
variance <- function(model, name) as.data.frame(VarCorr(model))$vcov[as.data.frame(VarCorr(model))$grp == name]
one <- function(scale, company) {
  here <- droplevels(rows[rows$company == company & !is.na(rows[[scale]]) & !is.na(rows$BTN), ])
  here$score <- here[[scale]]
  several <- nlevels(here$site) > 1
  model <- if (several) {
    lmerTest::lmer(score ~ wave + (1 | site) + (1 | moment) + (1 | id), here, control = control)
  } else lmerTest::lmer(score ~ wave + (1 | id), here, control = control)
  if (several && variance(model, "moment") < 1e-8) {
    model <- lmerTest::lmer(score ~ wave + (1 | site) + (1 | id), here, control = control)
  }
  told <- as.data.frame(VarCorr(model))
  means <- emmeans(model, ~ wave, lmer.df = "kenward-roger")
  list(
    scale = scale, company = company, criterion = REMLcrit(model),
    terms = told$grp, variances = told$vcov,
    pairs = as.data.frame(pairs(means, reverse = TRUE, adjust = "none"))
  )
}
cells <- expand.grid(scale = c("JSAT", "READY"), company = unique(rows$company), stringsAsFactors = FALSE)
answer <- list(r = R.version.string, lme4 = as.character(packageVersion("lme4")))
answer$fits <- Map(one, cells$scale, cells$company)
names(answer$fits) <- NULL
cat(toJSON(answer, digits = NA, auto_unbox = TRUE), "\n")
