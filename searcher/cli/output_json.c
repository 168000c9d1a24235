#include "common/cli/cli.h"
#include "searcher/cli/json.h"

#include <string.h>

void output_json(struct output *o, const char *qid, const char *query,
                 const struct pressmark_results *r)
{
    if (o->format == OUTPUT_JSON) {
        json_print(o->out, json_of_results(o, qid, query, r));
        return;
    }
    for (size_t i = 0; i < pressmark_results_count(r); i++) {
        json_t *hit = json_of_hit(o, r, i);
        if (qid)
            json_set(hit, "qid", json_text(qid));
        json_print(o->out, hit);
    }
    json_print(o->out, json_of_summary(o, qid, query, r));
}

void output_words(struct output *o, const char *prefix,
                  const struct pressmark_words *words)
{
    const char *word;
    if (o->format == OUTPUT_JSON || o->format == OUTPUT_JSONL) {
        json_print(o->out, json_of_words(prefix, words));
        return;
    }
    for (size_t i = 0; (word = pressmark_words_get(words, i, NULL)); i++) {
        cli_print_safe(o->out, word, strlen(word), true);
        fputc('\n', o->out);
    }
}
