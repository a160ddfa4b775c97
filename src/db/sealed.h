/*
 * Columns whose texts are sealed with the ring of keys (base/ring.h), one table of them.  A reader
 * of an *_sql.c sees by qsealed(), FORMS() and row_sealed() that a column is one.
 *
 * A column without `about` is found by its text: all rows of the column seal a text alike.  One
 * with `about` is bound to its row, too (that key's value), and cannot be searched.  What is empty
 * stays empty ("" and NULL; of a document "{}" and "[]", too): "there is none" needs no key.
 *
 * Until every row of an older database is sealed, plain rows are read as they are.
 */
#ifndef DB_SEALED_H
#define DB_SEALED_H

#include "base/ring.h"
#include "db/db.h"

/* Name, table, column; `about`: 0, or which of its keys binds the text to a row; which rows; how
 * many keys lead to a row, and they: numbers, the third a text. */
#define SEALED_COLUMNS(X)                                                                          \
    X(ACCOUNT_LOGIN, "account", "login", 0, "+kind = 1", 1, "id", "", "")                          \
    X(ACCOUNT_NUMBER, "account", "personal_number", 1, "1 = 1", 1, "id", "", "")                   \
    X(ACCOUNT_PHONE, "account", "phone", 1, "1 = 1", 1, "id", "", "")                              \
    X(PARTY_NUMBER, "party", "personal_number", 0, "1 = 1", 2, "owner", "seq", "")                 \
    X(PARTY_PHONE, "party", "phone", 0, "1 = 1", 2, "owner", "seq", "")                            \
    X(DRAFT_ANSWERS, "draft", "answers", 1, "1 = 1", 1, "id", "", "")                              \
    X(DRAFT_PARTIES, "draft", "parties", 1, "1 = 1", 1, "id", "", "")                              \
    X(ANSWERS, "dossier_answers", "answers", 1, "1 = 1", 2, "dossier", "revision", "")             \
    X(EVENT_DATA, "dossier_event", "data", 1, "1 = 1", 2, "dossier", "version", "")                \
    X(ACT_SUBJECT, "admin_event", "subject", 1, "1 = 1", 2, "chain", "number", "")                 \
    X(ACT_OBJECT, "admin_event", "object", 0, "1 = 1", 2, "chain", "number", "")                   \
    X(ACT_DATA, "admin_event", "data", 1, "1 = 1", 2, "chain", "number", "")                       \
    X(HAND_OVER_NUMBER, "hand_over", "to_number", 1, "1 = 1", 1, "dossier", "", "")                \
    X(VAULT_HOLDER, "vault_item", "holder", 0, "1 = 1", 1, "id", "", "")                           \
    X(VAULT_NUMBER, "vault_item", "number", 1, "1 = 1", 1, "id", "", "")                           \
    X(VAULT_FACTS, "vault_item", "facts", 1, "1 = 1", 1, "id", "", "")                             \
    X(RESULT_HOLDER, "result", "holder_number", 1, "1 = 1", 1, "id", "", "")                       \
    X(RESULT_FACTS, "result", "facts", 1, "1 = 1", 1, "id", "", "")                                \
    X(SCAN_PROPOSAL, "scan_field", "proposal", 1, "1 = 1", 3, "batch", "document", "field")        \
    X(SCAN_FIRST, "scan_field", "first_value", 1, "1 = 1", 3, "batch", "document", "field")        \
    X(SCAN_SECOND, "scan_field", "second_value", 1, "1 = 1", 3, "batch", "document", "field")      \
    X(SCAN_VALUE, "scan_field", "value", 1, "1 = 1", 3, "batch", "document", "field")              \
    X(CORRECTION, "data_correction", "wanted", 1, "1 = 1", 1, "id", "", "")                        \
    X(MANDATE_PERSON, "mandate", "person", 0, "1 = 1", 1, "id", "", "")                            \
    X(MANDATE_AGENT, "mandate", "agent", 0, "1 = 1", 1, "id", "", "")                              \
    X(IDENTITY, "identity", "subject", 0, "1 = 1", 3, "account", "linked_at", "provider")

enum sealed_at {
#define X(name, table, column, about, rows, n, k1, k2, k3) SEALED_##name,
    SEALED_COLUMNS(X)
#undef X
    SEALED__COUNT
};

const char *sealed_place(enum sealed_at at);        /* "party.phone" */

/* A value for such a column, in the arena of `c`. */
struct dbv qsealed(struct ctx *c, enum sealed_at at, int64_t about, const char *text);
const char *sealed_text(struct arena *a, enum sealed_at at, int64_t about, const char *text);

/* For a search: what the text may look like there.
 *     struct forms f = sealed_forms(c, SEALED_PARTY_PHONE, word);
 *     "... WHERE phone " FORMS_IN("$1", "$2", "$3", "$4")     ARGS(FORMS(f), ...)  */
struct forms { const char *p[RING_FORMS]; };
struct forms sealed_forms(struct ctx *c, enum sealed_at at, const char *text);
#define FORMS(f) qt((f).p[0]), qt((f).p[1]), qt((f).p[2]), qt((f).p[3])
#define FORMS_IN(a, b, c, d) " IN (" a ", " b ", " c ", " d ")"
_Static_assert(RING_FORMS == 4, "FORMS and FORMS_IN have as many");

/* As row_text().  What does not open ends the rows: "" here, E_SYS with table, column and the row's
 * id from db_done(), and a line in the log. */
const char *row_sealed(struct rows *r, int col, enum sealed_at at, int64_t about);
/* The same for what a chain of hashes proves: what does not open is read as it stands, and whoever
 * verifies the chain names the event. */
const char *row_sealed_chained(struct rows *r, int col, enum sealed_at at, int64_t about);

#endif
