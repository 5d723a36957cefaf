//! Fitted models: asking them, and their text in files.

use regulars_plugin::{ColumnKind, Context, Failure, Given, Host, Manual, Model, Result};
use serde_json::{Map, Value, json};

use super::entry::{answer, foresee_answer, prepare};
use super::made_of::Inputs;
use super::{Answer, Catalogue, Entry, Record};
use crate::table::{About, Cell, Frame};

impl Catalogue {
    /// Asks a model: calls one of its methods, on a table where one is given.
    pub fn ask(
        &self,
        model: &Record,
        name: &str,
        given: Given<Frame>,
        options: &Map<String, Value>,
        context: &Context<'_>,
    ) -> Result<Answer> {
        let maker = self.maker(model)?;
        let (method, manual) = maker.method(name)?;
        let fits = if given.tables.is_empty() { model.table.as_slice() } else { &given.tables };
        refuse_tables(manual, &given.tables)?;
        prepare(manual, fits, &given.beside, options, context)?;
        let first = fits.first().cloned();
        let inputs = Inputs::of(manual, &Given { tables: fits.to_vec(), ..given.clone() }, options).and_model(model);
        let state = model.model.clone().unwrap_or_default();
        let given = Given { model: Some(Model { state, table: model.table.clone() }), ..given };
        let output = maker.ask(method, options, given, context).map_err(|failure| failure.within(&manual.name))?;
        Ok(inputs.of_answer(manual, answer(manual, output, first.as_ref())?))
    }

    /// What a method of a model will answer, without running it.
    pub fn foresee_ask(
        &self,
        model: &Record,
        name: &str,
        given: &Given<Frame>,
        options: &Map<String, Value>,
    ) -> Result<Option<Answer>> {
        let manual = self.maker(model)?.method(name)?.1;
        refuse_tables(manual, &given.tables)?;
        let tables = if given.tables.is_empty() { model.table.as_slice() } else { &given.tables };
        foresee_answer(manual, tables, &given.beside, options)
    }

    /// The function that made a record.
    fn maker(&self, model: &Record) -> Result<&Entry> {
        self.get(&model.function).ok_or_else(|| {
            Failure::new(format!("the function `{}` that made this is not there", model.function))
                .help("was its plugin loaded when the model was fitted?")
        })
    }

    /// The names of all methods of models, each once.
    pub fn method_names(&self) -> Vec<&str> {
        let mut names: Vec<&str> = self.entries.iter().flat_map(Entry::method_names).collect();
        names.sort_unstable();
        names.dedup();
        names
    }
}

/// A method that works on no table refuses one.
fn refuse_tables(manual: &Manual, tables: &[Frame]) -> Result<()> {
    if tables.len() <= manual.tables.len() {
        return Ok(());
    }
    Err(Failure::new(format!("`{}` works on the model alone, but a table was given", manual.name))
        .help(format!("write `model.{}(…)` without it", manual.name)))
}

/// What a file must say of itself to be read as a model.
const MARK: &str = "regulars_model";
/// The version of the file's shape.
const SHAPE: u64 = 1;

impl Catalogue {
    /// A model as readable text: figures, further tables, notes and state, without the rows that it was fitted on.
    pub fn text_of_model(&self, model: &Record, host: &dyn Host) -> Result<String> {
        let Some(state) = &model.model else {
            return Err(Failure::new(format!("the answer of `{}` is no model", model.function))
                .help("only fitted models are saved so; write a table with `answer.table().save(\"file.csv\")`"));
        };
        let mut tables = Map::new();
        for (name, frame) in &model.further {
            let data = frame.data(host)?;
            let mut columns = Map::new();
            for column in data.names() {
                columns.insert(column.to_owned(), data.cells(column)?.iter().map(Cell::to_json).collect());
            }
            tables.insert(name.clone(), Value::Object(columns));
        }
        let file = json!({
            MARK: SHAPE,
            "function": model.function,
            "figures": model.figures,
            "tables": tables,
            "notes": model.notes,
            "state": state,
        });
        Ok(format!("{file:#}\n"))
    }

