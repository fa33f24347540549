/*
 * Turns a program into a server of itself: injected into the program's process, it answers each request by forking, so
 * that loading and linking happen once and every case still starts fresh.
 *
 * THUNKPROOF_FORK_SERVER in the environment says where to fork:
 *   main    before main(): arguments, working folder and standard input come with each request
 *   stdin   at the first read of standard input: the arguments are those the server was started with
 *
 * The control channel is a socket that is both standard input and standard output of the server; a child gets files of
 * its own in their place before the program runs on. All integers are 32 bits in the machine's order, a blob is its
 * length and its bytes. The server greets with HELLO, then for each
 *   request   arguments (count), limit of CPU time in ms, memory limit in MiB, output limit in MiB, limit on the clock in
 *             ms (0: none); blobs: working folder ("": stay), each argument, standard input
 * it sends an
 *   answer    wait status, which limit of time was reached (0 none, 1 CPU, 2 clock), length of standard output, length of
 *             standard error, most memory in KiB; the bytes of both streams
 * and it ends when the channel does.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* A program may bring a C library that is older than the one this is compiled with (Nix 2.3.7 of Debian 11 does).
 * dlsym() is the one function below that has a newer version than such a library can offer; the old one is the same. */
#if defined(__GLIBC__) && defined(__x86_64__)
__asm__(".symver dlsym, dlsym@GLIBC_2.2.5");
#elif defined(__GLIBC__) && defined(__aarch64__)
__asm__(".symver dlsym, dlsym@GLIBC_2.17");
#endif

#define HELLO 0x54504631u
#define SWITCH "THUNKPROOF_FORK_SERVER"

/* Exit status of a child that could not be made ready; the engine tells it by the message on standard error. */
#define UNREADY 125

enum place { NOWHERE, BEFORE_MAIN, AT_STANDARD_INPUT };

typedef int main_function(int, char **, char **);

static enum place place = NOWHERE;
static main_function *program_main;
static int channel = -1;
static char **child_arguments;
static int child_argument_count;

/* The interposed read() below must not be used by the server itself, hence system calls. */
static int receive(void *to, size_t length)
{
    char *at = to;
    while (length > 0) {
        ssize_t got = syscall(SYS_read, channel, at, length);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return -1;
        at += got;
        length -= (size_t)got;
    }
    return 0;
}

static int send_all(int to, const void *from, size_t length)
{
    const char *at = from;
    while (length > 0) {
        ssize_t put = syscall(SYS_write, to, at, length);
        if (put < 0 && errno == EINTR)
            continue;
        if (put <= 0)
            return -1;
        at += put;
        length -= (size_t)put;
    }
    return 0;
}

/* A blob with a zero after it, from malloc; NULL when the channel has ended or there is no memory. */
static char *receive_blob(uint32_t *length)
{
    if (receive(length, sizeof *length) != 0)
        return NULL;
    char *bytes = malloc((size_t)*length + 1);
    if (bytes == NULL || receive(bytes, *length) != 0)
        return NULL;
    bytes[*length] = 0;
    return bytes;
}

static void limit(int resource, rlim_t value)
{
    struct rlimit both = {value, value};
    setrlimit(resource, &both);
}

static void refuse(const char *reason)
{
    send_all(2, reason, strlen(reason));
    _exit(UNREADY);
}

/* Makes the forked child what a fresh process would be. */
static void become_case(const uint32_t header[5], const char *folder, int in, int out, int err)
{
    setpgid(0, 0);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (dup2(in, 0) < 0 || dup2(out, 1) < 0 || dup2(err, 2) < 0)
        _exit(UNREADY);
    close(in);
    close(out);
    close(err);
    close(channel);
    if (folder[0] != 0 && chdir(folder) != 0)
        refuse("fork server: cannot enter the working folder\n");
    limit(RLIMIT_CORE, 0);
    if (header[2] != 0)
        limit(RLIMIT_AS, (rlim_t)header[2] << 20);
    if (header[3] != 0)
        limit(RLIMIT_FSIZE, ((rlim_t)header[3] << 20) + 1);
}

static long long now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (long long)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* A handle of the child that is readable once it has ended; -1 where the system has none: Linux before 5.3, or a filter
 * of system calls that does not know this one. */
static int handle_of(pid_t child)
{
#ifdef WITHOUT_PIDFD
    (void)child;
    errno = ENOSYS;
    return -1;
#else
    return (int)syscall(SYS_pidfd_open, child, 0);
#endif
}

