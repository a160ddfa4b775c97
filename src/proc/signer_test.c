/* The signer as a process of its own, and what is signed with it.  This program is the signer, too:
 * the client starts "itself". */
#include "base/test.h"

#include <cairo-pdf.h>
#include <dirent.h>
#include <errno.h>
#include <pthread.h>
#include <seccomp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/file.h"
#include "base/log.h"
#include "base/now.h"
#include "proc/demo_keys.h"
#include "proc/signer.h"
#include "sign/claim.h"
#include "sign/sign.h"
#include "sign/verify.h"

static struct arena *a;
static struct ctx c;
static char folder[] = "/tmp/motcua-signer-XXXXXX";
static struct signer *signer;
static struct sign_trust *trust;
static struct bytes plain;

static const struct demo_key KEYS[] = {
    {"leader", NULL, "lanhdao", "Phạm Quang Hải", "UBND phường Hoàn Kiếm", false, 0, 0, NULL},
    {"ward", "H26.X.00070", NULL, "UBND phường Hoàn Kiếm", "Hà Nội", true, 0, 0, NULL},
    {"old", NULL, "nghihuu", "Nguyễn Văn Cũ", "Hà Nội", false, 1500000000, 1600000000, NULL},
    {"claims", NULL, NULL, "Một Cửa Hà Nội", "Hà Nội", false, 0, 0, NULL},
    {"claims-before", NULL, NULL, "Một Cửa trước", "Hà Nội", false, 0, 0, "    retired: yes\n"},
};

/* --- a paper ------------------------------------------------------------------------------- */

static cairo_status_t
take(void *arg, const unsigned char *p, unsigned n)
{
    buf_add(arg, (const char *)p, n);
    return CAIRO_STATUS_SUCCESS;
}

static struct bytes
draw(int pages)
{
    static struct buf b;
    cairo_surface_t *s;
    cairo_t *cr;

    buf_init(&b, a, 1 << 20);
    s = cairo_pdf_surface_create_for_stream(take, &b, 595, 842);
    cr = cairo_create(s);
    for (int i = 0; i < pages; i++) {
        cairo_move_to(cr, 80, 100);
        cairo_show_text(cr, "TRÍCH LỤC KHAI SINH");
        cairo_show_page(cr);
    }
    cairo_destroy(cr);
    cairo_surface_finish(s);
    cairo_surface_destroy(s);
    return (struct bytes){(uint8_t *)b.p, b.n};
}

static struct bytes
sign_as(const char *key, struct bytes in, int page)
{
    struct sign_facts f = {.title = "Chủ tịch", .reason = "Cấp trích lục", .place = "Hà Nội"};
    struct bytes out = {0};
    int rc;

    if (page)
        f.box = (struct sign_box){page, 350, 200, 180, 50};
    rc = sign_pdf(&c, signer, key, in, &f, &out);
    if (rc < 0)
        fail_msg("%s: %s", key, c.err.detail);
    return out;
}

static struct verify_report
look(struct bytes in)
{
    struct verify_report r;

    assert_int_equal(verify_pdf(&c, trust, in, &r), OK);
    return r;
}

static struct bytes
copy(struct bytes in, size_t more)
{
    uint8_t *p = arena_get(a, in.n + more);

    memcpy(p, in.p, in.n);
    return (struct bytes){p, in.n};
}

/* --- signatures ---------------------------------------------------------------------------- */

static void
test_one_signature_covers_the_whole_file(void **state)
{
    struct bytes out = sign_as("leader", plain, 0);
    struct verify_report r = look(out);

    (void)state;
    assert_int_equal(r.n, 1);
    if (!r.genuine)
        fail_msg("%s: %s", r.say, r.sig[0].detail ? r.sig[0].detail : "");
    assert_string_equal(r.sig[0].holder, "Phạm Quang Hải");
    assert_string_equal(r.sig[0].organisation, "UBND phường Hoàn Kiếm");
    assert_string_equal(r.sig[0].root, "Một Cửa demo root");
    assert_string_equal(r.sig[0].reason, "Cấp trích lục");
    assert_string_equal(r.sig[0].place, "Hà Nội");
    assert_string_equal(r.sig[0].algorithm, "ECDSA P-256, SHA256");
    assert_int_equal(r.sig[0].claimed, c.now);
    assert_int_equal(r.sig[0].after, AFTER_NOTHING);
    assert_int_equal(r.sig[0].covers, out.n);
    assert_memory_equal(out.p, plain.p, plain.n); /* what was there stays, byte by byte */
}

