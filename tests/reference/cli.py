"""Reference values of tests/cli/reference.rs, by scikit-learn."""

from sklearn.cluster import KMeans
from sklearn.datasets import load_diabetes, load_iris
from sklearn.linear_model import LinearRegression
from sklearn.metrics import silhouette_score
from sklearn.model_selection import LeaveOneOut, cross_val_predict
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import MinMaxScaler

data = load_diabetes()
model = LinearRegression().fit(data.data, data.target)
for name, coefficient in zip(data.feature_names, model.coef_):
    print(name, repr(float(coefficient)))
print("intercept", repr(float(model.intercept_)))

x, y = load_iris(return_X_y=True)
model = make_pipeline(MinMaxScaler(), KNeighborsClassifier(1))
print("right", (cross_val_predict(model, x, y, cv=LeaveOneOut()) == y).sum())

model = KMeans(3, n_init=10, random_state=0).fit(x)
print("inertia", model.inertia_, "silhouette", silhouette_score(x, model.labels_))
