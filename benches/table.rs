//! Tables in Markdown: what was measured, the figure, its ratios to others, and the budgets of these.

use std::fmt::Write as _;

/// The tables of a section, which are printed as they come.
#[derive(Default)]
pub(crate) struct Report {
    pub(crate) tables: Vec<Table>,
}

impl Report {
    pub(crate) fn add(&mut self, table: Table) {
        println!("\n{}", table.markdown());
        self.tables.push(table);
    }
}

pub(crate) struct Table {
    pub(crate) title: String,
    pub(crate) rows: Vec<Row>,
    /// Whether it is in the picture.
    pub(crate) is_drawn: bool,
    /// Lines below the table.
    pub(crate) notes: Vec<String>,
}

/// A figure with its unit.
#[derive(Clone, Copy)]
pub(crate) enum Figure {
    Seconds(f64),
    Bytes(u64),
    Memory(u64),
    Count(u64),
}

pub(crate) struct Row {
    pub(crate) what: String,
    pub(crate) figure: Figure,
    /// The most that the figure may be.
    limit: Option<Figure>,
    ratios: Vec<Ratio>,
}

struct Ratio {
    value: f64,
    to: String,
    limit: Option<f64>,
}

impl Table {
    pub(crate) fn new(title: impl Into<String>) -> Self {
        Table { title: title.into(), rows: Vec::new(), is_drawn: false, notes: Vec::new() }
    }

    pub(crate) fn drawn(mut self) -> Self {
        self.is_drawn = true;
        self
    }

    pub(crate) fn add(&mut self, row: Row) {
        self.rows.push(row);
    }

    pub(crate) fn markdown(&self) -> String {
        let mut text =
            format!("### {}\n\n| what | figure | ratio | budget |\n|---|---|---|---|\n", self.title);
        for row in &self.rows {
            let mut first = [row.what.clone(), row.figure.text()];
            let mut limit = row.limit.map(|limit| budget(&limit.text(), row.figure.value() > limit.value()));
            for ratio in &row.ratios {
                let limit =
                    limit.take().or(ratio.limit.map(|most| budget(&most.to_string(), ratio.value > most)));
                line(&mut text, &first, &format!("{:.2} × {}", ratio.value, ratio.to), limit);
                first = [const { String::new() }; 2];
            }
            if row.ratios.is_empty() {
                line(&mut text, &first, "", limit);
            }
        }
        for note in &self.notes {
            write!(text, "\n{note}\n").unwrap();
        }
        text
    }
}

/// `|` ends a cell, also where it stands in backticks.
fn line(text: &mut String, [what, figure]: &[String; 2], ratio: &str, budget: Option<String>) {
    let cells = [what, figure, ratio, &budget.unwrap_or_default()].map(|cell| cell.replace('|', "\\|"));
    writeln!(text, "| {} |", cells.join(" | ")).unwrap();
}

fn budget(limit: &str, is_missed: bool) -> String {
    if is_missed { format!("at most {limit}, **missed**") } else { format!("at most {limit}") }
}

impl Row {
    pub(crate) fn new(what: impl Into<String>, figure: Figure) -> Self {
        Row { what: what.into(), figure, limit: None, ratios: Vec::new() }
    }

    pub(crate) fn seconds(what: impl Into<String>, seconds: f64) -> Self {
        Row::new(what, Figure::Seconds(seconds))
    }

    pub(crate) fn at_most(mut self, limit: Figure) -> Self {
        self.limit = Some(limit);
        self
    }

    /// Compares the figure with that of another.
    pub(crate) fn against(self, value: f64, to: &str) -> Self {
        self.ratio(value, to, None)
    }

    pub(crate) fn within(self, limit: f64, value: f64, to: &str) -> Self {
        self.ratio(value, to, Some(limit))
    }

    /// There is no ratio to nothing, as which a small difference may come out on a busy machine.
    fn ratio(mut self, value: f64, to: &str, limit: Option<f64>) -> Self {
        if value > 0.0 {
            let value = self.figure.value() / value;
            self.ratios.push(Ratio { value, to: to.to_owned(), limit });
        }
        self
    }
}

impl Figure {
    #[expect(clippy::cast_precision_loss, reason = "no count here has more than 52 bits")]
    pub(crate) fn value(self) -> f64 {
        match self {
            Figure::Seconds(seconds) => seconds,
            Figure::Bytes(number) | Figure::Memory(number) | Figure::Count(number) => number as f64,
        }
    }

    pub(crate) fn text(self) -> String {
        match self {
            Figure::Seconds(seconds) if seconds >= 1.0 => format!("{seconds:.2} s"),
            Figure::Seconds(seconds) if seconds >= 0.01 => format!("{:.0} ms", seconds * 1e3),
            Figure::Seconds(seconds) if seconds >= 1e-4 => format!("{:.2} ms", seconds * 1e3),
            Figure::Seconds(seconds) => format!("{:.1} µs", seconds * 1e6),
            Figure::Bytes(_) => format!("{:.1} MB", self.value() / 1e6),
            Figure::Memory(_) => format!("{:.0} MiB", self.value() / f64::from(1 << 20)),
            Figure::Count(number) => number.to_string(),
        }
    }
}
