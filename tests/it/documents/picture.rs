//! docs/terminal.svg: the real gox on a real terminal, with real toolchains from the module proxy of this machine.

use std::fmt::Write as _;

use super::generated;
use crate::support::archives::goarch;
use crate::support::pty::screen;
use crate::support::sandbox::Sandbox;
use crate::support::{is_offline, real_go};

/// What is typed. The second version shares files with the first, and is not fetched whole.
const TYPED: [&str; 5] = ["gox install 1.27.4", "cd shop", "gox pin 1.27.3", "go version", "gox list"];

/// What the shell prints before it reads a line, in green as a sign that it is there: typed text has no colour.
const SETTINGS: &str =
    "PS1='\\[\\e[32m\\]\\w\\[\\e[0m\\] $ '\nHISTFILE=\nstty cols 100\neval \"$(gox init bash)\"\n";
const PROMPT: &str = " $ ";

const FONT: f64 = 14.0;
/// The width of a character, which the picture gives to each font, and the height of a line.
const CELL: (f64, f64) = (8.4, 20.0);
const MARGIN: f64 = 16.0;
/// The bar with the three buttons.
const BAR: f64 = 32.0;

#[test]
fn the_picture_is_what_a_terminal_shows() {
    // On other machines another platform would be in it.
    if is_offline() || goarch() != "amd64" {
        return;
    }
    let sandbox = Sandbox::new();
    sandbox.put_gox();
    sandbox.write("user/shop/go.mod", "module example.com/shop\n\ngo 1.26\n");
    sandbox.write("user/.bashrc", SETTINGS);
    let command = real_go::online(sandbox.command("bash").env("SHELL", "/bin/bash").cwd("user"));
    let mut terminal = command.terminal();
    terminal.wait_for(PROMPT);
    for line in TYPED {
        terminal.write(&format!("{line}\r"));
        terminal.wait_for(PROMPT);
    }
    let home = sandbox.user().display().to_string();
    let svg = picture(&terminal.raw().replace(&home, "/home/me"));
    generated("docs/terminal.svg", "picture", &svg, |old, new| text(old) == text(new));
}

/// The last prompt, after which nothing is typed, is left out.
fn picture(raw: &str) -> String {
    let mut lines = screen(raw);
    lines.pop();
    let columns = lines.iter().map(Vec::len).max().unwrap_or_default();
    #[expect(clippy::cast_precision_loss, reason = "a screen is small")]
    let (width, height) =
        (columns as f64 * CELL.0 + 2.0 * MARGIN, lines.len() as f64 * CELL.1 + BAR + MARGIN);
    let mut body = String::new();
    let mut y = BAR + CELL.1 / 2.0;
    for line in &lines {
        let mut column = 0.0;
        for run in line.chunk_by(|a, b| a.1 == b.1) {
            #[expect(clippy::cast_precision_loss, reason = "a screen is small")]
            let length = run.len() as f64 * CELL.0;
            let text: String = run.iter().map(|(c, _)| *c).collect();
            if !text.trim().is_empty() {
                writeln!(
                    body,
                    "<text class=\"{}\" x=\"{:.1}\" y=\"{y:.1}\" textLength=\"{length:.1}\">{}</text>",
                    class(&run[0].1),
                    MARGIN + column,
                    escaped(&text)
                )
                .unwrap();
            }
            column += length;
        }
        y += CELL.1;
    }
    let buttons = [("#ff5f56", 18), ("#ffbd2e", 38), ("#27c93f", 58)]
        .map(|(colour, x)| format!("<circle fill=\"{colour}\" cx=\"{x}\" cy=\"16\" r=\"6\"/>\n"))
        .concat();
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" xml:space=\"preserve\" viewBox=\"0 0 {width:.0} {height:.0}\">\n<style>text{{font:{FONT}px \
         ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;fill:#e6edf3}}.bold{{font-weight:bold}}\
         .green{{fill:#7ee787}}.red{{fill:#ff7b72}}.cyan{{fill:#79c0ff}}.magenta{{fill:#d2a8ff}}.yellow{{fill:#e3b341}}\
         .dim{{fill:#8b949e}}</style>\n<rect fill=\"#0d1117\" width=\"100%\" height=\"100%\" rx=\"8\"/>\n{buttons}{body}</svg>\n"
    )
}

/// The classes of the parameters of a sequence such as `1;32`.
fn class(style: &str) -> String {
    let names = style.split(';').filter_map(|code| match code {
        "1" => Some("bold"),
        "2" => Some("dim"),
        "31" => Some("red"),
        "32" => Some("green"),
        "33" => Some("yellow"),
        "35" => Some("magenta"),
        "34" | "36" => Some("cyan"),
        _ => None,
    });
    names.collect::<Vec<_>>().join(" ")
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;")
}

/// What can be read in a picture, without the times and amounts, which differ from run to run.
fn text(svg: &str) -> String {
    let texts = svg.lines().filter(|line| line.starts_with("<text"));
    let texts = texts.filter_map(|line| Some(line.split_once('>')?.1.replace("</text>", "\n")));
    let is_amount = |word: &str| word.parse::<f64>().is_ok();
    texts.map(|text| text.split(' ').filter(|word| !is_amount(word)).collect::<Vec<_>>().join(" ")).collect()
}
