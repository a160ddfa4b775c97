/* The menu of a page's frame: what this person may open, by permission. */
#ifndef SITE_MENU_H
#define SITE_MENU_H

#include "html/page.h"

void menu_fill(struct ctx *c, struct page_env *e);

#endif
