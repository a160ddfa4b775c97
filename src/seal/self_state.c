/* Judges of what the database, the keys and this machine are like. */
#include <string.h>

#include "base/date.h"
#include "seal/self_verdicts.h"

enum {
    ADMINISTRATORS_MOST = 5, HOUR_SECONDS = 3600,
    BACKUP_HOURS = 26, BACKUP_HOURS_MOST = 72, FOLLOWED_DAYS = 2, PACKAGES_GOOD = 7,
    PACKAGES_MOST = 35, HEADS_MISSED = 6, CLOCK_MOST = 5, CALENDAR_DAYS = 60
};

/* `n` of something of which there should be none. */
static enum self_verdict
none(int64_t n, enum self_verdict else_, struct buf *found)
{
    buf_fmt(found, "%lld", (long long)n);
    return n ? else_ : SELF_OK;
}

static void
since(const struct self_facts *f, int64_t at, struct buf *found)
{
    if (at)
        buf_fmt(found, "%lld hours ago", (long long)((f->now - at) / HOUR_SECONDS));
    else
        buf_str(found, "never");
}

/* --- people --------------------------------------------------------------------------------- */

enum self_verdict
self_second_missing(const struct self_facts *f, struct buf *found)
{
    return none(f->unguarded, SELF_WEAK, found);
}

enum self_verdict
self_administrators_second(const struct self_facts *f, struct buf *found)
{
    return none(f->administrators_unguarded, SELF_BAD, found);
}

enum self_verdict
self_administrators(const struct self_facts *f, struct buf *found)
{
    buf_fmt(found, "%lld", (long long)f->administrators);
    return f->administrators == 0                      ? SELF_BAD
           : f->administrators > ADMINISTRATORS_MOST ? SELF_WEAK
                                                     : SELF_OK;
}

enum self_verdict
self_separation(const struct self_facts *f, struct buf *found)
{
    return none(f->mixed, SELF_BAD, found);
}

enum self_verdict
self_demo_accounts(const struct self_facts *f, struct buf *found)
{
    return none(f->demo_accounts, SELF_BAD, found);
}

enum self_verdict
self_sessions_old(const struct self_facts *f, struct buf *found)
{
    return none(f->sessions_old, SELF_WEAK, found);
}

enum self_verdict
self_tokens_endless(const struct self_facts *f, struct buf *found)
{
    return none(f->tokens_endless, SELF_BAD, found);
}

enum self_verdict
self_tokens_long(const struct self_facts *f, struct buf *found)
{
    return none(f->tokens_long, SELF_WEAK, found);
}

enum self_verdict
self_alarms(const struct self_facts *f, struct buf *found)
{
    return none(f->alarms_old, SELF_WEAK, found);
}

enum self_verdict
self_numbers_sealed(const struct self_facts *f, struct buf *found)
{
    return none(f->numbers_open, SELF_WEAK, found);
}

/* --- signatures ----------------------------------------------------------------------------- */

enum self_verdict
self_signing_file(const struct self_facts *f, struct buf *found)
{
    (void)found;
    return f->keys_readable ? SELF_OK : SELF_BAD;
}

enum self_verdict
self_signing_plain(const struct self_facts *f, struct buf *found)
{
    buf_fmt(found, "%d of %d", f->plain_keys, f->document_keys);
    return f->plain_keys ? SELF_WEAK : SELF_OK;
}

enum self_verdict
self_signing_stamp(const struct self_facts *f, struct buf *found)
{
    buf_str(found, *f->k->timestamp_url ? f->k->timestamp_url : "no time stamps");
    return f->document_keys && !*f->k->timestamp_url ? SELF_WEAK : SELF_OK;
}

enum self_verdict
self_signing_trust(const struct self_facts *f, struct buf *found)
{
    buf_fmt(found, "%d files", f->roots);
    return f->document_keys && f->roots == 0 ? SELF_WEAK : SELF_OK;
}

enum self_verdict
self_signing_unfiltered(const struct self_facts *f, struct buf *found)
{
    buf_fmt(found, "signing_unfiltered: %s", f->k->signing_unfiltered ? "yes" : "no");
    return f->k->signing_unfiltered ? SELF_BAD : SELF_OK;
}

/* --- the sealed log ------------------------------------------------------------------------- */

enum self_verdict
self_seal_key(const struct self_facts *f, struct buf *found)
{
    return none(f->seal_keys, SELF_OK, found) == SELF_OK && f->seal_keys ? SELF_OK : SELF_BAD;
}

