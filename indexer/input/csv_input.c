/* Tables with a header: CSV (RFC 4180; also with other delimiters) and TSV. */
#include "common/text/utf8.h"
#include "indexer/input/reader.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>

enum { COLUMNS_MAX = 4096, NAME_MAX_BYTES = 80 };

struct column {
    bool used;
    enum article_field field;
};

/* A record at work: its cells follow each other in the reader's text. */
struct table {
    struct reader *reader;
    char delimiter;
    bool quotes;  /* what they enclose is one cell, with all that is in it */
    size_t *ends; /* of the cells */
    size_t cell_count, ends_capacity;
    uint64_t size; /* of the record in the file, in bytes */
    uint64_t line; /* at which the reading stands */
    struct column columns[COLUMNS_MAX];
    size_t column_count;
};

static struct slice cell(const struct table *t, size_t i)
{
    size_t start = i > 0 ? t->ends[i - 1] : 0;
    return (struct slice){buffer_text(&t->reader->text) + start, t->ends[i] - start};
}

static bool end_cell(struct table *t)
{
    size_t *ends =
        buffer_grow_array(t->ends, &t->ends_capacity, t->cell_count + 1, sizeof *ends);
    if (!ends)
        return false;
    t->ends = ends;
    t->ends[t->cell_count++] = t->reader->text.size;
    return true;
}

/* --- records --- */

enum place { CELL_START, IN_CELL, IN_QUOTES, BEHIND_QUOTE };

struct scan {
    enum place place;
    bool ended; /* the record */
    bool after_return;
};

/* A quotation mark within a cell that does not begin with one is an ordinary character;
 * so is what follows a closing one. */
static bool take_byte(struct table *t, struct scan *s, char c)
{
    struct buffer *text = &t->reader->text;
    bool is_small = t->size <= t->reader->options->limits.article_bytes;
    bool after_return = s->after_return;
    s->after_return = false;
    if (s->place == IN_QUOTES) {
        if (c == '"')
            s->place = BEHIND_QUOTE;
        else if (is_small)
            buffer_append_byte(text, c);
        return true;
    }
    if (c == '"' && t->quotes && s->place == BEHIND_QUOTE) {
        s->place = IN_QUOTES; /* two stand for one */
    } else if (c == '"' && t->quotes && s->place == CELL_START) {
        s->place = IN_QUOTES;
        return true;
    } else if (c == t->delimiter) {
        s->place = CELL_START;
        return !is_small || end_cell(t);
    } else if (c == '\n') {
        s->ended = true;
        if (text->size > 0 && text->data[text->size - 1] == '\r' && after_return)
            text->size--;
        return !is_small || end_cell(t);
    } else {
        s->place = IN_CELL;
    }
    s->after_return = c == '\r';
    if (is_small)
        buffer_append_byte(text, c);
    return true;
}

/* Reads the next record; false at the end. */
static bool read_record(struct table *t, enum status *status, struct status_error *err)
{
    struct reader *r = t->reader;
    struct scan s = {CELL_START, false, false};
    buffer_clear(&r->text);
    t->cell_count = 0;
    t->size = 0;
    r->place.offset = source_member_bytes(r->source);
    r->place.line = t->line;
    while (!s.ended) {
        struct slice bytes;
        *status = source_peek(r->source, &bytes, err);
        if (*status)
            return false;
        if (bytes.size == 0)
            break;
        size_t i = 0;
        for (; i < bytes.size && !s.ended && !r->text.failed; i++) {
            t->size++;
            t->line += bytes.data[i] == '\n';
            if (!take_byte(t, &s, bytes.data[i]))
                r->text.failed = STATUS_NO_MEMORY;
        }
        source_skip(r->source, i);
        if (r->text.failed)
            break;
    }
    if (!s.ended && t->size > 0 && !end_cell(t))
        r->text.failed = STATUS_NO_MEMORY;
    if (r->text.failed)
        *status = status_no_memory(err);
    return !*status && t->size > 0;
}

