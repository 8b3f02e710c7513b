# The peer of models.py: the same models, means and changes in R. Prints seconds.
# Rscript models.R scores.csv ; loading packages and data is not timed.
suppressMessages({
  library(lme4)
  library(lmerTest)
  library(emmeans)
})
scores <- read.csv(commandArgs(trailingOnly = TRUE)[1], stringsAsFactors = TRUE)
emm_options(lmer.df = "kenward-roger", pbkrtest.limit = 1e5)
scales <- split(scores, scores$scale)
started <- proc.time()[["elapsed"]]
for (rows in scales) {
  model <- suppressMessages(lmerTest::lmer(
    score ~ region * wave + (1 | site) + (1 | moment) + (1 | person), rows
  ))
  means <- emmeans(model, ~ wave | region)
  shown <- summary(means)
  changes <- summary(pairs(means, reverse = TRUE, adjust = "none"), infer = TRUE)
}
cat(proc.time()[["elapsed"]] - started, "\n")
