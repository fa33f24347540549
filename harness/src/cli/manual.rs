//! `thunkproof completions` and `thunkproof man`: completions of shells and manual pages, made from the definition of
//! the command line, so that they cannot lag behind it.

use std::{
    fs,
    io::{self, Write},
    path::{Path, PathBuf},
};

use clap::{Args, Command, CommandFactory};
use clap_complete::Shell;

use super::{Cli, Complaint, outputs, unless_closed};

/// Prints a shell's completions.
///
/// Put them where the shell looks: `thunkproof completions bash > ~/.local/share/bash-completion/completions/thunkproof`,
/// `thunkproof completions fish > ~/.config/fish/completions/thunkproof.fish`, or for zsh into `_thunkproof` in a folder
/// of `$fpath`.
#[derive(Debug, Args)]
pub(super) struct Completions {
    /// Which shell
    shell: Shell,
}

/// Writes the manual pages, one for each subcommand, into a folder.
///
/// `man -M` finds them where the folder is called man1, as in `thunkproof man ~/.local/share/man/man1`.
#[derive(Debug, Args)]
pub(super) struct Man {
    /// The folder, which is made where it does not exist
    #[arg(value_parser = outputs::folder())]
    folder: PathBuf,
}

/// Prints completions.
pub(super) fn completions(arguments: &Completions) -> Result<bool, Complaint> {
    let mut command = Cli::command();
    let name = command.get_name().to_owned();
    // Into memory first: what writes them panics where it cannot.
    let mut text = Vec::new();
    clap_complete::generate(arguments.shell, &mut command, name, &mut text);
    unless_closed(io::stdout().lock().write_all(&text))?;
    Ok(true)
}

/// Writes manual pages.
pub(super) fn man(arguments: &Man) -> Result<bool, Complaint> {
    let folder = &arguments.folder;
    fs::create_dir_all(folder)
        .map_err(|error| Complaint(format!("cannot make the folder {}: {error}", folder.display())))?;
    let mut command = Cli::command().disable_help_subcommand(true);
    command.build();
    let pages = pages(&command, folder)?;
    unless_closed(writeln!(anstream::stdout(), "{pages} pages are in {}", folder.display()))?;
    Ok(true)
}

/// Writes the page of `command` and of all below it. How many there are.
fn pages(command: &Command, folder: &Path) -> Result<usize, Complaint> {
    let page = clap_mangen::Man::new(command.clone());
    let file = folder.join(page.get_filename());
    let mut text = Vec::new();
    let written = page.render(&mut text).and_then(|()| fs::write(&file, text));
    written.map_err(|error| Complaint(format!("cannot write {}: {error}", file.display())))?;
    let below = command.get_subcommands().filter(|command| !command.is_hide_set());
    below.map(|command| pages(command, folder)).try_fold(1, |sum, count| Ok(sum + count?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_definition_of_the_command_line_is_sound() {
        Cli::command().debug_assert();
    }
}
