/*
 * Signed files to look at, and how fast they are made: for tests/signing and bench/README.md.
 *
 *     sign_files keys FOLDER                            a demo root, keys, keys.yaml, trust/
 *     sign_files paper OUT                              a paper of two pages by src/pdf
 *     sign_files sign PROGRAM KEYS IN OUT KEY[:PAGE] [STAMP-URL]   a box, or none
 *     sign_files claim PROGRAM KEYS                     the text of a code
 *     sign_files bench PROGRAM KEYS KEY[:PAGE] SECONDS THREADS
 *
 * PROGRAM is motcua: the signer.  Exit status 0, 1 it failed, 2 bad arguments.
 */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "base/buf.h"
#include "base/file.h"
#include "base/now.h"
#include "pdf/pdf.h"
#include "proc/demo_keys.h"
#include "sign/claim.h"
#include "sign/sign.h"

enum { FILE_MAX = 64 << 20, THREADS_MAX = 64 };

static const struct demo_key KEYS[] = {
    {"leader", NULL, "lanhdao", "Phạm Quang Hải", "UBND phường Hoàn Kiếm", false, 0, 0, NULL},
    {"ward", "H26.X.00070", NULL, "UBND phường Hoàn Kiếm", "Hà Nội", false, 0, 0, NULL},
    {"city", "H26", NULL, "UBND thành phố Hà Nội", "Hà Nội", true, 0, 0, NULL},
    {"old", NULL, "nghihuu", "Nguyễn Văn Cũ", "Hà Nội", false, 1500000000, 1600000000, NULL},
    {"claims", NULL, NULL, "Một Cửa Hà Nội", "Hà Nội", false, 0, 0, NULL},
};

static int
die(const struct ctx *c)
{
    fprintf(stderr, "sign_files: %s\n", c->err.detail);
    return 1;
}

static int
make_keys(struct ctx *c, char **argv)
{
    size_t made;

    return demo_keys_make(c, argv[0], KEYS, sizeof KEYS / sizeof *KEYS, &made) < 0 ? die(c) : 0;
}

static int
paper(struct ctx *c, struct bytes *out)
{
    const struct pdf_head head = {.parent = "UBND thành phố Hà Nội",
                                  .agency = "UBND phường Hoàn Kiếm",
                                  .number = "Số: 15/2026/TLKS-BS",
                                  .place_date = "Hà Nội, ngày 22 tháng 11 năm 2026"};
    struct pdf *p = pdf_begin(c, &(struct pdf_options){.title = "Trích lục khai sinh",
                                                       .author = "UBND phường Hoàn Kiếm"});

    pdf_national_head(p, &head);
    pdf_title(p, "TRÍCH LỤC KHAI SINH");
    pdf_label(p, "Họ, chữ đệm, tên", "Nguyễn Thị Thu Hà");
    pdf_label(p, "Ngày, tháng, năm sinh", "01/02/2026");
    pdf_label(p, "Nơi sinh", "Bệnh viện Phụ sản Hà Nội, phường Ngọc Khánh, Ba Đình, Hà Nội");
    pdf_label(p, "Số định danh cá nhân", "001326000123");
    pdf_text(p, &PDF_BODY, PDF_PLAIN, "Trích lục này được cấp theo Sổ đăng ký khai sinh.");
    pdf_qr(p, "https://dichvucong.hanoi.gov.vn/xac-thuc/H26.X.00070-261122-0001", 70, NULL);
    pdf_page(p);
    pdf_text(p, &PDF_BODY, PDF_PLAIN, "Trang hai.");
    return pdf_end(p, out);
}

static int
write_paper(struct ctx *c, char **argv)
{
    struct bytes out;

    if (paper(c, &out) < 0)
        return die(c);
    return file_write(c->a, argv[0], out.p, out.n, 0644) < 0;
}

static struct signer *
open_signer(struct ctx *c, char **argv, const char *url)
{
    return signer_open(c, &(struct signer_options){
                              .program = argv[0], .keys = argv[1], .timestamp_url = url});
}

/* KEY:PAGE: cuts the page off. */
static struct sign_box
box_of(char *key)
{
    char *colon = strchr(key, ':');

    if (!colon)
        return (struct sign_box){0};
    *colon = 0;
    return (struct sign_box){(int)strtol(colon + 1, NULL, 10), 340, 300, 200, 56};
}

