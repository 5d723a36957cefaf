//! One customer out of many records: `unify` and `customer_360`. Values by hand, laws, and counts that balance.

use serde_json::{Value as Json, json};

use crate::witnesses::answer;

fn rows(json: &Json) -> &Vec<Json> {
    json.as_array().unwrap()
}

fn column(json: &Json, name: &str) -> Vec<Json> {
    rows(json).iter().map(|row| row[name].clone()).collect()
}

/// Ann is in three systems, joined by her address and her telephone; Bob in two; Cyd in one, without anything.
const THREE: &str = "let shop = frame(#{customer: [1, 2, 3], email: [\"ann@example.com\", \"bob@example.com\", ()]}); \
    let till = frame(#{customer: [\"T7\", \"T8\"], phone: [\"+49 30 1234567\", \"+49 40 7654321\"], email: [\"n/a\", \"BOB@example.com\"]}); \
    let news = frame(#{customer: [\"n1\"], email: [\"ann@example.com \"], phone: [\"0049301234567\"]}); \
    let sources = #{shop: shop, till: till, news: news}; ";

#[test]
fn records_are_joined_by_what_they_share() {
    let unified = answer(&format!("{THREE}unify(#{{sources: sources}}).table()"));
    // Source by source in the alphabet: news, shop, till.
    assert_eq!(column(&unified, "source"), ["news", "shop", "shop", "shop", "till", "till"]);
    assert_eq!(column(&unified, "id"), ["n1", "1", "2", "3", "T7", "T8"]);
    assert_eq!(column(&unified, "customer"), ["news:n1", "news:n1", "shop:2", "shop:3", "news:n1", "shop:2"]);
    assert_eq!(column(&unified, "records"), [3, 3, 2, 1, 3, 2]);
    let evidence = [json!("email, phone"), json!("email"), json!("email"), Json::Null, json!("phone"), json!("email")];
    assert_eq!(column(&unified, "evidence"), evidence);
    let figures = answer(&format!("{THREE}unify(#{{sources: sources}})"));
    // Records less customers are the lines of the log.
    for (name, count) in [("records", 6), ("customers", 3), ("merges", 3), ("conflicts", 0), ("ignored", 0)] {
        assert_eq!(figures[name], count, "{name}");
    }
    let log = answer(&format!("{THREE}unify(#{{sources: sources}}).log"));
    assert_eq!(column(&log, "key"), ["email", "email", "phone"]);
    assert_eq!(column(&log, "value"), ["ann@example.com", "bob@example.com", "49301234567"]);
}

#[test]
fn a_line_of_the_log_is_undone_by_giving_it_back() {
    let undone = answer(&format!(
        "{THREE}let first = unify(#{{sources: sources}}); \
         unify(#{{sources: sources, not: first.log.filter(col(\"key\") == \"phone\")}}).table()"
    ));
    assert_eq!(column(&undone, "customer"), ["news:n1", "news:n1", "shop:2", "shop:3", "till:T7", "shop:2"]);
    let not_used = answer(&format!(
        "{THREE}let first = unify(#{{sources: sources}}); unify(#{{sources: sources, not: first.log}}).not_used"
    ));
    assert_eq!(column(&not_used, "reason"), ["told", "told", "told"]);
}

/// Sixty customers share the telephone of their office, and two of them their card.
const OFFICE: &str = "let ids = range(0, 60); let shop = frame(#{customer: ids, phone: ids.map(|id| \"+1 555 0100 999\"), \
    loyalty_card: ids.map(|id| if id < 2 { \"C1\" } else { `D${id}` })}); ";

#[test]
fn what_too_many_share_joins_nobody() {
    let office = OFFICE.replace("range(0, 60)", "[]; for id in 0..60 { ids.push(id); }");
    let of = |more: &str, then: &str| answer(&format!("{office}unify(#{{sources: #{{shop: shop}}{more}}}){then}"));
    assert_eq!(of("", "")["customers"], 59);
    let not_used = of("", ".not_used");
    assert_eq!(
        rows(&not_used)[0],
        json!({"key": "phone", "value": "15550100999", "records": 60, "reason": "too common"})
    );
    assert_eq!(of(", most: 60", "")["customers"], 1);
    // All in one, with fifty-nine different cards: that is told.
    let conflicts = of(", most: 60, unique: \"loyalty_card\"", ".conflicting");
    assert_eq!((&rows(&conflicts)[0]["values"], &rows(&conflicts)[0]["records"]), (&json!(59), &json!(60)));
    assert_eq!(of(", unique: \"loyalty_card\"", "")["conflicts"], 0);
}

