#include "http/upload.h"

#include <magic.h>
#include <pthread.h>
#include <string.h>
#include <strings.h>

#include "base/err.h"
#include "base/utf8.h"
#include "base/vi.h"
#include "http/multipart.h"
#include "http/store_driver.h"
#include "http/urlform.h"

enum { FIELD_MAX = 64 * 1024, NAME_MAX_CHARS = 120 };

struct arriving {
    struct upload u;
    struct store_put *put;
    const char *fault;          /* why it cannot be taken; NULL: it can */
    size_t peek_n;
    char peek[UPLOAD_PEEK];
};

struct upload_set {
    struct request *r;
    struct store *store;
    int64_t file_max;
    struct multipart *parser;
    struct arriving *file[UPLOADS_MAX];
    size_t files;
    struct arriving *now;       /* the file being written; NULL: a plain field */
    const char *field;
    struct buf text;            /* of the plain field */
    bool too_many;
    bool looks;                 /* BODY_LOOK: nothing is kept */
    bool refused;               /* the store cannot take it now; the rest is swallowed */
    struct upload *kept;        /* in order of arrival */
    size_t kept_n;
};

const char *
upload_tidy(struct arena *a, const char *name)
{
    const char *slash = strrchr(name, '/'), *back, *p;
    char *s;
    int left = NAME_MAX_CHARS;

    name = slash ? slash + 1 : name;
    back = strrchr(name, '\\');
    name = back ? back + 1 : name;
    if (!*name || !utf8_clean(name, strlen(name)))
        return "tep";
    s = vi_tidy(a, name);
    for (p = s; *p && left > 0; left--)
        utf8_next(&p);
    s[p - s] = '\0';
    return *s ? s : "tep";
}

const char *
upload_named(struct arena *a, const char *name, const char *mime)
{
    static const struct { const char *mime, *ends[3]; } ENDS[] = {
        {"application/pdf", {".pdf"}}, {"image/jpeg", {".jpg", ".jpeg", ".jfif"}},
        {"image/png", {".png"}},       {"image/heic", {".heic", ".heif"}},
    };
    const char *dot = strrchr(name, '.');

    for (size_t i = 0; mime && i < sizeof ENDS / sizeof *ENDS; i++) {
        if (strcmp(mime, ENDS[i].mime) != 0)
            continue;
        for (size_t k = 0; dot && k < 3 && ENDS[i].ends[k]; k++)
            if (strcasecmp(dot, ENDS[i].ends[k]) == 0)
                return name;
        return arena_fmt(a, "%s%s", name, ENDS[i].ends[0]);
    }
    return name;
}

static bool
begin_file(struct upload_set *u, const struct part *p)
{
    struct arena *a = u->r->c.a;
    struct arriving *f;

    if (u->files == UPLOADS_MAX) {
        u->too_many = true;
        return false;
    }
    f = arena_get(a, sizeof *f);
    f->u = (struct upload){.field = arena_str(a, p->name), .name = upload_tidy(a, p->file_name)};
    f->put = u->looks ? store_begin_nameless(u->store) : store_begin(u->store);
    u->refused = u->refused || !f->put;
    u->now = u->file[u->files++] = f;
    return true;
}

static bool
on_begin(void *arg, const struct part *p)
{
    struct upload_set *u = arg;

    u->now = NULL;
    u->field = arena_str(u->r->c.a, p->name);
    if (p->file_name)
        return begin_file(u, p);
    buf_init(&u->text, u->r->c.a, FIELD_MAX);
    return true;
}

static bool
on_data(void *arg, const char *s, size_t n)
{
    struct upload_set *u = arg;
    struct arriving *f = u->now;
    size_t peek;

    if (!f) {
        buf_add(&u->text, s, n);
        return !u->text.over;
    }
    if (u->refused)
        return true;
    if (store_size(f->put) + (int64_t)n > u->file_max)
        f->fault = N_("Tệp lớn quá mức cho phép, hãy giảm dung lượng hoặc tách thành nhiều tệp");
    if (f->fault)
        return true;            /* swallowed: the other fields must still be read and shown again */
    peek = UPLOAD_PEEK - f->peek_n < n ? UPLOAD_PEEK - f->peek_n : n;
    memcpy(f->peek + f->peek_n, s, peek);
    f->peek_n += peek;
    if (!store_write(f->put, s, n)) {
        store_drop(f->put);     /* what it took of a full disk is given back at once */
        f->put = NULL;
        u->refused = true;
    }
    return true;
}

