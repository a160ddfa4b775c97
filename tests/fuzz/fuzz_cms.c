/* A stranger's CMS out of a PDF, and the text of a code.  The first byte chooses.  Seeds: the holes
 * of signed files in binary; MC1.... */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "sign/claim.h"
#include "sign/verify_internal.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

static void
look(struct ctx *c, const uint8_t *p, size_t n)
{
    static const uint8_t SIGNED[] = "what was signed";
    const struct bytes part[2] = {{SIGNED, sizeof SIGNED - 1}, {SIGNED, sizeof SIGNED - 1}};
    struct verify_signature s = {.cert = CERT_UNKNOWN};
    struct sign_trust *nobody = sign_trust_open(c, "");

    verify_cms(c, nobody, (struct bytes){p, n}, part, n & 1, &s);
    if (s.intact ? s.cert == CERT_TRUSTED : !s.fault)
        abort();
    sign_trust_close(nobody);
}

static void
code(struct ctx *c, const uint8_t *p, size_t n)
{
    static const char KEYS[] = "{\"keys\":[{\"kty\":\"EC\",\"crv\":\"P-256\","
                               "\"x\":\"LzEA4w5_5UNZagjoUX87PYvexm5Wg9sxnZ6ji_Ehwxw\","
                               "\"y\":\"WAn7h1NcS2Hm2Fp1A85yg9fpn4RXSSl_td9lhO18_84\"}]}";
    json_t *keys = json_read(KEYS, sizeof KEYS - 1, NULL);
    struct claim k;

    if (claim_verify(c->a, keys, arena_strn(c->a, (const char *)p, n), 20000, &k) ==
        CLAIM_GENUINE)
        abort();
    json_decref(keys);
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
    struct arena *a;
    struct ctx c;

    if (n < 1 || n > 60000)
        return 0;
    a = arena_open((size_t)256 << 20);
    ctx_init(&c, a);
    c.now = 1800000000;
    if (p[0] == 'c')
        code(&c, p + 1, n - 1);
    else
        look(&c, p + 1, n - 1);
    arena_close(a);
    return 0;
}
