/* Names of contents that rows of this slice need, for `motcua check --deep`; the files of dossiers
 * are read with their dossiers. */
#include <string.h>

#include "base/hash.h"
#include "db/db.h"
#include "mod/papers/content_work.h"

enum { Q_PDF, Q_PICTURE, Q_DOCUMENT, Q_VAULT, Q__MADE, Q_FILE = Q__MADE, Q__COUNT };

static const struct query Q[Q__COUNT] QUERIES = {
    [Q_PDF] = {"content_names_pdf", "SELECT pdf FROM content WHERE pdf IS NOT NULL"},
    [Q_PICTURE] = {"content_names_picture",
                   "SELECT picture FROM content WHERE picture IS NOT NULL"},
    [Q_DOCUMENT] = {"content_names_document",
                    "SELECT sha256 FROM paper_document WHERE sha256 IS NOT NULL"},
    [Q_VAULT] = {"content_names_vault",
                 "SELECT content FROM vault_item WHERE content IS NOT NULL"},
    [Q_FILE] = {"content_names_file", "SELECT sha256 FROM paper_file"},
};

int
content_names_walk(struct ctx *c, const struct query *q, bool made, content_name *each, void *user)
{
    struct rows r;
    int rc = OK, done;

    for (db_walk(c, &r, q, NO_ARGS); rc == OK && db_next(&r);) {
        struct bytes b = row_bytes(&r, 0);

        if (b.n == SHA256_SIZE)
            rc = each(user, b.p, made);
    }
    done = db_done(&r);
    return rc < 0 ? rc : done;
}

int
papers_names(struct ctx *c, content_name *each, void *user)
{
    int rc = OK;

    for (int i = 0; i < Q__MADE && rc == OK; i++)
        rc = content_names_walk(c, &Q[i], i != Q_VAULT, each, user);
    return rc;
}

int
papers_file_names(struct ctx *c, content_name *each, void *user)
{
    return content_names_walk(c, &Q[Q_FILE], false, each, user);
}
