//! Shared by the fuzz targets: binds libFuzzer to a target of the library. `thunkproof::fuzzing` does everything else.

#![feature(cfg_sanitize)]

use std::{
    ffi::{CStr, CString, OsStr, OsString, c_char, c_int},
    fs,
    os::unix::ffi::{OsStrExt, OsStringExt},
    process, ptr,
    sync::atomic::AtomicU8,
};

use thunkproof::fuzzing::{COUNTERS, count_into, prepared};
pub use {libfuzzer_sys, thunkproof};

/// Programs are made and dropped as trees, thousands of times a second. A sanitizer brings an allocator of its own.
#[cfg(not(any(sanitize = "address", sanitize = "memory", sanitize = "thread")))]
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Counters that libFuzzer takes for coverage and clears before each input. It looks at whole words.
#[repr(align(64))]
struct Counters([AtomicU8; COUNTERS]);

#[cfg_attr(target_os = "linux", unsafe(link_section = "__libfuzzer_extra_counters"))]
static SIGNALS: Counters = Counters([const { AtomicU8::new(0) }; COUNTERS]);

/// What libFuzzer calls first: prepares its arguments.
///
/// # Safety
/// The arguments are those of `main`.
pub unsafe fn initialize(count: *mut c_int, arguments: *mut *mut *mut c_char) -> c_int {
    // The hook for panics, which is all that it does.
    libfuzzer_sys::initialize(ptr::null(), ptr::null());
    count_into(&SIGNALS.0);
    // SAFETY: `main` has so many arguments, each a string.
    let given: Vec<OsString> = unsafe {
        let pointers = std::slice::from_raw_parts(*arguments, usize::try_from(*count).unwrap_or_default());
        pointers.iter().map(|argument| OsStr::from_bytes(CStr::from_ptr(*argument).to_bytes()).to_owned()).collect()
    };
    let prepared = prepared(&given).unwrap_or_else(|error| {
        eprintln!("{error}");
        process::exit(1)
    });
    let strings = prepared.into_iter().map(|it| CString::new(it.into_vec()).expect("they were C strings before"));
    let mut pointers: Vec<*mut c_char> = strings.map(CString::into_raw).collect();
    let length = c_int::try_from(pointers.len()).expect("a few more than before");
    pointers.push(ptr::null_mut());
    // SAFETY: libFuzzer reads them as those of `main`, to the end of the process; so they are never freed.
    unsafe {
        *count = length;
        *arguments = pointers.leak().as_mut_ptr();
    }
    0
}

/// Writes an input for people where cargo-fuzz asks for that instead of a run. It is a program already.
pub fn shown(input: &[u8]) -> bool {
    let Some(path) = libfuzzer_sys::rust_libfuzzer_debug_path() else { return false };
    if let Err(error) = fs::write(path, input) {
        eprintln!("cannot write {path}: {error}");
    }
    true
}

/// Binds libFuzzer to a function of `thunkproof::fuzzing::Targets`, with mutation and crossover on the tree.
#[macro_export]
macro_rules! target {
    ($target:ident, asks_reference: $asks_reference:literal) => {
        // As `fuzz_target!` would, which keeps the arguments for itself.
        #[unsafe(no_mangle)]
        extern "C" fn LLVMFuzzerInitialize(
            count: *mut ::std::ffi::c_int,
            arguments: *mut *mut *mut ::std::ffi::c_char,
        ) -> ::std::ffi::c_int {
            // SAFETY: libFuzzer passes what `main` got.
            unsafe { $crate::initialize(count, arguments) }
        }

        #[unsafe(no_mangle)]
        extern "C" fn rust_fuzzer_test_input(input: &[u8]) -> i32 {
            if !$crate::shown(input) {
                let target = $crate::thunkproof::fuzzing::Targets::$target;
                $crate::thunkproof::fuzzing::run(target, $asks_reference, input);
            }
            0
        }

        $crate::libfuzzer_sys::fuzz_mutator!(|data: &mut [u8], size: usize, most: usize, seed: u32| {
            $crate::thunkproof::fuzzing::mutate(data, size, most, seed)
        });

        $crate::libfuzzer_sys::fuzz_crossover!(|one: &[u8], other: &[u8], out: &mut [u8], seed: u32| {
            $crate::thunkproof::fuzzing::cross_over(one, other, out, seed)
        });
    };
}
