//! What an evaluator says of a failure in a package set, without what it says of the program that asked: people wrote the
//! set, and not that program.

/// How evaluators call the program, which they read from standard input.
const DRIVER: &str = "at «stdin»:";

/// Frames of the program that have no place.
const UNPLACED: [&str; 2] = ["… while evaluating list element at index 0", "… from call site"];

/// Standard error without the frames and places of the driver. Everything else stays, in its order.
pub fn without_driver(stderr: &[u8]) -> Vec<u8> {
    let Ok(text) = std::str::from_utf8(stderr) else { return stderr.to_vec() };
    if !blocks(text).iter().any(|block| block.is_drivers()) {
        return stderr.to_vec();
    }
    let kept: Vec<Block<'_>> = blocks(text).into_iter().filter(|block| !block.is_drivers()).collect();
    let frames = kept.iter().any(|block| block.kind == Kind::Frame);
    let mut cleaned = String::new();
    for block in kept {
        match block.kind {
            // With no frame left, the message stands where evaluators put it when there is none.
            Kind::Heading if !frames => {}
            Kind::Message if !frames => {
                cleaned += block.without_place().trim();
                cleaned.push('\n');
            }
            Kind::Message => cleaned += &block.without_place(),
            Kind::Heading | Kind::Frame | Kind::Log => cleaned += block.text,
        }
    }
    let end = if text.ends_with('\n') { "\n" } else { "" };
    (cleaned.trim_end().to_owned() + end).into_bytes()
}

/// What to tell people: the message, then where it came from, without the driver.
pub fn to_people(stderr: &[u8]) -> String {
    let cleaned = without_driver(stderr);
    let text = String::from_utf8_lossy(&cleaned);
    let all = blocks(&text);
    let of = |kind: Kind| all.iter().filter(move |block| block.kind == kind).map(|block| block.text.trim_end());
    let message = of(Kind::Message).map(str::trim_start);
    let lines: Vec<_> = message.chain(of(Kind::Frame)).chain(of(Kind::Log)).collect();
    lines.join("\n").trim_end().to_owned()
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// `error:` alone in its line, with frames below it.
    Heading,
    /// A frame of the trace.
    Frame,
    /// The message.
    Message,
    /// Anything before the error.
    Log,
}

/// Lines that belong together.
struct Block<'a> {
    kind: Kind,
    text: &'a str,
}

impl Block<'_> {
    fn is_drivers(&self) -> bool {
        self.kind == Kind::Frame
            && (self.text.lines().any(|line| line.trim_start().starts_with(DRIVER))
                || UNPLACED.contains(&self.text.trim()))
    }

    /// The message without the place in the driver, if that is its place.
    fn without_place(&self) -> String {
        let mut lines = Vec::new();
        let mut in_place = false;
        for line in self.text.split_inclusive('\n') {
            let start = line.trim_start();
            in_place = start.starts_with(DRIVER)
                || (in_place
                    && (start.is_empty() || start.starts_with('|') || start.starts_with(|c: char| c.is_ascii_digit())));
            if !in_place {
                lines.push(line);
            }
        }
        lines.concat()
    }
}

fn blocks(text: &str) -> Vec<Block<'_>> {
    let mut blocks: Vec<Block<'_>> = Vec::new();
    let mut begin = 0;
    let mut kind = None;
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let start = line.trim_start();
        let is_indented = line.len() > start.len();
        let next = if is_indented && start.starts_with("… ") {
            Some(Kind::Frame)
        } else if line.trim_end() == "error:" {
            Some(Kind::Heading)
        } else if start.starts_with("error:") && (!is_indented || kind != Some(Kind::Message)) {
            Some(Kind::Message)
        } else if !is_indented && !start.is_empty() && kind != Some(Kind::Message) {
            Some(Kind::Log)
        } else {
            None
        };
        if let Some(next) = next {
            if at > begin {
                blocks.push(Block { kind: kind.unwrap_or(Kind::Log), text: &text[begin..at] });
            }
            (begin, kind) = (at, Some(next));
        }
        at += line.len();
    }
    if at > begin {
        blocks.push(Block { kind: kind.unwrap_or(Kind::Log), text: &text[begin..at] });
    }
    blocks
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(stderr: &str, cleaned: &str, told: &str) {
        assert_eq!(String::from_utf8(without_driver(stderr.as_bytes())).expect("text"), cleaned);
        assert_eq!(to_people(stderr.as_bytes()), told);
    }

    #[test]
    fn frames_of_the_driver_are_left_out() {
        check(
            "trace: x\nerror:\n       … while evaluating list element at index 0\n\n       … while calling 'one'\n         at \
             «stdin»:22:9:\n           21|   a\n           22|   one\n             |   ^\n\n       … while calling the \
             'throw' builtin\n         at /t.nix:1:12:\n            1| throw \"no\"\n             | ^\n\n       error: \
             no\n       luck\n",
            "trace: x\nerror:\n       … while calling the 'throw' builtin\n         at /t.nix:1:12:\n            1| \
             throw \"no\"\n             | ^\n\n       error: no\n       luck\n",
            "error: no\n       luck\n       … while calling the 'throw' builtin\n         at /t.nix:1:12:\n            1| \
             throw \"no\"\n             | ^\ntrace: x",
        );
    }

    #[test]
    fn where_no_frame_is_left_the_message_stands_alone() {
        check(
            "error:\n       … while calling 'one'\n         at «stdin»:22:9:\n           22|   one\n             |   ^\n\n       \
             error: no\n       luck\n       at «stdin»:1:2:\n            1| x\n             |  ^\n            2|\n",
            "error: no\n       luck\n",
            "error: no\n       luck",
        );
        check("error: no\n", "error: no\n", "error: no");
        check("", "", "");
    }

    #[test]
    fn the_order_of_older_releases_is_kept() {
        check(
            "error: inner\n\n       … while evaluating the attribute 'a'\n\n       at /u.nix:1:8:\n\n            1| x\n             \
             | ^\n\n       … while evaluating 'one'\n\n       at «stdin»:22:9:\n\n           22|   one\n             | ^\n\n       … \
             from call site\n",
            "error: inner\n\n       … while evaluating the attribute 'a'\n\n       at /u.nix:1:8:\n\n            1| x\n             \
             | ^\n",
            "error: inner\n       … while evaluating the attribute 'a'\n\n       at /u.nix:1:8:\n\n            1| x\n             \
             | ^",
        );
    }

    #[test]
    fn what_is_no_text_stays_as_it_is() {
        assert_eq!(without_driver(b"error: \xff\n"), b"error: \xff\n");
    }
}
