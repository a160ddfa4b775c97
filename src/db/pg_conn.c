/* The connection to PostgreSQL: address, session settings, what happens when it breaks. */
#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "base/log.h"
#include "db/pg_internal.h"

/* What the address does not say.  A dead node is noticed within seconds, and of several hosts the
 * one that takes writes is used. */
static const struct { const char *key, *value; } DEFAULTS[] = {
    {"connect_timeout", "2"},
    {"tcp_user_timeout", "2000"},
    {"keepalives_idle", "5"},
    {"keepalives_interval", "1"},
    {"keepalives_count", "3"},
    {"target_session_attrs", "read-write"},
    {"fallback_application_name", "motcua"},
};
enum { DEFAULTS_N = sizeof DEFAULTS / sizeof *DEFAULTS };

/* One round trip after the connection is made.  A transaction that nobody goes on with is ended by
 * the server, so that its locks do not outlive a client that was cut off. */
static const char SESSION[] =
    "SET jit = off; SET bytea_output = hex; SET cursor_tuple_fraction = 1;"
    "SET idle_in_transaction_session_timeout = '60s'";

static void
no_notice(void *arg, const PGresult *r)
{
    (void)arg, (void)r;
}

static PGconn *
dial(const char *url)
{
    const char *keys[DEFAULTS_N + 3], *values[DEFAULTS_N + 3];
    size_t n = 0;

    for (; n < DEFAULTS_N; n++) {
        keys[n] = DEFAULTS[n].key;
        values[n] = DEFAULTS[n].value;
    }
    keys[n] = "dbname"; /* the address: its own words go before the defaults */
    values[n++] = url;
    keys[n] = "client_encoding";
    values[n++] = "UTF8";
    keys[n] = NULL;
    values[n] = NULL;
    return PQconnectdbParams(keys, values, 1);
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
    char timeouts[160];

    PQsetNoticeReceiver(s->p, no_notice, NULL);
    snprintf(timeouts, sizeof timeouts,
             "SET default_transaction_read_only = %s; SET lock_timeout = %d;"
             "SET statement_timeout = %d",
             s->db.mode == DB_READ_ONLY ? "on" : "off", s->db.lock_ms, s->db.statement_ms);
    return run(s, SESSION) && run(s, timeouts) && PQsetnonblocking(s->p, 1) == 0 &&
           PQenterPipelineMode(s->p);
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

/* The texts of libpq name host, port and user, never the password. */
void
pg_lost(struct pg *s)
{
    if (s->fault.rc == OK || s->fault.rc == E_AGAIN) {
        const char *why = s->p ? PQerrorMessage(s->p) : "not connected";

        s->fault = (struct err){.rc = E_DOWN, .say = DB_SORRY, .at = "postgresql"};
        snprintf(s->fault.detail, sizeof s->fault.detail, "connection lost: %.*s",
                 (int)strcspn(why, "\n"), why);
    }
    if (s->state != PG_NONE)
        s->state = PG_GONE;
    pg_disconnect(s);
}

/* The order of texts is the engine's: it must be the bytes', as on SQLite, or lists differ. */
static int
check_encoding(struct ctx *c, struct pg *s)
{
    const char *encoding = PQparameterStatus(s->p, "server_encoding");

    if (encoding && strcmp(encoding, "UTF8") == 0)
        return OK;
    return fail(c, E_INVALID, DB_SORRY,
                "the database's encoding is %s; make it with: CREATE DATABASE ... ENCODING 'UTF8' "
                "LOCALE 'C' TEMPLATE template0",
                encoding ? encoding : "unknown");
}

int
pg_connect(struct ctx *c, struct pg *s)
{
    const char *why;

    s->p = dial(s->url);
    if (PQstatus(s->p) == CONNECTION_OK && settle(s))
        return check_encoding(c, s);
    why = PQerrorMessage(s->p);
    fail(c, E_DOWN, DB_SORRY, "cannot connect: %.*s", (int)strcspn(why, "\n"), why);
    pg_disconnect(s);
    return E_DOWN;
}