#[test]
fn ids_of_other_sources_join() {
    let code = "let shop = frame(#{customer: [1, 2]}); let crm = frame(#{contact: [\"a\", \"b\"], shop_customer: [2, ()]}); \
        unify(#{sources: #{shop: shop, crm: crm}, ids: #{crm: \"contact\"}, references: #{shop_customer: \"shop\"}})";
    assert_eq!(column(&answer(&format!("{code}.table()")), "customer"), ["crm:a", "crm:b", "shop:1", "crm:a"]);
    assert_eq!(column(&answer(&format!("{code}.log")), "key"), ["shop"]);
}

#[test]
fn customers_keep_their_ids_and_changes_are_told() {
    // Bob's card shows that till T8 is Ann as well: two customers become one, the one with more records keeps its id.
    let merged = "let before = unify(#{sources: sources}).table(); \
        let cards = frame(#{customer: [\"k1\", \"k2\"], email: [\"ann@example.com\", \"bob@example.com\"], loyalty_card: [\"C9\", \"c-9\"]}); \
        let now = unify(#{sources: #{shop: shop, till: till, news: news, card: cards}, previous: before}); ";
    assert_eq!(
        answer(&format!("{THREE}{merged}now.changes")),
        json!([{"before": "shop:2", "customer": "news:n1", "change": "merged", "records": 2}])
    );
    // A new source that comes first in the alphabet does not rename anybody.
    let named = answer(&format!("{THREE}{merged}now.table()"));
    assert!(column(&named, "customer").iter().all(|name| name == "news:n1" || name == "shop:3"), "{named}");
    // Without Ann's telephone in the newsletter, the till is apart again: the larger part keeps the id.
    let split = "let before = unify(#{sources: sources}).table(); let now = unify(#{sources: #{shop: shop, till: till, \
        news: news.drop(\"phone\")}, previous: before}); ";
    assert_eq!(
        answer(&format!("{THREE}{split}now.changes")),
        json!([{"before": "news:n1", "customer": "till:T7", "change": "split", "records": 1}])
    );
    // Nothing new, nothing changed.
    let same =
        "let before = unify(#{sources: sources}).table(); let now = unify(#{sources: sources, previous: before}); ";
    assert_eq!(answer(&format!("{THREE}{same}now.changes")), json!([]));
    assert_eq!(
        answer(&format!("{THREE}{same}now.table()")),
        answer(&format!("{THREE}unify(#{{sources: sources}}).table()"))
    );
}

/// People of a simulation and their second entries, told apart by nothing but what they share: counts balance, those who
/// share an address are one, and the order of the rows changes nothing but the order.
#[test]
fn every_record_has_a_customer() {
    let sim = "let sim = simulate(#{customers: 600, seed: 2, tables: \"customers\", shares: #{people: 0.2}}); \
        let half = sim.customers.filter(col(\"customer\") % 2 == 0); let rest = sim.customers.filter(col(\"customer\") % 2 == 1); \
        let of = #{even: half, odd: rest, all: sim.customers.with_columns((col(\"customer\") + 10000).alias(\"customer\"))}; ";
    let figures = answer(&format!("{sim}unify(#{{sources: of}})"));
    let count = |name: &str| figures[name].as_i64().unwrap();
    assert_eq!(count("records"), 2 * answer(&format!("{sim}sim.customers.height")).as_i64().unwrap());
    assert_eq!(count("records") - count("merges"), count("customers"));
    let table = answer(&format!("{sim}unify(#{{sources: of}}).table()"));
    assert_eq!(rows(&table).len() as i64, count("records"));
    // Each second entry has the digits of the first one's telephone, so all are found: 600 people.
    assert_eq!(count("customers"), 600);
    let turned = answer(&format!(
        "{sim}for name in of.keys() {{ of[name] = of[name].reverse(); }} unify(#{{sources: of}}).table()"
    ));
    let pairs = |table: &Json| {
        let mut all: Vec<(String, String)> = rows(table)
            .iter()
            .map(|row| (format!("{}:{}", row["source"], row["id"]), row["customer"].to_string()))
            .collect();
        all.sort();
        all
    };
    assert_eq!(pairs(&turned), pairs(&table));
}

