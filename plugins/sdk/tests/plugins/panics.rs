//! A plugin of the author's kit whose functions panic, each in its own place. The host's tests load it.
#![allow(missing_docs, clippy::panic, unreachable_pub, reason = "nobody reads its manual; panics are what it is for")]

use regulars_plugin::{
    Context, Family, Fitted, Function, Nothing, Output, Registered, Result, StandardTable, Table, TakesTable, export,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Panics when it is dropped.
#[derive(Debug, Default, Serialize, Deserialize, JsonSchema)]
pub struct Bomb {
    /// Nothing.
    armed: bool,
}

impl Drop for Bomb {
    fn drop(&mut self) {
        if self.armed {
            panic!("dropped");
        }
    }
}

/// Declares a function that takes any table and answers with one figure.
macro_rules! breaks {
    ($name:ident, $words:literal, $figures:ty, $run:expr) => {
        #[doc = $words]
        #[derive(Debug, Default, Deserialize, JsonSchema)]
        #[serde(default, deny_unknown_fields)]
        pub struct $name {}

        impl Function for $name {
            const FAMILY: Family = Family::Clean;
            type Input = Table;
            type Row = Nothing;
            type Figures = $figures;
            fn run(&self, table: Table, context: &Context<'_>) -> Result<Output<Table, $figures>> {
                let run: fn(Table, &Context<'_>) -> Result<Output<Table, $figures>> = $run;
                run(table, context)
            }
        }
    };
}

breaks!(Fine, "Answers.", Nothing, |_, _| Ok(Output::figures(Nothing {})));
breaks!(InTheWork, "Panics in the fit.", Nothing, |table, _| panic!("row 7 of {}", table.height()));
breaks!(WithoutWords, "Throws something that is no text.", Nothing, |_, _| std::panic::panic_any(7));
breaks!(WithABomb, "Throws something that panics when it is dropped.", Nothing, |_, _| {
    std::panic::panic_any(Bomb { armed: true })
});
breaks!(InTheAnswer, "Answers with figures that panic when they are dropped.", Bomb, |_, _| {
    Ok(Output::figures(Bomb { armed: true }))
});
breaks!(TwiceAtOnce, "Panics, and once more on the way out.", Nothing, |_, _| {
    let _bomb = Bomb { armed: true };
    panic!("the first")
});
breaks!(OnAnotherThread, "Panics on a thread of its own.", Nothing, |_, _| {
    let ended = std::thread::spawn(|| panic!("elsewhere")).join();
    Ok(Output::figures(Nothing {}).note(format!("the thread broke off: {}", ended.is_err())))
});

/// Panics when it is dropped, after it has answered.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct InItself {}

impl Drop for InItself {
    fn drop(&mut self) {
        // Not where the manual is written, which makes one for the defaults.
        if WORKED.get() {
            panic!("the options are gone");
        }
    }
}

thread_local! {
    static WORKED: std::cell::Cell<bool> = const { std::cell::Cell::new(false) };
}

impl Function for InItself {
    const FAMILY: Family = Family::Clean;
    type Input = Table;
    type Row = Nothing;
    type Figures = Nothing;
    fn run(&self, _: Table, _: &Context<'_>) -> Result<Output<Table, Nothing>> {
        WORKED.set(true);
        Ok(Output::figures(Nothing {}))
    }
}

/// Fits a model whose state panics when a method is done with it.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct InTheModel {}

impl Function for InTheModel {
    const FAMILY: Family = Family::Clean;
    type Input = Table;
    type Row = Nothing;
    type Figures = Nothing;
    fn methods() -> Vec<Registered<Table>> {
        vec![Registered::of::<Asked>()]
    }
    fn run(&self, _: Table, _: &Context<'_>) -> Result<Output<Table, Nothing>> {
        let state = std::mem::ManuallyDrop::new(Bomb { armed: true });
        Output::figures(Nothing {}).with_model(&*state)
    }
}

/// Asks the model, and drops it.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Asked {}

impl Function for Asked {
    const FAMILY: Family = Family::Clean;
    type Input = Fitted<Bomb, Table>;
    type Row = Nothing;
    type Figures = Nothing;
    fn run(&self, _: Self::Input, _: &Context<'_>) -> Result<Output<Table, Nothing>> {
        Ok(Output::figures(Nothing {}))
    }
}

/// Takes a table that panics while it is taken.
pub struct Broken;

impl TakesTable for Broken {
    type Table = Table;
    const TABLE: StandardTable = StandardTable::Frame;
    fn take(_: Table) -> Result<Self> {
        panic!("no such table")
    }
}

/// Panics while its table is taken.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct OnTaking {}

impl Function for OnTaking {
    const FAMILY: Family = Family::Clean;
    type Input = Broken;
    type Row = Nothing;
    type Figures = Nothing;
    fn run(&self, _: Broken, _: &Context<'_>) -> Result<Output<Table, Nothing>> {
        Ok(Output::figures(Nothing {}))
    }
}

export!(
    Fine,
    InTheWork,
    WithoutWords,
    WithABomb,
    InTheAnswer,
    TwiceAtOnce,
    OnAnotherThread,
    InItself,
    InTheModel,
    OnTaking
);
