#include "move/tool.h"

#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <libpq-fe.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/buf.h"
#include "db/password.h"
#include "move/move.h"

#define SORRY MOVE_SORRY

enum { LOOK_EVERY = 200000, WORDS_MAX = 24, PATH_MOST = 4096 };

extern char **environ;

/* --- starting ------------------------------------------------------------------------------ */

/* Several versions may be installed: the newest reads the dumps of all. */
static const char *
find(struct arena *a, const char *name)
{
    const char *path = getenv("PATH"), *found = NULL;
    glob_t g;

    if (glob(arena_fmt(a, "/usr/lib/postgresql/*/bin/%s", name), 0, NULL, &g) == 0) {
        found = arena_str(a, g.gl_pathv[g.gl_pathc - 1]);
        globfree(&g);
    }
    for (const char *p = path ? path : ""; !found && *p;) {
        size_t n = strcspn(p, ":");
        const char *try = arena_fmt(a, "%.*s/%s", (int)n, p, name);

        if (n && access(try, X_OK) == 0)
            found = try;
        p += n + (p[n] == ':');
    }
    return found;
}

static int
start(struct ctx *c, const char *name, const char *const *words, const char *password, int out,
      int *pid)
{
    const char *path = find(c->a, name), *argv[WORDS_MAX] = {name};
    posix_spawn_file_actions_t act;
    size_t n = 0, env_n = 0, own = 0;
    const char **env;
    int rc;

    if (!path)
        return fail(c, E_SYS, SORRY, "%s is not installed (Debian: postgresql-client)", name);
    while (words[n] && n + 2 < WORDS_MAX)
        argv[n + 1] = words[n], n++;
    while (environ[env_n])
        env_n++;
    env = arena_get(c->a, (env_n + 3) * sizeof *env);   /* of two of one name the first counts */
    env[own++] = "LC_ALL=C";
    if (password)
        env[own++] = arena_fmt(c->a, "PGPASSWORD=%s", password);
    memcpy(env + own, environ, env_n * sizeof *env);
    posix_spawn_file_actions_init(&act);
    posix_spawn_file_actions_addopen(&act, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    if (out >= 0)
        posix_spawn_file_actions_adddup2(&act, out, STDOUT_FILENO);
    rc = posix_spawn(pid, path, &act, NULL, (char **)argv, (char **)env);
    posix_spawn_file_actions_destroy(&act);
    return rc ? fail(c, E_SYS, SORRY, "cannot start %s: %s", path, strerror(rc)) : OK;
}

static int
ended(struct ctx *c, const char *name, int status)
{
    if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
        return OK;
    return fail(c, E_SYS, SORRY, "%s failed (%s %d); what it said stands above", name,
                WIFEXITED(status) ? "status" : "signal",
                WIFEXITED(status) ? WEXITSTATUS(status) : WTERMSIG(status));
}

/* Waits; `p` is told how long the file `growing` is meanwhile. */
static int
wait_for(struct ctx *c, const char *name, int pid, const char *growing, struct progress *p)
{
    struct stat st;
    int status, got;

    while ((got = waitpid(pid, &status, p ? WNOHANG : 0)) == 0) {
        usleep(LOOK_EVERY);
        if (stat(growing, &st) == 0)
            progress_set(p, st.st_size);
    }
    if (got < 0)
        return fail(c, E_SYS, SORRY, "%s: %s", name, strerror(errno));
    if (p && stat(growing, &st) == 0)
        progress_set(p, st.st_size);
    return ended(c, name, status);
}

int
tool_version(struct ctx *c, const char *name, int *major)
{
    static const char *const words[] = {"--version", NULL};
    char said[200] = "", *digits;
    int fd[2], pid, rc;
    ssize_t n;

    if (pipe2(fd, O_CLOEXEC) < 0)
        return fail(c, E_SYS, SORRY, "pipe: %s", strerror(errno));
    rc = start(c, name, words, NULL, fd[1], &pid);
    close(fd[1]);
    if (rc == OK) {
        n = read(fd[0], said, sizeof said - 1);
        rc = wait_for(c, name, pid, NULL, NULL);
        digits = n > 0 ? strpbrk(said, "0123456789") : NULL;
        *major = digits ? (int)strtol(digits, NULL, 10) : 0;
    }
    close(fd[0]);
    return rc;
}

/* --- an address without its password -------------------------------------------------------- */

/* Everybody on the machine reads the words of a command; what libpq itself would not show is left
 * out of them, and only the password has another way. */
static bool
secret(const PQconninfoOption *o)
{
    return *o->dispchar == '*';
}

/* A keyword string for --dbname with everything of the address but the password.  Of several hosts
 * the one that takes writes is used, as by the program itself: the snapshot is of that one. */
static int
conninfo(struct ctx *c, const char *url, const char **out, const char **password)
{
    char *why = NULL;
    PQconninfoOption *all = PQconninfoParse(url, &why);
    struct buf b;

    *password = NULL;
    if (!all) {
        fail(c, E_INVALID, SORRY, "the address of the database cannot be read");
        PQfreemem(why);
        return E_INVALID;
    }
    buf_init(&b, c->a, PATH_MOST);
    buf_str(&b, "target_session_attrs='read-write' ");  /* the address's own, behind it, counts */
    for (PQconninfoOption *o = all; o->keyword; o++) {
        if (!o->val)
            continue;
        if (strcmp(o->keyword, "password") == 0) {
            *password = arena_str(c->a, o->val);
            continue;
        }
        if (secret(o)) {
            PQconninfoFree(all);
            return fail(c, E_INVALID, SORRY, "the address of the database has %s: pg_dump and "
                        "pg_restore take it from pg_service.conf only", o->keyword);
        }
        buf_fmt(&b, "%s='", o->keyword);
        for (const char *v = o->val; *v; v++) {
            if (*v == '\'' || *v == '\\')
                buf_char(&b, '\\');
            buf_char(&b, *v);
        }
        buf_str(&b, "' ");
    }
    PQconninfoFree(all);
    if (!*password)
        *password = db_password(c->a);
    *out = b.p;
    return b.over ? fail(c, E_INVALID, SORRY, "the address of the database is too long") : OK;
}

int
tool_dump(struct ctx *c, const char *url, const char *snapshot, const char *to,
          struct progress *p)
{
    const char *where, *password;
    int pid, rc = conninfo(c, url, &where, &password);

    if (rc == OK) {
        const char *words[] = {"--format=custom",
                               "--no-owner",
                               "--no-privileges",
                               "--lock-wait-timeout=60s",
                               arena_fmt(c->a, "--snapshot=%s", snapshot),
                               arena_fmt(c->a, "--file=%s", to),
                               arena_fmt(c->a, "--dbname=%s", where),
                               NULL};

        rc = start(c, "pg_dump", words, password, -1, &pid);
    }
    return rc == OK ? wait_for(c, "pg_dump", pid, to, p) : rc;
}

int
tool_restore(struct ctx *c, const char *url, const char *from)
{
    const char *where, *password;
    int pid, rc = conninfo(c, url, &where, &password);

    if (rc == OK) {
        const char *words[] = {"--no-owner", "--no-privileges", "--single-transaction",
                               "--exit-on-error", arena_fmt(c->a, "--dbname=%s", where), from,
                               NULL};

        rc = start(c, "pg_restore", words, password, -1, &pid);
    }
    return rc == OK ? wait_for(c, "pg_restore", pid, NULL, NULL) : rc;
}

int
tool_read(struct ctx *c, const char *dump, struct tool *t)
{
    const char *words[] = {"--data-only", "--file=-", dump, NULL};
    int fd[2], rc;

    *t = (struct tool){.name = "pg_restore", .out = -1};
    if (pipe2(fd, O_CLOEXEC) < 0)
        return fail(c, E_SYS, SORRY, "pipe: %s", strerror(errno));
    rc = start(c, t->name, words, NULL, fd[1], &t->pid);
    close(fd[1]);
    if (rc == OK)
        t->out = fd[0];
    else
        close(fd[0]);
    return rc;
}

int
tool_end(struct ctx *c, struct tool *t)
{
    close(t->out);
    return wait_for(c, t->name, t->pid, NULL, NULL);
}