    /// Reads what [`text_of_model`](Catalogue::text_of_model) wrote.
    pub fn read_model(&self, text: &str) -> Result<Record> {
        let no_model = |what: &str| {
            Failure::new(format!("this is no file of a model: {what}"))
                .help("`model.save(\"model.json\")` writes one, `load_model(\"model.json\")` reads it")
        };
        let file: Value = serde_json::from_str(text).map_err(|_| no_model("it is not JSON"))?;
        match file.get(MARK).and_then(Value::as_u64) {
            Some(SHAPE) => {}
            Some(other) => {
                return Err(Failure::new(format!("the file has shape {other}, this program reads shape {SHAPE}"))
                    .help("it was written by a later version: fit the model again, or take that version"));
            }
            None => return Err(no_model(&format!("it does not say `{MARK}`"))),
        }
        let function = file.get("function").and_then(Value::as_str).ok_or_else(|| no_model("no function is named"))?;
        let manual = self
            .get(function)
            .ok_or_else(|| {
                Failure::new(format!("it is a model of `{function}`, and there is no such function"))
                    .help("is it one of a plugin? load the plugin first")
            })?
            .manual();
        let figures =
            file.get("figures").and_then(Value::as_object).ok_or_else(|| no_model("`figures` are missing"))?;
        let state = file.get("state").ok_or_else(|| no_model("`state` is missing"))?;
        let mut further = Vec::new();
        for declared in &manual.further {
            let Some(found) = file.get("tables").and_then(|tables| tables.get(&declared.name)) else { continue };
            let mut columns = Vec::new();
            for column in &declared.columns {
                let cells = found.get(&column.name).and_then(Value::as_array).ok_or_else(|| {
                    no_model(&format!("the table `{}` has no column `{}`", declared.name, column.name))
                })?;
                columns.push((column.name.clone(), cells.iter().map(|cell| cell_of(cell, column.holds)).collect()));
            }
            let about = About { columns: declared.columns.clone(), chart: declared.chart.clone(), ..About::default() };
            further.push((declared.name.clone(), Frame::from_cells(&columns)?.with_about(about)));
        }
        let notes = file.get("notes").and_then(Value::as_array).into_iter().flatten();
        Ok(Record {
            function: function.to_owned(),
            figures: figures.clone(),
            meanings: manual.figures.clone(),
            table: None,
            further,
            model: Some(state.clone()),
            drawing: None,
            notes: notes.filter_map(Value::as_str).map(str::to_owned).collect(),
            chart: manual.chart.clone(),
        })
    }
}

fn cell_of(value: &Value, holds: ColumnKind) -> Cell {
    match value {
        Value::Bool(flag) => Cell::Flag(*flag),
        Value::Number(number) => match number.as_i64().filter(|_| holds != ColumnKind::Number) {
            Some(whole) => Cell::Integer(whole),
            None => number.as_f64().map_or(Cell::Missing, Cell::Number),
        },
        Value::String(text) if holds == ColumnKind::Date => text.parse().map_or(Cell::Missing, Cell::Date),
        Value::String(text) => Cell::Text(text.clone()),
        Value::Null | Value::Array(_) | Value::Object(_) => Cell::Missing,
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::panic, reason = "a test stops where it finds something else")]
mod tests {
    use regulars_plugin::{Family, Fitted, FittedOn, Function, Output, Quiet, Registered, TableManual};
    use schemars::JsonSchema;
    use serde::{Deserialize, Serialize};

    use super::*;
    use crate::table::FrameBuilder;

    /// Fits the mean of a column.
    #[derive(Debug, Default, Deserialize, JsonSchema)]
    #[serde(default, deny_unknown_fields)]
    struct Mean {
        /// Which column.
        column: regulars_plugin::ColumnName,
    }

    #[derive(Serialize, Deserialize)]
    struct State {
        column: String,
        mean: f64,
    }

    /// The values below and above.
    #[derive(JsonSchema)]
    #[allow(dead_code, reason = "a declaration")]
    struct Side {
        /// "below" or "above".
        side: String,
        /// How many.
        values: i64,
    }

    /// The figures.
    #[derive(Serialize, JsonSchema)]
    struct Figures {
        /// The mean.
        mean: f64,
    }

    /// A distance.
    #[derive(JsonSchema)]
    #[allow(dead_code, reason = "a declaration")]
    struct Distance {
        /// How far from the mean.
        distance: f64,
    }

    /// How far each value lies from the mean.
    #[derive(Debug, Default, Deserialize, JsonSchema)]
    #[serde(default, deny_unknown_fields)]
    struct Predict {}

    /// Twice the mean.
    #[derive(Debug, Default, Deserialize, JsonSchema)]
    #[serde(default, deny_unknown_fields)]
    struct Double {}

    fn numbers(frame: &Frame, column: &str) -> Result<Vec<f64>> {
        Ok(frame.data(&Quiet)?.numbers(column)?.into_iter().flatten().collect())
    }

    impl Function for Mean {
        const FAMILY: Family = Family::Value;
        type Input = Frame;
        type Row = regulars_plugin::Nothing;
        type Figures = Figures;
        fn further_tables() -> Vec<TableManual> {
            vec![TableManual::of::<Side>("sides")]
        }
        fn methods() -> Vec<Registered<Frame>> {
            vec![Registered::of::<Predict>(), Registered::of::<Double>()]
        }
        fn run(&self, frame: Frame, _: &Context<'_>) -> Result<Output<Frame, Figures>> {
            let values = numbers(&frame, self.column.as_str())?;
            let mean = values.iter().sum::<f64>() / values.len() as f64;
            let below = values.iter().filter(|value| **value < mean).count();
            let sides = FrameBuilder::empty()
                .texts("side", ["below", "above"].into_iter())
                .integers("values", [below as i64, (values.len() - below) as i64].into_iter())
                .build()?;
            Output::figures(Figures { mean })
                .with_table("sides", sides)
                .with_model(&State { column: self.column.0.clone(), mean })
        }
    }

