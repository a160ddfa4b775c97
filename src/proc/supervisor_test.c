/* Workers that end, crash and are told to stop; each in a process of its own. */
#include "base/test.h"

#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/log.h"
#include "proc/supervisor.h"

static volatile int *starts; /* shared with the workers */

static int
ends_with_7(void *arg)
{
    (void)arg;
    ++*starts;
    return 7;
}

static int
crashes_twice(void *arg)
{
    (void)arg;
    if (++*starts <= 2)
        kill(getpid(), SIGKILL);
    return 0;
}

static int
always_crashes(void *arg)
{
    (void)arg;
    ++*starts;
    kill(getpid(), SIGKILL);
    return 0;
}

static int
waits(void *arg)
{
    (void)arg;
    ++*starts;
    supervisor_wait();
    return 3;
}

/* The exit status of a supervisor in a process of its own; `stop` is sent once its worker runs. */
static int
supervised(int (*worker)(void *arg), int stop)
{
    int how;
    pid_t pid;

    *starts = 0;
    pid = fork();
    if (pid == 0)
        _exit(supervisor_run(worker, NULL));
    while (stop && *starts == 0)
        usleep(1000);
    if (stop)
        kill(pid, stop);
    waitpid(pid, &how, 0);
    return WIFEXITED(how) ? WEXITSTATUS(how) : -1;
}

static void
test_supervisor(void **state)
{
    static const struct {
        const char *name;
        int (*worker)(void *arg);
        int stop, status, starts;
    } T[] = {
        {"a worker that ends is believed", ends_with_7, 0, 7, 1},
        {"a worker that crashes is started again", crashes_twice, 0, 0, 3},
        {"but not for ever", always_crashes, 0, 1, CRASHES_MAX + 1},
        {"SIGTERM reaches the worker", waits, SIGTERM, 3, 1},
        {"so does Ctrl-C", waits, SIGINT, 3, 1},
    };

    (void)state;
    for (size_t i = 0; i < ROWS(T); i++) {
        int status = supervised(T[i].worker, T[i].stop);

        if (status != T[i].status || *starts != T[i].starts)
            fail_msg("%s: status %d after %d starts", T[i].name, status, *starts);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_supervisor)};

    log_level(LOG_ERROR + 1);
    starts = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