static void
test_person_then_agency(void **state)
{
    struct bytes once = sign_as("leader", plain, 2), twice = sign_as("ward", once, 1);
    struct verify_report r = look(twice);

    (void)state;
    assert_int_equal(r.n, 2);
    for (size_t i = 0; i < r.sig[0].changes_n; i++)
        print_error("%s\n", r.sig[0].changes[i]);
    if (!r.genuine)
        fail_msg("%s", r.say);
    assert_int_equal(r.sig[0].after, AFTER_SIGNATURES);
    assert_int_equal(r.sig[0].covers, once.n);
    assert_int_equal(r.sig[1].after, AFTER_NOTHING);
    assert_string_equal(r.sig[1].algorithm, "RSA 2048, SHA256");
    twice = sign_as("leader", twice, 0); /* and a third time */
    assert_true(look(twice).genuine);
}

static void
test_a_flipped_byte_is_found_wherever_it_is(void **state)
{
    struct bytes out = copy(sign_as("leader", plain, 1), 0);
    uint8_t *p = (uint8_t *)out.p;
    int tried = 0;

    (void)state;
    for (size_t i = 0; i < out.n; i += i < plain.n ? out.n / 200 : 7, tried++) {
        p[i] ^= 1;
        if (look(out).genuine)
            fail_msg("byte %zu of %zu", i, out.n);
        p[i] ^= 1;
    }
    assert_true(tried > 300);
    assert_true(look(out).genuine);
}

static void
test_what_is_appended_is_said(void **state)
{
    struct bytes once = sign_as("leader", plain, 0), more = copy(once, 100);
    struct verify_report r;

    (void)state;
    memcpy((uint8_t *)more.p + more.n, "\n", 1);
    more.n++;
    r = look(more);
    assert_false(r.genuine);
    assert_true(r.sig[0].intact);
}

/* The attacker has a trusted certificate and signs over a page that was put in the place of the
 * signed one. */
static void
test_a_later_signature_does_not_bless_a_change(void **state)
{
    struct bytes once = sign_as("leader", plain, 0), other = copy(once, 600);
    struct verify_report r;
    static const char PAGE[] = "4 0 obj\n<</Length 0>>\nstream\n\nendstream\nendobj\n";
    const char *root, *info;
    char table[400];
    size_t start;
    int n;

    (void)state;
    for (start = once.n; memcmp(once.p + start, "startxref", 9) != 0; start--)
        continue;
    start = strtoul((const char *)once.p + start + 10, NULL, 10);
    root = memmem(once.p + start, once.n - start, "/Root ", 6);
    info = memmem(once.p + start, once.n - start, "/Info ", 6);
    n = snprintf(table, sizeof table,
                 "%sxref\n4 1\n%010zu 00000 n \ntrailer\n<</Size 60/Root %ld 0 R/Info %ld 0 R"
                 "/Prev %zu>>\nstartxref\n%zu\n%%%%EOF\n",
                 PAGE, once.n, strtol(root + 6, NULL, 10), strtol(info + 6, NULL, 10), start,
                 once.n + sizeof PAGE - 1);
    memcpy((uint8_t *)other.p + other.n, table, (size_t)n);
    other.n += (size_t)n;
    r = look(other);
    assert_false(r.genuine);
    assert_int_equal(r.sig[0].after, AFTER_CHANGED);
    assert_int_equal(r.sig[0].changes_n, 1);
    assert_non_null(strstr(r.sig[0].changes[0], "(object 4)"));
    other = sign_as("ward", other, 0); /* by the attacker, who is trusted, too */
    r = look(other);
    assert_false(r.genuine);
    assert_int_equal(r.sig[0].after, AFTER_CHANGED);
    assert_int_equal(r.sig[1].after, AFTER_NOTHING);
}

static void
test_nobody_is_trusted_without_roots(void **state)
{
    struct bytes out = sign_as("ward", plain, 0);
    struct sign_trust *none = sign_trust_open(&c, "");
    struct verify_report r;

    (void)state;
    verify_pdf(&c, none, out, &r);
    assert_false(r.genuine);
    assert_true(r.sig[0].intact);
    assert_int_equal(r.sig[0].cert, CERT_UNKNOWN);
    sign_trust_close(none);
}

