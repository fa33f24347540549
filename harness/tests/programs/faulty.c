/*
 * Stands in for an evaluator in tests of faults: tells a version, and otherwise does what standard input says. Built by
 * the tests with the machine's C compiler.
 */
#define _GNU_SOURCE
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

/* Beyond this a memory limit that is asked for is not there. */
#define ALL_MEMORY ((size_t)3 << 30)

static void say(int file, const char *text)
{
    size_t length = strlen(text);
    while (length > 0) {
        ssize_t put = write(file, text, length);
        if (put <= 0)
            exit(1);
        text += put;
        length -= (size_t)put;
    }
}

static void show_surroundings(int count, char **arguments)
{
    char folder[4096];
    for (int i = 1; i < count; i++)
        printf("[%s]", arguments[i]);
    printf(" in %s", getcwd(folder, sizeof folder));
    const char *names[] = {"TEST_VAR", "HOME", "LD_PRELOAD", "THUNKPROOF_FORK_SERVER"};
    for (int i = 0; i < 4; i++)
        printf(" %s=%s", names[i], getenv(names[i]) ? getenv(names[i]) : "unset");
    printf("\n");
}

/* Answers what every engine is asked first (src/engine/introduction.rs), and probes of one with a manifest
 * (src/engine/capability.rs). */
static void introduce(const char *text)
{
    if (strstr(text, "square 271") != NULL) {
        puts("73446");
        exit(0);
    }
    if (strcmp(text, "1 + 1") == 0 || strcmp(text, "[ (1 + 1) ]") == 0) {
        puts(text[0] == '[' ? "[ 2 ]" : "2");
        exit(0);
    }
}

int main(int count, char **arguments)
{
    if (count > 1 && strcmp(arguments[1], "--version") == 0) {
        puts("faulty 1.0");
        return 0;
    }
    for (int i = 1; i < count; i++)
        introduce(arguments[i]);
    char text[4096];
    size_t length = 0;
    ssize_t got;
    while (length < sizeof text - 1 && (got = read(0, text + length, sizeof text - 1 - length)) > 0)
        length += (size_t)got;
    text[length] = 0;
    introduce(text);

    if (strcmp(text, "hang") == 0) {
        say(1, "so far");
        for (;;)
            pause();
    } else if (strcmp(text, "hang with a child") == 0) {
        fork();
        for (;;)
            pause();
    } else if (strcmp(text, "spin") == 0) {
        say(1, "so far");
        for (volatile unsigned spins = 0;; spins++)
            ;
    } else if (strcmp(text, "nap") == 0) {
        sleep(5);
        puts("1");
    } else if (strcmp(text, "leave a child") == 0) {
        if (fork() == 0)
            for (;;)
                pause();
        say(1, "1\n");
    } else if (strcmp(text, "crash") == 0) {
        signal(SIGSEGV, SIG_DFL);
        raise(SIGSEGV);
    } else if (strcmp(text, "garbage") == 0) {
        say(1, "\xff\xfe\x01\x1b[31m\xc3");
        say(2, "\x80\x81\n");
    } else if (strcmp(text, "flood") == 0 || strcmp(text, "flood of errors") == 0) {
        for (;;)
            say(strcmp(text, "flood") == 0 ? 1 : 2,
                "yes, and yes again, and more of it, and no end to it at all, as far as anyone can see from here\n");
    } else if (strcmp(text, "memory") == 0) {
        for (size_t eaten = 0; eaten < ALL_MEMORY; eaten += 1 << 20) {
            char *piece = malloc(1 << 20);
            if (piece == NULL) {
                say(2, "error: out of memory\n");
                return 1;
            }
            memset(piece, 1, 1 << 20);
        }
        say(1, "ate it all\n");
    } else if (strcmp(text, "middle") == 0) {
        say(1, "{ a = ");
        raise(SIGKILL);
    } else if (strcmp(text, "lie") == 0) {
        say(2, "error: this did not go well\n");
    } else if (strcmp(text, "fickle") == 0) {
        printf("%d\n", (int)getpid());
    } else if (strcmp(text, "end the server") == 0) {
        /* Only a fork server asks to have its children ended with it. */
        int signal_of_parent = 0;
        prctl(PR_GET_PDEATHSIG, &signal_of_parent);
        if (signal_of_parent == SIGKILL)
            kill(getppid(), SIGKILL);
        say(1, "1\n");
    } else if (strcmp(text, "surroundings") == 0) {
        show_surroundings(count, arguments);
    } else if (strcmp(text, "work") == 0) {
        int more = count > 1 && strcmp(arguments[1], "--more") == 0;
        puts("1");
        if (getenv("NIX_SHOW_STATS"))
            fprintf(stderr, "{\n  \"nrFunctionCalls\": %d,\n  \"nrPrimOpCalls\": 2\n}\n", more ? 4 : 3);
    } else if (strcmp(text, "trace") == 0) {
        fprintf(stderr, "trace: %s\n", arguments[0]);
        puts("1");
    } else if (strcmp(text, "1") == 0) {
        puts("1");
    } else {
        fprintf(stderr, "error: not one\n");
        return 1;
    }
    return 0;
}
