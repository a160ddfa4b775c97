/*
 * embed OUT.c SYMBOL FILE...
 *
 * Writes a C file with `const struct embedded SYMBOL[]` (src/base/embed.h) that holds the files'
 * bytes in the order given.  Run by meson; a fault says what and exits 1.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

enum { COLUMNS = 24 };

static const char *
base_name(const char *path)
{
    const char *slash = strrchr(path, '/');

    return slash ? slash + 1 : path;
}

/* The bytes of one file as a static array; the trailing 0 is the NUL that texts end with. */
static int
write_bytes(FILE *out, const char *path, int index, long *n)
{
    FILE *in = fopen(path, "rb");
    int ch;

    if (!in) {
        fprintf(stderr, "embed: %s: %s\n", path, strerror(errno));
        return -1;
    }
    fprintf(out, "static const unsigned char file_%d[] = {", index);
    for (*n = 0; (ch = getc(in)) != EOF; ++*n)
        fprintf(out, "%s%d,", *n % COLUMNS ? "" : "\n", ch);
    fprintf(out, "0};\n\n");
    return fclose(in) == 0 ? 0 : -1;
}

static int
write_all(FILE *out, const char *symbol, char **files, int count)
{
    long sizes[1000];

    fprintf(out, "/* Made by tools/embed. */\n#include \"base/embed.h\"\n\n");
    for (int i = 0; i < count; i++)
        if (write_bytes(out, files[i], i, &sizes[i]) < 0)
            return -1;
    fprintf(out, "extern const struct embedded %s[];\nconst struct embedded %s[] = {\n", symbol,
            symbol);
    for (int i = 0; i < count; i++)
        fprintf(out, "    {\"%s\", (const char *)file_%d, %ld},\n", base_name(files[i]), i,
                sizes[i]);
    fprintf(out, "    {0, 0, 0},\n};\n");
    return ferror(out) ? -1 : 0;
}

int
main(int argc, char **argv)
{
    FILE *out;
    int rc;

    if (argc < 3 || argc - 3 > 1000) {
        fprintf(stderr, "usage: embed OUT.c SYMBOL FILE...\n");
        return 1;
    }
    out = fopen(argv[1], "w");
    if (!out) {
        fprintf(stderr, "embed: %s: %s\n", argv[1], strerror(errno));
        return 1;
    }
    rc = write_all(out, argv[2], argv + 3, argc - 3);
    if (fclose(out) != 0 || rc < 0) {
        remove(argv[1]);
        fprintf(stderr, "embed: %s was not written\n", argv[1]);
        return 1;
    }
    return 0;
}
