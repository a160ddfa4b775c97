/*
 * The archive package of one dossier (gói tin hồ sơ nộp lưu): a bag (retention_bag.h) with what it
 * is (data/ho-so.json), its timeline with the chain of hashes (data/timeline.json), the answers,
 * the papers and the files of its results.
 */
#ifndef MOD_RETENTION_PACKAGE_H
#define MOD_RETENTION_PACKAGE_H

#include "base/buf.h"
#include "http/store.h"
#include "mod/retention/retention.h"
#include "mod/retention/retention_bag.h"

/* Writes it to the sink.  What the virus scanner found infected, or nobody scanned where that is
 * required, is left out and named in ho-so.json.  Slow: never on a lane.  E_NOTFOUND: destroyed. */
int retention_package(struct ctx *c, const struct kept *k, struct store *store, bag_sink *to,
                      void *user);

/* A whole year of an agency, into a folder that is a bag itself: data/<code>.zip a dossier and
 * data/muc-luc.csv.  What is there already stays, so it may be run again. */
struct progress;
struct archive_done { int64_t made, there, bytes; };
int retention_archive(struct ctx *c, int64_t unit, int64_t year, struct store *store,
                      const char *out, struct progress *p, struct archive_done *done);
/* Of a package or a folder of them: says each fault in a line; *found how many. */
int retention_verify(struct ctx *c, const char *path, void (*say)(const char *line),
                     int64_t *packages, int64_t *found);

/* The list of dossiers (mục lục hồ sơ nộp lưu) as CSV: head, then a line each. */
void retention_csv_head(struct buf *b);
void retention_csv_row(struct ctx *c, struct buf *b, const struct kept *k);

#endif
