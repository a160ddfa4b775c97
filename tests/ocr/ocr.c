/*
 * A birth certificate as a scanner gives it (200 dpi, one degree askew, grains, JPEG), made here
 * and read by the converter, as it is and from the small PDF that is made of it: how many of its
 * words came back, and the index fields that the desk proposes.  Then a separator sheet, an empty
 * page, and a photo that a telephone held upright.  A scenario of `./test papers`.
 *
 *     ocr [--keep FOLDER]
 *
 * Prints a fact a line.  Exit status: 0; 1 a finding, or fewer than WORDS_LEAST of a hundred words.
 */
#include <math.h>
#include <pango/pangocairo.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/file.h"
#include "base/now.h"
#include "base/vi.h"
#include "convert/convert.h"
#include "mod/digitise/digitise_find.h"
#include "tests/ocr/page.h"

enum { WORDS_LEAST = 95, ARENA = 256 << 20, WORDS_MAX = 2000, PDF_MOST = 320 << 10 };

struct words {
    char *p[WORDS_MAX];
    size_t n;
};

/* Words as they stand, without the marks around them: case and diacritics count. */
static struct words
words_of(struct arena *a, const char *text)
{
    static const char MARKS[] = " \t\n.,:;()\"'/|-";
    struct words w = {.n = 0};
    char *s = vi_nfc(a, text);

    while (w.n < WORDS_MAX) {
        size_t n;

        s += strspn(s, MARKS);
        if (!(n = strcspn(s, MARKS)))
            break;
        w.p[w.n++] = arena_strn(a, s, n);
        s += n;
    }
    return w;
}

/* How many words of the one are in the other in the same order: the longest common sequence. */
static size_t
in_order(struct arena *a, const struct words *x, const struct words *y)
{
    size_t *row = arena_get(a, (y->n + 1) * sizeof *row);

    for (size_t i = 0; i < x->n; i++) {
        size_t corner = 0;

        for (size_t k = 0; k < y->n; k++) {
            size_t up = row[k + 1];

            if (strcmp(x->p[i], y->p[k]) == 0)
                row[k + 1] = corner + 1;
            else if (row[k] > row[k + 1])
                row[k + 1] = row[k];
            corner = up;
        }
    }
    return row[y->n];
}

static int
compare(struct arena *a, const char *made, const char *read)
{
    struct words want = words_of(a, made), got = words_of(a, read);
    size_t right = in_order(a, &want, &got);
    double part = 100.0 * (double)right / (double)want.n;

    printf("words %zu\nread %zu\nright %zu\npercent %.1f\n", want.n, got.n, right, part);
    for (size_t i = 0; i < want.n; i++) {
        bool there = false;

        for (size_t k = 0; k < got.n && !there; k++)
            there = strcmp(want.p[i], got.p[k]) == 0;
        if (!there)
            printf("missing %s\n", want.p[i]);
    }
    return part >= WORDS_LEAST ? 0 : 1;
}

/* --- index fields --------------------------------------------------------------------------- */

static struct read_line
line_of(struct arena *a, const json_t *line)
{
    const json_t *words = json_object_get(line, "words"), *word;
    struct read_word *w = arena_get(a, (json_array_size(words) + 1) * sizeof *w);
    size_t i;

    json_array_foreach(words, i, word)
        w[i] = (struct read_word){
            arena_str(a, json_string_value(json_object_get(word, "text"))),
            (int)json_real_value(json_object_get(word, "confidence"))};
    return (struct read_line){w, json_array_size(words)};
}

/* As `digitise` looks for them in a register of births. */
static int
fields_found(struct arena *a, const json_t *details)
{
    static const struct { const char *field, *value; } WANT[] = {
        {"so", "127/2024"}, {"ho_ten", "NGUYỄN THỊ MAI ANH"}, {"ngay_sinh", "15/03/2024"},
        {"me", "TRẦN THỊ THU HẰNG"}, {"cha", "NGUYỄN QUỐC ĐẠT"}, {"ngay", "20/03/2024"},
        {"noi", "Ủy ban nhân dân phường Ngọc Khánh"}};
    const json_t *lines = json_object_get(
        json_array_get(json_object_get(details, "pages"), 0), "lines"), *line;
    struct read_line *l = arena_get(a, (json_array_size(lines) + 1) * sizeof *l);
    size_t n, i, missed = 0;
    const struct register_type *births = digitise_registers(&n);
    struct scan_field *found;

    json_array_foreach(lines, i, line)
        l[i] = line_of(a, line);
    found = digitise_find(a, births->fields, births->n, l, json_array_size(lines));
    for (size_t k = 0; k < sizeof WANT / sizeof *WANT; k++)
        for (i = 0; i < births->n; i++)
            if (strcmp(found[i].field, WANT[k].field) == 0) {
                bool right = strcmp(found[i].proposal, WANT[k].value) == 0;

                printf("field %s %s (%d) %s\n", found[i].field, found[i].proposal,
                       found[i].confidence, right ? "right" : "wrong");
                missed += !right;
            }
    printf("fields %zu\nfields_missed %zu\n", sizeof WANT / sizeof *WANT, missed);
    return missed ? 1 : 0;
}