/* Whether the child has ended by the deadline, and not been reaped. */
static int ends_in_time(pid_t child, long long deadline)
{
    int handle = handle_of(child);
    /* Without a handle it is looked for again and again: often at first, since most cases are short. */
    long pause = 100 * 1000;
    for (;;) {
        long long left = deadline - now_ms();
        if (handle >= 0) {
            struct pollfd ended = {handle, POLLIN, 0};
            int ready = poll(&ended, 1, left <= 0 ? 0 : left < INT_MAX ? (int)left : INT_MAX);
            if (ready < 0 && errno != EINTR) {
                close(handle);
                handle = -1;
            }
            if (ready > 0 || (ready == 0 && left <= 0)) {
                close(handle);
                return ready > 0;
            }
            continue;
        }
        siginfo_t info;
        info.si_pid = 0;
        if (waitid(P_PID, (id_t)child, &info, WEXITED | WNOWAIT | WNOHANG) == 0 && info.si_pid == child)
            return 1;
        if (left <= 0)
            return 0;
        struct timespec until = {0, pause};
        nanosleep(&until, NULL);
        if (pause < 10 * 1000 * 1000)
            pause *= 2;
    }
}

/* The CPU time of a child that has not been reaped, in ms. */
static long long used_ms(pid_t child)
{
    clockid_t clock;
    struct timespec used;
    if (clock_getcpuclockid(child, &clock) != 0 || clock_gettime(clock, &used) != 0)
        return 0;
    return (long long)used.tv_sec * 1000 + used.tv_nsec / 1000000;
}

enum reached { NO_LIMIT, CPU_LIMIT, CLOCK_LIMIT };

/* Waits until the child ends or reaches a limit. A single thread cannot use more CPU time than passes on the clock, so
 * the child's CPU time is looked at only when it could be used up. */
static enum reached limit_of(pid_t child, uint32_t cpu_ms, uint32_t clock_ms)
{
    if (cpu_ms == 0 || clock_ms == 0)
        return NO_LIMIT;
    long long end = now_ms() + clock_ms, next = now_ms() + cpu_ms;
    for (;;) {
        if (ends_in_time(child, next < end ? next : end))
            return NO_LIMIT;
        long long left = (long long)cpu_ms - used_ms(child);
        if (left <= 0)
            return CPU_LIMIT;
        if (now_ms() >= end)
            return CLOCK_LIMIT;
        next = now_ms() + (left < 10 ? 10 : left);
    }
}

/* Waits for the child's end, or ends it when its time is up; then ends all that it started. */
static int wait_for(pid_t child, const uint32_t header[5], uint32_t *reached, struct rusage *used)
{
    *reached = (uint32_t)limit_of(child, header[1], header[4]);
    if (*reached != NO_LIMIT) {
        kill(-child, SIGKILL);
        kill(child, SIGKILL);
    }
    /* The group is ended while its leader is still unreaped, so that its number cannot belong to anyone else. */
    siginfo_t info;
    while (waitid(P_PID, (id_t)child, &info, WEXITED | WNOWAIT) < 0 && errno == EINTR)
        ;
    kill(-child, SIGKILL);
    int status = 0;
    while (wait4(child, &status, 0, used) < 0 && errno == EINTR)
        ;
    return status;
}

static int send_file(int file, uint32_t length)
{
    if (length == 0)
        return 0;
    void *bytes = mmap(NULL, length, PROT_READ, MAP_SHARED, file, 0);
    if (bytes == MAP_FAILED)
        return -1;
    int result = send_all(channel, bytes, length);
    munmap(bytes, length);
    return result;
}

