/* The connection to PostgreSQL: address, session settings, what happens when it breaks. */
#include <poll.h>
#include <sodium.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>

#include "base/now.h"
#include "db/password.h"
#include "db/pg_internal.h"

/* What the address does not say.  A dead node is noticed within seconds, and of several hosts the
 * one that takes writes is used. */
static const struct { const char *key, *value; } DEFAULTS[] = {
    {"connect_timeout", "2"},
    {"tcp_user_timeout", "2000"},
    {"keepalives_idle", "2"},
    {"keepalives_interval", "1"},
    {"keepalives_count", "2"},
    {"target_session_attrs", "read-write"},
    {"fallback_application_name", "motcua"},
};
enum {
    DEFAULTS_N = sizeof DEFAULTS / sizeof *DEFAULTS,
    PATIENT = 4000000, /* microseconds */
    QUARTER = 250000,
};

/* One round trip after the connection is made.  A transaction that nobody goes on with is ended by
 * the server, so that its locks do not outlive a client that was cut off. */
static const char SESSION[] =
    "SET jit = off; SET bytea_output = hex; SET cursor_tuple_fraction = 1;"
    "SET idle_in_transaction_session_timeout = '60s'";

/* Milliseconds: waiting for a row, one statement, and the answer to it; 0 and -1: for ever.  Reads
 * of lanes are lists and exports. */
struct limits { int lock, statement, answer; };
static const struct limits LIMITS[] = {
    [DB_COMMAND] = {60000, 0, -1}, /* others that begin at once make the schema */
    [DB_SHARED] = {20, 5000, 8000},
    [DB_SINGLE] = {100, 5000, 8000},
    [DB_SECOND] = {100, 5000, 8000},
};
static const struct limits READS = {2000, 30000, 33000};

static const struct limits *
limits_of(const struct pg *s, enum db_patience p)
{
    return s->db.mode == DB_READ_ONLY && p != DB_COMMAND ? &READS : &LIMITS[p];
}

static const char READER[] = "SET default_transaction_read_only = on;"
                             "SET default_transaction_isolation = 'repeatable read'";

static void
notice(void *arg, const PGresult *r)
{
    const char *what = PQresultErrorField(r, PG_DIAG_SEVERITY_NONLOCALIZED);

    if (what && strcmp(what, "WARNING") == 0)
        ((struct pg *)arg)->warned = true;
}

/* A socket's folder, or this machine's own address; an empty list is the default socket. */
static bool
host_near(const char *hosts)
{
    static const char *const HERE[] = {"localhost", "127.0.0.1", "::1"};

    for (size_t n; *hosts; hosts += n + (hosts[n] == ',')) {
        bool near = *hosts == '/' || *hosts == ',';

        n = strcspn(hosts, ",");
        for (size_t i = 0; i < sizeof HERE / sizeof *HERE; i++)
            near = near || (strlen(HERE[i]) == n && memcmp(hosts, HERE[i], n) == 0);
        if (!near)
            return false;
    }
    return true;
}

const char *
pg_sslmode(const char *url)
{
    PQconninfoOption *o = PQconninfoParse(url, NULL);
    bool near = true;

    for (const PQconninfoOption *p = o; p && p->keyword; p++)
        if (p->val && (strcmp(p->keyword, "host") == 0 || strcmp(p->keyword, "hostaddr") == 0))
            near = near && host_near(p->val);
    PQconninfoFree(o);
    return near ? "prefer" : "verify-full";
}

static PGconn *
dial(const char *url)
{
    const char *keys[DEFAULTS_N + 4], *values[DEFAULTS_N + 4];
    size_t n = 0;

    for (; n < DEFAULTS_N; n++) {
        keys[n] = DEFAULTS[n].key;
        values[n] = DEFAULTS[n].value;
    }
    keys[n] = "sslmode";
    values[n++] = pg_sslmode(url);
    keys[n] = "dbname"; /* the address: its own words go before the defaults */
    values[n++] = url;
    keys[n] = "client_encoding";
    values[n++] = "UTF8";
    keys[n] = NULL;
    values[n] = NULL;
    return db_password_connect(keys, values, 1);
}

static bool
same(const char *a, const char *b)
{
    return a && b && strcmp(a, b) == 0;
}

/* Somebody who calls now is answered, and by the node that we wait for. */
bool
pg_same_node(struct pg *s)
{
    PGconn *p = dial(s->url);
    bool ok = PQstatus(p) == CONNECTION_OK && same(PQhost(p), PQhost(s->p)) &&
              same(PQport(p), PQport(s->p));

    PQfinish(p);
    return ok;
}

static atomic_int_fast64_t silent_at;
static atomic_int_fast64_t answered_at; /* when somebody of this process was connected last */

void
pg_tell_silent(void)
{
    atomic_store(&silent_at, now_mono_micros());
}

bool
pg_stale(const struct pg *s)
{
    return s->db.patience != DB_COMMAND && s->since < atomic_load(&silent_at);
}

static bool
run(struct pg *s, const char *sql)
{
    PGresult *r = PQexec(s->p, sql);
    bool ok = PQresultStatus(r) == PGRES_COMMAND_OK || PQresultStatus(r) == PGRES_TUPLES_OK;

    PQclear(r);
    return ok;
}

