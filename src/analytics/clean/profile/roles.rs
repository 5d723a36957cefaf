//! Which standard table it is, and which column is what in it.

use regulars_plugin::{Holds, StandardColumn, StandardTable};

use super::rules::{plain, there};
use crate::stats::text::{Kind, Order};
use crate::table::{Profiled, ProfiledColumn};

/// Other names of standard columns, as they are plain; the more telling ones first.
const NAMES: [(&str, &[&str]); 35] = [
    (
        "customer",
        &[
            "customerid",
            "custid",
            "customerno",
            "customernumber",
            "customerkey",
            "clientid",
            "client",
            "userid",
            "user",
            "buyerid",
            "buyer",
            "memberid",
            "member",
            "masterid",
            "shopper",
            "visitorid",
            "accountid",
            "personid",
            "uniqueid",
            "contactid",
            "kunde",
            "kundennummer",
            "kundennr",
            "kundenid",
            "客户",
            "客户id",
            "会员",
            "会员id",
            "cust",
            "account",
        ],
    ),
    (
        "date",
        &[
            "orderdate",
            "invoicedate",
            "purchasedate",
            "transactiondate",
            "saledate",
            "salesdate",
            "datetime",
            "timestamp",
            "day",
            "time",
            "datum",
            "bestelldatum",
            "createdat",
            "created",
            "reviewdate",
            "orderedat",
            "日期",
            "下单时间",
        ],
    ),
    (
        "amount",
        &[
            "totalamount",
            "orderamount",
            "ordervalue",
            "ordertotal",
            "grandtotal",
            "total",
            "revenue",
            "sales",
            "linetotal",
            "netamount",
            "spend",
            "spent",
            "paid",
            "dollars",
            "betrag",
            "umsatz",
            "value",
            "gmv",
            "金额",
        ],
    ),
    (
        "order",
        &[
            "orderid",
            "orderno",
            "ordernumber",
            "invoice",
            "invoiceno",
            "invoiceid",
            "invoicenumber",
            "receipt",
            "receiptid",
            "transactionid",
            "transaction",
            "basket",
            "basketid",
            "bestellnummer",
            "订单号",
        ],
    ),
    (
        "product",
        &[
            "productid",
            "sku",
            "stockcode",
            "item",
            "itemid",
            "article",
            "articleid",
            "artikel",
            "ean",
            "asin",
            "商品",
            "商品id",
        ],
    ),
    ("category", &["productcategory", "categoryname", "department", "kategorie", "warengruppe", "issuetype", "类别"]),
    ("quantity", &["qty", "units", "pieces", "menge", "anzahl", "数量"]),
    ("channel", &["saleschannel", "source", "medium", "platform", "kanal", "acquisitionchannel", "渠道"]),
    ("region", &["state", "province", "area", "bundesland", "country", "land", "地区"]),
    ("cost", &["costs", "unitcost", "cogs", "kosten"]),
    ("discount", &["discountamount", "rebate", "rabatt"]),
    ("currency", &["currencycode", "waehrung", "währung", "币种"]),
    ("name", &["customername", "fullname", "kundenname", "姓名"]),
    ("email", &["emailaddress", "mail", "emailid"]),
    ("phone", &["phonenumber", "telephone", "tel", "mobile", "telefon", "电话"]),
    ("birth_date", &["birthdate", "dob", "dateofbirth", "birthday", "geburtsdatum"]),
    ("gender", &["sex", "geschlecht", "性别"]),
    ("city", &["town", "ort", "stadt", "城市"]),
    ("country", &["countrycode", "land", "国家"]),
    ("segment", &["customersegment", "customertype", "tier"]),
    (
        "signup_date",
        &[
            "signupdate",
            "signup",
            "registered",
            "registrationdate",
            "joindate",
            "joined",
            "membersince",
            "customersince",
        ],
    ),
    ("income", &["annualincome", "salary", "einkommen"]),
    ("time", &["timestamp", "eventtime", "eventtimestamp", "ts", "datetime", "date", "occurredat"]),
    ("event", &["eventname", "eventtype", "action", "activity"]),
    ("session", &["sessionid", "visit", "visitid", "sessid"]),
    ("page", &["url", "path", "pageurl", "pagepath"]),
    ("campaign", &["utmcampaign", "campaignname"]),
    ("score", &["rating", "stars", "nps", "csat", "ces", "reviewscore", "npsscore"]),
    ("text", &["review", "comment", "comments", "feedback", "message", "body", "reviewtext", "description", "评论"]),
    ("ticket", &["ticketid", "ticketno", "ticketnumber", "caseid", "casenumber", "requestid", "issueid"]),
    ("opened", &["openedat", "createdat", "created", "opendate", "createddate", "submitted", "createdon"]),
    ("resolved", &["resolvedat", "closedat", "solved", "resolutiondate", "resolveddate"]),
    ("deal", &["dealid", "opportunity", "opportunityid", "leadid"]),
    ("stage", &["dealstage", "pipelinestage", "salesstage"]),
    ("owner", &["salesrep", "rep", "accountmanager", "dealowner"]),
];
const PRICES: [&str; 8] =
    ["unitprice", "price", "itemprice", "priceperunit", "preis", "einzelpreis", "stückpreis", "单价"];

