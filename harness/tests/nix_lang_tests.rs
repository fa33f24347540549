//! This project's own fixtures, a test each. `THUNKPROOF_BLESS=1` records them from the reference instead.

mod common;

use std::path::Path;

use thunkproof::{
    bless,
    case::{Class, Suite, fixture},
    project,
};

fn own(file: &Path) -> datatest_stable::Result<()> {
    let root = file.parent().and_then(Path::parent).ok_or("a fixture stands in lang/")?;
    let name = file.file_stem().and_then(|name| name.to_str()).ok_or("a fixture's name is text")?;
    let suite = Suite::open(root)?;
    if bless::requested(false)? {
        let reference = bless::reference(None, &common::workspace(), common::LIMITS)?;
        let elsewhere = bless::elsewhere(&suite)?;
        let class = Class::of(name).ok_or("not a fixture's name")?;
        let case = fixture::read(&suite, name, class)?;
        for case in bless::to_record(&suite, vec![case], &*reference, false)? {
            bless::record(&case, &*reference, elsewhere.path())?;
        }
        return Ok(());
    }
    common::check(&suite, name)
}

datatest_stable::harness! {
    { test = own, root = common::root(common::workspace().join(project::FIXTURES)), pattern = common::PATTERN },
}
