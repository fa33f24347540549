//! `thunkproof attrs`: compares evaluators on a package set, attribute by attribute.

use std::{
    collections::{BTreeMap, HashMap},
    env,
    ffi::OsString,
    path::Path,
};

use clap::Args;

use super::{
    Complaint, End,
    engines::Engines,
    session::{Begun, Options, Plan},
};
use crate::{
    case::{Request, fixture},
    outcome::compare::Level,
    package_set::{Root, Target, Walk, driver},
};

/// Walks a package set attribute by attribute and tells where the subject departs from a reference.
///
/// FILE gives an attribute set, or a function whose arguments have defaults or are given: a nixpkgs, a NixOS
/// configuration, a list of jobs. Of a derivation its path, name, system and outputs are compared; of a set that asks
/// for it (recurseForDerivations = true) every attribute in turn; of another set the names, and of anything else its
/// value. An attribute that fails hides no other: it is asked for alone, and what the errors say is compared. The exit
/// status is as of `diff`.
#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// A file, a folder with default.nix, or <NAME> to look it up on the search path
    file: String,

    /// Walk only this attribute
    #[arg(short = 'A', long = "attr", value_name = "ATTRIBUTE", default_value = "")]
    attribute: String,

    /// Give a function this argument, an expression
    #[arg(long = "arg", num_args = 2, value_names = ["NAME", "EXPRESSION"], allow_hyphen_values = true)]
    arguments: Vec<String>,

    /// Give a function this argument, a string
    #[arg(long = "argstr", num_args = 2, value_names = ["NAME", "STRING"], allow_hyphen_values = true)]
    strings: Vec<String>,

    /// Add to the search path, before what NIX_PATH says
    #[arg(short = 'I', value_name = "PATH")]
    search_path: Vec<String>,

    /// Give evaluators this setting
    #[arg(long = "option", num_args = 2, value_names = ["NAME", "VALUE"])]
    options_of_evaluators: Vec<String>,

    /// How many attributes are asked for in one evaluation
    #[arg(long, value_name = "COUNT", default_value_t = 64, value_parser = clap::value_parser!(u16).range(1..))]
    chunk: u16,

    /// Also compare what errors say that `tryEval` catches: each such attribute is asked for alone, which takes time
    #[arg(long)]
    messages: bool,

    /// The finest level that counts
    #[arg(long, value_enum, default_value_t = Level::Message)]
    level: Level,

    #[command(flatten)]
    engines: Engines,

    #[command(flatten)]
    options: Options,
}

/// Runs the subcommand.
pub(super) fn run(arguments: &Arguments) -> Result<End, Complaint> {
    let here = env::current_dir().map_err(|error| Complaint(format!("cannot read the current folder: {error}")))?;
    let (options, target) = (&arguments.options, target(arguments, &here)?);
    let known = options.known(&here)?;
    let engines = arguments.engines.start_several()?;
    let root =
        Root::ask(&target, &engines).map_err(|said| Complaint(format!("{} gives no set: {said}", arguments.file)))?;
    let mut finished = HashMap::new();
    let total = root.fingerprint().count;
    let total = options.shard.map_or(total, |shard| shard.share(total));
    let plan = Plan {
        command: "attrs",
        engines: &engines,
        jobs: arguments.engines.jobs(),
        level: arguments.level,
        work: false,
        settings: settings(arguments),
        questions: root.fingerprint(),
        is_filtered: false,
        skipped: BTreeMap::new(),
    };
    let begun = options.begin(plan, &known, |case| {
        finished.insert(case.name.clone(), case.recurses);
    })?;
    let session = match begun {
        Begun::Ready(session) => session,
        Begun::Finished(end) => return Ok(end),
    };
    let rules = session.rules;
    // Of what was found in sets, only what is finished is known yet.
    let nested = finished.len().saturating_sub(total);
    let progress = options.progress(session.earlier(), total + nested);
    let chunk = arguments.chunk.into();
    let walk = Walk::new(target, &engines, chunk, arguments.messages, finished);
    let tasks = walk.tasks(root, options.shard, rules).map(Ok);
    session.run(tasks, |task| walk.ask(task, rules, |attributes| progress.grow(attributes)), &progress)
}

/// What evaluators are asked about.
fn target(arguments: &Arguments, here: &Path) -> Result<Target, Complaint> {
    let file = &arguments.file;
    let is_lookup = file.starts_with('<') && file.ends_with('>');
    let file = if is_lookup {
        file.clone()
    } else {
        let path = Path::new(file).canonicalize().map_err(|error| Complaint(format!("cannot read {file}: {error}")))?;
        refuse_flake(file, &path)?;
        let path = path.to_str().ok_or_else(|| Complaint(format!("{file} has a name that is not UTF-8")))?;
        format!("(/. + {})", driver::quoted(path))
    };
    let attribute = driver::parse_attribute(&arguments.attribute).ok_or_else(|| {
        Complaint(format!("`{}` is no attribute path: write names with dots between them", arguments.attribute))
    })?;
    // Of several of one name the last counts.
    let mut values = BTreeMap::new();
    for pair in arguments.arguments.chunks_exact(2) {
        values.insert(pair[0].clone(), pair[1].clone());
    }
    for pair in arguments.strings.chunks_exact(2) {
        values.insert(pair[0].clone(), driver::quoted(&pair[1]));
    }
    let mut flags: Vec<OsString> = ["--eval", "--strict", "--json"].map(OsString::from).into();
    for path in &arguments.search_path {
        flags.extend(["-I".into(), path.into()]);
    }
    for pair in arguments.options_of_evaluators.chunks_exact(2) {
        flags.extend(["--option".into(), OsString::from(&pair[0]), OsString::from(&pair[1])]);
    }
    flags.push("-".into());
    let mut environment = fixture::environment();
    if let Some(path) = env::var_os("NIX_PATH") {
        environment.push(("NIX_PATH".into(), path));
    }
    let request = Request { arguments: flags, environment, current_dir: here.to_owned(), ..Request::default() };
    Ok(Target { file, arguments: values.into_iter().collect(), attribute, request })
}

/// A flake's file gives no set of packages: its outputs are a function of inputs that have to be fetched. Walked as a
/// set, it would agree on everything and nothing of it would have been looked at.
fn refuse_flake(file: &str, path: &Path) -> Result<(), Complaint> {
    let is_flake = path.file_name().is_some_and(|name| name == "flake.nix");
    let is_folder_of_one = path.join("flake.nix").exists() && !path.join("default.nix").exists();
    if !is_flake && !is_folder_of_one {
        return Ok(());
    }
    let advice = "name a file that gives the set itself, such as the one that its outputs import";
    Err(Complaint(format!("{file} is a flake, and the outputs of a flake cannot be walked yet: {advice}")))
}

/// What bears on answers, by flag, as it was written: parts may run on machines on which relative names lead elsewhere.
fn settings(arguments: &Arguments) -> BTreeMap<String, String> {
    let mut settings = arguments.engines.settings();
    let own = [
        ("FILE", arguments.file.clone()),
        ("--attr", arguments.attribute.clone()),
        ("--arg", arguments.arguments.join(" ")),
        ("--argstr", arguments.strings.join(" ")),
        ("-I", arguments.search_path.join(":")),
        ("--option", arguments.options_of_evaluators.join(" ")),
        ("--messages", arguments.messages.to_string()),
        ("NIX_PATH", env::var("NIX_PATH").unwrap_or_default()),
    ];
    settings.extend(own.map(|(name, value)| (name.to_owned(), value)));
    settings
}
