/* Pages before a document is finished: turned, moved, dropped, taken back, cut off. */
#include <string.h>

#include "mod/digitise/digitise_inside.h"

const char *const PAGE_EDITS[] = {"trai", "phai", "len", "xuong", "bo", "lay-lai", "tach",
                                  "chuyen", NULL};

struct editing {
    struct ctx *c;
    const struct scan_batch *b;
    scan_pages pages;               /* of the whole batch, by document and place */
    scan_documents documents;
    struct scan_page *p;
    int to;
};

static struct scan_document *
document_of(struct editing *e, int seq)
{
    for (size_t i = 0; i < e->documents.n; i++)
        if (e->documents.p[i].seq == seq)
            return &e->documents.p[i];
    return NULL;
}

static int
last_place(const struct editing *e, int document)
{
    int last = 0;

    for (size_t i = 0; i < e->pages.n; i++)
        if (e->pages.p[i].document == document && e->pages.p[i].place > last)
            last = e->pages.p[i].place;
    return last;
}

static int
save(struct editing *e, const struct scan_page *p)
{
    return scan_sql_move_page(e->c, e->b->id, p);
}

static int
turn(struct editing *e, int by)
{
    e->p->turn = (e->p->turn + by) % 360;
    return save(e, e->p);
}

static int turn_left(struct editing *e) { return turn(e, 270); }
static int turn_right(struct editing *e) { return turn(e, 90); }

/* The neighbour in its document, before (-1) or after. */
static int
swap(struct editing *e, int way)
{
    struct scan_page *other = NULL;
    int place;

    for (size_t i = 0; i < e->pages.n; i++) {
        struct scan_page *q = &e->pages.p[i];

        if (q->document != e->p->document || q == e->p)
            continue;
        if (way < 0 ? q->place < e->p->place && (!other || q->place > other->place)
                    : q->place > e->p->place && (!other || q->place < other->place))
            other = q;
    }
    if (!other)
        return OK;
    place = other->place;
    other->place = e->p->place;
    e->p->place = place;
    return save(e, other) < 0 ? e->c->err.rc : save(e, e->p);
}

static int go_up(struct editing *e) { return swap(e, -1); }
static int go_down(struct editing *e) { return swap(e, 1); }

static int
drop(struct editing *e)
{
    e->p->state = PAGE_DROPPED;
    return save(e, e->p);
}

static int
move_to(struct editing *e, int document)
{
    e->p->place = last_place(e, document) + 1;
    e->p->document = document;
    e->p->state = PAGE_KEPT;
    return save(e, e->p);
}

static int
take_back(struct editing *e)
{
    if (!e->p->document)                /* a sheet: into the document that follows or ends there */
        return e->documents.n ? move_to(e, e->documents.p[0].seq) : OK;
    e->p->state = PAGE_KEPT;
    return save(e, e->p);
}

static int
to_document(struct editing *e)
{
    const struct scan_document *d = document_of(e, e->to);
    int rc;

    if (!d)
        return fail_field(e->c, "den", N_("Hãy chọn văn bản trong lô quét này"));
    if ((rc = digitise_open_only(e->c, e->b, d)) < 0)
        return rc;
    return move_to(e, d->seq);
}

/* This page and those behind it become a document of the same dossier. */
static int
split(struct editing *e)
{
    const struct scan_document *from = document_of(e, e->p->document);
    struct scan_document made = {.batch = e->b->id, .paper = "", .content = "",
                                 .state = DOCUMENT_PLACELESS, .code = from ? from->code : "",
                                 .type = from ? from->type : "",
                                 .dossier = from ? from->dossier : 0,
                                 .form = from ? from->form : PAPER_ORIGINAL};
    int first = e->p->place, rc;

    if (!from)
        return OK;
    made.seq = scan_sql_last_document(e->c, e->b->id) + 1;
    if (*e->b->type)
        made.state = DOCUMENT_INDEX;
    if ((rc = scan_sql_add_document(e->c, &made)) < 0)
        return rc;
    for (size_t i = 0; i < e->pages.n && rc == OK; i++) {
        struct scan_page *q = &e->pages.p[i];

        if (q->document != from->seq || q->place < first)
            continue;
        q->document = made.seq;
        q->place -= first - 1;
        rc = save(e, q);
    }
    return rc;
}

static int (*const EDIT[PAGE_EDIT__COUNT])(struct editing *) = {
    [PAGE_LEFT] = turn_left, [PAGE_RIGHT] = turn_right, [PAGE_UP] = go_up,
    [PAGE_DOWN] = go_down,   [PAGE_OUT] = drop,         [PAGE_BACK] = take_back,
    [PAGE_SPLIT] = split,    [PAGE_TO] = to_document,
};

/* A document whose last page went elsewhere is none any more; one that got a page is again.  What
 * nobody has keyed yet is read anew. */
static int
settle_document(struct editing *e, struct scan_document *d)
{
    bool kept = false;

    if (d->state == DOCUMENT_DONE)
        return OK;
    for (size_t i = 0; i < e->pages.n; i++)
        kept |= e->pages.p[i].document == d->seq && e->pages.p[i].state == PAGE_KEPT;
    if (kept && d->state == DOCUMENT_DROPPED)
        d->state = *d->paper || *e->b->type ? DOCUMENT_INDEX : DOCUMENT_PLACELESS;
    else if (!kept)
        d->state = DOCUMENT_DROPPED;
    if (!d->first_by)
        d->was_read = 0;
    return scan_sql_save_document(e->c, d);
}

static int
settle(struct editing *e, int before)
{
    struct scan_document *was = document_of(e, before), *is = document_of(e, e->p->document);
    int rc = was ? settle_document(e, was) : OK;

    return rc == OK && is && is != was ? settle_document(e, is) : rc;
}

static int
find(struct editing *e, int page)
{
    int rc = scan_sql_pages(e->c, e->b->id, -1, &e->pages);

    if (rc < 0 || (rc = scan_sql_documents(e->c, e->b->id, 0, &e->documents)) < 0)
        return rc;
    for (size_t i = 0; i < e->pages.n; i++)
        if (e->pages.p[i].page == page)
            e->p = &e->pages.p[i];
    if (!e->p)
        return fail(e->c, E_NOTFOUND, N_("Không tìm thấy trang này"), "page %d", page);
    return digitise_open_only(e->c, e->b, document_of(e, e->p->document));
}

int
digitise_edit(struct ctx *c, const struct scan_batch *b, int64_t version, int page,
              enum page_edit how, int to)
{
    struct editing e = {.c = c, .b = b, .to = to};
    int rc = find(&e, page), before;

    if (rc == OK && e.p->document && document_of(&e, e.p->document)->state == DOCUMENT_DROPPED &&
        how != PAGE_TO && how != PAGE_BACK)
        rc = fail(c, E_CONFLICT, N_("Văn bản này đã bỏ"), "page %d", page);
    if (rc < 0)
        return rc;
    before = e.p->document;
    if ((rc = EDIT[how](&e)) < 0 || (rc = settle(&e, before)) < 0)
        return rc;
    return scan_sql_touch(c, b, version);
}
