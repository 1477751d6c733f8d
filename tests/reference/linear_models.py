"""Reference values for src/numeric, by scikit-learn 1.9: python3 tests/reference/linear_models.py

Prints the numbers that stand in the tests of discriminant.rs, logistic.rs (class weights), quadratic_discriminant.rs,
coordinate_descent.rs, sgd.rs, discrete_nb.rs and polynomial_regression.rs. The data are those of
src/numeric/reference.rs, from the same formulas.
"""
import warnings

import numpy as np
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis, QuadraticDiscriminantAnalysis
from sklearn.linear_model import ElasticNet, Lasso, LogisticRegression, Ridge, SGDClassifier, SGDRegressor
from sklearn.naive_bayes import BernoulliNB, CategoricalNB, ComplementNB, MultinomialNB
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import PolynomialFeatures

warnings.simplefilter("ignore")
ROWS, COLUMNS = 60, 4
i = np.arange(ROWS)[:, None]
j = np.arange(COLUMNS)[None, :]
x = np.sin(0.7 * (i + 1) * (j + 1) + j) * (1 + j)
r = np.arange(ROWS)
y = 2 * x[:, 0] - x[:, 1] + 0.5 * x[:, 2] + 0.3 * np.cos(3.1 * r)
score = x[:, 0] - 0.5 * x[:, 1] + 0.8 * np.cos(1.3 * r)
three = np.where(score < -0.5, 0, np.where(score < 0.5, 1, 2))
two = (score > 0).astype(int)
dependent = np.hstack([x, x[:, :1] + x[:, 1:2], np.full((ROWS, 1), 3.7), x[:, 2:3]])
# Means of 3.7 leave rounding behind, which scikit-learn's discriminant analysis takes for variance.
exact = np.hstack([dependent[:, :5], np.full((ROWS, 1), 3.5), x[:, 2:3]])
wide = np.sin(0.37 * (np.arange(6)[:, None] + 1) * (np.arange(9)[None, :] + 2))


def show(name, values):
    print(name, ", ".join(repr(float(v)) for v in np.ravel(values)))


def linear(name, model):
    show(name, np.append(np.ravel(model.coef_), model.intercept_))


lda = LinearDiscriminantAnalysis
linear("lda three", lda().fit(x, three))
linear("lda two", lda().fit(x, two))
linear("lda uniform", lda(priors=[1 / 3] * 3).fit(x, three))
linear("lda dependent", lda().fit(exact, three))
linear("lda wide", lda().fit(wide, [0, 1, 2, 0, 1, 2]))
shrunk = dict(solver="lsqr", shrinkage=0.3)
linear("lda shrunk two", lda(**shrunk).fit(x, two))
show("lda shrunk", lda(**shrunk).fit(x, three).predict_proba(x[:2]))
show("lda shrunk uniform", lda(**shrunk, priors=[1 / 3] * 3).fit(x, three).predict_proba(x[:2]))
show("lda proba", lda().fit(x, three).predict_proba(x[:2]))

for name, target in [("two", two), ("three", three)]:
    model = LogisticRegression(class_weight="balanced", solver="newton-cg", tol=1e-12, max_iter=10000)
    linear(f"logistic balanced {name}", model.fit(x, target))

qda = QuadraticDiscriminantAnalysis
show("qda proba", qda().fit(x, three).predict_proba(x[:3]))
show("qda regularised", qda(reg_param=0.3, priors=[1 / 3] * 3).fit(x, three).predict_proba(x[:3]))

