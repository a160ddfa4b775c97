#include "mod/audit/seal.h"
#include "mod/deadlines/calendar.h"
#include "mod/deadlines/rules.h"
#include "seal/self.h"
#include "sign/note.h"
#include "site/snapshots.h"

#include <string.h>

enum { LOOK_AHEAD = 800 };

/* The last day up to which every day's kind is known. */
static int64_t
calendar_end(const struct calendar *cal, day today)
{
    day n = today;

    while (n < today + LOOK_AHEAD && calendar_known(cal, n))
        n++;
    return n - 1;
}

static int
look_documents(struct command_site *s, struct self_facts *out)
{
    struct site *loaded = site_load(&s->c, &s->site);
    day today = vn_day(out->now);

    if (!loaded)
        return s->c.err.rc;
    out->calendar_until = calendar_end(loaded->calendar, today) - today;
    out->rules_now = rules_on(loaded->rules, today)->from <= today;
    out->aims_now = rules_aim(loaded->rules, date_ymd(today).y) != NULL;
    site_free(loaded);
    return OK;
}

static int
look_head(struct ctx *c, struct self_facts *out)
{
    struct seal_head h;
    struct note note;
    int rc = seal_head_newest(c, &h);

    if (rc == E_NOTFOUND) {
        c->err = (struct err){0};
        return OK;
    }
    if (rc < 0)
        return rc;
    out->head_at = h.at;
    out->head_signed = !note_read(c->a, h.note, strlen(h.note), &note) && note.n > 0;
    return OK;
}

int
self_look(struct command_site *s, struct self_facts *out)
{
    int rc;

    *out = (struct self_facts){.k = &s->site.config, .now = s->c.now};
    self_look_files(s, out);
    self_look_machine(s, out);
    if ((rc = db_begin(&s->c, DB_READ_ONLY)) < 0)
        return rc;
    rc = self_sql_look(&s->c, out);
    if (rc == OK)
        rc = look_head(&s->c, out);
    db_rollback(&s->c);
    return rc == OK ? look_documents(s, out) : rc;
}
