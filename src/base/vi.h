/* Vietnamese: folding for search, personal and telephone numbers.  Pure. */
#ifndef BASE_VI_H
#define BASE_VI_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/date.h"

/* Lower case without diacritics: "Đăng Ký khai sinh" -> "dang ky khai sinh"; NFC and NFD alike;
 * runs of anything that is neither letter nor digit become one space; ends are trimmed. */
char *vi_fold(struct arena *a, const char *s);

/* Composes the Vietnamese letters of an NFD text (base letter + marks) to NFC; others unchanged. */
char *vi_nfc(struct arena *a, const char *s);

/* Trims, folds white space runs to one space, composes; the form in which names are stored. */
char *vi_tidy(struct arena *a, const char *s);

char *vi_upper(struct arena *a, const char *s);     /* "Nguyễn Đức" -> "NGUYỄN ĐỨC" */
/* As civil status writes it: "ngày mười lăm, tháng tư, năm hai nghìn không trăm hai mươi sáu". */
char *vi_date_words(struct arena *a, day d);

/* Personal number of 12 digits: 3 province of birth registration, 1 century and sex, 2 year,
 * 6 serial.  The province must be one of the list of 2024 (001 Hà Nội ... 096 Cà Mau). */
bool vi_personal_number(const char *s);
/* Does it belong to a person born then?  sex: 0 male, 1 female, -1 unknown. */
bool vi_personal_number_fits(const char *s, day birth, int sex);

/* Vietnamese telephone: 0 and 9 digits (or +84...); writes 10 digits with the leading 0. */
bool vi_phone(const char *s, char out[12]);

/* "001•••••0123", "091••••678": each personal number and telephone of a text without its middle. */
char *vi_masked(struct arena *a, const char *s);

/* E-mail of plain form: one @, a dot in the domain, no spaces, at most 254 bytes. */
bool vi_email(const char *s);

#endif
