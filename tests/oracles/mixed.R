# Makes mixed.json: Rscript mixed.R > mixed.json
# Random intercept models on data of R's own packages (nlme, lmerTest: GPL) with rows left out, and
# on rows drawn from a seed. lme4 by two optimisers with tight tolerances, the lower criterion kept:
# its default stops up to 1e-5 short with three terms. Kenward-Roger by pbkrtest, Satterthwaite by
# lmerTest. `waves` holds unstructured covariances by nlme::gls, with Satterthwaite df from numDeriv.
suppressMessages({library(lme4); library(lmerTest); library(pbkrtest); library(nlme)
  library(numDeriv); library(jsonlite)})
tight <- list(
  lmerControl(optimizer = "bobyqa", optCtrl = list(rhoend = 1e-12, maxfun = 1e5)),
  lmerControl(optimizer = "nlminbwrap", optCtrl = list(abs.tol = 0, rel.tol = 1e-15, x.tol = 1e-12))
)
quietly <- function(value) suppressWarnings(suppressMessages(value))
left_out <- function(rows, share, seed) {
  set.seed(seed)
  rows[sort(sample(nrow(rows), round(nrow(rows) * (1 - share)))), ]
}
numbered <- function(...) as.integer(factor(paste(...)))

# One entry: y, the cell of each row (its mean is a coefficient), perhaps x, and named groups.
entry <- function(source, y, cell, groups, x = NULL) {
  d <<- data.frame(y = y, cell = factor(cell), lapply(groups, factor))
  if (!is.null(x)) d$x <<- x
  fixed <- paste("y ~ 0 +", if (nlevels(d$cell) > 1) "cell" else "rep(1, nrow(d))", if (!is.null(x)) "+ x")
  call <- formula(paste(fixed, paste0("+ (1 | ", names(groups), ")", collapse = " ")))
  fits <- lapply(tight, function(control)
    quietly(do.call(lmerTest::lmer, list(call, quote(d), control = control))))
  model <- fits[[which.min(sapply(fits, REMLcrit))]]
  p <- length(fixef(model))
  single <- diag(p)
  several <- if (p > 1) list(cbind(-1, diag(p - 1)), diag(p)[1:2, ]) else list()
  adjusted <- vcovAdj(model)
  kr <- apply(single, 1, function(w)
    c(sum(w * fixef(model)), sqrt(sum(w * as.matrix(adjusted %*% w))), Lb_ddf(w, vcov(model), adjusted)))
  satterthwaite <- apply(single, 1, function(w) unlist(quietly(contest1D(model, w)))[1:3])
  variances <- as.data.frame(VarCorr(model))
  list(
    source = source, call = deparse1(call), y = y, cell = as.integer(d$cell) - 1L, x = x,
    groups = lapply(groups, function(one) as.integer(factor(one)) - 1L),
    criterion = REMLcrit(model), variances = setNames(as.list(variances$vcov), variances$grp),
    kr = unname(t(kr)), satterthwaite = unname(t(satterthwaite)),
    kr_F = lapply(several, function(w) unname(unlist(
      quietly(KRmodcomp(model, w))$test["Ftest", c("stat", "ddf", "p.value")]))),
    satterthwaite_F = lapply(several, function(w)
      unname(unlist(quietly(contestMD(model, w))[, c("F value", "DenDF", "Pr(>F)")])))
  )
}

