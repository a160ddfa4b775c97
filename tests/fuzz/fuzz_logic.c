/* A rule, a zero byte, data: bounded, and what passes the check has an answer. */
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/arena.h"
#include "base/logic.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    const uint8_t *cut = memchr(data, 0, n);
    size_t first = cut ? (size_t)(cut - data) : n;
    json_t *rule = json_loadb((const char *)data, first, JSON_DECODE_ANY, NULL);
    json_t *with = cut ? json_loadb((const char *)cut + 1, n - first - 1, 0, NULL) : NULL;
    bool over;

    if (rule) {
        logic_check(rule, NULL, NULL);
        json_decref(logic_apply(rule, with, &over));
    }
    json_decref(rule);
    json_decref(with);
    return 0;
}
