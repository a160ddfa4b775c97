/* Both ends of the wire to the converter: the first byte says which message the rest is.  What is
 * taken is within its bounds. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "convert/wire.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static void
job(const uint8_t *p, size_t n)
{
    struct wire_job j;

    if (wire_job_wrong(p, n, &j) == NULL &&
        (j.op >= WIRE_OP__COUNT || j.in_n > CONVERT_FILES_MAX || j.page < 0 || j.to < 0 ||
         j.width > WIRE_WIDTH_MAX || j.seconds > WIRE_SECONDS_MAX ||
         strlen(j.languages) >= sizeof j.languages))
        abort();
}

static void
answer(const uint8_t *p, size_t n)
{
    struct convert_answer a = {.out = -1};

    if (wire_answer((const char *)p, n, &a) &&
        (!a.details || !a.why || !a.reason || !a.mime || a.pages < 0 || a.out >= 0))
        abort();
    convert_answer_release(&a);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    struct wire_end e;
    struct wire_hello h;
    uint32_t magic;
    uint8_t copy[256];

    if (n == 0)
        return 0;
    if (data[0] & 8)
        answer(data + 1, n - 1);
    if (n - 1 < sizeof magic || n - 1 > sizeof copy)
        return 0;
    memcpy(copy, data + 1, n - 1);
    if (data[0] & 4)                    /* past the first test, too */
        wire_stamp(&magic), memcpy(copy, &magic, sizeof magic);
    job(copy, n - 1);
    if (wire_end_wrong(copy, n - 1, &e) == NULL && e.how >= WIRE_HOW__COUNT)
        abort();
    if (wire_hello_wrong(copy, n - 1, &h) == NULL && strlen(h.sandbox) >= sizeof h.sandbox)
        abort();
    return 0;
}
