"""The peers of benches/rfm.rs: the same answer in Python Polars and in DuckDB."""

import sys


def with_polars(path):
    import polars as pl

    summary = (
        pl.scan_parquet(path)
        .group_by("customer")
        .agg(pl.col("date").max().alias("last"), pl.len().alias("frequency"), pl.col("amount").sum().alias("monetary"))
        .sort("customer")
        .collect(engine="streaming")
    )

    def cut(name):
        values = pl.col(name)
        above = [values.gt(values.quantile(share, "linear")).cast(pl.Int64) for share in (0.2, 0.4, 0.6, 0.8)]
        return 1 + above[0] + above[1] + above[2] + above[3]

    r, f = pl.col("r"), pl.col("f")
    scored = (
        summary.lazy()
        .with_columns((pl.col("last").max() - pl.col("last")).dt.total_days().alias("recency"))
        .with_columns((6 - cut("recency")).alias("r"), cut("frequency").alias("f"), cut("monetary").alias("m"))
        .with_columns(
            pl.concat_str("r", "f", "m").alias("score"),
            pl.when((r == 5) & (f >= 4)).then(pl.lit("champions"))
            .when((r >= 3) & (f >= 4)).then(pl.lit("loyal"))
            .when((r >= 4) & (f >= 2)).then(pl.lit("potential loyal"))
            .when(r == 5).then(pl.lit("new"))
            .when(r == 4).then(pl.lit("promising"))
            .when((r == 3) & (f == 3)).then(pl.lit("need attention"))
            .when(r == 3).then(pl.lit("about to sleep"))
            .when(f == 5).then(pl.lit("cannot lose"))
            .when(f >= 3).then(pl.lit("at risk"))
            .otherwise(pl.lit("hibernating")).alias("segment"),
        )
        .collect()
    )
    return scored.height


def with_duckdb(path):
    import duckdb

    cut = lambda name: " + ".join(["1"] + [f"({name} > q_{name}[{place}])::int" for place in (1, 2, 3, 4)])
    quantiles = lambda name: f"quantile_cont({name}, [0.2, 0.4, 0.6, 0.8]) as q_{name}"
    query = f"""
        create table scored as
        with summary as (
            select customer, max(date) as last, count(*) as frequency, sum(amount) as monetary
            from read_parquet('{path}') group by customer
        ),
        dated as (select *, (select max(last) from summary) - last as recency from summary),
        limits as (select {quantiles('recency')}, {quantiles('frequency')}, {quantiles('monetary')} from dated),
        cut as (
            select customer, recency, frequency, monetary,
                6 - ({cut('recency')}) as r, {cut('frequency')} as f, {cut('monetary')} as m
            from dated, limits
        )
        select *, concat(r, f, m) as score,
            case when r = 5 and f >= 4 then 'champions' when r >= 3 and f >= 4 then 'loyal'
                 when r >= 4 and f >= 2 then 'potential loyal' when r = 5 then 'new' when r = 4 then 'promising'
                 when r = 3 and f = 3 then 'need attention' when r = 3 then 'about to sleep'
                 when f = 5 then 'cannot lose' when f >= 3 then 'at risk' else 'hibernating' end as segment
        from cut order by customer
    """
    connection = duckdb.connect()
    connection.execute(query)
    return connection.execute("select count(*) from scored").fetchone()[0]


if __name__ == "__main__":
    print({"polars": with_polars, "duckdb": with_duckdb}[sys.argv[1]](sys.argv[2]))