/// A column that may be one of a standard table.
pub(super) struct Role {
    pub(super) table: StandardTable,
    pub(super) role: &'static str,
    /// The column; none where the role is computed.
    pub(super) column: Option<String>,
    /// From 0 to 1.
    pub(super) score: f64,
    pub(super) reason: String,
}

/// What is proposed.
pub(in crate::analytics::clean) struct Proposal {
    /// Roles of every table that could be meant, the proposed one first.
    pub(super) roles: Vec<Role>,
    pub(in crate::analytics::clean) table: Option<StandardTable>,
    pub(super) code: Option<String>,
}

impl Proposal {
    /// The role of a column in the proposed table.
    pub(in crate::analytics::clean) fn role_of(&self, column: &str) -> Option<&'static str> {
        let own = self.roles.iter().filter(|role| Some(role.table) == self.table);
        own.into_iter().find(|role| role.column.as_deref() == Some(column)).map(|role| role.role)
    }
}

struct Candidate {
    table: StandardTable,
    roles: Vec<Role>,
    /// Of the needed columns, how many were found; and whether those are all.
    needed: usize,
    is_whole: bool,
    /// `quantity` times a price, where no amount is there.
    product: Option<(String, String)>,
}

/// Looks for the table that it is most likely to be.
pub(in crate::analytics::clean) fn propose(profiled: &Profiled) -> Proposal {
    let mut candidates: Vec<Candidate> = StandardTable::DECLARED
        .into_iter()
        .map(|table| candidate(table, profiled))
        .filter(|it| it.needed > 0)
        .collect();
    // A table that is whole before one that lacks something, then the one that explains most columns; a needed column
    // explains more than one that may be there.
    let rank = |it: &Candidate| (it.is_whole, it.needed * 2 + it.roles.len());
    candidates.sort_by_key(|it| std::cmp::Reverse(rank(it)));
    let best = candidates.first().filter(|it| it.is_whole);
    let table = best.map(|it| it.table);
    let code = best.map(|it| code(it, profiled));
    let roles =
        candidates.into_iter().filter(|it| it.is_whole || table.is_none()).take(2).flat_map(|it| it.roles).collect();
    Proposal { roles, table, code }
}

fn candidate(table: StandardTable, profiled: &Profiled) -> Candidate {
    let mut roles: Vec<Role> = Vec::new();
    let needed: Vec<&StandardColumn> = table.needed().iter().collect();
    let mut taken: Vec<&str> = Vec::new();
    let mut product = None;
    let mut found_needed = 0;
    for (place, wanted) in needed.iter().copied().chain(table.known()).enumerate() {
        let is_needed = place < needed.len();
        // A column that has another standard name of this table is that one.
        let others = needed.iter().copied().chain(table.known()).filter(|it| it.name != wanted.name);
        let others: Vec<String> = others.map(|it| plain(it.name)).collect();
        let free = profiled
            .columns
            .iter()
            .filter(|column| !taken.contains(&column.name.as_str()) && !others.contains(&plain(&column.name)));
        let scored =
            free.filter_map(|column| score(table, wanted, column).map(|(score, reason)| (column, score, reason)));
        // The first of equally good ones.
        let best = scored.fold(None, |best: Option<(&ProfiledColumn, f64, String)>, one| match best {
            Some(best) if best.1 >= one.1 => Some(best),
            _ => Some(one),
        });
        if let Some((column, score, reason)) = best {
            taken.push(&column.name);
            found_needed += usize::from(is_needed);
            roles.push(Role { table, role: wanted.name, column: Some(column.name.clone()), score, reason });
        } else if wanted.name == "amount"
            && table == StandardTable::Transactions
            && let Some((quantity, price)) = quantity_and_price(profiled)
        {
            found_needed += 1;
            let reason = format!("`{quantity}` times `{price}`");
            product = Some((quantity, price));
            roles.push(Role { table, role: "amount", column: None, score: 0.8, reason });
        }
    }
    let mut is_whole = found_needed == needed.len();
    // A table of customers has one row for each of them; that one column is there says little else.
    if table == StandardTable::Customers {
        let customer = roles.iter().find(|role| role.role == "customer").and_then(|role| role.column.clone());
        let column = customer.and_then(|name| profiled.columns.iter().find(|column| column.name == name));
        is_whole &= column.is_some_and(|column| !column.found.has_repeats) && roles.len() > 1;
    }
    Candidate { table, roles, needed: found_needed, is_whole, product }
}

fn quantity_and_price(profiled: &Profiled) -> Option<(String, String)> {
    let is_number = |column: &&ProfiledColumn| holds(Holds::Number, column);
    let quantity = StandardColumn { name: "quantity", holds: Holds::Number, meaning: "" };
    let quantity = profiled
        .columns
        .iter()
        .filter(is_number)
        .find(|column| score(StandardTable::Transactions, &quantity, column).is_some())?;
    let price =
        profiled.columns.iter().filter(is_number).find(|column| PRICES.contains(&plain(&column.name).as_str()))?;
    Some((quantity.name.clone(), price.name.clone()))
}

