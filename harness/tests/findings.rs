//! docs/fuzzing.md shows findings of a real campaign as people see them. They are recorded in `tests/findings`, and this
//! test draws them again: on a terminal and in Markdown. The page is drawn by scripts/test-report-browser.

use std::{fmt::Write as _, fs, path::Path};

use thunkproof::{report::finding, site::findings};

const BEGIN: &str = "<!-- findings, drawn by harness/tests/findings.rs -->\n";
const END: &str = "<!-- end of findings -->\n";

#[test]
fn the_page_shows_findings_as_people_see_them() {
    let crate_folder = Path::new(env!("CARGO_MANIFEST_DIR"));
    let campaign = findings::read(&crate_folder.join("tests/findings")).expect("it is recorded");
    assert_eq!(campaign.findings.len(), 3);
    let mut drawn = String::new();
    for found in &campaign.findings {
        let mut terminal = Vec::new();
        finding::write(&found.shown(), &mut terminal).expect("it is written to memory");
        let terminal = anstream::adapter::strip_str(&String::from_utf8(terminal).expect("text")).to_string();
        let markdown = finding::markdown(&found.shown());
        let _ = write!(drawn, "On a terminal:\n\n````text\n{}\n````\n\n", terminal.trim_end());
        let _ = write!(drawn, "In Markdown:\n\n`````markdown\n{}\n`````\n\n", markdown.trim_end());
    }
    let page = crate_folder.join("../docs/fuzzing.md");
    let text = fs::read_to_string(&page).expect("it is there");
    let (before, rest) = text.split_once(BEGIN).expect("the page says where findings begin");
    let (shown, after) = rest.split_once(END).expect("and where they end");
    if std::env::var_os("THUNKPROOF_BLESS").is_some() && std::env::var_os("CI").is_none() {
        fs::write(&page, format!("{before}{BEGIN}{drawn}{END}{after}")).expect("writable");
        return;
    }
    assert_eq!(shown, drawn, "THUNKPROOF_BLESS=1 draws docs/fuzzing.md again");
}
