//! `--write-known`, as those meet it who run this program over their evaluator in CI: the list makes today's run green, and
//! what is newly wrong, newly right or gone makes it red.

use std::{fs, path::Path, process::Output};

use super::{stage, suite, text, thunkproof};

/// A command over the stand-in, in a folder with it.
struct Loop<'a> {
    folder: &'a Path,
    words: Vec<&'a str>,
}

impl Loop<'_> {
    fn run(&self, more: &[&str]) -> (Option<i32>, String) {
        let Output { status, stdout, stderr } = thunkproof(self.folder, &[&self.words[..], more].concat());
        (status.code(), format!("{}{}", text(&stdout), text(&stderr)))
    }

    /// Writes the list; that is a success.
    fn write(&self) -> String {
        let (status, said) = self.run(&["--write-known", "known.toml"]);
        assert_eq!(status, Some(0), "{said}");
        fs::read_to_string(self.folder.join("known.toml")).expect("it is written")
    }

    /// With the list all is well.
    fn is_green(&self) -> String {
        let (status, said) = self.run(&["--known", "known.toml"]);
        assert_eq!(status, Some(0), "{said}");
        said
    }

    /// With the list something is not, and this is said of it.
    fn is_red(&self, parts: &[&str]) {
        let (status, said) = self.run(&["--known", "known.toml"]);
        assert_eq!(status, Some(1), "{said}");
        for part in parts {
            assert!(said.contains(part), "{part}: {said}");
        }
    }

    fn put(&self, file: &str, content: &str) {
        fs::write(self.folder.join(file), content).expect("writable");
    }

    fn take(&self, file: &str) {
        fs::remove_file(self.folder.join(file)).expect("it is there");
    }
}

/// That a list holds these lines, in this order.
fn holds(list: &str, lines: &[&str]) {
    let mut rest = list;
    for line in lines {
        let at = rest.find(line).unwrap_or_else(|| panic!("`{line}` is missing, or stands elsewhere: {list}"));
        rest = &rest[at + line.len()..];
    }
}

pub fn a_list_of_fixtures() {
    let stage = suite();
    let folder = stage.path();
    let subject = |subject| Loop { folder, words: vec!["check", "s", "--subject", subject, "--limit", "1", "--quiet"] };
    let ours = subject("ours=snix:./snix");
    let (status, said) = ours.run(&["--write-known", "known.toml", "--filter", "value"]);
    assert!(status == Some(2) && said.contains("writes the list of a whole run: leave --filter out"), "{said}");
    let list = ours.write();
    holds(&list, &["command = \"check\"", "engine = \"ours\"", "level = \"crash\"", "suite = \"s\""]);
    holds(&list, &["level = \"hang\"", "\"eval-okay-hang\"", "level = \"effects\"", "\"eval-okay-twice\""]);
    holds(&list, &["level = \"not-asked\"", "count = 2", "\"parse-fail-tree\"", "\"parse-okay-tree\""]);
    assert!(!list.contains("expires =") && !list.contains("eval-okay-value"), "{list}");
    assert!(ours.is_green().contains("known to diverge"));
    // Another engine, and none: the list is of one.
    let (status, said) = subject("theirs=snix:./snix").run(&["--known", "known.toml"]);
    assert!(status == Some(1) && said.contains("crashed s eval-okay-panic"), "{said}");

    ours.put("s/lang/eval-okay-new.nix", "builtins.bitXor 3 4");
    ours.put("s/lang/eval-okay-new.exp", "7\n");
    ours.put("s/lang/parse-okay-new.nix", "1");
    ours.put("s/lang/parse-okay-new.exp", "1\n");
    ours.put("mended", "toPath\n");
    ours.take("s/lang/eval-okay-abort.nix");
    ours.take("s/lang/eval-okay-abort.exp");
    ours.is_red(&[
        "failed  s eval-okay-new",
        "problem newly `not-asked`, and not on the list: parse-okay-new",
        "problem known.toml: group",
        "is no longer wrong in eval-fail-lie: take it out, or write the list anew with --write-known",
        "names what is gone: eval-okay-abort",
    ]);

    // Reasons stay, and so does what is written of others.
    let edited = list.replacen("level = \"hang\"", "level = \"hang\"\nreason = \"issue 12\"", 1);
    ours.put("known.toml", &edited);
    subject("theirs=snix:./snix").write();
    let list = ours.write();
    holds(&list, &["engine = \"theirs\"", "engine = \"ours\"", "reason = \"issue 12\""]);
    ours.is_green();
    subject("theirs=snix:./snix").is_green();
}

