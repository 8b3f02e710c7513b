# Makes primary_ready.json: Rscript primary_ready.R univbct.csv > primary_ready.json
# The primary model of readiness in univbct (R package multilevel), fitted by three optimisers of
# lme4. lme4's default one stops at a site x wave variance of 4e-9; these three reach zero and a
# lower criterion. Contrasts by emmeans with the Satterthwaite df of lmerTest.
suppressMessages({library(lme4); library(lmerTest); library(emmeans); library(jsonlite)})
rows <- read.csv(commandArgs(trailingOnly = TRUE)[1])
rows <- rows[!is.na(rows$READY) & !is.na(rows$BTN), ]
rows$region <- factor(rows$company)
rows$wave <- factor(rows$wave)
rows$site <- factor(paste(rows$company, rows$BTN))
rows$moment <- factor(paste(rows$site, rows$wave))
rows$id <- factor(rows$id)
fitted <- function(optimizer) {
  model <- lmerTest::lmer(
    READY ~ region * wave + (1 | site) + (1 | moment) + (1 | id), rows,
    control = lmerControl(optimizer = optimizer)
  )
  means <- emmeans(model, ~ wave | region, lmer.df = "satterthwaite")
  list(
    criterion = REMLcrit(model), theta = unname(getME(model, "theta")),
    pairs = as.data.frame(pairs(means, reverse = TRUE, adjust = "none"))
  )
}
optimizers <- c("bobyqa", "Nelder_Mead", "nlminbwrap")
answer <- list(r = R.version.string, lme4 = as.character(packageVersion("lme4")))
answer$fits <- setNames(lapply(optimizers, fitted), optimizers)
cat(toJSON(answer, digits = NA, auto_unbox = TRUE), "\n")