/* Nothing waits: an old head says all there is. */
enum self_verdict
self_seal_head(const struct self_facts *f, struct buf *found)
{
    bool late = f->waiting && f->now - f->head_at > (int64_t)HEADS_MISSED * f->k->seal_seconds;

    since(f, f->head_at, found);
    buf_fmt(found, ", %lld wait%s", (long long)f->waiting,
            f->head_at && !f->head_signed ? ", without a signature" : "");
    return f->head_at == 0 || late || !f->head_signed ? SELF_BAD : SELF_OK;
}

enum self_verdict
self_seal_published(const struct self_facts *f, struct buf *found)
{
    since(f, f->published_at, found);
    return f->head_at && f->published_at < f->head_at - HOUR_SECONDS ? SELF_WEAK : SELF_OK;
}

enum self_verdict
self_seal_followed(const struct self_facts *f, struct buf *found)
{
    since(f, f->followed_at, found);
    return f->now - f->followed_at > (int64_t)FOLLOWED_DAYS * DAY_SECONDS ? SELF_WEAK : SELF_OK;
}

enum self_verdict
self_seal_refused(const struct self_facts *f, struct buf *found)
{
    return none(f->refused_events, SELF_BAD, found);
}

/* --- this machine --------------------------------------------------------------------------- */

enum self_verdict
self_backup(const struct self_facts *f, struct buf *found)
{
    int64_t hours = (f->now - f->backup_at) / HOUR_SECONDS;

    since(f, f->backup_at, found);
    return hours <= BACKUP_HOURS ? SELF_OK : hours <= BACKUP_HOURS_MOST ? SELF_WEAK : SELF_BAD;
}

enum self_verdict
self_server_root(const struct self_facts *f, struct buf *found)
{
    buf_fmt(found, "%d of %d servers", f->server.root, f->server.n);
    return f->server.root ? SELF_BAD : SELF_OK;
}

enum self_verdict
self_server_walls(const struct self_facts *f, struct buf *found)
{
    const struct self_process *p = &f->server;

    buf_fmt(found, "of %d servers: %d without a filter of calls, %d with capabilities, %d may gain",
            p->n, p->unfiltered, p->capable, p->may_gain);
    return p->unfiltered || p->capable || p->may_gain ? SELF_BAD : SELF_OK;
}

enum self_verdict
self_server_cores(const struct self_facts *f, struct buf *found)
{
    buf_fmt(found, "%d of %d servers", f->server.cores, f->server.n);
    return f->server.cores ? SELF_WEAK : SELF_OK;
}

enum self_verdict
self_server_libraries(const struct self_facts *f, struct buf *found)
{
    buf_fmt(found, "%d of %d servers", f->server.replaced, f->server.n);
    return f->server.replaced ? SELF_WEAK : SELF_OK;
}

enum self_verdict
self_packages(const struct self_facts *f, struct buf *found)
{
    if (f->packages_days < 0)
        buf_str(found, "not known");
    else
        buf_fmt(found, "%lld days ago", (long long)f->packages_days);
    return f->packages_days > PACKAGES_MOST                          ? SELF_BAD
           : f->packages_days > PACKAGES_GOOD || f->packages_days < 0 ? SELF_WEAK
                                                                      : SELF_OK;
}

enum self_verdict
self_clock(const struct self_facts *f, struct buf *found)
{
    buf_str(found, f->clock_free ? "nothing keeps it" : "kept");
    return f->clock_free ? SELF_WEAK : SELF_OK;
}

enum self_verdict
self_clock_servers(const struct self_facts *f, struct buf *found)
{
    buf_fmt(found, "%lld s apart", (long long)f->clock_off);
    return f->clock_off > CLOCK_MOST ? SELF_BAD : SELF_OK;
}

/* --- data of the law ------------------------------------------------------------------------ */

enum self_verdict
self_calendar(const struct self_facts *f, struct buf *found)
{
    buf_fmt(found, "%lld days", (long long)f->calendar_until);
    return f->calendar_until < 0               ? SELF_BAD
           : f->calendar_until < CALENDAR_DAYS ? SELF_WEAK
                                               : SELF_OK;
}

enum self_verdict
self_rules(const struct self_facts *f, struct buf *found)
{
    buf_fmt(found, "a block in force: %s; aims of the year: %s", f->rules_now ? "yes" : "no",
            f->aims_now ? "yes" : "no");
    return !f->rules_now ? SELF_BAD : !f->aims_now ? SELF_WEAK : SELF_OK;
}
