"""The peer of benches/charts.rs: the same three pictures by matplotlib, with its Agg back end and its defaults otherwise."""

import io
import sys
import time

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt
import numpy as np


def draw(kind, data, out):
    figure, axes = plt.subplots(figsize=(9.6, 5.6))
    if kind == "bar":
        names = [f"Region {index}" for index in range(12)]
        axes.bar(names, data[-12:])
        axes.set_ylabel("value")
    elif kind == "heatmap":
        values = data[-24 * 18 :].reshape(18, 24)
        axes.imshow(values, aspect="auto", cmap="Blues")
        for row in range(18):
            for column in range(24):
                axes.text(column, row, f"{values[row, column]:.1f}", ha="center", va="center", fontsize=7)
    else:
        half = len(data) // 2
        axes.plot(data[:half], data[half:], ",", alpha=0.4)
        axes.set_xlabel("x")
        axes.set_ylabel("y")
    axes.set_title(kind)
    figure.savefig(out, dpi=200, format="png")
    plt.close(figure)


kind, path = sys.argv[1:3]
data = np.fromfile(path)
if len(sys.argv) > 3:
    draw(kind, data, sys.argv[3])
    print("-")
else:
    times = []
    for _ in range(5):
        began = time.perf_counter()
        draw(kind, data, io.BytesIO())
        times.append(time.perf_counter() - began)
    print(f"{min(times) * 1e3:.1f}ms")
