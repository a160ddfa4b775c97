/* What a virus scanner, or whoever sits behind its address, answers. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "scan/scan.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
    struct scan_answer a;
    char address[200];

    scan_answer_read((const char *)p, n, &a);
    if (a.verdict == SCAN_CLEAN &&
        (n < 10 || memcmp(p, "stream: OK", 10) != 0))       /* nothing else makes a file clean */
        abort();
    if ((a.verdict == SCAN_INFECTED) != (a.name[0] != '\0') || strpbrk(a.name, "<>&\"'\\\n"))
        abort();
    if (scan_version_read((const char *)p, n) < 0)
        abort();
    if (n < sizeof address) {
        memcpy(address, p, n);
        address[n] = '\0';
        scan_address_fault(address);
    }
    return 0;
}