static bool
on_end(void *arg)
{
    struct upload_set *u = arg;
    struct arriving *f = u->now;

    if (!f)
        return sent_add(u->r->c.a, &u->r->form, u->field, u->text.p, u->text.n);
    if (u->refused)
        return true;
    f->u.size = store_size(f->put);
    if (f->u.size == 0 && !f->fault) {      /* an empty file input of a form: nothing was chosen */
        store_drop(f->put);
        u->files--;
    }
    u->now = NULL;
    return true;
}

bool
upload_begin(struct request *r, struct store *store, int64_t file_max)
{
    struct upload_set *u = arena_get(r->c.a, sizeof *u);

    u->r = r;
    u->store = store;
    u->file_max = file_max;
    u->looks = r->c.route && r->c.route->body == BODY_LOOK;
    u->parser = multipart_open(r->c.a, r->h.type,
                               &(struct multipart_sink){u, on_begin, on_data, on_end});
    r->uploads = u;
    return u->parser != NULL;
}

void
upload_feed(struct request *r, const char *s, size_t n)
{
    if (!multipart_feed(r->uploads->parser, s, n))
        r->malformed = r->uploads->too_many ? N_("Mỗi lần gửi tối đa 20 tệp")
                                            : N_("Nội dung gửi lên không đúng dạng");
}

void
upload_end(struct request *r)
{
    if (!r->malformed && !multipart_ended(r->uploads->parser))
        r->malformed = N_("Nội dung gửi lên bị cắt giữa chừng, xin gửi lại");
}

/* --- types: by what is in the file, never by its name or what the browser says --- */

static const char NOT_TAKEN[] =
    N_("Chỉ nhận tệp PDF hoặc ảnh JPEG, PNG, HEIC; hãy chuyển tệp này sang PDF rồi gửi lại");
static const char OFFICE[] =
    N_("Đây là tệp Word, Excel hoặc PowerPoint: hãy xuất ra PDF, hoặc in ra rồi chụp ảnh");
static const char ZIP[] =
    N_("Đây là tệp nén, hoặc tệp Word, Excel: hãy giải nén hoặc xuất ra PDF rồi gửi từng tệp");
static const char PICTURE[] =
    N_("Ảnh kiểu này không nhận được: hãy lưu lại thành JPEG hoặc PNG, hoặc chụp ảnh mới");
static const char FILM[] =
    N_("Đây là phim hoặc âm thanh: giấy tờ xin gửi bằng PDF hoặc ảnh chụp");
static const char PLAIN[] =
    N_("Đây là tệp văn bản thô hoặc trang web: hãy in ra PDF rồi gửi lại");
static const char PROGRAM[] = N_("Đây là một chương trình, không phải giấy tờ");

/* By the beginning of what libmagic says; the first that fits counts. */
static const struct taken { const char *magic, *mime, *fault; } KINDS[] = {
    { "application/pdf", "application/pdf", NULL }, { "image/jpeg", "image/jpeg", NULL },
    { "image/png", "image/png", NULL },             { "image/heic", "image/heic", NULL },
    { "image/heif", "image/heic", NULL },           { "image/", NULL, PICTURE },
    { "application/msword", NULL, OFFICE },         { "application/vnd.ms-", NULL, OFFICE },
    { "application/vnd.openxml", NULL, OFFICE },    { "application/vnd.oasis", NULL, OFFICE },
    { "application/CDFV2", NULL, OFFICE },          { "application/x-ole", NULL, OFFICE },
    { "text/rtf", NULL, OFFICE },                   { "application/zip", NULL, ZIP },
    { "application/x-rar", NULL, ZIP },             { "application/vnd.rar", NULL, ZIP },
    { "application/x-7z", NULL, ZIP },              { "application/gzip", NULL, ZIP },
    { "video/", NULL, FILM },                       { "audio/", NULL, FILM },
    { "text/", NULL, PLAIN },                       { "application/x-executable", NULL, PROGRAM },
    { "application/x-dosexec", NULL, PROGRAM },     { "application/x-pie-exec", NULL, PROGRAM },
    { "", NULL, NOT_TAKEN },
};

