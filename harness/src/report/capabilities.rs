//! The table of what engines with conventions of their own can be asked, and the list of engines that are known.

use std::io::{self, Write};

use anstyle::{AnsiColor, Style};

use super::diff;
use crate::engine::{Finding, Named};

const HEADING: Style = Style::new().bold();
const CANNOT: Style = AnsiColor::Yellow.on_default();

/// Writes what `named` can be asked, if it was found out by asking.
///
/// # Errors
/// When `to` cannot be written to.
pub fn write(named: &Named, to: &mut impl Write) -> io::Result<()> {
    let found = named.engine.capabilities();
    if found.is_empty() {
        return Ok(());
    }
    let identity = named.engine.identity();
    writeln!(to, "{HEADING}{}{HEADING:#} ({}, {}) can be asked:", named.name, identity.engine, identity.version)?;
    for (capability, finding) in found {
        let title = capability.title();
        match finding {
            Finding::Can => writeln!(to, "  {title:<16} yes")?,
            Finding::Cannot(reason) => {
                writeln!(to, "  {title:<16} {CANNOT}no{CANNOT:#}: {}", diff::visible(reason.as_bytes()))?;
            }
            Finding::Otherwise(answer) => {
                writeln!(to, "  {title:<16} {CANNOT}otherwise{CANNOT:#}: {}", diff::visible(answer.as_bytes()))?;
            }
        }
    }
    if let Some(level) = named.engine.finest() {
        let trees = if named.engine.prints_trees() { "" } else { "; of parse trees only whether a program parses" };
        writeln!(to, "  compared down to {level}{trees}")?;
    }
    Ok(())
}
