/* A city's own files.  The first byte chooses: r rules.yaml, a the agencies, t a result's template,
 * p a translation, b a bag of an archived dossier (a ZIP), m its manifest. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/po.h"
#include "mod/agencies/agencies_file.h"
#include "mod/catalogue/catalogue_package.h"
#include "mod/catalogue/catalogue_template.h"
#include "mod/deadlines/deadlines.h"
#include "mod/deadlines/rules.h"
#include "mod/retention/retention_bag.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static void
rules(struct arena *a, const char *s, size_t n)
{
    struct data_faults faults = {.a = a};
    struct rules out;

    if (!rules_load(a, s, n, &out, &faults))
        return;
    for (day d = 18000; d < 24000; d += 500)
        if (!rules_on(&out, d) || !rules_looks(&out, d))
            abort();
}

static void
nothing(void *to, const char *path, int line, int column, const char *say)
{
    (void)to, (void)path, (void)line, (void)column, (void)say;
}

/* What takes a path is given one to memory. */
static void
as_file(struct arena *a, const char *s, size_t n, void (*use)(struct arena *a, const char *path))
{
    int fd = memfd_create("fuzz", MFD_CLOEXEC);
    char path[64];

    if (fd < 0 || write(fd, s, n) != (ssize_t)n)
        abort();
    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    use(a, path);
    close(fd);
}

static void
agencies_at(struct arena *a, const char *path)
{
    struct agencies_file f = {.a = a, .path = path, .report = nothing};

    agencies_file_read(&f);
}

static void
agencies(struct arena *a, const char *s, size_t n)
{
    as_file(a, s, n, agencies_at);
}

static void
template(struct arena *a, const char *s, size_t n)
{
    struct report r = {.a = a, .path = "t"};
    const struct node *root = tree_yaml(&r, s, n);

    if (!root)
        return;
    check_template(&r, root, "t");
    if (r.found.n == 0) {
        struct result_template *t =
            catalogue_template_parse(a, (struct bytes){(const uint8_t *)s, n});

        if (!t)
            abort();                                /* the check and the compiler disagree */
        json_decref(t->keep);
    }
}

static void
translation(struct arena *a, const char *s, size_t n)
{
    const char *say = NULL;
    int line = 0;

    (void)n;
    if (!po_load(a, s, &line, &say) && (!say || line < 1))
        abort();
}

static void
bag_at(struct arena *a, const char *path)
{
    struct ctx c;
    struct bag_seen seen;

    ctx_init(&c, a);
    if (bag_look(&c, path, &seen) == 0 && !seen.fault && !*seen.identifier && seen.files < 0)
        abort();
}

static void
bag(struct arena *a, const char *s, size_t n)
{
    as_file(a, s, n, bag_at);
}

static void
manifest(struct arena *a, const char *s, size_t n)
{
    struct bag_line *lines;
    size_t count = bag_manifest(a, s, 1000, &lines);

    (void)n;
    for (size_t i = 0; i < count; i++)
        if (strlen(lines[i].sha256) > 64 || (*lines[i].path && strlen(lines[i].sha256) != 64))
            abort();        /* a line too short to name a file is kept, so that it is a fault */
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    static const struct { char word; void (*run)(struct arena *a, const char *s, size_t n); }
    RUNS[] = {{'r', rules}, {'a', agencies}, {'t', template}, {'p', translation}, {'b', bag},
              {'m', manifest}};
    struct arena *a;

    if (n < 1 || n > 100000)
        return 0;
    a = arena_open((size_t)512 << 20);
    for (size_t i = 0; i < sizeof RUNS / sizeof *RUNS; i++)
        if (data[0] == RUNS[i].word)
            RUNS[i].run(a, arena_strn(a, (const char *)data + 1, n - 1), n - 1);
    arena_close(a);
    return 0;
}