# The criterion of an unstructured covariance, written plainly, and the df that follow from it.
waves_entry <- function(source, y, cell, participant, wave) {
  d <<- data.frame(y = y, cell = factor(cell), participant = factor(participant), wave = wave)
  d <<- d[order(d$participant, d$wave), ]
  fit <- gls(y ~ 0 + cell, d, corSymm(form = ~ wave | participant), weights = varIdent(form = ~ 1 | wave),
    method = "REML", control = glsControl(opt = "optim", maxIter = 500, msMaxIter = 2000, tolerance = 1e-10, msTol = 1e-12))
  X <- model.matrix(~ 0 + cell, d)
  rows_of <- split(seq_len(nrow(d)), d$participant)
  side <- max(wave)
  lower <- lower.tri(diag(side), TRUE)
  as_covariance <- function(k) {
    L <- matrix(0, side, side); L[lower] <- k; diag(L) <- exp(diag(L)); L %*% t(L)
  }
  pieces <- function(k) {
    S <- as_covariance(k); A <- matrix(0, ncol(X), ncol(X)); b <- 0; rest <- 0
    for (own in rows_of) {
      block <- S[d$wave[own], d$wave[own], drop = FALSE]; inverse <- solve(block)
      x <- X[own, , drop = FALSE]; A <- A + t(x) %*% inverse %*% x
      b <- b + t(x) %*% inverse %*% d$y[own]
      rest <- rest + log(det(block)) + sum(d$y[own] * (inverse %*% d$y[own]))
    }
    beta <- drop(solve(A, b))
    list(beta = beta, Phi = solve(A),
      criterion = rest - sum(b * beta) + log(det(A)) + (nrow(d) - ncol(X)) * log(2 * pi))
  }
  criterion <- function(k) pieces(k)$criterion
  ratios <- coef(fit$modelStruct$varStruct, unconstrained = FALSE, allCoef = TRUE)
  spreads <- fit$sigma * ratios[as.character(seq_len(side))]
  R <- diag(side); R[lower.tri(R)] <- coef(fit$modelStruct$corStruct, unconstrained = FALSE)
  R <- R + t(R) - diag(side)
  root <- t(chol(outer(spreads, spreads) * R)); diag(root) <- log(diag(root))
  k <- root[lower]
  curve <- function(k) hessian(criterion, k, method.args = list(d = 1e-2, eps = 1e-2))
  for (step in 1:8) k <- k - solve(curve(k), grad(criterion, k))
  W <- 2 * solve(curve(k))
  best <- pieces(k)
  df <- sapply(seq_len(ncol(X)), function(i) {
    slope <- grad(function(at) pieces(at)$Phi[i, i], k)
    2 * best$Phi[i, i]^2 / sum(slope * (W %*% slope))
  })
  list(
    source = source, y = d$y, cell = as.integer(d$cell) - 1L,
    participant = as.integer(d$participant) - 1L, wave = d$wave - 1L,
    gls = list(criterion = -2 * as.numeric(logLik(fit)), estimates = unname(summary(fit)$tTable[, 1:2])),
    satterthwaite = cbind(unname(best$beta), sqrt(diag(best$Phi)), df)
  )
}

pilot <- function(seed, sites, people, spreads, moving = 0) {
  set.seed(seed)
  d <- expand.grid(wave = 1:3, person = seq_len(people), region = 1:2)
  home <- sample(sites, 2 * people, TRUE)
  d$person <- d$person + (d$region - 1) * people
  d$site <- ifelse(runif(nrow(d)) < moving, sample(sites, nrow(d), TRUE), home[d$person]) + sites * (d$region - 1)
  d$y <- round(3.4 + rnorm(99, 0, spreads[1])[d$site] + rnorm(99, 0, spreads[2])[d$site * 3 + d$wave] +
    rnorm(2 * people, 0, spreads[3])[d$person] + rnorm(nrow(d), 0, spreads[4]), 2)
  d[runif(nrow(d)) < .8, ]
}
of_pilot <- function(source, d, ...) entry(source, d$y, numbered(d$region, d$wave),
  list(site = d$site, moment = paste(d$site, d$wave), participant = d$person), ...)