for name, model, data, target in [
    ("lasso 0.1", Lasso(alpha=0.1), x, y),
    ("lasso 0.01 tight", Lasso(alpha=0.01, tol=1e-12), x, y),
    ("lasso no intercept", Lasso(alpha=0.1, fit_intercept=False), x, y),
    ("lasso positive", Lasso(alpha=0.1, positive=True), x, y),
    ("lasso dependent", Lasso(alpha=0.05), dependent, y),
    ("lasso wide", Lasso(alpha=0.01), wide, y[:6]),
    ("lasso 3 sweeps", Lasso(alpha=0.02, max_iter=3, tol=1e-14), dependent, y),
    ("net 0.3 0.5", ElasticNet(alpha=0.3), x, y),
    ("net 0.3 0", ElasticNet(alpha=0.3, l1_ratio=0.0), x, y),
    ("net wide", ElasticNet(alpha=0.05, l1_ratio=0.7), wide, y[:6]),
]:
    model.fit(data, target)
    linear(f"{name} ({model.n_iter_} sweeps)", model)

# Without shuffling the steps are the same, number by number.
plain = dict(shuffle=False, max_iter=20, tol=None)
for name, options in [
    ("hinge", dict()),
    ("log_loss", dict(loss="log_loss", alpha=0.01)),
    ("modified_huber l1", dict(loss="modified_huber", penalty="l1", alpha=0.003)),
    ("squared_hinge net", dict(loss="squared_hinge", penalty="elasticnet", alpha=0.01, learning_rate="invscaling", eta0=0.05)),
    ("perceptron none", dict(loss="perceptron", penalty=None, learning_rate="constant", eta0=0.1)),
]:
    linear(f"sgd {name}", SGDClassifier(**options, **plain).fit(x, two))
# A small alpha would make long steps, whose rounding grows from epoch to epoch.
model = SGDClassifier(loss="log_loss", alpha=0.01, shuffle=False).fit(x, three)
linear(f"sgd three ({model.n_iter_})", model)
show("sgd three proba", model.predict_proba(x[:2]))
model = SGDClassifier(loss="modified_huber", shuffle=False, max_iter=5, tol=None).fit(x, three)
show("sgd three modified_huber proba", model.predict_proba(x[:2]))
model = SGDClassifier(learning_rate="adaptive", eta0=0.5, shuffle=False).fit(x, two)
linear(f"sgd adaptive ({model.n_iter_})", model)
mean, deviation = y.mean(), y.std()
z = (y - mean) / deviation
for name, options in [
    ("squared_error", dict()),
    ("huber", dict(loss="huber", epsilon=0.3)),
    ("epsilon_insensitive", dict(loss="epsilon_insensitive", epsilon=0.1, learning_rate="optimal", alpha=0.01)),
    ("squared_epsilon", dict(loss="squared_epsilon_insensitive", penalty="l1", alpha=0.01)),
]:
    model = SGDRegressor(**options, **plain).fit(x, z)
    show(f"sgd {name}", np.append(model.coef_ * deviation, model.intercept_ * deviation + mean))

counts = np.floor(np.abs(x))
yes = BernoulliNB(alpha=0.7, binarize=0.2)
show("bernoulli", yes.fit(x, three).predict_proba(x[:2]))
show("bernoulli alike", BernoulliNB(fit_prior=False).fit(x, three).predict_proba(x[:2]))
show("multinomial", MultinomialNB(alpha=0.5).fit(np.abs(x), three).predict_proba(np.abs(x[:2])))
show("complement", ComplementNB().fit(np.abs(x), three).predict_proba(np.abs(x[:2])))
show("complement norm", ComplementNB(norm=True).fit(np.abs(x), three).predict_proba(np.abs(x[:2])))
show("categorical", CategoricalNB(alpha=0.4).fit(counts, three).predict_proba(counts[:2]))
show("categorical 6", CategoricalNB(min_categories=6).fit(counts, three).predict_proba(counts[:2]))

for degree, apart in [(2, False), (3, True)]:
    terms = PolynomialFeatures(degree, interaction_only=apart, include_bias=False)
    model = make_pipeline(terms, Ridge(alpha=0.5)).fit(x, y)
    show(f"polynomial {degree} {apart}", model.predict(x[:4]))
