# Sourced by each script in bash before it does anything: `-h` or `--help` as the first argument shows the comment that
# the script begins with, and ends it.
case ${1-} in
-h | --help)
    sed -n '2,/^[^#]/s/^# \{0,1\}//p' "${BASH_SOURCE[1]}"
    exit
    ;;
esac