static bool
settle(struct pg *s)
{
    const struct limits *l = limits_of(s, s->db.patience);
    char timeouts[240];

    PQsetNoticeReceiver(s->p, notice, s);
    snprintf(timeouts, sizeof timeouts,
             "SET lock_timeout = %d; SET statement_timeout = %d;%s", l->lock, l->statement,
             s->db.mode == DB_READ_ONLY ? READER : "");
    s->told = s->db.patience;
    s->answer_ms = l->answer;
    return run(s, SESSION) && run(s, timeouts) && PQsetnonblocking(s->p, 1) == 0 &&
           PQenterPipelineMode(s->p);
}

bool
pg_limits(struct pg *s)
{
    static const struct query q = {
        "limits", "SELECT set_config('lock_timeout', CAST($1 AS TEXT), false),"
                  " set_config('statement_timeout', CAST($2 AS TEXT), false)"};
    const struct limits *l = limits_of(s, s->db.patience), *was = limits_of(s, s->told);

    s->told = s->db.patience;
    if (memcmp(was, l, sizeof *l) == 0)
        return true;
    s->answer_ms = l->answer;
    if (!pg_send(s, &q, ARGS(qi(l->lock), qi(l->statement))))
        return false;
    pg_sync(s); /* by itself, not part of the transaction that follows */
    return true;
}

void
pg_disconnect(struct pg *s)
{
    PQfinish(s->p);
    s->p = NULL;
    s->head = s->tail = s->saved = 0;
    s->sent = 0;
    s->aborted = false;
    for (int i = 0; i < PG_BUCKETS; i++)
        for (struct pg_stmt *st = s->bucket[i]; st; st = st->next)
            st->prepared = false;
}

/* In a lane nothing is lost but time: what was not committed runs again.  Once there is a
 * connection the texts of libpq name host, port and user, never the password. */
void
pg_lost(struct pg *s)
{
    bool again = s->db.patience != DB_COMMAND && s->state != PG_NONE && !s->committing;
    const char *why = s->p ? PQerrorMessage(s->p) : "";

    if (s->fault.rc == OK)
        snprintf(s->fault.detail, sizeof s->fault.detail, "connection lost: %.*s",
                 (int)strcspn(why, "\n"), *why ? why : "no answer in time");
    s->fault.rc = again ? E_AGAIN : E_DOWN;
    s->db.lost = true;
    s->fault.say = DB_SORRY;
    s->fault.at = "postgresql";
    s->in_doubt = s->committing;
    if (s->state != PG_NONE)
        s->state = PG_GONE;
    pg_disconnect(s);
}

/* Between transactions the server says nothing but good-bye. */
bool
pg_alive(struct pg *s)
{
    struct pollfd f = {.events = POLLIN};

    if (s->p && pg_stale(s))
        pg_disconnect(s);
    if (!s->p || s->head != s->tail)
        return s->p != NULL;
    f.fd = PQsocket(s->p);
    for (int i = 0; i < 4 && poll(&f, 1, 0) > 0; i++)
        if (!PQconsumeInput(s->p) || PQstatus(s->p) == CONNECTION_BAD) {
            pg_disconnect(s);
            return false;
        }
    return true;
}

/* From the first ':' to the last '@' nothing but what a password may hold as it stands: else libpq
 * takes pieces of it for a host or a port and names them. */
static bool
plain_password(const char *url)
{
    const char *p = strstr(url, "://"), *at, *colon;

    p = p ? p + 3 : url;
    at = strrchr(p, '@');
    colon = strchr(p, ':');
    return !at || !colon || colon > at || strcspn(colon + 1, ":/?@[") >= (size_t)(at - colon - 1);
}

/* Why there is no connection, without what may be a piece of the password. */
static const char *
why_not(const struct pg *s)
{
    PQconninfoOption *all = PQconninfoParse(s->url, NULL);
    bool safe = all && plain_password(s->url);

    PQconninfoFree(all);
    return safe ? PQerrorMessage(s->p)
                : "the address is not well formed (is the password percent-encoded?)";
}

static int
try_once(struct ctx *c, struct pg *s)
{
    const char *why;

    s->since = now_mono_micros();
    s->p = dial(s->url);
    if (PQstatus(s->p) == CONNECTION_OK && settle(s)) {
        atomic_store(&answered_at, s->since);
        return pg_check_encoding(c, s);
    }
    why = why_not(s);
    fail(c, E_DOWN, DB_SORRY, "cannot connect: %.*s", (int)strcspn(why, "\n"), why);
    pg_disconnect(s);
    return E_DOWN;
}

/* Before try number n; half of it by chance, so that lanes do not come all at once. */
static void
pause_before(int n)
{
    uint32_t ms = n < 4 ? 50u << n : 800;

    poll(NULL, 0, (int)(ms / 2 + randombytes_uniform(ms / 2)));
}

/* A lane that loses its connection tries for some seconds: what waits for a failover is answered
 * late instead of not at all.  Then it is away, and until it is back each call is one short try at
 * most every quarter of a second, so that nobody waits for long; at once when another of this
 * process was answered meanwhile. */
int
pg_connect(struct ctx *c, struct pg *s)
{
    int64_t start = now_mono_micros();
    bool patient = s->db.patience != DB_COMMAND && !s->away_since;
    int rc;

    if (s->away_since && start - s->tried < QUARTER && atomic_load(&answered_at) <= s->since)
        return fail(c, E_DOWN, DB_SORRY, "the database is away");
    for (int n = 0; (rc = try_once(c, s)) == E_DOWN && patient; n++) {
        if (now_mono_micros() - start > PATIENT)
            break;
        pause_before(n);
    }
    s->tried = now_mono_micros();
    if (rc == OK)
        s->away_since = 0;
    else if (!s->away_since)
        s->away_since = start;
    return rc;
}
