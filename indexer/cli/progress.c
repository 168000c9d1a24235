#include "indexer/cli/progress.h"

#include "common/cli/cli.h"

#include <inttypes.h>

enum { BAR_WIDTH = 24, MESSAGES_MAX = 20 };

#define EVENT_S 1.0

static void show_event(struct progress_view *v, const struct batch_progress *p)
{
    if (p->elapsed_s - v->last_event_s < EVENT_S && p->bytes < p->total_bytes)
        return;
    v->last_event_s = p->elapsed_s;
    fprintf(stderr,
            "{\"event\":\"progress\",\"bytes\":%" PRIu64 ",\"total_bytes\":%" PRIu64
            ",\"articles\":%" PRIu64 ",\"rejected\":%" PRIu64
            ",\"elapsed_s\":%.3f,\"articles_per_s\":%.1f",
            p->bytes, p->total_bytes, p->articles, p->rejected, p->elapsed_s,
            p->elapsed_s > 0 ? (double)p->articles / p->elapsed_s : 0.);
    double part = p->total_bytes > 0 ? (double)p->bytes / (double)p->total_bytes : 0;
    if (part > .01)
        fprintf(stderr, ",\"eta_s\":%.1f",
                part < 1 ? p->elapsed_s * (1 - part) / part : 0.);
    fputs("}\n", stderr);
}

static void show_bar(struct progress_view *v, const struct batch_progress *p)
{
    double rate = p->elapsed_s > 0 ? (double)p->articles / p->elapsed_s : 0;
    v->bar_shown = true;
    fputs("\r\033[K", stderr);
    if (p->total_bytes > 0) {
        double part = (double)p->bytes / (double)p->total_bytes;
        part = part > 1 ? 1 : part;
        int filled = (int)(part * BAR_WIDTH);
        for (int i = 0; i < BAR_WIDTH; i++)
            fputc(i < filled ? '#' : '.', stderr);
        fprintf(stderr, " %3.0f%%", part * 100);
        if (part > 0.01 && part < 1)
            fprintf(stderr, "  %.0f s left", p->elapsed_s * (1 - part) / part);
    }
    fprintf(stderr, "  %" PRIu64 " articles, %.0f/s", p->articles, rate);
    if (p->rejected > 0)
        fprintf(stderr, ", %" PRIu64 " rejected", p->rejected);
    fflush(stderr);
}

void progress_show(void *context, const struct batch_progress *p)
{
    struct progress_view *v = context;
    if (v->mode == PROGRESS_BAR)
        show_bar(v, p);
    else if (v->mode == PROGRESS_JSON)
        show_event(v, p);
}

void progress_end(struct progress_view *v)
{
    if (v->bar_shown)
        fputs("\r\033[K", stderr);
    v->bar_shown = false;
}

void progress_message(void *context, const char *text)
{
    struct progress_view *v = context;
    if (v->mode == PROGRESS_JSON || v->messages > MESSAGES_MAX)
        return;
    progress_end(v);
    if (v->messages++ == MESSAGES_MAX) {
        fputs(
            "... further messages are not shown (--rejects FILE keeps all rejections)\n",
            stderr);
        return;
    }
    cli_print_safe(stderr, text, strlen(text), true);
    fputc('\n', stderr);
}

void progress_summary(const struct batch_summary *s, bool json, bool dry_run)
{
    if (json) {
        printf("{\"format_version\":1,\"added\":%" PRIu64 ",\"updated\":%" PRIu64
               ",\"unchanged\":%" PRIu64 ",\"removed\":%" PRIu64 ",\"rejected\":%" PRIu64
               ",\"articles\":%" PRIu64 ",\"bytes_read\":%" PRIu64
               ",\"elapsed_s\":%.3f,\"warnings\":%" PRIu64 ",\"charsets\":{",
               s->added, s->updated, s->unchanged, s->removed, s->rejected, s->articles,
               s->bytes_read, s->elapsed_s, s->warnings);
        for (size_t i = 0; i < BATCH_CHARSETS_MAX && s->charsets[i].articles > 0; i++)
            printf("%s\"%s\":%" PRIu64, i > 0 ? "," : "", s->charsets[i].name,
                   s->charsets[i].articles);
        printf("}}\n");
        return;
    }
    printf("%s%" PRIu64 " added, %" PRIu64 " updated, %" PRIu64 " unchanged, %" PRIu64
           " removed, %" PRIu64 " rejected; ",
           dry_run ? "dry run: " : "", s->added, s->updated, s->unchanged, s->removed,
           s->rejected);
    if (!dry_run)
        printf("%" PRIu64 " articles in the index; ", s->articles);
    printf("%.1f MB read in %.1f s\n", (double)s->bytes_read / 1e6, s->elapsed_s);
    for (size_t i = 0; i < BATCH_CHARSETS_MAX && s->charsets[i].articles > 0; i++)
        printf("%s%" PRIu64 " in %s",
               i > 0 ? ", " : "not in UTF-8 (decoded): ", s->charsets[i].articles,
               s->charsets[i].name);
    if (s->charsets[0].articles > 0)
        putchar('\n');
}
