/*
 * Cutting a batch into documents: what the codes of its pages say.  Pure.
 *
 * A sheet's code is "MC1/<dossier or = or ->/<paper or ->": a dossier's document, one more document
 * of the same dossier (=), a document whose dossier nobody knows (-).  A receipt's code is the
 * address of the public look-up, or the dossier's code alone.  Everything else is a page's own.
 */
#ifndef MOD_DIGITISE_CUT_H
#define MOD_DIGITISE_CUT_H

#include "base/arena.h"
#include "mod/digitise/digitise.h"

enum sheet_kind { SHEET_NONE, SHEET_DOSSIER, SHEET_SAME, SHEET_UNKNOWN, SHEET_RECEIPT };
enum { SHEET_CODE = 65, SHEET_PAPER = 64, SHEET_TEXT = 400 };
struct sheet {
    enum sheet_kind kind;
    char code[SHEET_CODE], paper[SHEET_PAPER];      /* "" none */
};

/* Of the text of any code on a page: foreign bytes. */
struct sheet sheet_read(const char *text);
/* What a printed sheet carries; paper "" is none. */
char *sheet_text(struct arena *a, enum sheet_kind kind, const char *code, const char *paper);

/* Pages come with `code` (texts of one page joined by '\n') and `state` (PAGE_KEPT or PAGE_BLANK);
 * document, place and state are set, and *n documents made with seq, code and paper.  every: a new
 * document after so many pages that are not blank; 0: only where a sheet says so. */
struct scan_document *cut(struct arena *a, struct scan_page *pages, size_t n_pages, int every,
                          size_t *n);

#endif