/// Everything about Ann (1), Bob (2), Cyd (3, only in the till) and Dan (4, only a contact).
const ALL: &str = "let crm = frame(#{customer: [1, 2, 4], name: [\"Ann\", \"Bob\", \"Dan\"], city: [\"Rome\", (), \"Oslo\"], \
        signup_date: [\"2024-01-01\", \"2024-01-03\", \"2024-02-20\"]}); \
    let shop = frame(#{customer: [1, 1, 1, 2], date: [\"2024-01-05\", \"2024-01-15\", \"2024-02-14\", \"2024-02-01\"], \
        amount: [20, 30, 10, 5], order: [1, 2, 3, 4], channel: [\"web\", \"app\", \"web\", \"web\"], product: [\"b\", \"a\", \"c\", \"a\"]}); \
    let till = frame(#{customer: [3, 1, ()], date: [\"2024-02-10\", \"2024-02-14\", \"2024-02-11\"], amount: [7, 3, 1], order: [1, 3, 9], \
        channel: [\"shop\", \"shop\", \"shop\"]}); \
    let clicks = frame(#{customer: [1, 1, 2], time: [\"2024-01-04 10:00\", \"2024-01-04 10:05\", \"2024-02-25 08:00\"], \
        event: [\"visit\", \"view\", \"visit\"], session: [\"s1\", \"s1\", \"s2\"]}); \
    let said = frame(#{customer: [1, 1, 2], date: [\"2024-01-20\", \"2024-02-20\", \"2024-02-21\"], score: [9, 4, ()]}); \
    let asked = frame(#{ticket: [1, 2, 3], customer: [1, 1, 3], opened: [\"2024-01-06\", \"2024-02-15\", \"2024-02-12\"], \
        resolved: [\"2024-01-07\", (), \"2024-03-05\"]}); \
    let may = frame(#{deal: [1, 2, 3], customer: [2, 2, 4], stage: [\"won\", \"proposal\", \"lost\"], amount: [100, 40, 9], \
        opened: [\"2024-01-10\", \"2024-02-02\", \"2024-02-21\"], closed: [\"2024-01-30\", (), \"2024-02-28\"], won: [true, (), false]}); \
    let given = #{customers: #{crm: crm}, transactions: #{shop: shop, till: till}, events: clicks, feedback: said, tickets: asked, deals: may}; ";

#[test]
fn one_row_per_customer_by_hand() {
    let view = answer(&format!("{ALL}given.set(\"as_of\", \"2024-02-29\"); customer_360(given).table()"));
    assert_eq!(column(&view, "customer"), [1, 2, 3, 4]);
    let ann = &rows(&view)[0];
    // Orders 1, 2, 3 of the shop and 3 of the till; 20 + 30 + 10 + 3; days 5, 15 of January and 14 of February: 40 days in two.
    for (name, wanted) in [
        ("first_seen", json!("2024-01-01")),
        ("last_seen", json!("2024-02-20")),
        ("tenure", json!(59)),
        ("quiet", json!(9)),
        ("orders", json!(4)),
        ("value", json!(63.0)),
        ("mean_order", json!(15.75)),
        ("mean_gap", json!(20.0)),
        ("channels", json!(3)),
        ("favourite_channel", json!("web")),
        ("favourite_product", json!("a")),
        // 5 January a Friday, 15 January a Monday, 14 February a Wednesday, twice.
        ("favourite_weekday", json!("Wednesday")),
        ("favourite_hour", Json::Null),
        ("visits", json!(1)),
        ("last_visit", json!("2024-01-04")),
        ("answers", json!(2)),
        ("mean_score", json!(6.5)),
        ("last_score", json!(4.0)),
        ("tickets", json!(2)),
        ("open_tickets", json!(1)),
        ("open_deals", json!(0)),
        ("won_value", json!(0.0)),
        ("name", json!("Ann")),
        ("city", json!("Rome")),
    ] {
        assert_eq!(ann[name], wanted, "{name}");
    }
    let bob = &rows(&view)[1];
    assert_eq!((&bob["open_value"], &bob["won_value"], &bob["open_deals"]), (&json!(40.0), &json!(100.0), &json!(1)));
    assert_eq!((&bob["mean_score"], &bob["answers"], &bob["city"]), (&Json::Null, &json!(1), &Json::Null));
    // Cyd is in no list of customers; her ticket was solved in March, so it is open.
    let cyd = &rows(&view)[2];
    assert_eq!((&cyd["name"], &cyd["open_tickets"], &cyd["quiet"]), (&Json::Null, &json!(1), &json!(17)));
    // Dan never bought: nothing, but no mean of nothing.
    let dan = &rows(&view)[3];
    assert_eq!((&dan["orders"], &dan["mean_order"], &dan["last_order"]), (&json!(0), &Json::Null, &Json::Null));
}