static int
sign_one(struct ctx *c, char **argv)
{
    struct sign_facts f = {.title = "Chủ tịch", .reason = "Cấp trích lục", .place = "Hà Nội"};
    struct signer *s = open_signer(c, argv, argv[5]);
    struct bytes in, out;
    int rc;

    if (!s || file_read(c->a, argv[2], FILE_MAX, &in) < 0)
        return die(c);
    f.box = box_of(argv[4]);
    rc = sign_pdf(c, s, argv[4], in, &f, &out);
    signer_close(s);
    if (rc < 0)
        return die(c);
    return file_write(c->a, argv[3], out.p, out.n, 0644) < 0;
}

static int
claim(struct ctx *c, char **argv)
{
    struct claim k = {"15/2026/TLKS-BS", 20779, "H26.X.00070", "khai-sinh", "N.T.T.H", 0, {0}};
    struct signer *s = open_signer(c, argv, NULL);
    char *text;

    if (!s || claim_sign(c, s, &k, &text) < 0)
        return die(c);
    puts(text);
    signer_close(s);
    return 0;
}

/* --- how fast ------------------------------------------------------------------------------ */

static struct {
    struct signer *s;
    const char *key;
    struct sign_box box;
    struct bytes in;
    int64_t until;
} run;

static void *
sign_many(void *arg)
{
    struct sign_facts f = {.reason = "Cấp trích lục", .place = "Hà Nội"};
    struct arena *a = arena_open((size_t)1 << 30);
    long *n = arg;

    f.box = run.box;

    while (now_mono_micros() < run.until) {
        struct bytes out;
        struct ctx c;

        ctx_init(&c, a);
        c.now = now_seconds();
        if (sign_pdf(&c, run.s, run.key, run.in, &f, &out) < 0)
            exit(die(&c));
        arena_reset(a);
        ++*n;
    }
    arena_close(a);
    return NULL;
}

static double
cpu(int who)
{
    struct rusage u;

    getrusage(who, &u);
    return (double)(u.ru_utime.tv_sec + u.ru_stime.tv_sec) +
           (double)(u.ru_utime.tv_usec + u.ru_stime.tv_usec) / 1e6;
}

static int
bench(struct ctx *c, char **argv)
{
    long seconds = strtol(argv[3], NULL, 10), threads = strtol(argv[4], NULL, 10), n = 0;
    long done[THREADS_MAX] = {0};
    pthread_t t[THREADS_MAX];
    int64_t began;
    double mine, wall, all;

    run.box = box_of(argv[2]);
    run.key = argv[2];
    if (threads < 1 || threads > THREADS_MAX || paper(c, &run.in) < 0 ||
        !(run.s = open_signer(c, argv, NULL)))
        return die(c);
    mine = cpu(RUSAGE_SELF);
    began = now_mono_micros();
    run.until = began + seconds * 1000000;
    for (long i = 0; i < threads; i++)
        pthread_create(&t[i], NULL, sign_many, &done[i]);
    for (long i = 0; i < threads; i++) {
        pthread_join(t[i], NULL);
        n += done[i];
    }
    wall = (double)(now_mono_micros() - began) / 1e6;
    mine = cpu(RUSAGE_SELF) - mine;
    signer_close(run.s);
    all = mine + cpu(RUSAGE_CHILDREN);
    printf("key %s box %s bytes %zu threads %ld signatures %ld seconds %.2f per-second %.0f"
           " cpu-micros %.0f of-signer %.0f per-core-second %.0f\n",
           run.key, run.box.page ? "yes" : "no", run.in.n, threads, n, wall, (double)n / wall,
           all / (double)n * 1e6, (all - mine) / (double)n * 1e6, (double)n / all);
    return 0;
}

int
main(int argc, char **argv)
{
    static const struct {
        const char *word;
        int least, most;
        int (*run)(struct ctx *c, char **argv);
    } WORDS[] = {{"keys", 1, 1, make_keys}, {"paper", 1, 1, write_paper}, {"sign", 5, 6, sign_one},
                 {"claim", 2, 2, claim},    {"bench", 5, 5, bench}};
    struct arena *a = arena_open((size_t)1 << 30);
    struct ctx c;
    int status = 2;

    ctx_init(&c, a);
    c.now = now_seconds();
    for (size_t i = 0; argc > 1 && i < sizeof WORDS / sizeof *WORDS; i++)
        if (strcmp(WORDS[i].word, argv[1]) == 0 && argc - 2 >= WORDS[i].least &&
            argc - 2 <= WORDS[i].most)
            status = WORDS[i].run(&c, argv + 2);
    if (status == 2)
        fputs("sign_files: see the head of tests/signing/sign_files.c\n", stderr);
    arena_close(a);
    return status;
}
