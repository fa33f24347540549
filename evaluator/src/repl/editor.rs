//! Lines typed on a terminal: history, completion, and expressions over several lines.

use std::path::PathBuf;

use rustyline::completion::Completer;
use rustyline::error::ReadlineError;
use rustyline::highlight::Highlighter;
use rustyline::hint::Hinter;
use rustyline::history::FileHistory;
use rustyline::validate::{ValidationContext, ValidationResult, Validator};
use rustyline::{CompletionType, Config, Context, Editor, Helper};

use super::Lines;
use super::session::Session;

const PROMPT: &str = "nix-eval> ";

/// A terminal with a history, which is kept between runs where there is a home folder.
pub struct Terminal {
    history: FileHistory,
    file: Option<PathBuf>,
}

impl Terminal {
    pub fn new() -> rustyline::Result<Terminal> {
        let mut history = FileHistory::with_config(&Config::default());
        let file = history_file();
        if let Some(file) = &file {
            // There is none before the first run.
            let _ = rustyline::history::History::load(&mut history, file);
        }
        Ok(Terminal { history, file })
    }
}

/// `$XDG_DATA_HOME/nix-eval/repl-history`, or the same in `~/.local/share`.
fn history_file() -> Option<PathBuf> {
    let folder = std::env::var_os("XDG_DATA_HOME").map(PathBuf::from).filter(|path| path.is_absolute());
    let home = || std::env::var_os("HOME").map(|home| PathBuf::from(home).join(".local/share"));
    Some(folder.or_else(home)?.join("nix-eval/repl-history"))
}

impl Lines for Terminal {
    fn next(&mut self, session: &Session<'_>) -> Option<String> {
        let config = Config::builder().completion_type(CompletionType::List).auto_add_history(true).build();
        let history = std::mem::take(&mut self.history);
        let mut editor: Editor<Typing<'_, '_>, FileHistory> = match Editor::with_history(config, history) {
            Ok(editor) => editor,
            Err(error) => {
                eprintln!("error: the terminal does not work: {error}");
                return None;
            }
        };
        editor.set_helper(Some(Typing(session)));
        let line = loop {
            match editor.readline(PROMPT) {
                Ok(line) => break Some(line),
                // As in a shell, Ctrl-C throws away what was typed.
                Err(ReadlineError::Interrupted) => {}
                Err(ReadlineError::Eof) => break None,
                Err(error) => {
                    eprintln!("error: the terminal does not work: {error}");
                    break None;
                }
            }
        };
        if let Some(file) = &self.file {
            if let Some(folder) = file.parent() {
                let _ = std::fs::create_dir_all(folder);
            }
            let _ = editor.append_history(file);
        }
        self.history = std::mem::take(editor.history_mut());
        line
    }
}

/// What a session tells while something is typed.
struct Typing<'s, 'e>(&'s Session<'e>);

impl Helper for Typing<'_, '_> {}
impl Highlighter for Typing<'_, '_> {}

impl Hinter for Typing<'_, '_> {
    type Hint = String;
}

impl Validator for Typing<'_, '_> {
    fn validate(&self, context: &mut ValidationContext<'_>) -> rustyline::Result<ValidationResult> {
        Ok(match self.0.wants_more(context.input()) {
            true => ValidationResult::Incomplete,
            false => ValidationResult::Valid(None),
        })
    }
}

impl Completer for Typing<'_, '_> {
    type Candidate = String;

    fn complete(&self, line: &str, at: usize, _: &Context<'_>) -> rustyline::Result<(usize, Vec<String>)> {
        let typed = &line[..at];
        let is_part = |c: char| c.is_alphanumeric() || "_'-.".contains(c);
        let start = typed.char_indices().rev().take_while(|(_, c)| is_part(*c)).last().map_or(at, |(index, _)| index);
        let (stays, names) = self.0.completions(&typed[start..]);
        Ok((start + stays, names))
    }
}
