"""The peers of benches/cohorts.rs, in Python Polars and in DuckDB: what every customer paid in every month, and the summary of
every customer that models of buying want: days with a purchase after the first, first and last day, spend a day."""

import sys


def with_polars(what, path):
    import polars as pl

    orders, amount = pl.scan_parquet(path), pl.col("amount")
    if what == "sums":
        month = pl.col("date").dt.truncate("1mo").alias("month")
        return orders.group_by("customer", month).agg(amount.sum()).collect(engine="streaming").height
    days = orders.group_by("customer", "date").agg(amount.sum())
    later = amount.filter(pl.col("date") > pl.col("date").min())
    summary = days.group_by("customer").agg(
        (pl.len() - 1).alias("frequency"), pl.col("date").min().alias("first"), pl.col("date").max().alias("last"),
        later.mean().alias("monetary"),
    )
    return summary.sort("customer").collect(engine="streaming").height


def with_duckdb(what, path):
    import duckdb

    queries = {
        "sums": f"""
            select customer, date_trunc('month', date) as month, sum(amount) as amount
            from read_parquet('{path}') group by all
        """,
        "summary": f"""
            with days as (select customer, date, sum(amount) as amount from read_parquet('{path}') group by all),
            known as (
                select customer, count(*) - 1 as frequency, min(date) as first, max(date) as last, sum(amount) as amount,
                    arg_min(amount, date) as first_amount
                from days group by customer
            )
            select customer, frequency, first, last, (amount - first_amount) / nullif(frequency, 0) as monetary
            from known order by customer
        """,
    }
    connection = duckdb.connect()
    connection.execute(f"create table answer as {queries[what]}")
    return connection.execute("select count(*) from answer").fetchone()[0]


if __name__ == "__main__":
    print({"polars": with_polars, "duckdb": with_duckdb}[sys.argv[1]](*sys.argv[2:]))