#[test]
fn rows_in_are_rows_used_and_left_out() {
    let figures = answer(&format!("{ALL}given.set(\"as_of\", \"2024-02-12\"); customer_360(given)"));
    let counts = answer(&format!("{ALL}given.set(\"as_of\", \"2024-02-12\"); customer_360(given).counts"));
    let till = rows(&counts).iter().find(|row| row["source"] == "till").unwrap();
    assert_eq!(
        *till,
        json!({"table": "transactions", "source": "till", "rows": 3, "unusable": 1, "later": 1, "repeated": 0, "used": 1})
    );
    let sum = |name: &str| column(&counts, name).iter().map(|count| count.as_i64().unwrap()).sum::<i64>();
    assert_eq!(sum("rows"), 3 + 4 + 3 + 3 + 3 + 3 + 3);
    assert_eq!(sum("rows"), sum("unusable") + sum("later") + sum("used"));
    assert_eq!(
        (&figures["rows_used"], &figures["rows_left_out"]),
        (&json!(sum("used")), &json!(sum("rows") - sum("used")))
    );
    // Dan signed up later: he is not there yet.
    assert_eq!(figures["people"], 3);
}

/// The state of a day is that of the data of that day: rows after it away, what ended after it still open.
#[test]
fn as_of_is_the_data_cut_at_that_day() {
    let sim = "let sim = simulate(#{customers: 300, seed: 8}); let day = date(\"2024-03-31\"); ";
    let whole = "customer_360(#{customers: sim.customers, transactions: sim.transactions, events: sim.events, feedback: sim.feedback, \
        tickets: sim.tickets, deals: sim.deals, as_of: day}).table()";
    let cut = "customer_360(#{customers: sim.customers.filter(col(\"signup_date\") <= day), \
        transactions: sim.transactions.filter(col(\"date\") <= day), events: sim.events.filter(col(\"time\").dt.date() <= day), \
        feedback: sim.feedback.filter(col(\"date\") <= day), \
        tickets: sim.tickets.filter(col(\"opened\").dt.date() <= day).with_columns(when(col(\"resolved\").dt.date() <= day)\
            .then(col(\"resolved\")).otherwise(()).alias(\"resolved\")), \
        deals: sim.deals.filter(col(\"opened\") <= day).with_columns(when(col(\"closed\") <= day).then(col(\"closed\"))\
            .otherwise(()).alias(\"closed\")), as_of: day}).table()";
    let (whole, cut) = (answer(&format!("{sim}{whole}")), answer(&format!("{sim}{cut}")));
    assert!(rows(&whole).len() > 100);
    assert_eq!(whole, cut);
}

/// New rows beside the old ones give what all rows give at once, however they are dealt out; and the changes lead from one
/// view to the next.
#[test]
fn new_data_updates_the_view() {
    let sim =
        "let sim = simulate(#{customers: 200, seed: 8}); let tx = sim.transactions; let day = date(\"2024-06-30\"); ";
    let whole = answer(&format!("{sim}customer_360(#{{transactions: tx}}).table()"));
    let odd = "transactions: [tx.filter(col(\"order\") % 2 == 1), tx.filter(col(\"order\") % 2 == 0)]";
    assert_eq!(answer(&format!("{sim}customer_360(#{{{odd}}}).table()")), whole);
    let before = "let old = customer_360(#{transactions: tx, as_of: day}).table(); ";
    let mut earlier = rows(&answer(&format!("{sim}{before}old"))).clone();
    let changes = answer(&format!("{sim}{before}customer_360(#{{transactions: tx, previous: old}}).changes"));
    assert!(column(&changes, "change").iter().any(|one| one == "new"));
    for change in rows(&changes).iter().filter(|change| change["change"] == "changed") {
        let key: i64 = change["customer"].as_str().unwrap().parse().unwrap();
        let row = earlier.iter_mut().find(|row| row["customer"] == key).unwrap();
        row[change["column"].as_str().unwrap()] = change["now"].clone();
    }
    let text = |value: &Json| match value {
        Json::String(text) => text.parse::<f64>().map_or(text.clone(), |number| number.to_string()),
        Json::Number(number) => number.as_f64().unwrap().to_string(),
        other => other.to_string(),
    };
    for row in &earlier {
        let now = rows(&whole).iter().find(|one| one["customer"] == row["customer"]).unwrap();
        for (name, value) in now.as_object().unwrap() {
            assert_eq!(text(value), text(&row[name]), "{name} of {row}");
        }
    }
}

