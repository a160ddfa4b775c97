#include "site/figures.h"

static size_t
slot(const struct figures *f, const struct route *row)
{
    size_t i = (((uintptr_t)row >> 3) * 0x9E3779B97F4A7C15u >> 32) & (f->keys - 1);

    while (f->key[i] && f->key[i] != row)
        i = (i + 1) & (f->keys - 1);
    return i;
}

struct figures *
figures_open(const struct router *t)
{
    struct figures *f = mem_get(sizeof *f);
    const struct route *const *rows;
    size_t n = router_rows(t, &rows);

    f->n = n + 1;
    f->of = mem_get(f->n * sizeof *f->of);
    for (f->keys = 64; f->keys < n * 2; f->keys *= 2)
        continue;
    f->key = mem_get(f->keys * sizeof *f->key);
    f->at = mem_get(f->keys * sizeof *f->at);
    for (size_t i = 0; i < n; i++) {
        size_t at = slot(f, rows[i]);

        f->key[at] = f->of[i].row = rows[i];
        f->at[at] = i;
    }
    return f;
}

void
figures_close(struct figures *f)
{
    if (!f)
        return;
    mem_free(f->key);
    mem_free(f->at);
    mem_free(f->of);
    mem_free(f);
}

static struct route_figures *
of_row(struct figures *f, const struct route *row)
{
    size_t at = row ? slot(f, row) : 0;

    return row && f->key[at] ? &f->of[f->at[at]] : &f->of[f->n - 1];
}

static enum answered
result_of(int status, bool sent)
{
    if (!sent)
        return ANSWERED_GONE;
    return status < 300   ? ANSWERED_2XX
           : status < 400 ? ANSWERED_3XX
           : status < 500 ? ANSWERED_4XX
                          : ANSWERED_5XX;
}

void
figures_request(struct figures *f, const struct request *r, bool sent, int64_t micros)
{
    struct route_figures *of = of_row(f, r->c.route);

    counter_add(&of->results[result_of(r->out.status, sent)], 1);
    histogram_add(&of->time, &SCALE_MICROS, micros);
    if (r->uploads) {
        counter_add(&f->uploads, 1);
        counter_add(&f->upload_bytes, r->received);
    }
}