static void
test_what_is_no_pdf_of_ours_is_refused(void **state)
{
    static const char LONG[] = "%PDF-1.4 aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
                               "aaaaaaaaaaaaa startxref 5 %%EOF";
    static const char *const TEXTS[] = {"", "%PDF-1.5\n%%EOF\n", "hello", LONG};
    struct sign_facts f = {0};
    struct bytes out;

    (void)state;
    for (size_t i = 0; i < ROWS(TEXTS); i++)
        assert_int_equal(sign_pdf(&c, signer, "leader",
                                  (struct bytes){(const uint8_t *)TEXTS[i], strlen(TEXTS[i])}, &f,
                                  &out),
                         E_INVALID);
    f.box.page = 3;
    f.box.w = f.box.h = 50;
    assert_int_equal(sign_pdf(&c, signer, "leader", plain, &f, &out), E_INVALID);
}

/* --- keys ---------------------------------------------------------------------------------- */

static void
test_keys_are_found_and_faulty_ones_refuse(void **state)
{
    struct sign_facts f = {0};
    const struct sign_key *all;
    struct sign_key k;
    struct bytes out;

    (void)state;
    assert_int_equal(signer_keys(&c, signer, &all), ROWS(KEYS));
    assert_int_equal(signer_key_for(&c, signer, SIGN_PERSON, "lanhdao", &k), OK);
    assert_string_equal(k.name, "leader");
    assert_string_equal(k.algorithm, "ECDSA P-256");
    assert_int_equal(signer_key_for(&c, signer, SIGN_AGENCY, "H26.X.00070", &k), OK);
    assert_string_equal(k.name, "ward");
    assert_int_equal(signer_key_for(&c, signer, SIGN_AGENCY, "H26", &k), E_NOTFOUND);
    assert_int_equal(signer_key_for(&c, signer, SIGN_PERSON, "nghihuu", &k), E_CONFLICT);
    assert_int_equal(signer_key(&c, signer, "old", &k), OK);
    assert_non_null(k.fault);
    assert_int_equal(sign_pdf(&c, signer, "old", plain, &f, &out), E_CONFLICT);
    assert_int_equal(sign_pdf(&c, signer, "claims", plain, &f, &out), E_CONFLICT);
    assert_int_equal(sign_pdf(&c, signer, "nobody", plain, &f, &out), E_NOTFOUND);
}

/* --- claims -------------------------------------------------------------------------------- */

static void
test_claims(void **state)
{
    struct claim k = {"15/2026/TLKS-BS", 20779, "H26.X.00070", "khai-sinh", "N.T.T.H", 0, {0}}, got;
    json_t *keys, *facts = json_pack("{s:s,s:s}", "ten", "Nguyễn Thị Thu Hà", "so", "15");
    char *text, *address;

    (void)state;
    claim_facts(a, facts, k.facts);
    assert_int_equal(claim_sign(&c, signer, &k, &text), OK);
    assert_true(strlen(text) < 200);
    assert_int_equal(claim_keys_json(&c, signer, &keys), OK);
    assert_int_equal(json_array_size(json_object_get(keys, "keys")), 2);
    address = arena_fmt(a, "https://dichvucong.hanoi.gov.vn/xac-thuc/%s", text);
    assert_int_equal(claim_verify(a, keys, address, 20779, &got), CLAIM_GENUINE);
    assert_string_equal(got.number, k.number);
    assert_string_equal(got.initials, k.initials);
    assert_int_equal(got.on, k.on);
    assert_memory_equal(got.facts, k.facts, CLAIM_HASH);
    for (size_t i = 4; text[i]; i++) {
        char was = text[i];

        text[i] = was == 'A' ? 'B' : 'A';
        if (claim_verify(a, keys, text, 20779, &got) == CLAIM_GENUINE)
            fail_msg("letter %zu", i);
        text[i] = was;
    }
    assert_int_equal(claim_verify(a, keys, "MC1.", 20779, &got), CLAIM_UNREADABLE);
    assert_int_equal(claim_verify(a, keys, "15/2026", 20779, &got), CLAIM_UNREADABLE);
    json_array_clear(json_object_get(keys, "keys"));
    assert_int_equal(claim_verify(a, keys, text, 20779, &got), CLAIM_UNKNOWN_KEY);
    k.until = 20800;
    assert_int_equal(claim_sign(&c, signer, &k, &text), OK);
    json_decref(keys);
    assert_int_equal(claim_keys_json(&c, signer, &keys), OK);
    assert_int_equal(claim_verify(a, keys, text, 20800, &got), CLAIM_GENUINE);
    assert_int_equal(claim_verify(a, keys, text, 20801, &got), CLAIM_EXPIRED);
    json_decref(keys);
    json_decref(facts);
}