/// Three sources: the newest row is the shop's, the fullest the one of sales, and the till is trusted most.
const FIELDS: &str = "let customers = #{ \
    crm: frame(#{customer: [1], name: [\"Ann Lee\"], city: [\"Rome\"], phone: [\"1\"], updated: [date(\"2024-01-01\")]}), \
    shop: frame(#{customer: [1], name: [\"A. Lee\"], city: [\"Oslo\"], phone: [\"\"], updated: [date(\"2024-02-01\")]}), \
    till: frame(#{customer: [1], name: [\" \"], city: [\"Bonn\"], updated: [date(\"2023-01-01\")]})}; ";

#[test]
fn rules_say_which_source_gives_which_field() {
    let of = |options: &str| {
        let row = answer(&format!("{FIELDS}customer_360(#{{customers: customers{options}}}).table()"));
        let one = rows(&row).first().unwrap_or_else(|| panic!("{options}: nobody"));
        ["name", "city", "phone"].map(|field| one[field].as_str().unwrap().to_owned())
    };
    // Missing and empty values never win.
    assert_eq!(of(""), ["A. Lee", "Oslo", "1"]);
    assert_eq!(of(", rule: \"most_complete\""), ["Ann Lee", "Rome", "1"]);
    assert_eq!(of(", trusted: [\"till\", \"crm\"]"), ["Ann Lee", "Bonn", "1"]);
    assert_eq!(of(", trusted: [\"till\", \"crm\"], rules: #{name: \"latest\"}"), ["A. Lee", "Bonn", "1"]);
    // In January the shop had not said anything yet.
    assert_eq!(of(", as_of: \"2024-01-31\""), ["Ann Lee", "Rome", "1"]);
    let fields =
        answer(&format!("{FIELDS}customer_360(#{{customers: customers, trusted: [\"till\", \"crm\"]}}).fields"));
    assert_eq!(
        rows(&fields)[0],
        json!({"customer": "1", "field": "city", "value": "Bonn", "source": "till", "rule": "trusted", "other_values": 2})
    );
}

#[test]
fn keys_of_several_kinds_are_compared_as_text() {
    let code = "let a = frame(#{customer: [1], date: [\"2024-01-01\"], amount: [1]}); \
        let b = frame(#{customer: [\"1\", \"x\"], date: [\"2024-01-02\", \"2024-01-02\"], amount: [2, 3]}); \
        customer_360(#{transactions: #{a: a, b: b}}).table()";
    assert_eq!(column(&answer(code), "customer"), ["1", "x"]);
    assert_eq!(column(&answer(code), "value"), [3.0, 3.0]);
}

/// Ann ordered thirty times by her address: she is one customer, not thirty records that share an address.
#[test]
fn a_table_of_orders_is_a_source_as_well() {
    let code = "let crm = frame(#{customer: [7], email: [\"ann@example.com\"]}); let at = []; for n in 0..30 { at.push(\"Ann@example.com\"); } \
        let shop = frame(#{customer: at, email: at}); unify(#{sources: #{crm: crm, shop: shop}})";
    let figures = answer(code);
    for (name, count) in [("records", 31), ("customers", 1), ("ignored", 0)] {
        assert_eq!(figures[name], count, "{name}");
    }
    // The address is the id: there is no column of that name in any source.
    let ids = "let shop = frame(#{customer: [\"Ann@example.com\", \"+49 30 1234567\", \"4930123456\"]}); \
        let web = frame(#{customer: [\"ann@example.com\", \"0049 30 1234567\", \"+4930123456\"]}); \
        unify(#{sources: #{shop: shop, web: web}}).table()";
    let names = column(&answer(ids), "customer");
    assert_eq!(names[0], names[3]);
    // Digits without a plus are no telephone number, so neither of these two meets the other.
    assert_eq!(names.iter().map(Json::to_string).collect::<std::collections::HashSet<_>>().len(), 5);
}

