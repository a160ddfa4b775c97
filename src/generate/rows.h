/* The rows of one life, as the verbs would have left them at the end. */
#ifndef GENERATE_ROWS_H
#define GENERATE_ROWS_H

#include "generate/life.h"
#include "generate/sums.h"

struct rows_to {
    struct load *load;
    struct sums *tally;
    const struct site *site;
    struct arena *a;                    /* of one dossier */
    int64_t events, open;
};

void rows_write(struct rows_to *to, struct life *l);
/* The account of citizen number n. */
void rows_citizen(struct load *to, struct arena *a, const struct life_world *w, int64_t n);

#endif
