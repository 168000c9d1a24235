/* progress.h - what the indexer tells while it works, and at the end. */
#ifndef INDEXER_CLI_PROGRESS_H
#define INDEXER_CLI_PROGRESS_H

#include "indexer/batch.h"

enum progress_mode { PROGRESS_NONE, PROGRESS_BAR, PROGRESS_JSON };

struct progress_view {
    enum progress_mode mode;
    double last_event_s;
    unsigned messages; /* printed so far */
    bool bar_shown;
};

/* For batch_options; context is a struct progress_view. */
void progress_show(void *context, const struct batch_progress *p);
void progress_message(void *context, const char *text);

/* Takes the bar off the terminal. */
void progress_end(struct progress_view *view);

/* The summary for a person, or as one JSON object on stdout. */
void progress_summary(const struct batch_summary *s, bool json, bool dry_run);

#endif