#[test]
fn ids_that_nobody_knows_are_told() {
    let code = "let ids = frame(#{source: [\"shop\"], id: [\"1\"], customer: [\"ann\"]}); \
        customer_360(#{customers: #{shop: frame(#{customer: [1, 2], city: [\"Rome\", \"Hull\"]})}, ids: ids})";
    assert_eq!(column(&answer(&format!("{code}.table()")), "customer"), ["ann", "shop:2"]);
    assert_eq!(column(&answer(&format!("{code}.table()")), "city"), ["Rome", "Hull"]);
    assert_eq!(answer(&format!("{code}.counts"))[0]["used"], 2);
}

/// 328,000 ten-thousandths over 10,000 are 32.8 to the last digit, however many customers there are.
#[test]
fn money_has_no_stray_digit_at_its_end() {
    for others in ["", ", \"b\""] {
        let amounts = if others.is_empty() { "24.9, 15.8, -7.9" } else { "24.9, 15.8, -7.9, 0.3" };
        let code = format!(
            "customer_360(#{{transactions: frame(#{{customer: [\"a\", \"a\", \"a\"{others}], \
             date: [\"2024-01-03\", \"2024-01-03\", \"2024-01-09\"{}], amount: [{amounts}]}})}}).table()",
            if others.is_empty() { "" } else { ", \"2024-01-09\"" }
        );
        assert_eq!(column(&answer(&code), "value")[0], 32.8, "{code}");
    }
}

/// All that is known of simulated customers, as three sources; `part` is the rows from one day on and before another.
const DEALT: &str = "let sim = simulate(#{customers: 250, seed: 12}); \
    fn between(frame, name, from, to) { frame.filter((col(name).dt.date() >= from) & (col(name).dt.date() < to)) } \
    fn part(sim, from, to) { \
        let orders = between(sim.transactions, \"date\", from, to); \
        let people = between(sim.customers, \"signup_date\", from, to); \
        #{customers: #{crm: people, shop: people.select([\"customer\", \"city\"]).with_columns(lit(\"Oslo\").alias(\"city\"))}, \
          transactions: #{shop: orders.filter(col(\"order\") % 3 == 0), web: orders.filter(col(\"order\") % 3 > 0)}, \
          events: #{web: between(sim.events, \"time\", from, to)}, feedback: between(sim.feedback, \"date\", from, to), \
          tickets: between(sim.tickets, \"opened\", from, to), deals: between(sim.deals, \"opened\", from, to)} } ";

/// An answer that is continued with the new rows is the answer over all rows, to the last digit, in any number of steps and also from
/// a file.
#[test]
fn a_view_is_continued_by_what_is_new() {
    let folder = tempfile::tempdir().unwrap();
    let cuts = "let cuts = [date(\"1900-01-01\"), date(\"2023-09-01\"), date(\"2024-02-01\"), date(\"2024-02-02\"), date(\"2100-01-01\")]; ";
    let whole = format!("{DEALT}{cuts}let whole = customer_360(part(sim, cuts[0], cuts[4])); ");
    let steps = format!(
        "{whole}let view = customer_360(part(sim, cuts[0], cuts[1])); \
         for step in 1..4 {{ let fresh = part(sim, cuts[step], cuts[step + 1]); fresh.set(\"earlier\", view.state); view = customer_360(fresh); }} "
    );
    let table = answer(&format!("{whole}whole.table()"));
    assert!(rows(&table).len() > 200);
    assert_eq!(answer(&format!("{steps}view.table()")), table);
    assert_eq!(answer(&format!("{steps}view.fields")), answer(&format!("{whole}whole.fields")));
    assert_eq!(answer(&format!("{steps}view.counts")), answer(&format!("{whole}whole.counts")));
    // Also from a file, and from one that knows no dates.
    for name in ["state.parquet", "state.csv"] {
        let path = format!("{:?}", folder.path().join(name).display().to_string());
        let filed = format!(
            "{DEALT}{cuts}customer_360(part(sim, cuts[0], cuts[2])).state.write({path}); \
             let fresh = part(sim, cuts[2], cuts[4]); fresh.set(\"earlier\", read({path})); "
        );
        assert_eq!(answer(&format!("{filed}customer_360(fresh).table()")), table, "{name}");
    }
    // An earlier day is that of all rows as well, and nothing new is nothing changed.
    let day = "as_of: \"2023-06-30\"";
    assert_eq!(
        answer(&format!("{whole}customer_360(#{{earlier: whole.state, {day}}}).table()")),
        answer(&format!(
            "{whole}let all = part(sim, cuts[0], cuts[4]); all.set(\"as_of\", \"2023-06-30\"); customer_360(all).table()"
        ))
    );
    let same = "customer_360(#{earlier: whole.state, previous: whole.table()}).changes";
    assert_eq!(answer(&format!("{whole}{same}")), json!([]));
}

