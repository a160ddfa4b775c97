/*
 * What is handed in: the result of the paper-by-paper check and the files, linked to an opaque
 * owner (a dossier's or a draft's id).  Contents are in the store, named by their SHA-256; a paper
 * of a package is named by its id there ("giay_chung_sinh").
 *
 * Tables:    paper (checks), paper_file.
 * Lifetime:  texts live in the request's arena.
 * Errors:    E_NOTFOUND no such file; E_INVALID bounds (60 files an owner); E_SYS.
 */
#ifndef MOD_PAPERS_PAPERS_H
#define MOD_PAPERS_PAPERS_H

#include <jansson.h>

#include "base/ctx.h"
#include "http/params.h"
#include "mod/papers/content.h"

enum { PAPERS_MAX_FILES = 60 };

enum paper_form {       /* how it was shown at intake */
    PAPER_MISSING, PAPER_ORIGINAL, PAPER_CERTIFIED, PAPER_COPY, PAPER_ELECTRONIC,
    PAPER_HELD,         /* the state has it already: taken from a register or an earlier dossier */
    PAPER__COUNT
};
const char *papers_form_word(enum paper_form f);    /* "original" */
const char *papers_form_name(enum paper_form f);    /* N_("Bản chính") */
enum paper_form papers_form_parse(const char *word);    /* PAPER__COUNT when unknown */

struct paper_check {
    const char *paper;          /* id in the package */
    enum paper_form form;
    int count;                  /* copies handed in */
    bool accepted;
    const char *note;
    int64_t checked_by, checked_at;     /* account; 0: declared by the applicant, not checked yet */
};

/* Declares or checks; the last word about a paper is the one that counts. */
int papers_check(struct ctx *c, int64_t owner, const struct paper_check *p);
int papers_checks(struct ctx *c, int64_t owner, struct paper_check **out, size_t *n);

struct paper_file {
    int seq;                    /* 1, 2, ... within the owner: its name in addresses */
    const char *paper; /* "" for a file that belongs to no listed paper (a result, a reply) */
    const char *name, *mime, *sha256;
    int64_t size, added_at, added_by;
    int round; /* 0 with the submission, n: with the answer to the nth supplement */
    bool replaced;              /* a later round replaced it; kept */
    bool is_result;             /* attached as what was decided */
    struct content content;     /* what became of it: papers_files(), papers_file() */
};

int papers_attach(struct ctx *c, int64_t owner, const char *paper, const struct upload *u,
                  int round, int *seq);
/* The same for a file that is the dossier's result. */
int papers_attach_result(struct ctx *c, int64_t owner, const struct upload *u, int round,
                         int *seq);
/* Of a dossier that begins: each belongs to the paper of its field.  held: files it has already. */
int papers_attach_all(struct ctx *c, int64_t owner, int held, const struct upload *u, size_t n);
/* A content that just arrived, while who handed it in waits: why it is refused (N_()), or NULL.
 * On a worker. */
const char *papers_judge(struct ctx *c, const struct upload *u);
/* Files of this paper of earlier rounds are marked replaced. */
int papers_replace(struct ctx *c, int64_t owner, const char *paper, int round);
int papers_files(struct ctx *c, int64_t owner, struct paper_file **out, size_t *n);
int papers_file(struct ctx *c, int64_t owner, int seq, struct paper_file *out);
/* Why the files of this paper that count now are no good as it stands (infected, unreadable, not
 * scanned where that is required): a translatable sentence, or NULL. */
const char *papers_unfit(const struct paper_file *files, size_t n, const char *paper,
                         bool required);
/* One of the files of this round may not be shown to officers. */
bool papers_hidden(const struct paper_file *files, size_t n, int round, bool required);
/* Files that are being looked at, and documents that are being made. */
int papers_waiting(const struct ctx *c, const struct paper_file *files, size_t n,
                   const struct paper_document *documents, size_t m);
/* Another text whenever a state of them is another. */
const char *papers_version(struct arena *a, const struct paper_file *files, size_t n,
                           const struct paper_document *documents, size_t m);
int papers_version_of(struct ctx *c, int64_t owner, int *waiting, const char **version);
int papers_remove(struct ctx *c, int64_t owner, int seq);       /* drafts only */
int papers_remove_all(struct ctx *c, int64_t owner);    /* drafts, and what is destroyed */
int papers_move(struct ctx *c, int64_t from, int64_t to);       /* draft -> dossier */

/* What of an owner's papers is digital: those that came (not missing), of them held already and
 * with a file, and the result's file.  Of the owners in (after, upto], in order; without any: no
 * row. */
struct paper_digital { int64_t owner, papers, held, filed; bool result; };
int papers_digital(struct ctx *c, int64_t after, int64_t upto, struct paper_digital **out,
                   size_t *n);

/* Dossiers and drafts that hold this content (64 hex digits), the newest first, at most max. */
int papers_owners_of(struct ctx *c, const char *sha256, size_t max, int64_t **out, size_t *n);

/* For walks over everything: files of the owners in (after, upto], in order; and the owners of
 * checks. */
struct paper_owned { int64_t owner, seq, size; uint8_t sha256[32]; };
int papers_files_between(struct ctx *c, int64_t after, int64_t upto, struct paper_owned **out,
                         size_t *n);
int papers_owners_between(struct ctx *c, int64_t after, int64_t upto, int64_t **out, size_t *n);

#endif
