//! A picture of tables: a bar for each figure, as long as the largest of its table lets it be.

use std::fmt::Write as _;

use crate::table::{Figure, Table};

const WIDTH: f64 = 860.0;
const LINE: f64 = 24.0;
/// Where bars begin, and what is kept free behind the longest for its figure.
const BARS: f64 = 360.0;
const FIGURE: f64 = 80.0;

const STYLE: &str = "text{font:14px sans-serif;fill:#24292f}.title{font-weight:bold}.other{fill:#8c959f}.gox{fill:#0969da}\
    @media(prefers-color-scheme:dark){text{fill:#e6edf3}}";

pub(crate) fn picture(tables: &[Table]) -> String {
    let (mut body, mut y) = (String::new(), LINE);
    for table in tables.iter().filter(|table| table.is_drawn) {
        writeln!(body, "<text class=\"title\" x=\"8\" y=\"{y}\">{}</text>", escaped(&table.title)).unwrap();
        let times = table.rows.iter().filter(|row| matches!(row.figure, Figure::Seconds(_)));
        let longest = times.clone().map(|row| row.figure.value()).fold(f64::MIN_POSITIVE, f64::max);
        for row in times {
            y += LINE;
            let length = row.figure.value().max(0.0) / longest * (WIDTH - BARS - FIGURE);
            let class = if row.what.starts_with("gox") { "gox" } else { "other" };
            writeln!(
                body,
                "<text x=\"8\" y=\"{y}\">{}</text><rect class=\"{class}\" x=\"{BARS}\" y=\"{}\" width=\"{length:.1}\" \
                 height=\"16\"/><text x=\"{:.1}\" y=\"{y}\">{}</text>",
                escaped(&row.what),
                y - 13.0,
                BARS + length + 6.0,
                row.figure.text()
            )
            .unwrap();
        }
        y += 2.0 * LINE;
    }
    let height = y - LINE;
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {height}\">\n<style>{STYLE}</style>\n{body}</svg>\n"
    )
}

fn escaped(text: &str) -> String {
    text.replace('`', "").replace('&', "&amp;").replace('<', "&lt;")
}
