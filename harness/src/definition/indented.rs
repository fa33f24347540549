//! Takes the indentation off an indented string, as the reference's parser does.

use crate::program::{Expr, TextPart};

/// A part of the string that comes out.
pub(super) enum Part<'e> {
    Literal(String),
    Expr(&'e Expr),
}

/// The parts without indentation. Parts of the string as it is written are tokens of the reference's lexer.
pub(super) fn stripped(parts: &[TextPart]) -> Vec<Part<'_>> {
    let mut texts: Vec<Option<&str>> = parts.iter().map(text_of).collect();
    // A first line of nothing but blanks is no line.
    if let Some(Some(first)) = texts.first_mut()
        && let Some(rest) = first.trim_start_matches(' ').strip_prefix('\n')
    {
        *first = rest;
    }
    let indentation = indentation_of(&texts);
    let mut out = Vec::new();
    let mut at_start = true;
    let mut dropped = 0;
    for (index, part) in parts.iter().enumerate() {
        if let TextPart::Interpolation(expr) = part {
            (at_start, dropped) = (false, 0);
            out.push(Part::Expr(expr));
            continue;
        }
        let text = texts[index].unwrap_or_default();
        let mut kept = String::new();
        for character in text.chars() {
            if !at_start {
                kept.push(character);
                at_start = character == '\n';
                continue;
            }
            match character {
                ' ' => {
                    if dropped >= indentation {
                        kept.push(' ');
                    }
                    dropped += 1;
                }
                '\n' => {
                    dropped = 0;
                    kept.push('\n');
                }
                other => {
                    (at_start, dropped) = (false, 0);
                    kept.push(other);
                }
            }
        }
        // A last line of nothing but blanks is no line.
        if index + 1 == parts.len()
            && let Some(end) = kept.rfind('\n')
            && kept[end + 1..].chars().all(|character| character == ' ')
        {
            kept.truncate(end + 1);
        }
        if !kept.is_empty() {
            out.push(Part::Literal(kept));
        }
    }
    out
}

fn text_of(part: &TextPart) -> Option<&str> {
    match part {
        TextPart::Literal(text) => Some(text),
        TextPart::Interpolation(_) => None,
    }
}

/// The fewest blanks that a line begins with. A last line of blanks does not count. What is escaped is never a blank, so
/// it need not be told from other text.
fn indentation_of(texts: &[Option<&str>]) -> usize {
    let mut least = usize::MAX;
    let mut current = 0;
    let mut at_start = true;
    for text in texts {
        let Some(text) = text else {
            if at_start {
                at_start = false;
                least = least.min(current);
            }
            continue;
        };
        for character in text.chars() {
            match (at_start, character) {
                (true, ' ') => current += 1,
                (true | false, '\n') => (at_start, current) = (true, 0),
                (true, _) => {
                    at_start = false;
                    least = least.min(current);
                }
                (false, _) => {}
            }
        }
    }
    least
}