static pthread_key_t magic_key;
static pthread_once_t magic_once = PTHREAD_ONCE_INIT;

static void
magic_end(void *m)
{
    magic_close(m);
}

static void
magic_start(void)
{
    pthread_key_create(&magic_key, magic_end);
}

/* libmagic's handle belongs to one thread. */
static magic_t
magic_of_thread(void)
{
    magic_t m;

    pthread_once(&magic_once, magic_start);
    if ((m = pthread_getspecific(magic_key)))
        return m;
    if (!(m = magic_open(MAGIC_MIME_TYPE | MAGIC_NO_CHECK_COMPRESS | MAGIC_NO_CHECK_TAR)))
        return NULL;
    if (magic_load(m, NULL) < 0) {
        magic_close(m);
        return NULL;
    }
    pthread_setspecific(magic_key, m);
    return m;
}

const char *
upload_kind(const char *first, size_t n, const char **mime)
{
    magic_t m = magic_of_thread();
    const char *found = m ? magic_buffer(m, first, n) : NULL;
    const struct taken *k = KINDS;

    while (found && strncmp(found, k->magic, strlen(k->magic)) != 0)
        k++;
    *mime = found ? k->mime : NULL;
    return found ? k->fault : NOT_TAKEN;
}

static void
judge(struct ctx *c, struct arriving *f)
{
    if (!f->fault)
        f->fault = upload_kind(f->peek, f->peek_n, &f->u.mime);
    if (!f->fault)
        f->u.name = upload_named(c->a, f->u.name, f->u.mime);
    if (f->fault)
        fail_labelled(c, f->u.field, f->u.name, f->fault);
}

static int
refused(struct ctx *c)
{
    return fail(c, E_DOWN, N_("Không lưu được tệp, xin thử lại"),
                "store: a file cannot be written: look at room, mount and owner of its folder");
}

static int
keep_one(struct ctx *c, struct arriving *f)
{
    bool looks = c->req->uploads->looks;
    char name[STORE_NAME];
    bool ok = looks ? store_will_be(f->put, name) : store_keep(f->put, name);

    if (!looks)
        f->put = NULL;
    if (!ok)
        return refused(c);
    f->u.sha256 = arena_str(c->a, name);
    return OK;
}

int
upload_keep(struct ctx *c)
{
    struct upload_set *u = c->req->uploads;
    int rc = OK;

    if (!u)
        return OK;
    if (u->refused)
        return refused(c);
    for (size_t i = 0; i < u->files; i++)
        judge(c, u->file[i]);
    if (c->faults.n > 0)
        return E_INVALID;
    u->kept = arena_get(c->a, (u->files + 1) * sizeof *u->kept);
    for (size_t i = 0; i < u->files && (rc = keep_one(c, u->file[i])) == OK; i++)
        u->kept[u->kept_n++] = u->file[i]->u;
    return rc;
}

int
upload_look(struct ctx *c, const struct upload *u)
{
    struct upload_set *s = c->req->uploads;

    for (size_t i = 0; s && s->looks && i < s->files; i++)
        if (s->file[i]->put && s->file[i]->u.sha256 == u->sha256)
            return store_fd(s->file[i]->put);
    return -1;
}

size_t
upload_list(const struct ctx *c, const char *field, const struct upload **out)
{
    struct upload_set *u = c->req->uploads;
    struct upload *list;
    size_t n = 0;

    *out = NULL;
    if (!u || !u->kept)
        return 0;
    list = arena_get(c->a, (u->kept_n + 1) * sizeof *list);
    for (size_t i = 0; i < u->kept_n; i++)
        if (!field || strcmp(u->kept[i].field, field) == 0)
            list[n++] = u->kept[i];
    *out = list;
    return n;
}

void
upload_release(struct request *r)
{
    for (size_t i = 0; r->uploads && i < r->uploads->files; i++) {
        store_drop(r->uploads->file[i]->put);
        r->uploads->file[i]->put = NULL;
    }
}
