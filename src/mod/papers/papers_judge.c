/* A file is looked at while the person who hands it in still waits: what cannot be read is refused
 * at once, beside its field.  Only what is quick; the queue looks at everything. */
#include <string.h>
#include <unistd.h>

#include "base/err.h"
#include "convert/convert.h"
#include "http/store.h"
#include "mod/papers/papers.h"
#include "site/site.h"

enum { QUICK_BYTES = 4 << 20 };

/* Time and memory run out sooner here than in the queue, which then decides. */
static bool
is_the_files_fault(const struct convert_answer *a)
{
    static const char *const OURS[] = {"overtime", "overmemory", "crashed"};

    for (size_t i = 0; i < sizeof OURS / sizeof *OURS; i++)
        if (strcmp(a->why, OURS[i]) == 0)
            return false;
    return a->verdict == CONVERT_REFUSED;
}

static const char *
inspect(struct ctx *c, struct convert *quick, int fd)
{
    const struct convert_job j = {.op = CONVERT_INSPECT, .in = &fd, .in_n = 1};
    struct convert_answer a;
    const char *reason = NULL;

    if (convert_run(c, quick, &j, &a) < 0)
        return NULL;
    if (is_the_files_fault(&a))
        reason = arena_str(c->a, a.reason);
    convert_answer_release(&a);
    return reason;
}

const char *
papers_judge(struct ctx *c, const struct upload *u)
{
    const struct services *with = c->site ? c->site->with : NULL;
    const char *reason;
    int64_t size;
    int fd;

    if (!with || !with->quick || !with->store || u->size > QUICK_BYTES ||
        strcmp(u->mime, "application/pdf") != 0 ||
        (fd = store_read(with->store, u->sha256, &size)) < 0)
        return NULL;
    reason = inspect(c, with->quick, fd);
    close(fd);
    return reason;
}