    impl Function for Predict {
        const FAMILY: Family = Family::Value;
        type Input = FittedOn<State, Frame>;
        type Row = Distance;
        type Figures = regulars_plugin::Nothing;
        fn run(&self, input: Self::Input, _: &Context<'_>) -> Result<Output<Frame, regulars_plugin::Nothing>> {
            let values = numbers(&input.table, &input.state.column)?;
            let distances = values.iter().map(|value| value - input.state.mean);
            Ok(Output::table(FrameBuilder::empty().numbers("distance", distances).build()?))
        }
    }

    impl Function for Double {
        const FAMILY: Family = Family::Value;
        type Input = Fitted<State, Frame>;
        type Row = regulars_plugin::Nothing;
        type Figures = Figures;
        fn run(&self, input: Self::Input, _: &Context<'_>) -> Result<Output<Frame, Figures>> {
            Ok(Output::figures(Figures { mean: 2.0 * input.state.mean }))
        }
    }

    fn with_mean() -> Catalogue {
        let mut catalogue = Catalogue::new(Vec::new());
        catalogue.places.insert("mean".to_owned(), catalogue.entries.len());
        catalogue.entries.push(Entry::built_in(Registered::of::<Mean>()));
        catalogue
    }

    fn amounts(values: &[f64]) -> Frame {
        Frame::from_cells(&[("amount".to_owned(), values.iter().map(|value| Cell::Number(*value)).collect())]).unwrap()
    }

    fn record(answer: Answer) -> Record {
        match answer {
            Answer::Record(record) => *record,
            Answer::Frame(_) => panic!("a frame"),
        }
    }

    fn options(json: Value) -> Map<String, Value> {
        json.as_object().cloned().unwrap_or_default()
    }

    #[test]
    fn a_model_is_asked_saved_and_asked_again() {
        let catalogue = with_mean();
        let context = Context::quiet();
        let entry = catalogue.get("mean").unwrap();
        let frame = amounts(&[1.0, 2.0, 6.0]);
        let model = record(
            entry.call(Given::tables(vec![frame.clone()]), &options(json!({"column": "amount"})), &context).unwrap(),
        );
        assert_eq!(model.figures["mean"], json!(3.0));
        let text = catalogue.text_of_model(&model, &Quiet).unwrap();
        let loaded = catalogue.read_model(&text).unwrap();
        for one in [&model, &loaded] {
            let answer =
                catalogue.ask(one, "predict", Given::tables(vec![amounts(&[5.0])]), &Map::new(), &context).unwrap();
            let Answer::Frame(distances) = answer else { panic!("a record") };
            assert_eq!(numbers(&distances, "distance").unwrap(), [2.0]);
            let double =
                record(catalogue.ask(one, "double", Given::tables(Vec::new()), &Map::new(), &context).unwrap());
            assert_eq!(double.figures["mean"], json!(6.0));
            assert_eq!(numbers(&one.further[0].1, "values").unwrap(), [2.0, 1.0]);
        }
        assert_eq!(catalogue.text_of_model(&loaded, &Quiet).unwrap(), text);
    }

    #[test]
    fn what_cannot_be_asked_is_told() {
        let catalogue = with_mean();
        let context = Context::quiet();
        let entry = catalogue.get("mean").unwrap();
        let told = |failure: Failure| failure.to_string();
        let near = entry
            .call(Given::tables(vec![amounts(&[1.0])]), &options(json!({"column": "amuont"})), &context)
            .err()
            .unwrap();
        assert!(told(near).contains("did you mean `amount`"));
        let model = record(
            entry.call(Given::tables(vec![amounts(&[1.0])]), &options(json!({"column": "amount"})), &context).unwrap(),
        );
        let ask = |name: &str, tables| {
            told(catalogue.ask(&model, name, Given::tables(tables), &Map::new(), &context).err().unwrap())
        };
        assert!(ask("predcit", Vec::new()).contains("did you mean `predict`"));
        assert!(ask("predict", Vec::new()).contains("no rows of its own"));
        assert!(ask("double", vec![amounts(&[1.0])]).contains("works on the model alone"));
        let read = |text: &str| told(catalogue.read_model(text).err().unwrap());
        assert!(read("{").contains("no file of a model"));
        assert!(read("{}").contains("does not say"));
        assert!(read("{\"regulars_model\": 9}").contains("shape 9"));
        assert!(read("{\"regulars_model\": 1, \"function\": \"nix\"}").contains("no such function"));
    }

    #[test]
    fn a_model_is_foreseen() {
        let catalogue = with_mean();
        let entry = catalogue.get("mean").unwrap();
        let foreseen =
            entry.foresee(&Given::tables(vec![amounts(&[])]), &options(json!({"column": "amount"}))).unwrap();
        let model = record(foreseen.unwrap());
        assert_eq!(model.further[0].1.names(), ["side", "values"]);
        let answer = catalogue.foresee_ask(&model, "predict", &Given::tables(vec![amounts(&[])]), &Map::new()).unwrap();
        assert!(matches!(answer, Some(Answer::Frame(frame)) if frame.names() == ["distance"]));
        assert!(
            catalogue.foresee_ask(&model, "predict", &Given::tables(Vec::new()), &options(json!({"x": 1}))).is_err()
        );
    }
}
