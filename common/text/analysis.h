/* analysis.h - an article's text as positions: tokens, zones, boundaries. */
#ifndef COMMON_TEXT_ANALYSIS_H
#define COMMON_TEXT_ANALYSIS_H

#include "common/text/token.h"
#include "common/text/zones.h"

/* Changes whenever the same text gives other words or positions than before. */
#define TEXT_ANALYSIS_VERSION 2

/* The texts of an article that are searched, in the order of their positions. */
enum text_field { TEXT_TITLE, TEXT_SUMMARY, TEXT_BODY, TEXT_FIELD_COUNT };

/* Positions left free between two fields, so that nothing is near across them. */
enum { TEXT_FIELD_GAP = 100, TEXT_FIRST_POSITION = 1 };

/* Words of the lead: paragraphs are taken until they hold so many. */
enum { TEXT_LEAD_WORDS = 60 };

/* Positions of one article; an index takes none that has more. */
enum { TEXT_POSITIONS_MAX = (1 << 22) - 1 };

/* A quotation that is longer is none. */
enum { TEXT_QUOTE_WORDS_MAX = 200 };

struct text_positions {
    uint32_t *items;
    size_t count;
    size_t capacity;
};

/* What text_analyse finds. Token offsets count from the start of their own field. Zones
 * are intervals of positions: the headline is below title_end, the lead (with the
 * summary) from there to below lead_end, the body is the rest. */
struct text_analysis {
    struct token_list tokens;
    struct token_list links; /* of the related headlines, which have no positions */
    size_t field_tokens[TEXT_FIELD_COUNT + 1]; /* index of each field's first token */
    uint32_t title_end, lead_end;
    struct text_positions sentences;  /* position of the first word of each */
    struct text_positions paragraphs; /* likewise */
    struct text_positions quotes;     /* first and one past the last, in turn */
    struct text_zones zones;          /* of the body, in bytes */
};

void text_analysis_free(struct text_analysis *a);

/* What an article has to be read. Any may be empty. */
struct text_parts {
    struct slice fields[TEXT_FIELD_COUNT];
    const struct slice *links; /* headlines of related articles */
    size_t link_count;
};

/* Analyses an article; what a held before is replaced. The words of the tokens stay valid
 * until the tokeniser's table is cleared. Fails with NO_MEMORY only. */
enum status text_analyse(struct text_analysis *a, struct tokeniser *t,
                         const struct text_parts *parts);

/* True when the token before token i, or one before that, has the same position and is
 * found under the stem as well: an occurrence counts once. */
bool text_stem_repeats(const struct token_list *tokens, size_t i,
                       const struct text_stem *stem);

#endif