/* Answers requests until the channel ends. Returns only in a child, which is then the program on its case. */
static void serve(void)
{
    int nothing = open("/dev/null", O_RDWR | O_CLOEXEC);
    channel = fcntl(0, F_DUPFD_CLOEXEC, 100);
    if (channel < 0 || nothing < 0)
        _exit(UNREADY);
    dup2(nothing, 0);
    dup2(nothing, 1);
    close(nothing);
    /* A harness that is gone must end the server by an error of write(), not leave a signal to the program. */
    uint32_t hello = HELLO;
    if (send_all(channel, &hello, sizeof hello) != 0)
        _exit(0);
    for (;;) {
        uint32_t header[5], length;
        if (receive(header, sizeof header) != 0)
            _exit(0);
        char *folder = receive_blob(&length);
        char **arguments = calloc((size_t)header[0] + 2, sizeof *arguments);
        if (folder == NULL || arguments == NULL)
            _exit(0);
        arguments[0] = child_arguments[0];
        for (uint32_t i = 0; i < header[0]; i++)
            if ((arguments[i + 1] = receive_blob(&length)) == NULL)
                _exit(0);
        uint32_t input_length;
        char *input = receive_blob(&input_length);
        if (input == NULL)
            _exit(0);
        int in = memfd_create("in", MFD_CLOEXEC), out = memfd_create("out", MFD_CLOEXEC),
            err = memfd_create("err", MFD_CLOEXEC);
        if (in < 0 || out < 0 || err < 0 || send_all(in, input, input_length) != 0 || lseek(in, 0, SEEK_SET) != 0)
            _exit(UNREADY);
        free(input);

        pid_t child = fork();
        if (child < 0)
            _exit(UNREADY);
        if (child == 0) {
            become_case(header, folder, in, out, err);
            if (place == BEFORE_MAIN) {
                child_arguments = arguments;
                child_argument_count = (int)header[0] + 1;
            }
            return;
        }
        setpgid(child, child);
        uint32_t answer[5];
        struct rusage used = {0};
        answer[0] = (uint32_t)wait_for(child, header, &answer[1], &used);
        answer[2] = (uint32_t)lseek(out, 0, SEEK_END);
        answer[3] = (uint32_t)lseek(err, 0, SEEK_END);
        answer[4] = (uint32_t)used.ru_maxrss;
        if (send_all(channel, answer, sizeof answer) != 0 || send_file(out, answer[2]) != 0 ||
            send_file(err, answer[3]) != 0)
            _exit(0);
        close(in);
        close(out);
        close(err);
        free(folder);
        for (uint32_t i = 0; i < header[0]; i++)
            free(arguments[i + 1]);
        free(arguments);
    }
}

/*
 * Ends a case whose main() has returned. All it has written is flushed, that of C++ streams too where the program has
 * any; destructors of what dies with the process anyway take as long as the case itself, and are left out.
 */
static void end_case(int status)
{
    void *(*flush)(void *) = (void *(*)(void *))dlsym(RTLD_DEFAULT, "_ZNSo5flushEv");
    const char *streams[] = {"_ZSt4cout", "_ZSt4cerr", "_ZSt4clog"};
    for (int i = 0; i < 3 && flush != NULL; i++) {
        void *stream = dlsym(RTLD_DEFAULT, streams[i]);
        if (stream != NULL)
            flush(stream);
    }
    fflush(NULL);
    _exit(status);
}

static int serving_main(int count, char **arguments, char **environment)
{
    (void)environment;
    child_argument_count = count;
    child_arguments = arguments;
    if (place == BEFORE_MAIN)
        serve();
    extern char **environ;
    int status = program_main(child_argument_count, child_arguments, environ);
    if (channel >= 0)
        end_case(status);
    return status;
}

/* The C library's entry, in front of which the program's main() is exchanged for the server's. */
int __libc_start_main(main_function *main, int count, char **arguments, void (*init)(void), void (*fini)(void),
                      void (*rtld_fini)(void), void *stack_end)
{
    int (*start)(main_function *, int, char **, void (*)(void), void (*)(void), void (*)(void), void *) =
        (int (*)(main_function *, int, char **, void (*)(void), void (*)(void), void (*)(void), void *))dlsym(
            RTLD_NEXT, "__libc_start_main");
    const char *where = getenv(SWITCH);
    if (where != NULL && start != NULL) {
        place = strcmp(where, "main") == 0 ? BEFORE_MAIN : strcmp(where, "stdin") == 0 ? AT_STANDARD_INPUT : NOWHERE;
        /* The program, and whatever it starts, must see the environment of its case and nothing of ours. */
        unsetenv(SWITCH);
        unsetenv("LD_PRELOAD");
        program_main = main;
        main = serving_main;
    }
    return start(main, count, arguments, init, fini, rtld_fini, stack_end);
}

ssize_t read(int file, void *to, size_t length)
{
    if (file == 0 && place == AT_STANDARD_INPUT && channel < 0)
        serve();
    return syscall(SYS_read, file, to, length);
}