static void
test_a_claim_of_the_longest_parts_fits_a_code(void **state)
{
    struct claim k = {"1234567890123456789012345678901234567890", 20779, "12345678901234567890",
                      "12345678901234567890", "N.T.T.H.V.L.", 60000, {0}};
    char *text;

    (void)state;
    assert_int_equal(claim_sign(&c, signer, &k, &text), OK);
    assert_true(strlen(text) <= CLAIM_TEXT_MAX);
    k.initials = "N.T.T.H.V.L.X";
    assert_int_equal(claim_sign(&c, signer, &k, &text), E_INVALID);
}

/* --- the process --------------------------------------------------------------------------- */

/* The child of ours that runs as `motcua signer`. */
static pid_t
signer_pid(void)
{
    char path[64], line[256];
    DIR *d = opendir("/proc");
    struct dirent *e;
    pid_t found = 0;

    while (d && !found && (e = readdir(d)) != NULL) {
        FILE *f;
        int ppid = 0;

        snprintf(path, sizeof path, "/proc/%.20s/stat", e->d_name);
        f = fopen(path, "r");
        if (!f)
            continue;
        if (fgets(line, sizeof line, f) && strrchr(line, ')') &&
            sscanf(strrchr(line, ')'), ") %*c %d", &ppid) == 1 && ppid == (int)getpid())
            found = (pid_t)strtol(e->d_name, NULL, 10);
        fclose(f);
    }
    if (d)
        closedir(d);
    return found;
}

static void
test_a_killed_signer_comes_back(void **state)
{
    pid_t pid = signer_pid();
    struct verify_report r;

    (void)state;
    assert_true(pid > 0);
    kill(pid, SIGKILL);
    r = look(sign_as("leader", plain, 0)); /* waits for the next one */
    assert_true(r.genuine);
    assert_true(signer_pid() != pid && signer_pid() > 0);
}

enum { THREADS = 8, EACH = 20 };

static void *
sign_some(void *arg)
{
    struct sign_facts f = {.place = "Hà Nội"};
    struct arena *mine = arena_open(64 << 20);
    struct ctx x;
    struct bytes out;
    int *bad = arg;

    for (int i = 0; i < EACH; i++) {
        struct verify_report r;

        arena_reset(mine);
        ctx_init(&x, mine);
        x.now = now_seconds();
        if (sign_pdf(&x, signer, i % 2 ? "ward" : "leader", plain, &f, &out) < 0 ||
            verify_pdf(&x, trust, out, &r) < 0 || !r.genuine)
            ++*bad;
    }
    arena_close(mine);
    return NULL;
}

static void
test_many_at_once_while_it_dies(void **state)
{
    pthread_t t[THREADS];
    int bad[THREADS] = {0};

    (void)state;
    for (int i = 0; i < THREADS; i++)
        pthread_create(&t[i], NULL, sign_some, &bad[i]);
    usleep(20000);
    kill(signer_pid(), SIGKILL);
    for (int i = 0; i < THREADS; i++) {
        pthread_join(t[i], NULL);
        assert_int_equal(bad[i], 0);
    }
}

/* --- the file of keys ---------------------------------------------------------------------- */

static const struct { const char *name, *text; } FAULTY[] = {
    {"no list", "keys: 1\n"},
    {"an unknown field", "keys:\n  - name: a\n    colour: red\n"},
    {"neither file nor module", "keys:\n  - name: a\n    certificates: leader.pem\n"},
    {"no certificate", "keys:\n  - name: a\n    file: leader.key.pem\n"},
    {"not its certificate",
     "keys:\n  - name: a\n    file: leader.key.pem\n    certificates: ward.pem\n"},
    {"no such file", "keys:\n  - name: a\n    file: x.pem\n    certificates: ward.pem\n"},
    {"twice", "keys:\n  - name: a\n    file: leader.key.pem\n    certificates: leader.pem\n"
              "  - name: a\n    file: leader.key.pem\n    certificates: leader.pem\n"},
    {"a claim by RSA", "keys:\n  - name: a\n    use: claim\n    file: ward.key.pem\n"},
    {"readable by others",
     "keys:\n  - name: a\n    file: open.pem\n    certificates: leader.pem\n"},
};

static void
test_a_faulty_file_is_refused(void **state)
{
    char *path = arena_fmt(a, "%s/faulty.yaml", folder);
    struct signer_options o = {.keys = path};
    struct bytes key;

    (void)state;
    file_read(a, arena_fmt(a, "%s/leader.key.pem", folder), 10000, &key);
    file_write(a, arena_fmt(a, "%s/open.pem", folder), key.p, key.n, 0644);
    for (size_t i = 0; i < ROWS(FAULTY); i++) {
        file_write(a, path, FAULTY[i].text, strlen(FAULTY[i].text), 0600);
        if (signer_open(&c, &o))
            fail_msg("%s", FAULTY[i].name);
    }
}

