//! In which order engines force (`diff --forcing`): the changes between releases that are known show as two orders.

#[path = "common/known_changes.rs"]
mod listed;
#[path = "common/required.rs"]
mod required;

use std::{fs, time::Duration};

use listed::{Change, RELEASES, changes, program, workspace};
use thunkproof::{
    case::Question,
    engine::{Command, Embedded, Engine, Limits, Named, room},
    forcing::{self, Forcing},
    outcome::Ending,
};

fn limits() -> Limits {
    Limits::of_time(Duration::from_secs(60))
}

fn named(name: &str, engine: impl Engine + 'static) -> Named {
    Named { name: name.to_owned(), engine: Box::new(engine) }
}

/// What both engines force, or why that is not told.
fn compared(question: &Question, reference: &Named, subject: &Named) -> Result<Forcing, String> {
    let request = question.request(false);
    let outcomes = [reference, subject].map(|named| room::ask(&*named.engine, &request));
    forcing::compare(question, (reference, &outcomes[0]), (subject, &outcomes[1]))
}

#[test]
fn changes_between_releases_show_as_two_orders() {
    let mut engines = Vec::new();
    for release in RELEASES {
        let Some(file) = program(release) else {
            required::missing("reference", &format!("Nix {release} is not here (scripts/provision-reference)"));
            return;
        };
        engines.push(named(release, Command::new(&file, limits()).expect("it answers")));
    }
    let mut shown = String::new();
    let mut apart = 0;
    for Change { title, program, answers, .. } in changes() {
        let Some(before) = (0..3).find(|at| answers[*at] != answers[at + 1]) else { continue };
        let question = Question::expression(title.clone(), program.into_bytes(), workspace());
        match compared(&question, &engines[before], &engines[before + 1]) {
            Err(why) => shown.push_str(&format!("{title}\n  {why}\n\n")),
            Ok(forcing) => {
                let lines = forcing::lines(&forcing);
                apart += usize::from(lines.iter().any(|line| line.starts_with('▶')));
                shown.push_str(&format!("{title}\n{}\n\n", lines.join("\n")));
            }
        }
    }
    let golden = workspace().join("harness/tests/forcing/known-changes.txt");
    if std::env::var("THUNKPROOF_BLESS").is_ok_and(|value| value == "1") {
        fs::create_dir_all(golden.parent().expect("a folder")).expect("it can be made");
        fs::write(&golden, &shown).expect("it is writable");
    }
    assert_eq!(shown, fs::read_to_string(&golden).unwrap_or_default(), "{apart} are apart");
    assert!(apart >= 10, "{apart} changes show as two orders:\n{shown}");
}

#[test]
fn where_probes_change_a_program_no_order_is_shown() {
    let question = |text: &str| Question::expression(text.to_owned(), text.as_bytes().to_vec(), workspace());
    let (one, other) = (named("one", Embedded::new(limits())), named("other", Embedded::new(limits())));
    let why = |text: &str| compared(&question(text), &one, &other).expect_err("it is not told");
    let deep = why("let f = n: if n == 0 then 0 else 1 + f (n - 1); in f 9999");
    let changed = "exit status 1 instead of exit status 0";
    assert_eq!(deep, format!("one: probes change what the program does ({changed}), so that the order is not told"));
    assert_eq!(why("1 + 1"), "the program gets no probes: nothing in it is delayed");
    let outcome = one.engine.evaluate(&question("1").request(false));
    assert_eq!(outcome.ending, Ending::Exited(0));
}
