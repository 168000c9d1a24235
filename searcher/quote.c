/* Whether somebody said it: the words of a quotation are looked for within quotations,
 * then anywhere, and then the quotations of articles with such words are compared. */
#include "searcher/job.h"

#include <stdlib.h>

/* Articles whose quotations are compared, words of the quotation that are. */
enum { CANDIDATES = 100, WORDS_MAX = TEXT_QUOTE_WORDS_MAX };

/* Costs of the alignment: of a word put in, left out or changed; of another form. */
enum { COST_WORD = 2, COST_FORM = 1 };

/* A wording that is less alike is none. */
#define SIMILARITY_MIN 0.5

struct wording {
    double similarity;
    uint32_t first, last;  /* tokens of the words that are alike */
    struct text_span span; /* of the body: the quotation, or the sentence */
    uint32_t start, end;   /* of the body: the words */
};

/* --- asking --- */

static struct query_node *new_node(struct job *job, struct query_node like)
{
    struct query_node *n = arena_alloc(&job->query.arena, sizeof *n);
    if (n)
        *n = like;
    return n;
}

enum status quote_ask(struct job *job, enum pressmark_verdict verdict)
{
    struct query_node like = {.kind = QUERY_PHRASE,
                              .text = slice_of(job->options->verify_quote)};
    struct query_node *root;
    if (verdict == PRESSMARK_QUOTED)
        like.zone = QUERY_IN_QUOTE;
    if (verdict == PRESSMARK_NEAREST)
        like.kind = QUERY_WORD;
    root = new_node(job, like);
    if (root && verdict == PRESSMARK_NEAREST)
        root = new_node(job, (struct query_node){.kind = QUERY_BAG, .child = root});
    if (root && job->asked->kind != QUERY_NOTHING) {
        struct query_node *selection = new_node(job, *job->asked);
        if (!selection)
            return STATUS_NO_MEMORY;
        selection->next = NULL;
        root->next = selection;
        root = new_node(job, (struct query_node){.kind = QUERY_AND, .child = root});
    }
    job->verdict = verdict;
    job->query.root = root;
    return root ? STATUS_OK : STATUS_NO_MEMORY;
}

size_t quote_candidates(const struct job *job, size_t wanted)
{
    return job->verdict == PRESSMARK_NEAREST ? CANDIDATES : wanted;
}

/* --- comparing --- */

/* Units alone: a compound is its parts. */
struct words {
    const struct token *items[WORDS_MAX];
    size_t count;
};

static enum status read_quote(struct pressmark_searcher *s, struct job *job,
                              struct token_list *tokens, struct words *words)
{
    enum status status = tokeniser_run(analyser_tokeniser(s->analyser),
                                       slice_of(job->options->verify_quote), tokens);
    for (size_t i = 0; i < tokens->count && words->count < WORDS_MAX; i++)
        if (tokens->items[i].kind == TOKEN_UNIT)
            words->items[words->count++] = &tokens->items[i];
    return status;
}

enum status quote_check(struct pressmark_searcher *s, struct job *job,
                        struct status_error *err)
{
    struct token_list tokens = {0};
    size_t units = 0;
    enum status status = tokeniser_run(analyser_tokeniser(s->analyser),
                                       slice_of(job->options->verify_quote), &tokens);
    for (size_t i = 0; i < tokens.count; i++)
        units += tokens.items[i].kind == TOKEN_UNIT;
    job->quote_is_long = tokens.count > QUERY_PHRASE_MAX;
    free(tokens.items);
    if (status)
        return status_no_memory(err);
    return units <= WORDS_MAX
               ? STATUS_OK
               : status_set(err, STATUS_ARGUMENT,
                            "a quotation has at most %d words, this one %zu", WORDS_MAX,
                            units);
}

static unsigned cost_of(const struct token *a, const struct token *b)
{
    if (slice_equal(a->word->folded, b->word->folded))
        return 0;
    return slice_equal(a->word->stem->text, b->word->stem->text) ? COST_FORM : COST_WORD;
}

struct cell {
    unsigned cost;
    uint32_t first; /* token where the alignment begins */
};

static struct cell cheaper(struct cell a, struct cell b)
{
    return b.cost < a.cost ? b : a;
}

