/* What the pages of the own second factor share: the password asked anew, what a change ends. */
#ifndef AUTH_AUTH_SECOND_PAGES_H
#define AUTH_AUTH_SECOND_PAGES_H

#include "http/params.h"
#include "http/route.h"

#define SECOND_PAGE "/can-bo/tai-khoan/hai-lop"

/* The first input of every row with second_prepare(). */
#define IN_OWN_PASSWORD                                                                            \
    {"mat-khau", K_SECRET, .required = true, .max = 128, .label = N_("Mật khẩu hiện tại"),         \
     .say = N_("Hãy nhập mật khẩu hiện tại")}
int second_prepare(struct ctx *c);
enum line second_line(struct ctx *c);
/* *wrong: it was, that is counted, and `page` is the answer. */
int second_wrong_password(struct ctx *c, int (*page)(struct ctx *), bool *wrong);

int second_page(struct ctx *c);
int second_unprocessable(struct ctx *c, int (*page)(struct ctx *));
int second_back(struct ctx *c, const char *say);        /* to the page, say NULL: silently */
int second_show_codes(struct ctx *c);                   /* makes new ones; shown this once */
int second_others_end(struct ctx *c);                   /* the account's other sessions */

#endif