/* --- words ---------------------------------------------------------------------------------- */

static int
read_back(struct ctx *c, struct convert *v, const struct page *page, int fd, const char *name,
          const char *folder)
{
    const struct convert_job j = {.op = CONVERT_READ, .in = &fd, .in_n = 1, .page = 1, .to = 1};
    struct convert_answer a;
    int64_t began = now_mono_micros();
    const char *text;
    int status;

    if (convert_run(c, v, &j, &a) < 0 || a.verdict != CONVERT_DONE) {
        printf("refused %s\n", a.why ? a.why : c->err.detail);
        return 1;
    }
    text = json_string_value(json_object_get(a.details, "text"));
    printf("of %s\nmillis %lld\nconfidence %.1f\nskew %.2f\n",
           name, (long long)(now_mono_micros() - began) / 1000,
           json_real_value(json_object_get(a.details, "confidence")),
           json_real_value(json_object_get(
               json_array_get(json_object_get(a.details, "pages"), 0), "skew")));
    if (folder)
        file_write(c->a, arena_fmt(c->a, "%s/%s.txt", folder, name), text, strlen(text), 0644);
    status = compare(c->a, page->text, text) | fields_found(c->a, a.details);
    convert_answer_release(&a);
    return status;
}

static int
both(struct ctx *c, struct convert *v, const char *folder)
{
    struct convert_job j = {.op = CONVERT_TO_PDF, .in_n = 1};
    struct convert_answer pdf;
    struct page page;
    int fd, status;

    page_make(c->a, 1.0, &page);
    if (folder)
        file_write(c->a, arena_fmt(c->a, "%s/page.jpg", folder), page.jpeg.p, page.jpeg.n, 0644);
    fd = page_fd(&page);
    status = read_back(c, v, &page, fd, "photo", folder);
    j.in = &fd;
    convert_run(c, v, &j, &pdf);
    printf("photo_kb %zu\npdf_kb %lld\n", page.jpeg.n / 1024, (long long)pdf.size / 1024);
    status |= pdf.out < 0 || pdf.size > PDF_MOST || read_back(c, v, &page, pdf.out, "pdf", folder);
    convert_answer_release(&pdf);
    close(fd);
    return status;
}

/* --- pages of a scan, photos of a telephone ------------------------------------------------- */

static const json_t *
first_page(const struct convert_answer *a)
{
    return json_array_get(json_object_get(a->details, "pages"), 0);
}

static int
say(const char *what, bool right)
{
    printf("%s %s\n", what, right ? "right" : "wrong");
    return right ? 0 : 1;
}

static int
separator(struct ctx *c, struct convert *v)
{
    static const char CODE[] = "MOTCUA/1 H26.X.00070-261122-0001";
    struct page page;
    struct convert_answer a;
    const json_t *code;
    struct convert_job j = {.op = CONVERT_PAGES, .in_n = 1};
    int fd, status;

    page_separator(c->a, CODE, 2.5, &page);
    fd = page_fd(&page);
    j.in = &fd;
    convert_run(c, v, &j, &a);
    code = json_array_get(json_object_get(first_page(&a), "codes"), 0);
    status = say("separator", code && strcmp(json_string_value(json_object_get(code, "text")),
                                             CODE) == 0);
    status |= say("separator_not_blank", json_is_false(json_object_get(first_page(&a), "blank")));
    convert_answer_release(&a);
    close(fd);
    return status;
}

static int
empty_page(struct ctx *c, struct convert *v)
{
    struct page page;
    struct convert_answer a;
    struct convert_job j = {.op = CONVERT_PAGES, .in_n = 1};
    int fd, status;

    page_empty(c->a, &page);
    fd = page_fd(&page);
    j.in = &fd;
    convert_run(c, v, &j, &a);
    status = say("blank", json_is_true(json_object_get(first_page(&a), "blank")));
    convert_answer_release(&a);
    close(fd);
    return status;
}

/* Stored lying, with the word of EXIF that it stands: 6, a quarter turn to the right. */
static int
telephone(struct ctx *c, struct convert *v)
{
    struct page page;
    struct convert_answer a;
    struct convert_job j = {.op = CONVERT_PICTURE, .in_n = 1, .width = 400};
    int fd, status;

    page_make(c->a, 0, &page);
    page_exif(c->a, 6, &page);
    fd = page_fd(&page);
    j.in = &fd;
    convert_run(c, v, &j, &a);
    status = say("turned", json_integer_value(json_object_get(a.details, "width")) >
                               json_integer_value(json_object_get(a.details, "height")));
    convert_answer_release(&a);
    close(fd);
    return status;
}

int
main(int argc, char **argv)
{
    const char *folder = argc == 3 && strcmp(argv[1], "--keep") == 0 ? argv[2] : NULL;
    struct convert *v;
    struct ctx c;
    int status;

    ctx_init(&c, arena_open(ARENA));
    v = convert_open(&c, NULL);
    if (!v) {
        printf("converter %s\n", c.err.detail);
        return 1;
    }
    status = both(&c, v, folder) | separator(&c, v) | empty_page(&c, v) | telephone(&c, v);
    convert_close(v);
    arena_close(c.a);
    return status;
}
