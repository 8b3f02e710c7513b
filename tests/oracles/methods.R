# Makes methods.json: Rscript methods.R > methods.json
# Answers of R for everything beside the primary model: geepack (the covariance of Mancl and DeRouen
# is computed here), ordinal::clmm with ten nodes, psych and lavaan, brglm2 with profiles of the
# penalised likelihood by optim, effectsize. Data come with R (datasets, MASS, brglm2) or from seeds.
suppressMessages({
  library(geepack); library(ordinal); library(psych); library(lavaan); library(brglm2)
  library(effectsize); library(MASS); library(jsonlite)
})

mancl_derouen <- function(y, X, id, beta, alpha) {
  residual <- as.vector(y - X %*% beta)
  rows <- split(seq_along(y), id)
  inverse <- function(n) solve(diag(1 - alpha, n) + alpha)
  information <- Reduce(`+`, lapply(rows, function(i) {
    t(X[i, , drop = FALSE]) %*% inverse(length(i)) %*% X[i, , drop = FALSE]
  }))
  bread <- solve(information)
  meat <- Reduce(`+`, lapply(rows, function(i) {
    Xi <- X[i, , drop = FALSE]
    W <- inverse(length(i))
    H <- Xi %*% bread %*% t(Xi) %*% W
    tcrossprod(t(Xi) %*% W %*% solve(diag(length(i)) - H, residual[i]))
  }))
  bread %*% meat %*% bread
}
gee <- function(y, X, id) {
  fit <- geeglm(y ~ X - 1, id = id, corstr = "exchangeable",
    control = geese.control(epsilon = 1e-12, maxit = 500))
  beta <- unname(coef(fit))
  alpha <- unname(fit$geese$alpha)
  list(y = y, X = unname(X), id = id, beta = beta, alpha = alpha, phi = unname(fit$geese$gamma),
    robust = unname(fit$geese$vbeta), corrected = mancl_derouen(y, X, id, beta, alpha))
}
panel <- function(seed, clusters, waves, sd, alone = 0) {
  set.seed(seed)
  n <- sample(1:waves, clusters, TRUE)
  n[seq_len(alone)] <- 1
  id <- rep(seq_len(clusters), n)
  wave <- unlist(lapply(n, function(k) sort(sample(1:waves, k))))
  y <- round(3 + rnorm(clusters, 0, sd)[id] + 0.2 * wave + rnorm(length(id), 0, 0.7), 3)
  gee(y, unname(model.matrix(~ factor(wave))), id)
}
opposed <- function(seed) {
  set.seed(seed)
  e <- matrix(rnorm(60), 20)
  y <- round(as.vector(t(e - 0.8 * rowMeans(e))), 3)
  gee(y, unname(model.matrix(~ factor(rep(1:3, 20)))), rep(1:20, each = 3))
}

ordered <- function(seed, people, waves, cuts, sd, missing = 0.3) {
  set.seed(seed)
  id <- rep(seq_len(people), each = waves)
  w <- rep(seq_len(waves), people)
  latent <- rnorm(people, 0, sd)[id] + 0.5 * (w - 1) + rlogis(length(id))
  keep <- runif(length(id)) > missing | w == 1
  d <- data.frame(y = factor(findInterval(latent, cuts)), id = factor(id), w = factor(w))[keep, ]
  fit <- suppressWarnings(clmm(y ~ w + (1 | id), d, nAGQ = 10,
    control = clmm.control(gradTol = 1e-7, maxIter = 200)))
  list(y = as.integer(d$y) - 1, wave = as.integer(d$w), id = as.integer(d$id) - 1,
    coef = unname(coef(fit)), se = unname(head(sqrt(diag(vcov(fit))), -1)),
    sd = as.numeric(attr(VarCorr(fit)$id, "stddev")), logLik = as.numeric(logLik(fit)))
}

answers <- function(d, model = TRUE) {
  d <- as.data.frame(unname(as.matrix(d)))
  found <- suppressWarnings(psych::alpha(d, check.keys = FALSE, warnings = FALSE))
  n <- nrow(d)
  k <- ncol(d)
  out <- list(answers = unname(as.matrix(d)), alpha = found$total$raw_alpha,
    item_rest = found$item.stats$r.drop,
    feldt = 1 - (1 - found$total$raw_alpha) * qf(c(0.975, 0.025), n - 1, (n - 1) * (k - 1)))
  if (k < 3) return(out)
  out$dropped <- found$alpha.drop$raw_alpha
  formula <- paste("f =~", paste(names(d), collapse = "+"))
  fit <- suppressWarnings(cfa(formula, d, std.lv = TRUE, estimator = "ML", bounds = "pos.var"))
  part <- lavInspect(fit, "est")
  out$omega <- sum(part$lambda)^2 / (sum(part$lambda)^2 + sum(diag(part$theta)))
  out$at_bound <- min(diag(part$theta)) < 1e-6
  out
}
items <- function(seed, n, k, load = 0.7) {
  set.seed(seed)
  latent <- rnorm(n)
  sapply(seq_len(k), function(j) pmin(5, pmax(1, round(3 + load * 1.2 * latent + rnorm(n, 0, 0.8)))))
}
turned <- function(d) { d[, 3] <- 6 - d[, 3]; d }
contrary <- function(seed) {
  set.seed(seed)
  x <- matrix(sample(1:5, 90, TRUE), 30)
  x[, 2] <- pmin(5, pmax(1, 6 - x[, 1] + sample(-1:1, 30, TRUE)))
  x
}

