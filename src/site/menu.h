/* The menu of a page's frame: what this person may open, by permission. */
#ifndef SITE_MENU_H
#define SITE_MENU_H

#include "html/page.h"
#include "http/router.h"

/* Once, before the server listens: entries whose page no slice serves are left out. */
void menu_settle(const struct router *routes);
void menu_fill(struct ctx *c, struct page_env *e);

#endif
