"""The peers of benches/models.rs: one job on one file, the seconds of the call alone and a figure to compare."""

import sys
import time
import warnings

import numpy as np

warnings.filterwarnings("ignore")
job, path = sys.argv[1:3]
numbers = np.fromfile(path)
columns = numbers[1:].reshape(int(numbers[0]), -1)

if job in ("bg_nbd", "pareto_nbd"):
    from lifetimes import BetaGeoFitter, ParetoNBDFitter

    fitter = BetaGeoFitter() if job == "bg_nbd" else ParetoNBDFitter()
    began = time.perf_counter()
    fitter.fit(*columns)
    seconds = time.perf_counter() - began
    # The package keeps the negative mean of the log-likelihood, of times that it has scaled.
    figure = -fitter._negative_log_likelihood_ * columns.shape[1] + columns[0].sum() * np.log(fitter._scale)
elif job in ("kmeans", "kmeans_shapeless"):
    from sklearn.cluster import KMeans

    points = np.ascontiguousarray(columns.T)
    began = time.perf_counter()
    figure = KMeans(n_clusters=5 if job == "kmeans" else 8, n_init=10, random_state=1).fit(points).inertia_
    seconds = time.perf_counter() - began
elif job in ("cox", "cox_all"):
    import pandas as pd
    from lifelines import CoxPHFitter

    names = ["duration", "event"] + [f"x{index}" for index in range(len(columns) - 2)]
    frame = pd.DataFrame(dict(zip(names, columns)))
    began = time.perf_counter()
    fitter = CoxPHFitter().fit(frame, "duration", "event")
    # Counted when it is asked for.
    concordance = fitter.concordance_index_
    figure = f"{fitter.log_likelihood_:.4f}/{concordance:.6f}"
    if job == "cox_all":
        from lifelines.statistics import proportional_hazard_test

        figure = f"{concordance:.6f}"
        proportional_hazard_test(fitter, frame, time_transform="rank")
    seconds = time.perf_counter() - began
elif job == "kaplan_meier":
    from lifelines import KaplanMeierFitter

    began = time.perf_counter()
    fitter = KaplanMeierFitter().fit(columns[0], columns[1])
    figure = fitter.median_survival_time_
    seconds = time.perf_counter() - began
else:
    raise SystemExit(f"no job {job}")
print(f"{seconds:.3f}s:{figure}" if isinstance(figure, str) else f"{seconds:.3f}s:{figure:.6f}")
