"""The peers of benches/cohorts.rs: what every customer paid in every month, in Python Polars and in DuckDB."""

import sys


def with_polars(path):
    import polars as pl

    month = pl.col("date").dt.truncate("1mo").alias("month")
    sums = pl.scan_parquet(path).group_by("customer", month).agg(pl.col("amount").sum())
    return sums.collect(engine="streaming").height


def with_duckdb(path):
    import duckdb

    connection = duckdb.connect()
    connection.execute(
        f"""
        create table sums as
        select customer, date_trunc('month', date) as month, sum(amount) as amount
        from read_parquet('{path}') group by all
        """
    )
    return connection.execute("select count(*) from sums").fetchone()[0]


if __name__ == "__main__":
    print({"polars": with_polars, "duckdb": with_duckdb}[sys.argv[1]](sys.argv[2]))
