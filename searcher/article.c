#include "searcher/remote.h"

#include <stdlib.h>

struct get_job {
    struct slice id;
    struct pressmark_article *article;
};

/* Earlier versions may still be there, dead. */
uint32_t searcher_find(struct segment *s, enum schema_filter filter, struct slice value)
{
    struct schema_term term;
    schema_filter_term(filter, value, &term);
    struct segment_cursor *c = segment_cursor_open(s, schema_slice(&term));
    uint32_t docid = c ? segment_cursor_docid(c) : SEGMENT_END;
    while (docid != SEGMENT_END && segment_is_dead(s, docid))
        docid = segment_cursor_next(c);
    if (!c)
        segment_fail(s, STATUS_NO_MEMORY, NULL);
    segment_cursor_close(c);
    return docid;
}

enum status searcher_find_place(const struct pressmark_searcher *s,
                                enum schema_filter filter, struct slice value,
                                struct match_place *out, struct status_error *err)
{
    *out = (struct match_place){NULL, 0};
    for (size_t i = 0; i < s->snapshots.count; i++) {
        struct snapshot *snapshot = s->snapshots.items[i];
        for (size_t k = 0; k < snapshot->segment_count; k++) {
            struct segment *segment = snapshot->segments[k];
            uint32_t docid = searcher_find(segment, filter, value);
            if (segment->failed)
                return segment_failed(segment, err);
            if (docid != SEGMENT_END) {
                *out = (struct match_place){segment, docid};
                return STATUS_OK;
            }
        }
    }
    return STATUS_OK;
}

static enum status give_article(struct get_job *job, const struct article *found,
                                struct status_error *err)
{
    pressmark_article_free(job->article); /* of a try that was overtaken */
    job->article = calloc(1, sizeof *job->article);
    if (!job->article)
        return status_no_memory(err);
    article_init(&job->article->article);
    return searcher_copy_article(&job->article->article, found,
                                 &job->article->article.arena, true)
               ? status_no_memory(err)
               : STATUS_OK;
}

static enum status try_get(struct pressmark_searcher *s, void *context,
                           struct status_error *err)
{
    struct get_job *job = context;
    struct match_place place;
    struct article found;
    enum status status = searcher_find_place(s, SCHEMA_ID, job->id, &place, err);
    if (status)
        return status;
    if (!place.segment)
        return status_set(err, STATUS_NOT_FOUND, "no article with the id '%.*s'",
                          (int)(job->id.size < 200 ? job->id.size : 200), job->id.data);
    article_init(&found);
    status = searcher_load(s, place.segment, place.docid, &found, err);
    if (!status)
        status = give_article(job, &found, err);
    article_free(&found);
    return status;
}

static enum status get_remote(struct pressmark_searcher *s, struct get_job *job,
                              struct status_error *err)
{
    struct article found;
    article_init(&found);
    enum status status = remote_get(s, job->id, &found, err);
    if (!status)
        status = give_article(job, &found, err);
    article_free(&found);
    return status;
}

enum pressmark_status pressmark_get(struct pressmark_searcher *searcher, const char *id,
                                    struct pressmark_article **article,
                                    struct pressmark_error *err)
{
    struct status_error why = {0};
    struct get_job job = {.id = slice_of(id)};
    enum status status = searcher->remote
                             ? get_remote(searcher, &job, &why)
                             : searcher_repeat(searcher, try_get, &job, &why);
    if (status) {
        pressmark_article_free(job.article);
        job.article = NULL;
    }
    *article = job.article;
    return searcher_status(status, &why, err);
}

void pressmark_article_free(struct pressmark_article *article)
{
    if (!article)
        return;
    article_free(&article->article);
    free(article);
}

const char *pressmark_article_text(const struct pressmark_article *article,
                                   enum pressmark_field field)
{
    return searcher_article_text(&article->article, field);
}

const char *pressmark_article_value(const struct pressmark_article *article,
                                    enum pressmark_field field, size_t k)
{
    return searcher_article_value(&article->article, field, k);
}

/* The words of a query in a text need no index: its plan is made without one. */
static enum status find_highlights(struct pressmark_searcher *s, const struct article *a,
                                   const char *text, const struct query_manner *manner,
                                   struct budget *budget, struct status_error *err)
{
    struct query query;
    struct plan plan = {0};
    struct snapshot_list none = {0};
    struct tokeniser *tokeniser = analyser_tokeniser(s->analyser);
    text_words_clear(tokeniser_words(tokeniser));
    if (query_parse(slice_of(text), manner, &query)) {
        query_free(&query);
        return status_no_memory(err);
    }
    struct analyser_languages own = {.count = 0};
    struct plan_reading reading = {s->analyser, &own, s->transliterator, budget};
    analyser_add_language(&own, article_text(a, ARTICLE_LANGUAGE));
    enum status status = plan_make(&plan, &query, &reading, &none, &s->parameters, err);
    if (!status)
        status = analyser_speak(s->analyser, article_text(a, ARTICLE_LANGUAGE), err);
    if (!status && highlight_find(&plan, tokeniser, article_text(a, ARTICLE_BODY), budget,
                                  &s->tokens, &s->highlights))
        status = status_no_memory(err);
    plan_free(&plan);
    query_free(&query);
    return status;
}

enum pressmark_status pressmark_article_highlight(
    struct pressmark_searcher *searcher, const struct pressmark_article *article,
    const char *query, const struct pressmark_search_options *options, size_t capacity,
    size_t *starts, size_t *ends, size_t *count, struct pressmark_error *err)
{
    struct status_error why = {0};
    struct query_manner manner = {0};
    struct budget budget = {0};
    *count = 0;
    if (options) {
        manner.dialect = (enum query_dialect)options->dialect;
        budget.cancel = options->cancel;
        if (options->time_ms > 0)
            budget.deadline_ns = budget_clock_ns() + (int64_t)options->time_ms * 1000000;
    }
    enum status status =
        find_highlights(searcher, &article->article, query, &manner, &budget, &why);
    if (!status && budget.is_cancelled)
        status = status_set(&why, STATUS_CANCELLED, "the highlighting was cancelled");
    if (status)
        return searcher_status(status, &why, err);
    *count = searcher->highlights.count;
    for (size_t i = 0; i < *count && i < capacity; i++) {
        starts[i] = searcher->highlights.items[i].start;
        ends[i] = searcher->highlights.items[i].end;
    }
    return PRESSMARK_OK;
}