/* The stretch of tokens first to end - 1 that is most like the words (Sellers, 1980). */
static void align(const struct words *words, const struct token *tokens, size_t first,
                  size_t end, struct wording *best)
{
    struct cell column[WORDS_MAX + 1];
    double most = (double)words->count * COST_WORD;
    for (size_t k = 0; k <= words->count; k++)
        column[k] = (struct cell){(unsigned)k * COST_WORD, (uint32_t)first};
    for (size_t i = first; i < end; i++) {
        if (tokens[i].kind != TOKEN_UNIT)
            continue;
        struct cell diagonal = column[0];
        diagonal.first = (uint32_t)i;
        column[0].first = (uint32_t)i + 1;
        for (size_t k = 1; k <= words->count; k++) {
            struct cell old = column[k];
            diagonal.cost += cost_of(words->items[k - 1], &tokens[i]);
            old.cost += COST_WORD;
            struct cell left_out = column[k - 1];
            left_out.cost += COST_WORD;
            struct cell before = column[k];
            column[k] = cheaper(cheaper(diagonal, old), left_out);
            diagonal = before;
        }
        struct cell all = column[words->count];
        double similarity = 1 - all.cost / most;
        if (similarity > best->similarity && all.first <= i) {
            best->similarity = similarity;
            best->first = all.first;
            best->last = (uint32_t)i;
        }
    }
}

/* The first token of the body at or after the offset. */
static size_t token_at(const struct text_analysis *a, uint32_t offset)
{
    size_t low = a->field_tokens[TEXT_BODY], high = a->tokens.count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (a->tokens.items[middle].start < offset)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* Compares the words with each of the spans of the body. */
static void compare(const struct words *words, const struct text_analysis *a,
                    const struct text_spans *spans, struct wording *best)
{
    for (size_t i = 0; i < spans->count; i++) {
        struct wording found = *best;
        size_t first = token_at(a, spans->items[i].start);
        size_t end = token_at(a, spans->items[i].end);
        align(words, a->tokens.items, first, end, &found);
        if (found.similarity <= best->similarity)
            continue;
        *best = found;
        best->span = spans->items[i];
        best->start = a->tokens.items[found.first].start;
        best->end = a->tokens.items[found.last].end;
    }
}

/* The wording in the article at hand. */
static enum status find_wording(struct pressmark_searcher *s, struct job *job,
                                struct wording *best, struct status_error *err)
{
    struct token_list tokens = {0};
    struct words words = {.count = 0};
    *best = (struct wording){.similarity = 0};
    enum status status = searcher_analyse(s, &job->article, &job->analysis, err);
    if (status)
        return status;
    if (read_quote(s, job, &tokens, &words)) {
        free(tokens.items);
        return status_no_memory(err);
    }
    const struct text_zones *zones = &job->analysis.zones;
    if (words.count > 0)
        compare(&words, &job->analysis,
                job->verdict == PRESSMARK_UNQUOTED ? &zones->paragraphs : &zones->quotes,
                best);
    free(tokens.items);
    return STATUS_OK;
}

/* --- results --- */

/* Those that are equally alike stay in order; there are few. */
static void sort(struct matches *m)
{
    for (size_t i = 1; i < m->count; i++)
        for (size_t k = i; k > 0 && m->items[k - 1].score < m->items[k].score; k--) {
            struct match swap = m->items[k];
            m->items[k] = m->items[k - 1];
            m->items[k - 1] = swap;
        }
}

enum status quote_rank(struct pressmark_searcher *s, struct job *job, struct matches *m,
                       struct status_error *err)
{
    size_t kept = 0, looked_at = m->count;
    bool is_nearest = job->verdict == PRESSMARK_NEAREST;
    if (!is_nearest && !job->quote_is_long)
        return STATUS_OK;
    for (size_t i = 0; i < m->count; i++) {
        struct wording w;
        struct match match = m->items[i];
        if (budget_look(&job->budget))
            break;
        enum status status =
            searcher_load(s, match.segment, match.docid, &job->article, err);
        if (!status)
            status = find_wording(s, job, &w, err);
        if (status)
            return status;
        if (is_nearest)
            match.score = w.similarity;
        if (w.similarity >= (is_nearest ? SIMILARITY_MIN : 1))
            m->items[kept++] = match;
    }
    m->count = m->total = kept;
    m->total_is_exact = looked_at == 0;
    if (is_nearest)
        sort(m);
    return STATUS_OK;
}

enum status quote_describe(struct pressmark_searcher *s, struct job *job,
                           struct result_hit *hit, struct status_error *err)
{
    struct slice body = article_text(&job->article, ARTICLE_BODY);
    struct wording w;
    enum status status = find_wording(s, job, &w, err);
    if (status)
        return status;
    hit->verdict = job->verdict;
    hit->similarity = job->verdict == PRESSMARK_NEAREST ? w.similarity : 1;
    hit->wording_start = w.start;
    hit->wording_end = w.end;
    struct slice wording = body; /* empty when it is not stored */
    if (w.span.end > w.span.start)
        wording = (struct slice){body.data + w.span.start, w.span.end - w.span.start};
    else if (body.size > 0) /* the words are those of the headline */
        wording = article_text(&job->article, ARTICLE_TITLE);
    hit->wording = arena_copy(&job->results->arena, wording.data, wording.size);
    return hit->wording ? STATUS_OK : status_no_memory(err);
}