penalised <- function(b, y, X) {
  eta <- as.vector(X %*% b)
  p <- plogis(eta)
  sum(plogis(ifelse(y == 1, eta, -eta), log.p = TRUE)) +
    as.numeric(determinant(crossprod(X, X * p * (1 - p)))$modulus) / 2
}
held <- function(y, X, place, value, start) {
  full <- function(z) { b <- start; b[place] <- value; b[-place] <- z; b }
  z <- start[-place]
  for (method in c("BFGS", "Nelder-Mead", "BFGS")) {
    z <- suppressWarnings(optim(z, function(z) -penalised(full(z), y, X), method = method,
      control = list(reltol = 1e-15, maxit = 5000)))$par
  }
  penalised(full(z), y, X)
}
leaving <- function(y, X) {
  X <- unname(X)
  fit <- glm(y ~ X - 1, binomial, method = "brglmFit", type = "AS_mean", epsilon = 1e-10,
    maxit = 10000)
  b <- unname(coef(fit))
  se <- unname(sqrt(diag(vcov(fit))))
  top <- penalised(b, y, X)
  lost <- function(j, value) 2 * (top - held(y, X, j, value, b))
  end <- function(j, side) {
    excess <- function(value) lost(j, value) - qchisq(0.95, 1)
    far <- b[j] + side * se[j]
    while (excess(far) < 0) far <- far + side * se[j]
    uniroot(excess, sort(c(b[j], far)), tol = 1e-9)$root
  }
  places <- 2:ncol(X)
  list(y = y, X = X, beta = b, se = se, chi2 = sapply(places, lost, 0),
    ends = t(sapply(places, function(j) c(end(j, -1), end(j, 1)))))
}
set.seed(3)
role <- factor(sample(letters[1:4], 60, TRUE, c(0.5, 0.3, 0.1, 0.1)))
earlier <- round(rnorm(60), 2)
left <- rbinom(60, 1, 0.25)
left[role == "d"] <- 1
set.seed(2)
line <- round(rnorm(20), 2)

pairs <- function(before, after) {
  d <- cohens_d(after, before, paired = TRUE)
  r <- suppressWarnings(rank_biserial(round(after - before, 9)))
  list(before = before, after = after, d_z = unlist(d[c(1, 3, 4)], use.names = FALSE),
    g_z = hedges_g(after, before, paired = TRUE)$Hedges_g,
    rank = unlist(r[c(1, 3, 4)], use.names = FALSE))
}
set.seed(4)
first <- sample(1:5, 25, TRUE)
last <- pmin(5, pmax(1, first + sample(c(-1, 0, 0, 1, 1, 2), 25, TRUE)))

answer <- list(
  r = R.version.string,
  gee = list(
    "twelve plants" = gee(CO2$uptake, unname(model.matrix(~ Type * Treatment + log(conc), CO2)),
      as.integer(factor(as.character(CO2$Plant), unique(as.character(CO2$Plant))))),
    "twelve uneven people" = panel(1, 12, 3, 0.8),
    "half of them seen once" = panel(3, 40, 3, 0.8, alone = 20),
    "five uneven waves" = panel(4, 30, 5, 0.5),
    "people who vary little" = panel(5, 30, 4, 0),
    "people who vary much" = panel(7, 25, 3, 5),
    "opposed within people" = opposed(6)
  ),
  ordinal = list(
    "five answers" = ordered(1, 60, 3, c(-2, -0.7, 0.7, 2), 1.2),
    "fifteen people" = ordered(13, 15, 2, c(-1, 1), 1, 0.2),
    "two answers" = ordered(3, 40, 3, 0.5, 1),
    "rare answers" = ordered(6, 50, 3, c(-4, -3, 0, 3.5), 1),
    "near the ceiling" = ordered(14, 50, 3, c(-5, -4, -2.5, -1.2), 1.2),
    "people do not differ" = ordered(7, 50, 3, c(-2, -0.7, 0.7, 2), 0),
    "people differ much" = ordered(4, 40, 3, c(-0.5, 1), 1.5),
    "people differ more than answers" = ordered(9, 50, 3, c(-2, -0.7, 0.7, 2), 4)
  ),
  scales = list(
    attitude = answers(attitude), judges = answers(USJudgeRatings[, 2:8]),
    "twelve people" = answers(items(1, 12, 4)), "three items" = answers(items(9, 12, 3)),
    "two items" = answers(items(7, 20, 2)), "not turned" = answers(turned(items(2, 30, 4))),
    contrary = answers(contrary(5)), "ten items" = answers(items(14, 25, 10, 0.5)),
    weak = answers(items(104, 60, 5, 0.15)), stackloss = answers(stackloss)
  ),
  leaving = list(
    endometrial = local({
      data("endometrial", package = "brglm2", envir = environment())
      leaving(endometrial$HG, model.matrix(~ NV + PI + EH, endometrial))
    }),
    "a role that all left" = leaving(left, model.matrix(~ earlier + role)),
    "no doubt at all" = leaving(as.numeric(line > 0), cbind(1, line))
  ),
  pairs = list(
    sleep = pairs(sleep$extra[1:10], sleep$extra[11:20]),
    barley = pairs(immer$Y1, immer$Y2), answers = pairs(first, last)
  )
)
cat(toJSON(answer, digits = NA, auto_unbox = TRUE), "\n")
