/* The person at the counter: by number, by scanner, from an earlier dossier. */
#include <string.h>

#include "auth/auth.h"
#include "base/vi.h"
#include "mod/dossiers/dossiers_desk_intake.h"

enum { CARD_FIELDS = 7, CARD_NUMBER = 0, CARD_NAME = 2, CARD_ADDRESS = 5 };

/* The QR code of an identity card: number|old number|name|birth|sex|address|issued. */
static bool
read_card(struct ctx *c, const char *text, struct party *p)
{
    const char *field[CARD_FIELDS] = {0};
    size_t n = 0;

    while (n < CARD_FIELDS) {
        size_t len = strcspn(text, "|");

        field[n++] = vi_tidy(c->a, arena_strn(c->a, text, len));
        if (!text[len])
            break;
        text += len + 1;
    }
    if (n < CARD_ADDRESS + 1 || !vi_personal_number(field[CARD_NUMBER]))
        return false;
    p->personal_number = field[CARD_NUMBER];
    p->name = field[CARD_NAME];
    p->address = field[CARD_ADDRESS];
    return true;
}

static void
fill(const char **to, const char *from)
{
    if (!**to && from)
        *to = from;
}

/* Of the parties of a dossier the one with this number. */
static const struct party *
same_person(const struct party *p, size_t n, const char *number)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(p[i].personal_number, number) == 0)
            return &p[i];
    return NULL;
}

static int
fill_from_dossier(struct ctx *c, int64_t dossier, struct party *p, bool *known)
{
    const struct party *was;
    struct party *all;
    size_t n;
    int rc = people_list(c, dossier, &all, &n);

    was = rc == OK ? same_person(all, n, p->personal_number) : NULL;
    if (!was)
        return rc;
    auth_log_seen(c, "person at the counter", dossier, 0);
    fill(&p->name, was->name);
    fill(&p->phone, was->phone);
    fill(&p->email, was->email);
    fill(&p->address, was->address);
    *known = true;
    return OK;
}

/* Only dossiers in this officer's reach are looked through: the search joins it. */
int
desk_person(struct ctx *c, const char *scanned, struct entry_view *v, bool *known)
{
    struct party *p = &v->applicant;
    struct list l;
    int rc;

    *known = false;
    if (!read_card(c, scanned, p))
        p->personal_number = vi_tidy(c->a, scanned);
    if (!vi_personal_number(p->personal_number))
        return OK;
    if ((rc = dossiers_search(c, p->personal_number, "", 1, &l)) < 0 || l.n == 0)
        return rc;
    return fill_from_dossier(c, l.p[0].dossier, p, known);
}
