/* How a page shows what became of a file. */
#ifndef MOD_PAPERS_CONTENT_PAGE_H
#define MOD_PAPERS_CONTENT_PAGE_H

#include "html/parts.h"
#include "mod/papers/content.h"

/* The one state that a page shows of a file: word, N_() name and tone of its tag. */
struct content_tag { const char *word, *name; enum tone tone; };
struct content_tag content_tag(const struct content *k);

#endif
