//! `thunkproof generate`: writes generated programs, or counts what they are like.

use std::{
    fs,
    io::{self, BufWriter, Write},
    path::PathBuf,
    time::Duration,
};

use clap::Args;
use rayon::prelude::*;

use super::{Complaint, outputs, unless_closed};
use crate::{
    engine::{Embedded, Limits},
    generate::{Configuration, source_from_seed, statistics::Statistics},
};

/// Writes generated programs, one a line, or a file each.
///
/// Each seed stands for one program, the same in every run of the same release. `diff --expressions` takes what is
/// written. With `--stats` the programs are evaluated by the embedded evaluator instead, and what became of them is
/// told, with what of the language they exercise.
#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// The first seed
    #[arg(long, default_value_t = 0)]
    seed: u64,

    /// How many programs
    #[arg(long, default_value_t = 1)]
    count: u64,

    /// How many expressions a program is built from, at most
    #[arg(long, default_value_t = Configuration::default().size)]
    size: u32,

    /// How deep expressions are within each other, at most
    #[arg(long, default_value_t = Configuration::default().depth)]
    depth: u32,

    /// Use the experimental operators `|>` and `<|` too
    #[arg(long)]
    pipe_operators: bool,

    /// Write each program to a file of its own in this folder
    #[arg(long, value_name = "FOLDER", value_parser = outputs::folder(), conflicts_with = "stats")]
    out: Option<PathBuf>,

    /// Tell what becomes of the programs, instead of writing them
    #[arg(long)]
    stats: bool,
}

/// How long a program may take where it is evaluated.
const TIME_LIMIT: Duration = Duration::from_secs(10);

/// Runs the subcommand.
pub(super) fn run(arguments: &Arguments) -> Result<bool, Complaint> {
    let configuration = Configuration {
        size: arguments.size,
        depth: arguments.depth,
        pipe_operators: arguments.pipe_operators,
        several_lines: arguments.out.is_some() || arguments.stats,
        files: false,
    };
    let Some(end) = arguments.seed.checked_add(arguments.count) else {
        return Err(Complaint("there are no seeds beyond 2^64: give a smaller --seed or --count".to_owned()));
    };
    let seeds = arguments.seed..end;
    let program = |seed: u64| source_from_seed(seed, &configuration);
    // Programs are written as they are, byte for byte.
    let mut to = BufWriter::new(io::stdout().lock());
    if arguments.stats {
        let programs: Vec<Vec<u8>> = seeds.into_par_iter().map(program).collect();
        let engine = Embedded::new(Limits::of_time(TIME_LIMIT));
        let statistics = Statistics::of(&programs, &engine, arguments.pipe_operators);
        unless_closed(statistics.write(&mut to).and_then(|()| to.flush()))?;
        return Ok(true);
    }
    if let Some(folder) = &arguments.out {
        fs::create_dir_all(folder)
            .map_err(|error| Complaint(format!("cannot make the folder {}: {error}", folder.display())))?;
        for seed in seeds {
            let file = folder.join(format!("{seed}.nix"));
            fs::write(&file, [program(seed).as_slice(), b"\n"].concat())
                .map_err(|error| Complaint(format!("cannot write {}: {error}", file.display())))?;
        }
        return Ok(true);
    }
    for seed in seeds {
        if let Err(error) = to.write_all(&[program(seed).as_slice(), b"\n"].concat()) {
            unless_closed(Err(error))?;
            return Ok(true);
        }
    }
    unless_closed(to.flush())?;
    Ok(true)
}
