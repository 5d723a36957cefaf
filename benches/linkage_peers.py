"""The peer of benches/linkage.rs: one file, the seconds from a table in memory to clusters, and the F1 of pairs."""

import collections
import logging
import sys
import time
import warnings

import duckdb
import splink.comparison_library as cl
from splink import DuckDBAPI, Linker, SettingsCreator, block_on

warnings.filterwarnings("ignore")
logging.disable(logging.CRITICAL)
path = sys.argv[1]
connection = duckdb.connect()
connection.execute(f"create table people as select * from read_csv('{path}', all_varchar = true)")
columns = [column[0] for column in connection.execute("select * from people limit 0").description]
truth = columns[-1]
given, born = ("first_name", "dob") if "dob" in columns else ("given_name", "birth_date")

comparisons = [
    cl.ForenameSurnameComparison(given, "surname"),
    cl.DateOfBirthComparison(born, input_is_string=True),
    cl.ExactMatch("city").configure(term_frequency_adjustments=True),
    cl.EmailComparison("email"),
]
rules = [block_on("email"), block_on("surname", born), block_on(given, born), block_on(given, "surname")]
if "phone" in columns:
    comparisons += [cl.JaroWinklerAtThresholds("street"), cl.LevenshteinAtThresholds("postcode"), cl.LevenshteinAtThresholds("phone")]
    rules += [block_on("phone"), block_on("postcode"), block_on("street")]
else:
    rules += [block_on(given), block_on("surname"), block_on(born)]

began = time.perf_counter()
settings = SettingsCreator(
    link_type="dedupe_only",
    comparisons=comparisons,
    blocking_rules_to_generate_predictions=rules,
    additional_columns_to_retain=[truth],
)
api = DuckDBAPI(connection=connection)
try:
    linker = Linker(api.register("people"), settings)
except AttributeError:  # before version 5
    linker = Linker("people", settings, api)
linker.training.estimate_probability_two_random_records_match([block_on("email"), block_on(given, "surname", born)], recall=0.6)
linker.training.estimate_u_using_random_sampling(max_pairs=1e6, seed=1)
linker.training.estimate_parameters_using_expectation_maximisation(block_on(born))
linker.training.estimate_parameters_using_expectation_maximisation(block_on("email"))
predictions = linker.inference.predict(threshold_match_probability=0.01)
clusters = linker.clustering.cluster_pairwise_predictions_at_threshold(predictions, threshold_match_probability=0.95)
found = clusters.as_duckdbpyrelation().project(f"cluster_id, {truth}").fetchall()
seconds = time.perf_counter() - began


def pairs(keys):
    return sum(count * (count - 1) // 2 for count in collections.Counter(keys).values())


right = pairs(found)
f1 = 2 * right / (pairs(row[0] for row in found) + pairs(row[1] for row in found))
print(f"{seconds:.3f}s:{f1:.4f}")
