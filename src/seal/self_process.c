/* This machine and the servers that run on it, as /proc tells. */
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/timex.h>
#include <unistd.h>

#include "seal/self.h"
#include "site/signing.h"

enum { TEXT_MOST = 64 << 10, PROCESSES = 4096, MAPS_MOST = 1 << 20 };

/* Files of /proc have no size.  "" when it cannot be read. */
static const char *
read_proc(struct arena *a, const char *path, size_t max)
{
    FILE *in = fopen(path, "re");
    char *text;
    size_t n;

    if (!in)
        return "";
    text = arena_get(a, max + 1);
    n = fread(text, 1, max, in);
    fclose(in);
    for (size_t i = 0; i < n; i++)      /* words of a command line end in NUL */
        if (!text[i])
            text[i] = ' ';
    return text;
}

/* What stands after "Name:", or "". */
static const char *
field(const char *text, const char *name)
{
    const char *at = strstr(text, name);

    return at ? at + strlen(name) + strspn(at + strlen(name), " \t") : "";
}

static bool
is_server(const char *command)
{
    const char *end = command + strcspn(command, " ");
    const char *at = memrchr(command, '/', (size_t)(end - command));
    const char *name = at ? at + 1 : command;

    return end - name == 6 && strncmp(name, "motcua", 6) == 0 && strncmp(end, " serve ", 7) == 0;
}

static void
look_process(struct arena *a, int pid, struct self_process *out)
{
    const char *status = read_proc(a, arena_fmt(a, "/proc/%d/status", pid), TEXT_MOST);
    const char *limits = read_proc(a, arena_fmt(a, "/proc/%d/limits", pid), TEXT_MOST);
    const char *maps = read_proc(a, arena_fmt(a, "/proc/%d/maps", pid), MAPS_MOST);
    const char *core = field(limits, "Max core file size");

    if (!*status)
        return;
    out->n++;
    out->root += strtol(field(status, "\nUid:"), NULL, 10) == 0;
    out->unfiltered += *field(status, "\nSeccomp:") != '2';
    out->capable += strtoull(field(status, "\nCapEff:"), NULL, 16) != 0;
    out->may_gain += *field(status, "\nNoNewPrivs:") != '1';
    out->cores += *core && *core != '0';
    out->replaced += strstr(maps, ".so") && strstr(maps, "(deleted)") &&
                     strstr(maps, ".so.") && strstr(strstr(maps, ".so."), " (deleted)");
}

/* The workers: a supervisor does nothing but start them. */
static bool
has_parent_server(struct arena *a, int pid)
{
    const char *status = read_proc(a, arena_fmt(a, "/proc/%d/status", pid), TEXT_MOST);
    long parent = strtol(field(status, "\nPPid:"), NULL, 10);

    return parent > 1 &&
           is_server(read_proc(a, arena_fmt(a, "/proc/%ld/cmdline", parent), TEXT_MOST));
}

static void
look_servers(struct self_process *out)
{
    DIR *all = opendir("/proc");
    const struct dirent *d;
    int seen = 0;

    while (all && (d = readdir(all)) != NULL && seen < PROCESSES) {
        struct arena *a;
        int pid = (int)strtol(d->d_name, NULL, 10);

        if (!isdigit((unsigned char)*d->d_name))
            continue;
        seen++;
        a = arena_open(4 << 20);
        if (is_server(read_proc(a, arena_fmt(a, "/proc/%d/cmdline", pid), TEXT_MOST)) &&
            has_parent_server(a, pid))
            look_process(a, pid, out);
        arena_close(a);
    }
    if (all)
        closedir(all);
}

static int
files_in(const char *folder)
{
    DIR *d = *folder ? opendir(folder) : NULL;
    const struct dirent *e;
    int n = 0;

    while (d && (e = readdir(d)) != NULL)
        n += *e->d_name != '.';
    if (d)
        closedir(d);
    return n;
}

/* When this machine last asked what is newer: Debian's lists, else the newest installation. */
static int64_t
packages_days(int64_t now)
{
    static const char *const SIGNS[] = {"/var/lib/apt/periodic/update-success-stamp",
                                        "/var/lib/apt/lists", "/var/lib/dpkg/status"};
    int64_t newest = 0;
    struct stat st;

    for (size_t i = 0; i < sizeof SIGNS / sizeof *SIGNS; i++)
        if (stat(SIGNS[i], &st) == 0 && st.st_mtime > newest)
            newest = st.st_mtime;
    return newest == 0 ? -1 : newest > now ? 0 : (now - newest) / DAY_SECONDS;
}

void
self_look_machine(struct command_site *s, struct self_facts *out)
{
    struct timex t = {.modes = 0};

    look_servers(&out->server);
    out->clock_free = adjtimex(&t) < 0 || (t.status & STA_UNSYNC);
    out->packages_days = packages_days(out->now);
    out->roots = files_in(signing_trust_path(s->c.a, out->k));
}
