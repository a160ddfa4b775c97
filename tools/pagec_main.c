/* pagec IN.html OUT.c OUT.h */
#include <stdio.h>
#include <string.h>

#include "tools/pagec.h"
#include "tools/text.h"

int
main(int argc, char **argv)
{
    struct arena *a = arena_open((size_t)256 << 20);
    struct pagec_out out;
    const char *name;
    bool ok;

    if (argc != 4) {
        fputs("pagec: needs IN.html OUT.c OUT.h\n", stderr);
        return 2;
    }
    name = strrchr(argv[3], '/') ? strrchr(argv[3], '/') + 1 : argv[3];
    pagec_compile(a, argv[1], arena_strn(a, name, strcspn(name, ".")), text_read(a, argv[1]), &out);
    if (out.error)
        fprintf(stderr, "%s\n", out.error);
    ok = !out.error && text_write(argv[2], &out.c) && text_write(argv[3], &out.h);
    arena_close(a);
    return ok ? 0 : 1;
}
