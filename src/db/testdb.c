#include "db/testdb.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char folder[256], url[300];

enum { TEST_ARENA = 256 << 20 };

void
testdb_folder_make(void)
{
    const char *tmp = getenv("TMPDIR");

    snprintf(folder, sizeof folder, "%s/motcua-test-XXXXXX", tmp && *tmp ? tmp : "/tmp");
    if (!mkdtemp(folder)) {
        perror(folder);
        exit(99);
    }
    snprintf(url, sizeof url, "sqlite:%s/motcua.db", folder);
}

/* Only files: tests make no folders below it. */
void
testdb_folder_remove(void)
{
    DIR *d = opendir(folder);
    char path[600];

    for (struct dirent *e; d && (e = readdir(d)) != NULL;) {
        snprintf(path, sizeof path, "%s/%s", folder, e->d_name);
        unlink(path);
    }
    if (d)
        closedir(d);
    rmdir(folder);
}

void
testdb_open(struct ctx *c)
{
    testdb_folder_make();
    ctx_init(c, arena_open(TEST_ARENA));
    if (db_open(c, url, DB_CREATE, &c->db) < 0 || db_migrate(c) < 0) {
        fprintf(stderr, "testdb: %s (%s)\n", c->err.detail, c->err.at);
        exit(99);
    }
}

void
testdb_close(struct ctx *c)
{
    db_close(c->db);
    arena_close(c->a);
    *c = (struct ctx){0};
    testdb_folder_remove();
}

const char *
testdb_url(void)
{
    return url;
}

const char *
testdb_folder(void)
{
    return folder;
}