/// A ticket that was open is solved later: its row comes again.
#[test]
fn what_goes_on_comes_again() {
    let code = "let monday = frame(#{ticket: [1, 2], customer: [7, 7], opened: [\"2024-01-01\", \"2024-01-01\"], resolved: [(), \"2024-01-02\"]}); \
        let tuesday = frame(#{ticket: [\"1\", \"3\"], customer: [7, 8], opened: [\"2024-01-01\", \"2024-01-03\"], \
            resolved: [\"2024-01-03\", ()]}); \
        let first = customer_360(#{tickets: #{desk: monday}, as_of: \"2024-01-02\"}); \
        let second = customer_360(#{tickets: #{desk: tuesday}, earlier: first.state, as_of: \"2024-01-03\"}); ";
    assert_eq!(column(&answer(&format!("{code}first.table()")), "open_tickets"), [1]);
    let second = answer(&format!("{code}second.table()"));
    assert_eq!(column(&second, "tickets"), [2, 1]);
    assert_eq!(column(&second, "open_tickets"), [0, 1]);
    let counts = answer(&format!("{code}second.counts"));
    assert_eq!(
        counts[0],
        json!({"table": "tickets", "source": "desk", "rows": 4, "unusable": 0, "later": 0, "repeated": 1, "used": 3})
    );
    // All at once is the same, and the day before is still what it was.
    let both = "concat([monday.cast(#{ticket: \"text\"}), tuesday])";
    assert_eq!(
        answer(&format!("{code}customer_360(#{{tickets: #{{desk: {both}}}, as_of: \"2024-01-03\"}}).table()")),
        second
    );
    let before = answer(&format!("{code}customer_360(#{{earlier: second.state, as_of: \"2024-01-02\"}}).table()"));
    assert_eq!(column(&before, "tickets"), [2]);
    let new_source = answer(&format!("{code}customer_360(#{{tickets: [tuesday], earlier: first.state}}).counts"));
    assert_eq!(column(&new_source, "source"), ["desk", "tickets"]);
}

/// A day on which nothing happened is a table without rows, whose dates are text that says nothing.
#[test]
fn a_day_without_new_rows_changes_nothing() {
    let code = "let orders = frame(#{customer: [1, 2], date: [\"2024-01-02\", \"2024-01-03\"], amount: [\"5\", \"7.50\"]}); \
        let deals = frame(#{deal: [1], customer: [1], stage: [\"lost\"], amount: [9], opened: [\"2024-01-01\"], closed: [\"2024-01-02\"], \
            won: [\"Yes\"]}); \
        let view = customer_360(#{transactions: #{shop: orders}, deals: #{crm: deals}}); \
        let next = customer_360(#{transactions: #{shop: orders.head(0)}, deals: #{crm: deals.head(0)}, earlier: view.state}); ";
    assert_eq!(answer(&format!("{code}next.table()")), answer(&format!("{code}view.table()")));
    assert_eq!(column(&answer(&format!("{code}view.table()")), "won_value"), [json!(9.0), json!(0.0)]);
    // Ones and zeros with gaps are numbers with decimals in many programs.
    let ones = code.replace("[\"Yes\"]", "[1.0]");
    assert_eq!(column(&answer(&format!("{ones}view.table()")), "won_value"), [json!(9.0), json!(0.0)]);
}
