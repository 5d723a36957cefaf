"""The peers of benches/pipelines.rs: the same answers in Python Polars and in DuckDB."""

import sys

SUMMED = {
    "sum by short text": "v1", "sum by two short texts": "v1", "sum and mean by long text": "v3",
    "means by short number": "v3", "sums by long number": "v3", "median and std by two numbers": "spread",
    "range by long text": "range", "join and sum": "load", "rows without a partner": "v3",
    "customer summary": "amount", "sales by month": "customers", "best hundred orders": "amount",
}


def with_polars(name, x, orders, things):
    import polars as pl

    x, orders, things = pl.scan_parquet(x), pl.scan_parquet(orders), pl.scan_parquet(things)
    c = pl.col
    plans = {
        "sum by short text": lambda: x.group_by("id1").agg(c("v1").sum()),
        "sum by two short texts": lambda: x.group_by("id1", "id2").agg(c("v1").sum()),
        "sum and mean by long text": lambda: x.group_by("id3").agg(c("v1").sum(), c("v3").mean()),
        "means by short number": lambda: x.group_by("id4").agg(c("v1").mean(), c("v2").mean(), c("v3").mean()),
        "sums by long number": lambda: x.group_by("id6").agg(c("v1").sum(), c("v2").sum(), c("v3").sum()),
        "median and std by two numbers": lambda: x.group_by("id4", "id5").agg(
            c("v3").median(), c("v3").std().alias("spread")
        ),
        "range by long text": lambda: x.group_by("id3").agg((c("v1").max() - c("v2").min()).alias("range")),
        "join and sum": lambda: x.join(things, on="id6").group_by("thing").agg(
            (c("v3") * c("weight")).sum().alias("load")
        ),
        "rows without a partner": lambda: x.join(things.filter(c("weight") < 50), on="id6", how="anti").select("v3"),
        "customer summary": lambda: orders.group_by("customer").agg(
            c("date").max().alias("last"), pl.len().alias("orders"), c("amount").sum()
        ),
        "sales by month": lambda: orders.filter(c("amount") > 10)
        .group_by(c("date").dt.truncate("1mo").alias("month"))
        .agg(c("amount").sum(), c("customer").n_unique().alias("customers"))
        .sort("month"),
        "best hundred orders": lambda: orders.sort("amount", descending=True).head(100),
    }
    answer = plans[name]().select(pl.len().alias("rows"), c(SUMMED[name]).sum().alias("sum"))
    return answer.collect(engine="streaming").row(0)


def with_duckdb(name, x, orders, things):
    import duckdb

    x, orders, things = (f"read_parquet('{path}')" for path in (x, orders, things))
    queries = {
        "sum by short text": f"select id1, sum(v1) v1 from {x} group by id1",
        "sum by two short texts": f"select id1, id2, sum(v1) v1 from {x} group by id1, id2",
        "sum and mean by long text": f"select id3, sum(v1) v1, avg(v3) v3 from {x} group by id3",
        "means by short number": f"select id4, avg(v1) v1, avg(v2) v2, avg(v3) v3 from {x} group by id4",
        "sums by long number": f"select id6, sum(v1) v1, sum(v2) v2, sum(v3) v3 from {x} group by id6",
        "median and std by two numbers":
            f"select id4, id5, median(v3) v3, stddev(v3) spread from {x} group by id4, id5",
        "range by long text": f"select id3, max(v1) - min(v2) \"range\" from {x} group by id3",
        "join and sum": f"select thing, sum(v3 * weight) \"load\" from {x} join {things} using (id6) group by thing",
        "rows without a partner":
            f"select v3 from {x} x where not exists (select 1 from {things} t where t.id6 = x.id6 and weight < 50)",
        "customer summary":
            f"select customer, max(date) last, count(*) orders, sum(amount) amount from {orders} group by customer",
        "sales by month":
            f"select date_trunc('month', date) as \"month\", sum(amount) amount, count(distinct customer) customers "
            f"from {orders} where amount > 10 group by 1 order by 1",
        "best hundred orders": f"select * from {orders} order by amount desc limit 100",
    }
    connection = duckdb.connect()
    return connection.execute(
        f"with answer as ({queries[name]}) select count(*), sum(\"{SUMMED[name]}\") from answer"
    ).fetchone()


if __name__ == "__main__":
    rows, total = {"polars": with_polars, "duckdb": with_duckdb}[sys.argv[1]](*sys.argv[2:])
    print(f"{rows}:{float(total):.2f}")
