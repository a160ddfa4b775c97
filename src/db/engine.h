/*
 * What an engine gives to db.c: one table of functions and one of words.  Nobody outside db/
 * includes this.  A statement is opaque; it belongs to the connection that made it.
 *
 * Errors:  every function that can fail records what it knows in c->err and returns the rc.
 */
#ifndef DB_ENGINE_H
#define DB_ENGINE_H

#include "db/db.h"

/* What a lane wants to be told instead of waited for; see lane.c.
 *                 a row is locked     in the way of others   unique            for whom */
enum db_patience {
    DB_COMMAND, /* 10 s, E_DOWN          E_DOWN                 E_CONFLICT   no lane       */
    DB_SHARED,  /* 20 ms, E_AGAIN        E_AGAIN                E_AGAIN      many jobs     */
    DB_SINGLE,  /* 100 ms, E_AGAIN       E_AGAIN                E_AGAIN      the only job  */
    DB_SECOND,  /* 100 ms, E_AGAIN       E_AGAIN                E_CONFLICT   it looked     */
};

/* The first member of every engine's connection. */
struct db {
    const struct engine *engine;
    enum db_mode mode;
    int lane;                       /* see db_lane() */
    bool down;                      /* see db_down() */
    enum db_patience patience;
    struct batch *batch;            /* of a writing lane; see batch.h */
    bool met_again;                 /* a statement of this job gave E_AGAIN: the lane clears it */
    bool unique;                    /* by a key that was there: it looks once more */
    bool lost;                      /* by the connection */
};

enum tx { TX_BEGIN_READ, TX_BEGIN_WRITE, TX_COMMIT, TX_ROLLBACK, TX_SAVE, TX_KEEP, TX_UNDO,
          TX__COUNT };

/* A word of schema/NNNN.sql and what this engine calls it. */
struct ddl_word { const char *word, *text; };

struct engine {
    const char *name;               /* "sqlite": the suffix of its own schema files, too */
    const struct ddl_word *words;   /* up to a NULL word */
    struct query migrate_lock;      /* keeps other servers' migrations out; .sql NULL: no need */

    int (*open)(struct ctx *c, const char *url, enum db_mode mode, struct db **out);
    void (*close)(struct db *db);
    bool (*in_transaction)(struct db *db);
    bool (*has_table)(struct ctx *c, const char *name);
    int (*script)(struct ctx *c, const char *sql);      /* many statements: migrations */

    int (*tx)(struct ctx *c, enum tx t);
    void (*patience)(struct db *db, enum db_patience p);    /* between transactions; NULL: waits */
    /* A change whose result nobody waits for; NULL: start, step, finish. */
    int (*put)(struct ctx *c, const struct query *q, const struct dbv *args, size_t n);
    /* A bound statement; NULL: recorded.  `copy`: the arguments may die before the last row. */
    void *(*start)(struct ctx *c, const struct query *q, const struct dbv *args, size_t n,
                   bool copy);
    /* As start, the rows in pieces; NULL: start does so anyway. */
    void *(*walk)(struct ctx *c, const struct query *q, const struct dbv *args, size_t n);
    int (*step)(struct ctx *c, void *st);               /* 1 stands on a row, 0 the end, < 0 rc */
    int (*changed)(void *st);
    void (*finish)(void *st);
    int64_t (*get_int)(void *st, int col);
    struct bytes (*get_bytes)(void *st, int col);       /* valid until the next step */
    bool (*is_null)(void *st, int col);

    /* For bulk.c: COPY ... FROM STDIN.  NULL: rows go in by INSERT.  `keep` false: given up, the
     * statement fails and the transaction with it. */
    int (*copy_begin)(struct ctx *c, const char *sql);
    int (*copy_data)(struct ctx *c, const void *p, size_t n);
    int (*copy_end)(struct ctx *c, bool keep);
};

extern const struct engine engine_sqlite, engine_pg;

#define DB_SORRY N_("Hệ thống đang gặp sự cố, mong ông/bà thử lại sau ít phút")
#define DB_TAKEN N_("Thông tin này đã có trong hệ thống hoặc đang được dùng ở nơi khác")

#endif
