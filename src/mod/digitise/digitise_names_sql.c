/* Names of contents that scan batches need, for `motcua check --deep`. */
#include "db/db.h"
#include "mod/digitise/digitise.h"

enum { Q_FILES, Q_DOCUMENTS, Q_PICTURES, Q__COUNT };

static const struct query Q[Q__COUNT] QUERIES = {
    [Q_FILES] = {"scan_names_file", "SELECT sha256 FROM scan_file"},
    [Q_DOCUMENTS] = {"scan_names_document", "SELECT content FROM scan_document WHERE size > 0"},
    [Q_PICTURES] = {"scan_names_picture",
                    "SELECT picture FROM scan_page WHERE picture IS NOT NULL"},
};

int
digitise_names(struct ctx *c, content_name *each, void *user)
{
    int rc = OK;

    for (int i = 0; i < Q__COUNT && rc == OK; i++)
        rc = content_names_walk(c, &Q[i], false, each, user);
    return rc;
}