static bool is_blank(const struct table *t)
{
    return t->cell_count <= 1 &&
           slice_trim((struct slice){buffer_text(&t->reader->text), t->reader->text.size})
                   .size == 0;
}

/* --- the header --- */

/* The sign that stands most often outside of quotes in the first line. */
static char find_delimiter(struct slice head)
{
    static const char signs[] = ",;\t|";
    size_t counts[sizeof signs - 1] = {0}, best = 0;
    bool quoted = false;
    for (size_t i = 0; i < head.size && (quoted || head.data[i] != '\n'); i++) {
        const char *sign = memchr(signs, head.data[i], sizeof signs - 1);
        quoted ^= head.data[i] == '"';
        if (sign && !quoted)
            counts[sign - signs]++;
    }
    for (size_t i = 1; i < sizeof signs - 1; i++)
        if (counts[i] > counts[best])
            best = i;
    return signs[best];
}

/* As it is spelled, or in small letters. */
static bool find_field(const struct table *t, struct slice name,
                       enum article_field *field, unsigned *rank)
{
    const struct field_map *map = &t->reader->options->map;
    char lower[NAME_MAX_BYTES];
    name = slice_trim(name);
    if (field_of_key(map, name, field, rank))
        return true;
    if (name.size >= sizeof lower)
        return false;
    for (size_t i = 0; i < name.size; i++)
        lower[i] = (char)tolower((unsigned char)name.data[i]);
    return field_of_key(map, (struct slice){lower, name.size}, field, rank);
}

/* Of several columns for a field the one with the best name counts; of the same rank all
 * do when the field is a list. */
static void choose_columns(struct table *t, const unsigned *ranks)
{
    for (size_t i = 0; i < t->column_count; i++)
        for (size_t k = 0; k < t->column_count && t->columns[i].used; k++) {
            struct column *a = &t->columns[i], *b = &t->columns[k];
            bool list = article_field_is_list(a->field);
            if (i != k && b->used && a->field == b->field &&
                (ranks[k] < ranks[i] || (ranks[k] == ranks[i] && k < i && !list)))
                a->used = false;
        }
}

/* --map FIELD=3: the third column, of a table without a header. */
static size_t find_numbered(struct table *t)
{
    const struct field_map *map = &t->reader->options->map;
    size_t found = 0;
    for (size_t i = 0; i < map->count; i++) {
        struct slice name = map->entries[i].name;
        size_t number = 0;
        for (size_t k = 0; k < name.size && number <= COLUMNS_MAX; k++)
            number = name.data[k] >= '0' && name.data[k] <= '9'
                         ? number * 10 + (size_t)(name.data[k] - '0')
                         : COLUMNS_MAX + 1;
        if (number == 0 || number > COLUMNS_MAX)
            continue;
        t->columns[number - 1] = (struct column){true, map->entries[i].field};
        t->column_count = number > t->column_count ? number : t->column_count;
        found++;
    }
    return found;
}

/* False when no column has a title or a body. */
static bool read_header(struct table *t)
{
    unsigned *ranks = calloc(COLUMNS_MAX, sizeof *ranks);
    bool has_text = false;
    t->column_count = t->cell_count < COLUMNS_MAX ? t->cell_count : COLUMNS_MAX;
    for (size_t i = 0; ranks && i < t->column_count; i++)
        t->columns[i].used = find_field(t, cell(t, i), &t->columns[i].field, &ranks[i]);
    if (ranks)
        choose_columns(t, ranks);
    free(ranks);
    for (size_t i = 0; i < t->column_count; i++)
        has_text |= t->columns[i].used && (t->columns[i].field == ARTICLE_TITLE ||
                                           t->columns[i].field == ARTICLE_BODY);
    return has_text;
}

/* --- articles --- */