pub fn a_list_of_programs() {
    let stage = stage(&[]);
    let mut words = vec!["diff", "--subject", "ours=snix:./snix", "--reference", "theirs=embedded", "--jobs", "2"];
    words.extend(["--time-limit", "1", "--quiet"]);
    for program in [
        "1 + 1",
        "2 + 2",
        "builtins.bitXor 1 2",
        "builtins.zipAttrsWith (n: v: v) [ ]",
        "builtins.hashString \"md5\" \"\"",
        "builtins.placeholder \"out\"",
    ] {
        words.extend(["-E", program]);
    }
    let all = Loop { folder: stage.path(), words: words.clone() };
    let list = all.write();
    holds(&list, &["command = \"diff\"", "engine = \"ours\"", "reference = \"theirs\""]);
    for level in ["crash", "hang", "value", "unsteady"] {
        assert!(list.contains(&format!("level = \"{level}\"")), "{level}: {list}");
    }
    assert!(all.is_green().contains("0 diverge, 2 known"));
    all.put("broken", "1 + 1\n");
    all.put("mended", "bitXor\n");
    all.is_red(&["1 diverge, 1 known", "problem known.toml: group", "is no longer wrong in"]);
    all.take("broken");
    all.take("mended");
    all.is_green();
    words.truncate(words.len() - 2);
    let fewer = Loop { folder: stage.path(), words };
    fewer.is_red(&["names what is gone"]);
}

pub fn a_list_of_attributes() {
    let stage = stage(&[("set.nix", "{ right = 1; bitXor = 2; zipAttrsWith = 3; left = 4; }")]);
    let words = vec!["attrs", "set.nix", "--subject", "ours=snix:./snix", "--reference", "theirs=embedded", "--quiet"];
    let all = Loop { folder: stage.path(), words };
    let list = all.write();
    holds(&list, &["command = \"attrs\"", "level = \"crash\"", "\"zipAttrsWith\"", "\"bitXor\""]);
    all.is_green();
    all.put("broken", "\"left\"\n");
    all.is_red(&["1 diverge"]);
    all.take("broken");
    all.put("mended", "bitXor\n");
    all.is_red(&["is no longer wrong in bitXor"]);
    all.take("mended");
    all.put("set.nix", "{ right = 1; bitXor = 2; left = 4; }");
    all.is_red(&["names what is gone: zipAttrsWith"]);
}

pub fn a_list_of_a_campaign() {
    let stage =
        stage(&[("corpus/xor.nix", "builtins.bitXor 1 2"), ("corpus/zip.nix", "builtins.zipAttrsWith (n: v: v) [ ]")]);
    let mut words =
        vec!["fuzz", "--subject", "ours=snix:./snix", "--reference", "theirs=embedded", "--corpus", "corpus"];
    words.extend(["--cases", "40", "--seed", "3", "--level", "value", "--time-limit", "1", "--reduction-time", "20"]);
    words.extend(["--jobs", "2", "--quiet"]);
    let all = Loop { folder: stage.path(), words };
    let list = all.write();
    holds(
        &list,
        &["command = \"fuzz\"", "programs = \"--seed 3 --cases 40 --level value --corpus corpus\"", "bucket = "],
    );
    assert!(all.is_green().contains("0 unexplained causes"));
    all.put("mended", "bitXor\nzipAttrsWith\ngenericClosure\nsplitVersion\n");
    all.is_red(&["problem known.toml: group", "no longer shows"]);
    all.take("mended");
    all.put("broken", "if \n");
    let (status, said) = all.run(&["--known", "known.toml"]);
    assert!(status == Some(1) && !said.contains("\n0 unexplained causes"), "{said}");
}