tv <- left_out(lmerTest::TVbo, .35, 7)
machines <- left_out(as.data.frame(nlme::Machines), .25, 2)
oats <- left_out(as.data.frame(nlme::Oats), .2, 3)
ergo <- subset(as.data.frame(nlme::ergoStool), Subject %in% c("1", "2", "3"))
sleep <- lme4::sleepstudy
set.seed(8)
alone <- sleep$Subject %in% sample(levels(sleep$Subject), 9)
sleep <- sleep[!alone | sleep$Days == as.integer(sleep$Subject) %% 10, ]
near <- pilot(36, 4, 12, c(0, 0, .25, 1))
few <- pilot(19, 2, 5, c(.5, .4, .5, .6))
orthodont <- left_out(as.data.frame(nlme::Orthodont), .2, 1)
twelve <- data.frame(
  y = c(-0.77, -1.13, -4.7, -2.5, -3.09, -1.75, 2.04, 0.15, -2.7, -2.84, 1.53, 1.67),
  cell = c(0, 1, 2, 3, 0, 1, 2, 1, 2, 3, 0, 2),
  x = c(1.69, 1.29, -0.95, 0.95, -0.07, -0.17, 1.03, 0.8, -1.54, -1.71, -0.41, 0.74),
  site = c(3, 3, 0, 0, 2, 2, 1, 3, 0, 0, 4, 1),
  moment = c(5, 6, 0, 1, 3, 4, 2, 6, 0, 1, 7, 2),
  part = c(0, 0, 1, 1, 2, 2, 3, 4, 5, 5, 6, 7)
)
nineteen <- data.frame(
  y = c(0.06, 0.81, -2.65, -1.35, 0.76, 0.85, 0.23, -0.45, 1.0, 0.39, -0.12, 1.31, 0.26, -1.1, -0.59, -1.47, 0.1, -0.48, 1.04),
  cell = c(0, 1, 3, 2, 0, 1, 2, 0, 1, 3, 0, 3, 2, 2, 0, 1, 2, 0, 2),
  site = c(5, 5, 4, 1, 5, 3, 5, 5, 1, 3, 2, 0, 0, 3, 2, 0, 5, 5, 2),
  moment = c(8, 9, 7, 2, 8, 6, 8, 8, 3, 6, 4, 1, 0, 5, 4, 1, 8, 8, 4),
  part = c(0, 0, 1, 2, 3, 3, 4, 5, 5, 6, 7, 8, 9, 10, 11, 11, 12, 13, 14)
)
answer <- list(
  r = R.version.string, lme4 = as.character(packageVersion("lme4")),
  lmerTest = as.character(packageVersion("lmerTest")), pbkrtest = as.character(packageVersion("pbkrtest")),
  groups = list(
    televisions = entry("lmerTest::TVbo, a third left out", tv$Noise, numbered(tv$TVset, tv$Picture),
      list(assessor = tv$Assessor, set = paste(tv$Assessor, tv$TVset), picture = paste(tv$Assessor, tv$Picture))),
    machines = entry("nlme::Machines, a quarter left out", machines$score, machines$Machine,
      list(worker = machines$Worker, pair = paste(machines$Worker, machines$Machine))),
    oats = entry("nlme::Oats, a fifth left out", oats$yield, numbered(oats$nitro, oats$Variety),
      list(block = oats$Block, plot = paste(oats$Block, oats$Variety))),
    twelve_rows = entry("nlme::ergoStool, three people", ergo$effort, ergo$Type, list(subject = ergo$Subject)),
    many_seen_once = entry("lme4::sleepstudy, nine people once", sleep$Reaction, rep(1, nrow(sleep)),
      list(subject = sleep$Subject), x = sleep$Days),
    nearly_zero = with(near, entry("pilot of seed 36", y, numbered(region, wave), list(participant = person))),
    three_terms = of_pilot("pilot of seed 15", pilot(15, 6, 20, c(.3, .25, .5, .6))),
    movers = of_pilot("pilot of seed 21, a quarter moving between sites", pilot(21, 6, 20, c(.4, .2, .8, .8), .25)),
    few_sites = of_pilot("pilot of seed 19, two sites in each region", few),
    beside_no_bound = with(twelve, entry("drawn", y, cell, list(site = site, moment = moment, participant = part), x = x)),
    beside_no_bound_too = with(nineteen, entry("drawn", y, cell, list(site = site, moment = moment, participant = part)))
  ),
  waves = list(
    orthodont = with(orthodont, waves_entry("nlme::Orthodont, a fifth left out", distance, numbered(Sex, age), Subject, as.integer(factor(age)))),
    pilot = with(pilot(20, 6, 25, c(0, .1, .6, .6)), waves_entry("pilot of seed 20", y, numbered(region, wave), person, wave))
  )
)
cat(toJSON(answer, digits = NA, auto_unbox = TRUE, matrix = "rowmajor", null = "null"), "\n")
