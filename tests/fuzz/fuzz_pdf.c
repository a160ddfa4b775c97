/* A stranger's PDF: read, looked at for signatures, opened as one of ours.  Nothing of it is
 * trusted, so nothing may be genuine.  Seeds: what tests/sign_files signs. */
#include <stdint.h>
#include <stdlib.h>

#include "sign/attach.h"
#include "sign/pdffile.h"
#include "sign/verify.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

static void
look(struct arena *a, struct bytes in)
{
    struct verify_report r;
    struct sign_trust *nobody;
    struct ctx c;

    ctx_init(&c, a);
    c.now = 1800000000;
    nobody = sign_trust_open(&c, "");
    if (verify_pdf(&c, nobody, in, &r) < 0 || r.genuine || !r.say)
        abort();
    for (size_t i = 0; i < r.n; i++)
        if (r.sig[i].covers > in.n || (!r.sig[i].intact && !r.sig[i].fault))
            abort();
    sign_trust_close(nobody);
}

static void
own(struct arena *a, struct bytes in)
{
    struct pdf_file f;
    struct pdf_value page;
    struct bytes file;
    int64_t number;

    if (!pdf_attached(a, in, "niem-phong.json", &file) && file.n > in.n)
        abort();
    if (raw_open(a, in, &f))
        return;
    for (int64_t i = 0; i < f.size; i++)
        raw_object(&f, i, &page);
    raw_page(&f, 1, &number, &page);
    raw_page(&f, 7, &number, &page);
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
    struct arena *a;

    if (n > 200000)
        return 0;
    a = arena_open((size_t)1 << 30);
    look(a, (struct bytes){p, n});
    own(a, (struct bytes){p, n});
    arena_close(a);
    return 0;
}
