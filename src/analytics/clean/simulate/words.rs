//! The words of made-up people and things.

/// A country with its people and towns.
pub(super) struct Country {
    pub(super) name: &'static str,
    /// How a mobile number begins; eight digits follow.
    pub(super) phone: &'static str,
    /// Regions, each with a town.
    pub(super) places: [(&'static str, &'static str); 5],
    /// First names of women, then of men, each with its letters in an address.
    pub(super) first: [&'static [(&'static str, &'static str)]; 2],
    /// Last names.
    pub(super) last: &'static [(&'static str, &'static str)],
    /// Whether the last name stands first, without a space.
    pub(super) last_first: bool,
}

/// The countries; more customers live in the first ones.
pub(super) const COUNTRIES: [Country; 6] = [
    Country {
        name: "Germany",
        phone: "+49151",
        places: [
            ("Berlin", "Berlin"),
            ("Bavaria", "München"),
            ("Hamburg", "Hamburg"),
            ("Hesse", "Frankfurt am Main"),
            ("Saxony", "Leipzig"),
        ],
        first: [
            &[
                ("Anna", "anna"),
                ("Jürgen-Maria", "juergen.maria"),
                ("Käthe", "kaethe"),
                ("Lena", "lena"),
                ("Sabine", "sabine"),
                ("Ursula", "ursula"),
                ("Birgit", "birgit"),
                ("Mia", "mia"),
                ("Petra", "petra"),
                ("Claudia", "claudia"),
            ],
            &[
                ("Jürgen", "juergen"),
                ("Thomas", "thomas"),
                ("Paul", "paul"),
                ("Björn", "bjoern"),
                ("Stefan", "stefan"),
                ("Michael", "michael"),
                ("Hans", "hans"),
                ("Lukas", "lukas"),
                ("Uwe", "uwe"),
                ("Karl", "karl"),
            ],
        ],
        last: &[
            ("Müller", "mueller"),
            ("Schmidt", "schmidt"),
            ("Schneider", "schneider"),
            ("Fischer", "fischer"),
            ("Weber", "weber"),
            ("Meyer", "meyer"),
            ("Maier", "maier"),
            ("Wagner", "wagner"),
            ("Schäfer", "schaefer"),
            ("Koch", "koch"),
            ("Großmann", "grossmann"),
            ("Krüger", "krueger"),
            ("von Berg", "von.berg"),
            ("Vogel", "vogel"),
            ("Jung", "jung"),
            ("Hoffmann", "hoffmann"),
        ],
        last_first: false,
    },
    Country {
        name: "United Kingdom",
        phone: "+4474",
        places: [
            ("London", "London"),
            ("Greater Manchester", "Manchester"),
            ("Scotland", "Edinburgh"),
            ("Wales", "Cardiff"),
            ("West Midlands", "Birmingham"),
        ],
        first: [
            &[
                ("Olivia", "olivia"),
                ("Catherine", "catherine"),
                ("Katherine", "katherine"),
                ("Emma", "emma"),
                ("Elizabeth", "elizabeth"),
                ("Margaret", "margaret"),
                ("Priya", "priya"),
                ("Siân", "sian"),
                ("Susan", "susan"),
                ("Grace", "grace"),
            ],
            &[
                ("William", "william"),
                ("James", "james"),
                ("Robert", "robert"),
                ("Mohammed", "mohammed"),
                ("Oliver", "oliver"),
                ("Seán", "sean"),
                ("Thomas", "thomas"),
                ("George", "george"),
                ("Richard", "richard"),
                ("Arthur", "arthur"),
            ],
        ],
        last: &[
            ("Smith", "smith"),
            ("Smyth", "smyth"),
            ("Jones", "jones"),
            ("Williams", "williams"),
            ("Taylor", "taylor"),
            ("Brown", "brown"),
            ("Browne", "browne"),
            ("O'Brien", "obrien"),
            ("Clarke", "clarke"),
            ("Patel", "patel"),
            ("MacDonald", "macdonald"),
            ("Wilson", "wilson"),
            ("Evans", "evans"),
            ("Khan", "khan"),
            ("Wright", "wright"),
            ("Green", "green"),
        ],
        last_first: false,
    },
    Country {
        name: "France",
        phone: "+336",
        places: [
            ("Île-de-France", "Paris"),
            ("Auvergne-Rhône-Alpes", "Lyon"),
            ("Occitanie", "Toulouse"),
            ("Bretagne", "Rennes"),
            ("Grand Est", "Strasbourg"),
        ],
        first: [
            &[
                ("Chloé", "chloe"),
                ("Hélène", "helene"),
                ("Marie", "marie"),
                ("Anne-Sophie", "anne-sophie"),
                ("Camille", "camille"),
                ("Zoé", "zoe"),
                ("Françoise", "francoise"),
                ("Louise", "louise"),
            ],
            &[
                ("Jean-Pierre", "jean-pierre"),
                ("François", "francois"),
                ("Étienne", "etienne"),
                ("Louis", "louis"),
                ("Théo", "theo"),
                ("Hugo", "hugo"),
                ("Benoît", "benoit"),
                ("Paul", "paul"),
            ],
        ],
        last: &[
            ("Martin", "martin"),
            ("Bernard", "bernard"),
            ("Dubois", "dubois"),
            ("Lefèvre", "lefevre"),
            ("Lefebvre", "lefebvre"),
            ("Moreau", "moreau"),
            ("Garçon", "garcon"),
            ("Noël", "noel"),
            ("d'Arc", "darc"),
            ("Petit", "petit"),
            ("Durand", "durand"),
            ("Girard", "girard"),
        ],
        last_first: false,
    },
    Country {
        name: "Spain",
        phone: "+346",
        places: [
            ("Comunidad de Madrid", "Madrid"),
            ("Cataluña", "Barcelona"),
            ("Andalucía", "Sevilla"),
            ("Comunidad Valenciana", "Valencia"),
            ("País Vasco", "Bilbao"),
        ],
        first: [
            &[
                ("María", "maria"),
                ("Lucía", "lucia"),
                ("Carmen", "carmen"),
                ("Begoña", "begona"),
                ("Sofía", "sofia"),
                ("Elena", "elena"),
            ],
            &[
                ("José", "jose"),
                ("Íñigo", "inigo"),
                ("Antonio", "antonio"),
                ("Javier", "javier"),
                ("Ángel", "angel"),
                ("Pablo", "pablo"),
            ],
        ],
        last: &[
            ("García López", "garcia.lopez"),
            ("Martínez", "martinez"),
            ("Núñez", "nunez"),
            ("Fernández Ruiz", "fernandez.ruiz"),
            ("González", "gonzalez"),
            ("Pérez", "perez"),
            ("Sánchez", "sanchez"),
            ("Muñoz", "munoz"),
        ],
        last_first: false,
    },
    Country {
        name: "China",
        phone: "+86138",
        places: [("北京", "北京"), ("上海", "上海"), ("广东", "深圳"), ("浙江", "杭州"), ("四川", "成都")],
        first: [
            &[
                ("芳", "fang"),
                ("秀英", "xiuying"),
                ("娜", "na"),
                ("敏", "min"),
                ("静", "jing"),
                ("丽", "li"),
                ("婷婷", "tingting"),
                ("雪", "xue"),
            ],
            &[
                ("伟", "wei"),
                ("强", "qiang"),
                ("磊", "lei"),
                ("军", "jun"),
                ("建国", "jianguo"),
                ("明", "ming"),
                ("志强", "zhiqiang"),
                ("浩然", "haoran"),
            ],
        ],
        last: &[
            ("王", "wang"),
            ("李", "li"),
            ("张", "zhang"),
            ("章", "zhang"),
            ("刘", "liu"),
            ("陈", "chen"),
            ("杨", "yang"),
            ("赵", "zhao"),
            ("吕", "lv"),
            ("欧阳", "ouyang"),
        ],
        last_first: true,
    },
    Country {
        name: "Poland",
        phone: "+4850",
        places: [
            ("Mazowieckie", "Warszawa"),
            ("Małopolskie", "Kraków"),
            ("Łódzkie", "Łódź"),
            ("Pomorskie", "Gdańsk"),
            ("Dolnośląskie", "Wrocław"),
        ],
        first: [
            &[
                ("Zofia", "zofia"),
                ("Małgorzata", "malgorzata"),
                ("Agnieszka", "agnieszka"),
                ("Ewa", "ewa"),
                ("Grażyna", "grazyna"),
            ],
            &[
                ("Łukasz", "lukasz"),
                ("Paweł", "pawel"),
                ("Krzysztof", "krzysztof"),
                ("Jan", "jan"),
                ("Michał", "michal"),
            ],
        ],
        last: &[
            ("Nowak", "nowak"),
            ("Wójcik", "wojcik"),
            ("Zieliński", "zielinski"),
            ("Dąbrowski", "dabrowski"),
            ("Kowalczyk", "kowalczyk"),
            ("Mazur", "mazur"),
            ("Żak", "zak"),
        ],
        last_first: false,
    },
];

/// Shares of the customers that live in each country.
pub(super) const LIVING: [f64; COUNTRIES.len()] = [0.3, 0.22, 0.16, 0.12, 0.12, 0.08];

/// Domains that are kept for examples: no message reaches anybody.
pub(super) const DOMAINS: [&str; 4] = ["example.com", "example.org", "example.net", "mail.example"];

/// Kinds of products, each with the part of the price that it costs the seller.
pub(super) const CATEGORIES: [(&str, f64); 12] = [
    ("books", 0.62),
    ("garden", 0.48),
    ("kitchen", 0.52),
    ("toys", 0.5),
    ("sports", 0.55),
    ("shoes", 0.45),
    ("office", 0.58),
    ("pets", 0.6),
    ("music", 0.65),
    ("health", 0.4),
    ("travel", 0.7),
    ("jewellery", 0.35),
];

/// Where is bought; the last two are no screens.
pub(super) const CHANNELS: [&str; 4] = ["web", "app", "shop", "phone"];

/// Whether a channel is one of the screens, on which visits are seen.
pub(super) fn is_online(channel: usize) -> bool {
    channel < 2
}

/// What brings somebody to the shop.
pub(super) const CAMPAIGNS: [&str; 6] = ["newsletter", "search", "social", "spring sale", "affiliate", "retargeting"];

/// What is said, by how content somebody is: not, middling, well.
pub(super) const SAID: [&[&str]; 3] = [
    &[
        "Delivery took three weeks and nobody answered.",
        "Das Paket kam beschädigt an.",
        "Très déçue, le produit ne correspond pas à la photo.",
        "质量很差，不会再买了。",
        "The refund is still missing!",
        "Nunca llegó mi pedido :(",
    ],
    &["It is okay.", "Ganz in Ordnung, aber teuer.", "Correct, sans plus.", "一般般，物流有点慢。", "Fine, I suppose."],
    &[
        "Great service, thank you!",
        "Schnell geliefert, gerne wieder.",
        "Parfait, je recommande 👍",
        "非常满意，客服很耐心。",
        "Everything as described.",
        "Muy buena calidad.",
    ],
];

/// About what is said and asked, each with a request.
pub(super) const TOPICS: [(&str, &str); 5] = [
    ("delivery", "Where is my parcel?"),
    ("quality", "The product arrived broken."),
    ("price", "The voucher was not taken off."),
    ("invoice", "I need an invoice with our address."),
    ("account", "I cannot log in any more."),
];

/// How urgent a request is, each with its share and the hours in which it is mostly answered and solved.
pub(super) const PRIORITIES: [(&str, f64, f64, f64); 3] =
    [("low", 0.5, 20.0, 90.0), ("normal", 0.38, 8.0, 40.0), ("high", 0.12, 1.5, 10.0)];

/// Stages of a deal before it ends, each with the chance to go on from it.
pub(super) const STAGES: [(&str, f64); 4] =
    [("lead", 0.65), ("qualified", 0.7), ("proposal", 0.65), ("negotiation", 0.75)];

/// Who sells.
pub(super) const OWNERS: [&str; 5] = ["Amara", "Bruno", "Chiara", "David", "Emre"];

/// Where deals come from.
pub(super) const SOURCES: [&str; 4] = ["referral", "fair", "website", "cold call"];

/// How likely an order is in each hour of the day.
pub(super) const HOURS: [f64; 24] = [
    0.8, 0.4, 0.2, 0.1, 0.1, 0.3, 1.0, 2.2, 3.5, 4.6, 5.2, 5.4, 5.6, 5.0, 4.8, 4.8, 5.2, 5.8, 6.6, 7.6, 8.0, 6.8, 4.4,
    2.0,
];