/* A list is written in one cell with semicolons. */
static enum status add_value(struct article *a, enum article_field field,
                             struct slice text)
{
    enum status status = STATUS_OK;
    if (!article_field_is_list(field))
        return article_add_borrowed(a, field, text);
    while (text.size > 0 && !status) {
        const char *end = memchr(text.data, ';', text.size);
        size_t size = end ? (size_t)(end - text.data) : text.size;
        struct slice part = slice_trim((struct slice){text.data, size});
        if (part.size > 0)
            status = article_add_borrowed(a, field, part);
        if (!status && part.size > 0 && field == ARTICLE_RELATED)
            status = article_add_borrowed(a, ARTICLE_RELATED_URL, (struct slice){0});
        size += end != NULL;
        text = (struct slice){text.data + size, text.size - size};
    }
    return status;
}

static enum status add_cell(struct table *t, size_t i, uint64_t *bad)
{
    struct reader *r = t->reader;
    struct slice text = slice_trim(cell(t, i));
    if (text.size == 0)
        return STATUS_OK;
    if (utf8_valid_prefix(text.data, text.size) == text.size)
        return add_value(&r->article, t->columns[i].field, text);
    if (charset_to_utf8(text, (struct slice){0}, r->charset, &r->repaired, &text, bad))
        return STATUS_NO_MEMORY;
    char *copy = arena_copy(&r->article.arena, text.data, text.size);
    return copy ? add_value(&r->article, t->columns[i].field,
                            (struct slice){copy, text.size})
                : STATUS_NO_MEMORY;
}

static enum status emit_record(struct table *t, struct status_error *err)
{
    struct reader *r = t->reader;
    uint64_t bad = 0;
    enum status status = STATUS_OK;
    article_reset(&r->article);
    r->place.ordinal++;
    if (t->size > r->options->limits.article_bytes) {
        reader_reject_size(r, t->size);
        return STATUS_OK;
    }
    for (size_t i = 0; i < t->cell_count && i < t->column_count && !status; i++)
        if (t->columns[i].used)
            status = add_cell(t, i, &bad);
    if (status == STATUS_LIMIT) {
        reader_reject(r, "a list in it has more than 10,000 values");
        return STATUS_OK;
    }
    return status ? status_no_memory(err) : reader_emit(r, bad, err);
}

static enum status read_table(struct table *t, struct status_error *err)
{
    struct reader *r = t->reader;
    enum status status = STATUS_OK;
    bool has_header = find_numbered(t) == 0;
    while (!r->stopped && read_record(t, &status, err)) {
        if (is_blank(t))
            continue;
        if (has_header && !read_header(t))
            return status_set(
                err, STATUS_INVALID,
                "'%s' has no column with a title or a body in its first line: name them "
                "with --map title=NAME and --map body=NAME, or by number when the table "
                "has no header (--map title=2)",
                r->place.source);
        if (!has_header)
            status = emit_record(t, err);
        has_header = false;
        if (status)
            break;
    }
    return status;
}

static enum status look_at_charset(struct reader *r, struct slice head)
{
    struct slice utf8;
    uint64_t bad = 0;
    enum status status =
        charset_to_utf8(head, (struct slice){0}, r->charset, &r->repaired, &utf8, &bad);
    if (strcmp(r->charset, "utf-8") == 0)
        r->charset[0] = '\0';
    return status;
}

enum status reader_table(struct reader *r, bool tabs, struct status_error *err)
{
    struct slice head;
    enum status status = source_peek(r->source, &head, err);
    struct table *t = calloc(1, sizeof *t);
    if (!t)
        return status_no_memory(err);
    if (!status && head.size >= 3 && memcmp(head.data, "\xEF\xBB\xBF", 3) == 0) {
        source_skip(r->source, 3);
        status = source_peek(r->source, &head, err);
    }
    if (!status && r->charset[0] == '\0') /* in what set what is no UTF-8 is */
        status = look_at_charset(r, head);
    t->reader = r;
    t->delimiter = tabs ? '\t' : find_delimiter(head);
    t->quotes = !tabs;
    t->line = 1;
    if (!status)
        status = read_table(t, err);
    free(t->ends);
    free(t);
    return status;
}
