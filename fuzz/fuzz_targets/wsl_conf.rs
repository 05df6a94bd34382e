//! The settings of WSL: of each key the first counts, each line is one of the text, and a setting at the end of a text
//! that is read whole is heard.
#![no_main]

use std::collections::HashMap;

use gox::machine::wsl_conf::WslConf;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let conf = WslConf::parse(text);
    let lines = text.matches('\n').count() + 1;
    let mut model = HashMap::new();
    for setting in &conf.settings {
        assert!((1..=lines).contains(&setting.line));
        model.entry(setting.name.to_ascii_lowercase()).or_insert(setting);
    }
    for (name, first) in &model {
        assert_eq!(conf.get(name), Some(*first));
    }
    let _ = conf.ignored().count();
    let longer = WslConf::parse(&format!("{text}\n[fuzz]\nlast=\" #x \"\n"));
    match conf.end {
        Some(line) => assert!((1..=lines).contains(&line)),
        // A backslash at the end takes the line feed.
        None if !text.ends_with('\\') => {
            assert_eq!(longer.end, None);
            assert_eq!(longer.settings.len(), conf.settings.len() + 1);
            assert_eq!(longer.settings.last().map(|last| last.value.as_str()), Some(" #x "));
        }
        None => {}
    }
});
