/* machine FOLDER: what the machine can do, one fact a line; a noisy run is recognised by it. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/now.h"

enum { MICROS = 1000000, PAGE = 4096, PAGES = 2000 };

static double
syncs(const char *folder)
{
    char path[4096], page[PAGE];
    int64_t from;
    int fd, n = 0;

    snprintf(path, sizeof path, "%s/fdatasync.%d", folder, (int)getpid());
    if ((fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600)) < 0) {
        perror(path);
        exit(1);
    }
    unlink(path);
    memset(page, 7, sizeof page);
    for (int i = 0; i < PAGES; i++)
        if (pwrite(fd, page, sizeof page, (off_t)i * PAGE) != PAGE)
            exit(1);
    fdatasync(fd);
    for (from = now_mono_micros(); now_mono_micros() - from < MICROS; n++)
        if (pwrite(fd, page, sizeof page, (off_t)(n % PAGES) * PAGE) != PAGE || fdatasync(fd) < 0)
            exit(1);
    close(fd);
    return n / ((double)(now_mono_micros() - from) / MICROS);
}

int
main(int argc, char **argv)
{
    if (argc != 2) {
        fprintf(stderr, "usage: machine FOLDER\n");
        return 2;
    }
    printf("cores %ld\nfdatasync %.0f/s\n", sysconf(_SC_NPROCESSORS_ONLN), syncs(argv[1]));
    return 0;
}