/// How well a column fits a role, and why; none where it does not.
fn score(table: StandardTable, wanted: &StandardColumn, column: &ProfiledColumn) -> Option<(f64, String)> {
    if !holds(wanted.holds, column) {
        return None;
    }
    let name = plain(&column.name);
    let kinds = column.found.texts.iter().flat_map(|texts| &texts.kinds);
    let held = |kind: Kind| kinds.clone().filter(|(it, _)| **it == kind).map(|(_, held)| held.rows).sum::<u64>();
    let all = there(&column.found).max(1);
    if wanted.name == "email" && held(Kind::Email) * 2 >= all {
        return Some((1.0, "its values are e-mail addresses".to_owned()));
    }
    if wanted.name == "phone" && held(Kind::Phone) * 2 >= all {
        return Some((0.95, "its values are telephone numbers".to_owned()));
    }
    let known = NAMES.iter().find(|(role, _)| *role == wanted.name).map_or(&[][..], |(_, names)| *names);
    let because = |what: &str| format!("{what}; it holds {}", super::answer::main_kind(&column.found, &column.kind));
    if name == plain(wanted.name) {
        return Some((1.0, because("its name is the standard one")));
    }
    if let Some(place) = known.iter().position(|it| *it == name) {
        return Some((0.95 - place as f64 * 0.01, because("its name is a usual one")));
    }
    // The standard name with what tells only that it is a name: `customer_nr`.
    const ENDINGS: [&str; 8] = ["id", "no", "nr", "number", "key", "code", "name", "at"];
    if name.strip_prefix(plain(wanted.name).as_str()).is_some_and(|rest| ENDINGS.contains(&rest)) {
        return Some((0.7, because("its name begins so")));
    }
    // The only key of a table of customers.
    if table == StandardTable::Customers && wanted.name == "customer" && name == "id" && !column.found.has_repeats {
        return Some((0.5, because("no value comes twice")));
    }
    None
}

fn holds(wanted: Holds, column: &ProfiledColumn) -> bool {
    let found = &column.found;
    let there = there(found);
    if there == 0 {
        return true;
    }
    let most = |rows: u64| rows * 10 >= there * 8;
    let packed = found.texts.as_ref().map_or(0, |texts| texts.packed_days.rows);
    let packed_number = found.texts.is_none()
        && found
            .numbers
            .as_ref()
            .is_some_and(|it| it.whole == it.count && it.min >= 19_000_101.0 && it.max <= 20_991_231.0);
    match wanted {
        Holds::Key => {
            found.numbers.as_ref().is_none_or(|it| it.whole == it.count || found.texts.is_some())
                && found.days.as_ref().is_none_or(|it| !most(it.count))
        }
        Holds::Date => found.days.as_ref().is_some_and(|it| most(it.count)) || most(packed) || packed_number,
        Holds::Number => found.numbers.as_ref().is_some_and(|it| most(it.count)),
        Holds::Text => found.texts.is_some() || found.numbers.is_some(),
        Holds::Flag => found.distinct <= 3,
    }
}

/// The line that declares the table.
fn code(candidate: &Candidate, profiled: &Profiled) -> String {
    let mut entries: Vec<String> = Vec::new();
    for role in &candidate.roles {
        if let Some(column) = role.column.as_ref().filter(|column| **column != role.role) {
            entries.push(format!("{}: \"{}\"", role.role, column.replace('\\', "\\\\").replace('"', "\\\"")));
        }
    }
    if let Some(format) = date_format(candidate, profiled) {
        entries.push(format!("date_format: \"{format}\""));
    }
    let computed = candidate
        .product
        .as_ref()
        .map(|(quantity, price)| format!(".with_columns((col(\"{quantity}\") * col(\"{price}\")).alias(\"amount\"))"));
    let map = if entries.is_empty() { String::new() } else { format!("#{{{}}}", entries.join(", ")) };
    format!("frame{}.{}({map})", computed.unwrap_or_default(), candidate.table.word())
}

/// The form of the dates, where the data say that the day or the month comes first.
fn date_format(candidate: &Candidate, profiled: &Profiled) -> Option<String> {
    let needed = candidate.table.needed().iter().find(|column| column.holds == Holds::Date)?;
    let role = candidate.roles.iter().find(|role| role.role == needed.name)?;
    let column = profiled.columns.iter().find(|column| Some(&column.name) == role.column.as_ref())?;
    let texts = column.found.texts.as_ref()?;
    let mut orders: Vec<(Order, char, bool, bool)> = texts
        .kinds
        .keys()
        .filter_map(|kind| match kind {
            Kind::Date(form) if form.order != Order::DayOrMonth => {
                Some((form.order, form.separator, form.short_year, form.has_time))
            }
            _ => None,
        })
        .collect();
    orders.dedup();
    let [(order @ (Order::Day | Order::Month), separator, short, false)] = orders.as_slice() else { return None };
    let year = if *short { "%y" } else { "%Y" };
    let (first, second) = if *order == Order::Day { ("%d", "%m") } else { ("%m", "%d") };
    Some(format!("{first}{separator}{second}{separator}{year}"))
}
