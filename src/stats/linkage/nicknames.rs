//! Short forms of given names, English ones.

use std::collections::BTreeMap;

/// Formal names, each with its usual short forms. A short form of several names, such as "al", belongs to all of them.
const FORMAL: &[(&str, &str)] = &[
    ("abigail", "abby gail"),
    ("abraham", "abe"),
    ("albert", "al bert"),
    ("alexander", "alex sandy xander al"),
    ("alexandra", "alex sandra lexi"),
    ("alfred", "alf alfie fred al"),
    ("amanda", "mandy"),
    ("andrew", "andy drew"),
    ("anthony", "tony ant"),
    ("arthur", "art"),
    ("barbara", "barb barbie babs"),
    ("benjamin", "ben benny benji"),
    ("bernard", "bernie"),
    ("bradley", "brad"),
    ("cameron", "cam"),
    ("caroline", "carrie caz"),
    ("catherine", "cathy cath kate katie cat kitty"),
    ("charles", "charlie chuck chas"),
    ("charlotte", "charlie lottie"),
    ("christina", "chris chrissy tina"),
    ("christine", "chris chrissy tina"),
    ("christopher", "chris kit topher"),
    ("cynthia", "cindy"),
    ("daniel", "dan danny"),
    ("danielle", "dani"),
    ("david", "dave davy"),
    ("deborah", "deb debbie debs"),
    ("dennis", "den denny"),
    ("dominic", "dom nic"),
    ("donald", "don donnie"),
    ("dorothy", "dot dottie dolly"),
    ("edward", "ed eddie ted ned teddy"),
    ("eleanor", "ellie nell nellie nora"),
    ("elizabeth", "liz lizzie beth betty eliza lisa libby bess betsy"),
    ("emily", "em emmy millie"),
    ("eugene", "gene"),
    ("evelyn", "eve evie"),
    ("florence", "flo florrie"),
    ("frances", "fran frankie"),
    ("francis", "frank frankie"),
    ("frederick", "fred freddie freddy"),
    ("gabriel", "gabe"),
    ("geoffrey", "geoff"),
    ("george", "georgie"),
    ("gerald", "gerry jerry"),
    ("gregory", "greg"),
    ("harold", "harry hal"),
    ("harrison", "harry"),
    ("henry", "harry hank hal"),
    ("isabella", "izzy bella isa"),
    ("jacob", "jake"),
    ("jacqueline", "jackie jacqui"),
    ("james", "jim jimmy jamie"),
    ("janet", "jan"),
    ("jeffrey", "jeff"),
    ("jennifer", "jen jenny"),
    ("jessica", "jess jessie"),
    ("joanna", "jo joanne"),
    ("john", "jack johnny jon"),
    ("jonathan", "jon jonny john nathan"),
    ("joseph", "joe joey"),
    ("joshua", "josh"),
    ("judith", "judy jude"),
    ("katherine", "kathy kath kate katie kat kitty"),
    ("kenneth", "ken kenny"),
    ("kimberly", "kim"),
    ("lawrence", "larry laurie"),
    ("leonard", "leo len lenny"),
    ("louis", "lou louie"),
    ("louise", "lou"),
    ("margaret", "maggie meg peggy marge madge greta"),
    ("matthew", "matt matty"),
    ("maxwell", "max"),
    ("michael", "mike mick mickey mikey"),
    ("mohammed", "mo muhammad mohamed mohammad"),
    ("nathaniel", "nate nathan nat"),
    ("nicholas", "nick nicky nico"),
    ("nicole", "nicky nikki"),
    ("oliver", "ollie"),
    ("olivia", "liv livvy"),
    ("pamela", "pam"),
    ("patricia", "pat patty trish tricia"),
    ("patrick", "pat paddy"),
    ("peter", "pete"),
    ("philip", "phil pip"),
    ("rebecca", "becca becky"),
    ("richard", "rick dick rich ricky richie"),
    ("robert", "rob bob robbie bobby bert"),
    ("ronald", "ron ronnie"),
    ("samuel", "sam sammy"),
    ("samantha", "sam sammy"),
    ("stephen", "steve steven"),
    ("susan", "sue susie suzy"),
    ("theodore", "theo ted teddy"),
    ("thomas", "tom tommy"),
    ("timothy", "tim timmy"),
    ("victoria", "vicky tori"),
    ("vincent", "vince vinny"),
    ("walter", "walt wally"),
    ("wilfred", "wilf"),
    ("william", "will bill billy willy liam"),
    ("zachary", "zach zack"),
];

/// The formal names behind short forms.
#[derive(Debug, Clone)]
pub struct Nicknames {
    /// Each name with the numbers of its formal names, in rising order.
    of: BTreeMap<String, Vec<u32>>,
}

impl Nicknames {
    /// The table, and further pairs of a short form and its formal name, both folded.
    pub fn with(further: impl IntoIterator<Item = (String, String)>) -> Nicknames {
        let mut numbers: BTreeMap<String, u32> = BTreeMap::new();
        let mut pairs: Vec<(String, String)> = Vec::new();
        for (formal, short) in FORMAL {
            pairs.extend(short.split(' ').map(|short| (short.to_owned(), (*formal).to_owned())));
        }
        pairs.extend(further);
        let mut of: BTreeMap<String, Vec<u32>> = BTreeMap::new();
        for (short, formal) in pairs {
            let next = numbers.len() as u32;
            let number = *numbers.entry(formal.clone()).or_insert(next);
            of.entry(formal).or_default().push(number);
            of.entry(short).or_default().push(number);
        }
        for names in of.values_mut() {
            names.sort_unstable();
            names.dedup();
        }
        Nicknames { of }
    }

    /// The numbers of the formal names that a folded name can stand for; none where the table does not know it.
    pub fn formal(&self, name: &str) -> &[u32] {
        self.of.get(name).map_or(&[], Vec::as_slice)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_forms_share_a_formal_name() {
        let table = Nicknames::with([("sanyi".to_owned(), "alexander".to_owned())]);
        let share = |one: &str, two: &str| table.formal(one).iter().any(|name| table.formal(two).contains(name));
        assert!(share("bob", "robert") && share("bob", "rob") && share("sanyi", "alex") && share("bill", "william"));
        assert!(!share("bob", "william") && !share("nobody", "nobody"));
    }
}
