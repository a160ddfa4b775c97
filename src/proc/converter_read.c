/* The words of a page, by tesseract.  The zygote has read the languages; children share them. */
#include <string.h>
#include <tesseract/capi.h>

#include "proc/converter.h"

enum { DPI = 300, WORDS_MAX = 20000, WORD_MAX = 400 };

static TessBaseAPI *readers[2];         /* "vie", "vie+eng"; NULL: not installed */

static TessBaseAPI *
reader_open(const char *languages)
{
    TessBaseAPI *t = TessBaseAPICreate();

    if (TessBaseAPIInit2(t, NULL, languages, OEM_LSTM_ONLY) == 0)
        return t;
    TessBaseAPIDelete(t);
    return NULL;
}

void
read_preload(void)
{
    readers[0] = reader_open("vie");
    readers[1] = reader_open("vie+eng");
}

static TessBaseAPI *
reader_of(const struct job *j)
{
    bool both = strcmp(j->w.languages, "vie+eng") == 0;

    return both && readers[1] ? readers[1] : readers[0];
}

/* --- what was read -------------------------------------------------------------------------- */

static json_t *
box_of(const TessPageIterator *at, TessPageIteratorLevel level)
{
    int left = 0, top = 0, right = 0, bottom = 0;

    TessPageIteratorBoundingBox(at, level, &left, &top, &right, &bottom);
    return json_pack("[iiii]", left, top, right - left, bottom - top);
}

/* NULL: no text that UTF-8 would be, or too long for a word. */
static json_t *
word_of(TessResultIterator *r, const TessPageIterator *at, double *sum, struct buf *text)
{
    char *s = TessResultIteratorGetUTF8Text(r, RIL_WORD);
    double sure = (double)TessResultIteratorConfidence(r, RIL_WORD);
    json_t *word = NULL, *value = s && *s && strlen(s) < WORD_MAX ? json_string(s) : NULL;

    if (value) {
        word = json_pack("{s:o, s:f, s:o}", "text", value, "confidence", sure, "box",
                         box_of(at, RIL_WORD));
        *sum += sure;
        buf_str(text, s);
    }
    if (s)
        TessDeleteText(s);
    return word;
}

static void
add_words(TessResultIterator *r, json_t *lines, double *sum, int *n, struct buf *text)
{
    const TessPageIterator *at = TessResultIteratorGetPageIteratorConst(r);
    json_t *words = NULL, *word;

    do {
        bool first = TessPageIteratorIsAtBeginningOf(at, RIL_TEXTLINE) || !words;

        if (first) {
            words = json_array();
            json_array_append_new(lines, json_pack("{s:o, s:o}", "box", box_of(at, RIL_TEXTLINE),
                                                   "words", words));
        }
        if ((word = word_of(r, at, sum, text))) {
            json_array_append_new(words, word);
            ++*n;
        }
        buf_char(text, TessPageIteratorIsAtFinalElement(at, RIL_TEXTLINE, RIL_WORD) ? '\n' : ' ');
    } while (*n < WORDS_MAX && TessPageIteratorNext((TessPageIterator *)at, RIL_WORD));
}

static json_t *
take_page(TessBaseAPI *t, PIX *p, int page, double skew, struct buf *text)
{
    TessResultIterator *r = TessBaseAPIGetIterator(t);
    json_t *lines = json_array();
    double sum = 0;
    int n = 0;

    if (r) {
        add_words(r, lines, &sum, &n, text);
        TessResultIteratorDelete(r);
    }
    return json_pack("{s:i, s:i, s:i, s:f, s:i, s:f, s:i, s:o}", "page", page, "width",
                     pixGetWidth(p), "height", pixGetHeight(p), "skew", skew, "dpi", DPI,
                     "confidence", n ? sum / n : 0.0, "count", n, "lines", lines);
}

/* --- a page, made ready --------------------------------------------------------------------- */

/* Grey, lit evenly, without the grains of a scanner. */
static PIX *
ready(PIX *p, double skew)
{
    PIX *straight = image_straight(p, skew), *grey, *even;

    grey = straight ? pixConvertTo8(straight, 0) : NULL;
    pixDestroy(&straight);
    if (!grey)
        return NULL;
    even = pixGetWidth(grey) > 64 && pixGetHeight(grey) > 64
               ? pixBackgroundNormSimple(grey, NULL, NULL) : NULL;
    if (even) {
        pixDestroy(&grey);
        grey = even;
    }
    pixSetResolution(grey, DPI, DPI);
    return grey;
}

const char *
read_page(struct job *j, PIX *p, int page, json_t **out, struct buf *text)
{
    TessBaseAPI *t = reader_of(j);
    double skew = image_skew(p);
    PIX *grey;
    const char *why = NULL;

    if (!t)
        return "no-language";
    if (!(grey = ready(p, skew)))
        return "damaged";
    TessBaseAPISetImage2(t, grey);
    TessBaseAPISetSourceResolution(t, DPI);
    if (TessBaseAPIRecognize(t, NULL) != 0)
        why = "damaged";
    else
        *out = take_page(t, grey, page, skew, text);
    TessBaseAPIClear(t);
    pixDestroy(&grey);
    return why;
}
