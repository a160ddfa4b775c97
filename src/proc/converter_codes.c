/* QR and bar codes on a page, by zbar. */
#include <string.h>
#include <zbar.h>

#include "base/utf8.h"
#include "proc/converter.h"

enum { CODES_MAX = 40, TEXT_MAX = 4096 };

static void
add_codes(const zbar_image_t *image, json_t *list)
{
    for (const zbar_symbol_t *s = zbar_image_first_symbol(image);
         s && json_array_size(list) < CODES_MAX; s = zbar_symbol_next(s)) {
        unsigned n = zbar_symbol_get_data_length(s);
        json_t *text = n <= TEXT_MAX ? json_stringn(zbar_symbol_get_data(s), n) : NULL;

        if (!text)                      /* not UTF-8: none of ours */
            continue;
        json_array_append_new(
            list, json_pack("{s:s, s:o}", "kind", zbar_get_symbol_name(zbar_symbol_get_type(s)),
                            "text", text));
    }
}

static uint8_t *
grey_bytes(PIX *grey, int w, int h)
{
    uint8_t *bytes = mem_get((size_t)w * (size_t)h);

    for (int y = 0; y < h; y++) {
        l_uint32 *line = pixGetData(grey) + (size_t)y * (size_t)pixGetWpl(grey);

        for (int x = 0; x < w; x++)
            bytes[(size_t)y * (size_t)w + (size_t)x] = (uint8_t)GET_DATA_BYTE(line, x);
    }
    return bytes;
}

json_t *
codes_on(PIX *p)
{
    json_t *list = json_array();
    PIX *grey = pixConvertTo8(p, 0);
    zbar_image_scanner_t *scanner = zbar_image_scanner_create();
    zbar_image_t *image = zbar_image_create();
    int w = grey ? pixGetWidth(grey) : 0, h = grey ? pixGetHeight(grey) : 0;
    uint8_t *bytes = grey ? grey_bytes(grey, w, h) : NULL;

    if (bytes && scanner && image) {
        zbar_image_set_format(image, zbar_fourcc('Y', '8', '0', '0'));
        zbar_image_set_size(image, (unsigned)w, (unsigned)h);
        zbar_image_set_data(image, bytes, (unsigned long)w * (unsigned long)h, NULL);
        if (zbar_scan_image(scanner, image) > 0)
            add_codes(image, list);
    }
    zbar_image_destroy(image);
    zbar_image_scanner_destroy(scanner);
    mem_free(bytes);
    pixDestroy(&grey);
    return list;
}
