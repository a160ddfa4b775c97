/*
 * Styles, scripts, fonts and pictures of web/dist, embedded in the program and served from memory.
 * Their names carry a hash of their content: they may be kept for a year.
 */
#ifndef HTML_ASSET_H
#define HTML_ASSET_H

#include <stddef.h>
#include <stdint.h>

struct asset {
    const char *path;           /* "/a/app-3f2a91c0.css" */
    const char *type;           /* content type */
    const uint8_t *p;
    size_t n;
    const uint8_t *gz;          /* the same, compressed; NULL when that would not be smaller */
    size_t gz_n;
};

const struct asset *asset_find(const char *path);   /* NULL: there is none */
const char *asset_url(const char *name);            /* "app.css" -> "/a/app-3f2a91c0.css" */

#endif
