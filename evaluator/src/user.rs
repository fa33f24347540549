//! The user who runs this process.

use nix_evaluator::settings::User;

/// The effective user.
#[cfg(unix)]
pub fn current() -> User {
    // SAFETY: it takes nothing and cannot fail.
    let id = unsafe { libc::geteuid() };
    User { id, registered_home }
}

#[cfg(unix)]
fn registered_home(id: u32) -> Option<Vec<u8>> {
    let mut text = vec![0; 16 * 1024];
    let mut entry = std::mem::MaybeUninit::<libc::passwd>::uninit();
    let mut found = std::ptr::null_mut();
    // SAFETY: all pointers are to what is alive during the call, and the length is that of the buffer.
    let status = unsafe { libc::getpwuid_r(id, entry.as_mut_ptr(), text.as_mut_ptr(), text.len(), &raw mut found) };
    if status != 0 || found.is_null() {
        return None;
    }
    // SAFETY: the call has succeeded and found an entry, which is `entry`, so that is initialised.
    let home = unsafe { (*found).pw_dir };
    if home.is_null() {
        return None;
    }
    // SAFETY: it is a string in `text`, which ends with a zero.
    Some(unsafe { std::ffi::CStr::from_ptr(home) }.to_bytes().to_vec())
}

/// Users have no number and no entry here.
#[cfg(not(unix))]
pub fn current() -> User {
    User { id: 0, registered_home: |_| None }
}
