/*
 * PostgreSQL behind engine.h: what pg.c (statements, rows, transactions), pg_pipe.c (the pipeline)
 * and pg_conn.c (the connection) share.  Nobody else includes this.
 *
 * The connection is always in pipeline mode.  What is sent is an `op` in a ring until its result
 * was read; the server answers in order.  A statement whose rows nobody waits for stays in the ring
 * and costs no round trip.
 */
#ifndef DB_PG_INTERNAL_H
#define DB_PG_INTERNAL_H

#include <libpq-fe.h>

#include "db/engine.h"

enum {
    PG_PARAMS_MAX = 64,
    PG_BUCKETS = 512,           /* of the statement cache; a power of two */
    PG_STATEMENTS_MAX = 2000,   /* prepared on one connection; more are sent unnamed */
    PG_RING = 2048,             /* ops on their way, at most; a power of two */
    PG_SENT_MAX = 1 << 20,      /* bytes sent without reading, about */
    PG_SLICE_MS = 250,          /* of silence, then we ask whether others lost the node */
    PG_LOOK_MS = 1500,          /* of silence, then we look at the node ourselves */
};

struct pg_stmt {
    struct pg_stmt *next;       /* in its bucket */
    const struct query *q;
    char *sql;                  /* a copy: a key on the stack must not find another's text */
    unsigned number;            /* its name on the server is "q<number>" */
    bool prepared;              /* sent, and not known to have failed */
    size_t n;
    unsigned char kind[];
};

struct pg_op {
    const char *name;           /* of the statement, for the log; NULL: a sync */
    struct pg_stmt *prepares;   /* the statement that this op prepares */
    bool ignored;               /* undone since: its failure matters to nobody */
};

enum pg_state {
    PG_NONE,        /* no transaction */
    PG_OPEN,
    PG_FAILED,      /* a statement failed: only undo and rollback may follow */
    PG_GONE,        /* rolled back or lost behind the caller's back: only rollback and begin */
};

struct pg {
    struct db db;               /* first: engine.h */
    PGconn *p;                  /* NULL: lost, or not yet there */
    char *url;
    enum pg_state state;
    enum db_patience told;      /* what the session's limits are */
    int64_t since;              /* microseconds of the monotonic clock: when it was made */
    int answer_ms;              /* how long the server may be silent; -1: ever */
    bool reads;                 /* the transaction is read-only */
    bool implied;               /* and the server began it by itself: it lasts up to a sync */
    bool committing;            /* the answer to COMMIT is waited for */
    bool in_doubt;              /* and was lost */
    bool warned;                /* the server said a warning since */
    bool demoted;               /* it is a standby by now */
    int64_t mark_id, mark;      /* see pg_tx.c */
    int64_t away_since, tried;  /* now_mono_micros(); 0: connected */
    bool aborted;               /* the server skips everything up to the next sync */
    struct pg_op ring[PG_RING];
    uint64_t head, tail;        /* ops ever read, ops ever sent */
    uint64_t saved;             /* the job's savepoint is op `saved - 1`; 0: no savepoint */
    size_t sent;                /* bytes since the ring was last empty */
    uint64_t fault_at;          /* which op failed */
    struct err fault;           /* what failed first, until undone or rolled back */
    struct pg_stmt *bucket[PG_BUCKETS];
    unsigned statements, walks;
    uint64_t round_trips;
};

/* --- pg_conn.c --- */
int pg_connect(struct ctx *c, struct pg *s);
bool pg_alive(struct pg *s);            /* an idle connection was not closed by the server */
void pg_disconnect(struct pg *s);       /* forgets the ring and what was prepared */
void pg_lost(struct pg *s);             /* the connection broke: records why */
bool pg_same_node(struct pg *s);        /* a look at a node that is silent: a short connection */
void pg_tell_silent(void);              /* a node was lost in silence: older connections are, too */
bool pg_stale(const struct pg *s);      /* a server's connection, older than that */
bool pg_limits(struct pg *s);           /* what the lane's patience means: queued when it changed */

/* --- pg_make.c --- */
bool pg_make_database(const char *url);     /* it was not there, and is now */
int pg_check_order(struct ctx *c);
int pg_check_encoding(struct ctx *c, const struct pg *s);

/* --- pg_pipe.c --- */
/* Puts a statement on its way; false: it cannot be, s->fault says why. */
bool pg_send(struct pg *s, const struct query *q, const struct dbv *args, size_t n);
bool pg_send_text(struct pg *s, const char *name, const char *sql, const struct dbv *args,
                  size_t n);    /* not prepared: for what is said once */
void pg_sync(struct pg *s);
bool pg_flush(struct pg *s);
/* Reads results until op number `upto` was read; the last one's result if it was no failure. */
PGresult *pg_read(struct pg *s, uint64_t upto);
void pg_ignore_from(struct pg *s, uint64_t op);
void pg_fault(struct pg *s, const char *name, const PGresult *r, uint64_t at);

/* --- pg_tx.c --- */
int pg_tx(struct ctx *c, enum tx t);
bool pg_in_transaction(struct db *db);
void pg_patience(struct db *db, enum db_patience p);
int pg_commit(struct ctx *c, struct pg *s);
void pg_roll_back(struct pg *s);
bool pg_begin_block(struct pg *s);              /* for what an implied transaction cannot hold */
int pg_ready(struct ctx *c, struct pg *s);      /* outside a transaction: connected */
int pg_say(struct ctx *c, struct pg *s);        /* s->fault becomes c->err */

/* What an address that does not say it gets: another machine is spoken to by TLS alone, with its
 * certificate checked. */
const char *pg_sslmode(const char *url);

#endif
