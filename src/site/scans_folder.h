/*
 * The scanners' folder: DIR/<code of an agency>/.  A file that stands still is moved into taken/
 * (who renames it has it, whichever server looks first), put into the store, recorded as a batch
 * and moved into done/; what is no scan goes into refused/ with a sentence beside it.  A server
 * that dies in between leaves it in taken/ under the batch's code, and the next look goes on.
 *
 * Others write here.  So only files are taken, never links, pipes or devices; a file is read after
 * it lies in taken/, which is ours and nobody else's, and only when it has this one name and
 * belongs to whoever fills the folder: a second name may be a way to a file that they cannot read.
 */
#ifndef SITE_SCANS_FOLDER_H
#define SITE_SCANS_FOLDER_H

#include "base/ctx.h"
#include "http/params.h"
#include "http/store.h"

enum { FOLDER_FILES = 64 /* that are watched at a time, an agency */ };

struct folder_seen { char name[256]; int64_t size, changed; bool told; };
struct folder_watch { struct folder_seen seen[FOLDER_FILES]; size_t n; };

/* A file that was taken: where it lies, and what is known of it. */
struct folder_file {
    const char *folder, *name, *at, *code;  /* folder of the agency; its name in taken/ */
    struct upload u;                        /* u.mime "": it is refused, */
    const char *why;                        /* with this sentence (N_()) */
};

/* The next file of this folder that stands still since the last look, taken; or one that a server
 * left in taken/.  false: none now. */
bool folder_take(struct ctx *c, struct folder_watch *w, const char *folder, int64_t max,
                 struct folder_file *out);
/* Into the store; u.sha256 is set.  false: the machine refuses, it stays where it is. */
bool folder_store(struct ctx *c, struct store *s, struct folder_file *f);
/* Into done/, or where f->why says so into refused/, with the sentence beside it. */
void folder_end(struct ctx *c, const struct folder_file *f);

#endif