/* ------------------------------------------------------------------------------------------- */

static int
set_up(void **state)
{
    size_t made;

    (void)state;
    a = arena_open((size_t)1 << 30);
    ctx_init(&c, a);
    c.now = now_seconds();
    log_level(LOG_ERROR);
    if (!mkdtemp(folder) || demo_keys_make(&c, folder, KEYS, ROWS(KEYS), &made) < 0 ||
        made != ROWS(KEYS))
        return -1;
    signer = signer_open(
        &c, &(struct signer_options){.keys = arena_fmt(a, "%s/keys.yaml", folder)});
    trust = sign_trust_open(&c, arena_fmt(a, "%s/trust", folder));
    plain = draw(2);
    return signer && trust && sign_trust_roots(trust) == 1 ? 0 : -1;
}

static void
remove_all(const char *path)
{
    DIR *d = opendir(path);
    struct dirent *e;

    while (d && (e = readdir(d)) != NULL)
        if (*e->d_name != '.' && unlink(arena_fmt(a, "%s/%s", path, e->d_name)) < 0)
            remove_all(arena_fmt(a, "%s/%s", path, e->d_name));
    if (d)
        closedir(d);
    rmdir(path);
}

static int
tear_down(void **state)
{
    (void)state;
    signer_close(signer);
    remove_all(folder);
    sign_trust_close(trust);
    arena_close(a);
    return 0;
}

/* --- a machine that does not let it shut itself in ------------------------------------------- */

/* For this process and those it starts: no filter can be set any more. */
static bool
forbid_filters(void)
{
    scmp_filter_ctx f = seccomp_init(SCMP_ACT_ALLOW);
    bool ok = f && seccomp_rule_add(f, SCMP_ACT_ERRNO(ENOSYS), SCMP_SYS(seccomp), 0) == 0 &&
              seccomp_rule_add(f, SCMP_ACT_ERRNO(EPERM), SCMP_SYS(prctl), 1,
                               SCMP_A0(SCMP_CMP_EQ, PR_SET_SECCOMP)) == 0 &&
              seccomp_load(f) == 0;

    seccomp_release(f);
    return ok;
}

enum { NO_FILTERS = 77, TOLD = 3, SIGNED = 4 };

/* In a child: what became of it. */
static int
open_unfiltered(bool allowed)
{
    struct signer_options o = {.keys = arena_fmt(a, "%s/keys.yaml", folder),
                               .unfiltered = allowed};
    struct signer *s;

    log_level(LOG_ERROR + 1);
    if (!forbid_filters())
        return NO_FILTERS;
    s = signer_open(&c, &o);
    if (!s)
        return strstr(c.err.detail, "signing_unfiltered: yes") ? TOLD : 1;
    signer_close(s);
    return SIGNED;
}

static int
in_a_child(bool allowed)
{
    pid_t pid = fork();
    int status = 0;

    if (pid == 0)
        _exit(open_unfiltered(allowed));
    assert_true(pid > 0);
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_true(WIFEXITED(status));
    return WEXITSTATUS(status);
}

static void
test_without_a_filter_it_does_not_start(void **state)
{
    int became = in_a_child(false);

    (void)state;
    if (became == NO_FILTERS)
        skip();                         /* this machine has none to forbid */
    assert_int_equal(became, TOLD);
    assert_int_equal(in_a_child(true), SIGNED);
}

int
main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_one_signature_covers_the_whole_file),
        cmocka_unit_test(test_person_then_agency),
        cmocka_unit_test(test_a_flipped_byte_is_found_wherever_it_is),
        cmocka_unit_test(test_what_is_appended_is_said),
        cmocka_unit_test(test_a_later_signature_does_not_bless_a_change),
        cmocka_unit_test(test_nobody_is_trusted_without_roots),
        cmocka_unit_test(test_what_is_no_pdf_of_ours_is_refused),
        cmocka_unit_test(test_keys_are_found_and_faulty_ones_refuse),
        cmocka_unit_test(test_claims),
        cmocka_unit_test(test_a_claim_of_the_longest_parts_fits_a_code),
        cmocka_unit_test(test_a_killed_signer_comes_back),
        cmocka_unit_test(test_many_at_once_while_it_dies),
        cmocka_unit_test(test_a_faulty_file_is_refused),
        cmocka_unit_test(test_without_a_filter_it_does_not_start),
    };

    if (argc > 1 && strcmp(argv[1], "signer") == 0)
        return signer_cmd(argc - 1, argv + 1);
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
