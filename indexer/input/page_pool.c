#include "indexer/input/page_pool.h"

#include "indexer/input/reader.h"

#include <libxml/parser.h>
#include <pthread.h>
#include <stdlib.h>

/* What reading a page gave, until it is its turn. */
struct event {
    enum { EVENT_ARTICLE, EVENT_REJECT, EVENT_WARNING } kind;
    struct input_place place;
    size_t id_at, id_size, text_at; /* in the job's texts */
};

/* A page, with a reader of its own that writes down what it finds. */
struct job {
    struct reader reader;
    struct input_sink sink;
    struct buffer block, names, texts;
    struct page_task task; /* slices of block and names */
    struct event *events;
    size_t event_count, event_capacity;
    enum status status;
    bool is_done;
};

/* Jobs are a ring: page n is in job n % job_count. */
struct page_pool {
    const struct input_sink *sink;
    struct job *jobs;
    size_t job_count;
    pthread_t *threads;
    unsigned thread_count, thread_max;
    uint64_t put, passed; /* pages; of the caller's thread, put under the mutex too */
    enum status status;
    bool stopped; /* the sink wants no more */
    pthread_mutex_t mutex;
    pthread_cond_t work, done;
    uint64_t taken; /* under the mutex */
    bool closing;
};

/* --- writing down --- */

static void note(struct job *j, struct event event, struct slice id, const char *text)
{
    struct event *events = buffer_grow_array(j->events, &j->event_capacity,
                                             j->event_count + 1, sizeof *events);
    if (!events) {
        j->status = STATUS_NO_MEMORY;
        return;
    }
    j->events = events;
    event.id_at = j->texts.size;
    event.id_size = id.size;
    buffer_append(&j->texts, id.data, id.size);
    event.text_at = j->texts.size;
    buffer_append(&j->texts, text, strlen(text) + 1);
    if (j->texts.failed)
        j->status = j->texts.failed;
    else
        j->events[j->event_count++] = event;
}

static bool on_article(void *context, struct article *article,
                       const struct input_place *place)
{
    (void)article; /* the reader has it until it reads again */
    note(context, (struct event){.kind = EVENT_ARTICLE, .place = *place},
         (struct slice){0}, "");
    return true;
}

static bool on_reject(void *context, const struct input_place *place, struct slice id,
                      const char *reason)
{
    note(context, (struct event){.kind = EVENT_REJECT, .place = *place}, id, reason);
    return true;
}

static void on_warning(void *context, const struct input_place *place,
                       const char *warning)
{
    note(context, (struct event){.kind = EVENT_WARNING, .place = *place},
         (struct slice){0}, warning);
}

/* --- threads --- */

static void read_page(struct job *j)
{
    struct reader *r = &j->reader;
    struct status_error err;
    article_reset(&r->article);
    r->place = j->task.place;
    j->event_count = 0;
    buffer_clear(&j->texts);
    if (!j->status)
        j->status = reader_emit_response(r, &j->task, &err);
}

static void *run(void *context)
{
    struct page_pool *p = context;
    pthread_mutex_lock(&p->mutex);
    for (;;) {
        while (p->taken == p->put && !p->closing)
            pthread_cond_wait(&p->work, &p->mutex);
        if (p->closing)
            break;
        struct job *j = &p->jobs[p->taken++ % p->job_count];
        pthread_mutex_unlock(&p->mutex);
        read_page(j);
        pthread_mutex_lock(&p->mutex);
        j->is_done = true;
        pthread_cond_signal(&p->done);
    }
    pthread_mutex_unlock(&p->mutex);
    return NULL;
}

/* --- passing on --- */

static void pass_on(struct page_pool *p, struct job *j)
{
    const struct input_sink *sink = p->sink;
    if (j->status && !p->status)
        p->status = j->status;
    for (size_t i = 0; i < j->event_count && !p->stopped; i++) {
        const struct event *e = &j->events[i];
        struct slice id = {j->texts.data + e->id_at, e->id_size};
        const char *text = j->texts.data + e->text_at;
        if (e->kind == EVENT_WARNING)
            sink->warn(sink->context, &e->place, text);
        else if (e->kind == EVENT_REJECT)
            p->stopped = !sink->reject(sink->context, &e->place, id, text);
        else
            p->stopped = !sink->article(sink->context, &j->reader.article, &e->place);
    }
}

/* Passes the oldest page on; false when it is not done and is not to be waited for. */
static bool pass_oldest(struct page_pool *p, bool wait)
{
    struct job *j = &p->jobs[p->passed % p->job_count];
    pthread_mutex_lock(&p->mutex);
    while (!j->is_done && wait)
        pthread_cond_wait(&p->done, &p->mutex);
    bool is_done = j->is_done;
    pthread_mutex_unlock(&p->mutex);
    if (!is_done)
        return false;
    pass_on(p, j);
    j->is_done = false;
    p->passed++;
    return true;
}

static struct slice keep(struct job *j, struct slice text)
{
    size_t at = j->names.size;
    buffer_append(&j->names, text.data, text.size);
    buffer_append_byte(&j->names, '\0');
    return (struct slice){(const char *)(uintptr_t)at, text.size}; /* see fill */
}

static struct slice kept(const struct job *j, struct slice offset)
{
    return (struct slice){j->names.data + (uintptr_t)offset.data, offset.size};
}

/* The threads come with the first page: most runs have none. One is enough. */
static void start_threads(struct page_pool *p)
{
    if (p->thread_count > 0)
        return;
    xmlInitParser(); /* before there are threads */
    while (p->thread_count < p->thread_max &&
           pthread_create(&p->threads[p->thread_count], NULL, run, p) == 0)
        p->thread_count++;
    if (p->thread_count == 0)
        p->status = STATUS_NO_MEMORY;
}

/* Copies the task; names are put together first, because they may move. */
static void fill(struct job *j, const struct page_task *task)
{
    buffer_clear(&j->block);
    buffer_clear(&j->names);
    struct slice source = keep(j, slice_of(task->place.source));
    struct slice address = keep(j, task->address);
    struct slice media_type = keep(j, task->media_type);
    buffer_append(&j->block, task->block.data, task->block.size);
    j->status = j->block.failed ? j->block.failed : j->names.failed;
    j->task = *task;
    if (j->status)
        return;
    j->task.place.source = kept(j, source).data;
    j->task.address = kept(j, address);
    j->task.media_type = kept(j, media_type);
    j->task.block = (struct slice){buffer_text(&j->block), j->block.size};
}

bool page_pool_put(struct page_pool *p, const struct page_task *task)
{
    while (p->put > p->passed && pass_oldest(p, p->put - p->passed == p->job_count))
        ;
    start_threads(p);
    if (p->stopped || p->status)
        return false;
    fill(&p->jobs[p->put % p->job_count], task);
    pthread_mutex_lock(&p->mutex);
    p->put++;
    pthread_cond_signal(&p->work);
    pthread_mutex_unlock(&p->mutex);
    return true;
}

enum status page_pool_drain(struct page_pool *p, struct status_error *err)
{
    while (p->put > p->passed)
        pass_oldest(p, true);
    return p->status ? status_no_memory(err) : STATUS_OK;
}

/* --- the pool --- */

static void init_job(struct job *j, const struct input_options *options)
{
    struct buffer *buffers[] = {&j->block,        &j->names,           &j->texts,
                                &j->reader.text,  &j->reader.repaired, &j->reader.joined,
                                &j->reader.whole, &j->reader.unpacked};
    for (size_t i = 0; i < sizeof buffers / sizeof *buffers; i++)
        buffer_init(buffers[i], (size_t)1 << 40);
    article_init(&j->reader.article);
    j->sink = (struct input_sink){
        .article = on_article, .reject = on_reject, .warn = on_warning, .context = j};
    j->reader.options = options;
    j->reader.sink = &j->sink;
}

static void free_job(struct job *j)
{
    struct buffer *buffers[] = {&j->block,        &j->names,           &j->texts,
                                &j->reader.text,  &j->reader.repaired, &j->reader.joined,
                                &j->reader.whole, &j->reader.unpacked};
    for (size_t i = 0; i < sizeof buffers / sizeof *buffers; i++)
        buffer_free(buffers[i]);
    article_free(&j->reader.article);
    html_free(&j->reader.html);
    free(j->events);
}

enum status page_pool_open(const struct input_options *options,
                           const struct input_sink *sink, unsigned threads,
                           struct page_pool **out, struct status_error *err)
{
    struct page_pool *p = calloc(1, sizeof *p);
    *out = p;
    if (!p)
        return status_no_memory(err);
    p->sink = sink;
    p->thread_max = threads;
    p->job_count = 2 * (size_t)threads + 2;
    p->jobs = calloc(p->job_count, sizeof *p->jobs);
    p->threads = calloc(threads, sizeof *p->threads);
    pthread_mutex_init(&p->mutex, NULL);
    pthread_cond_init(&p->work, NULL);
    pthread_cond_init(&p->done, NULL);
    for (size_t i = 0; p->jobs && i < p->job_count; i++)
        init_job(&p->jobs[i], options);
    if (p->jobs && p->threads)
        return STATUS_OK;
    page_pool_close(p);
    *out = NULL;
    return status_no_memory(err);
}

void page_pool_close(struct page_pool *p)
{
    if (!p)
        return;
    pthread_mutex_lock(&p->mutex);
    p->closing = true;
    pthread_cond_broadcast(&p->work);
    pthread_mutex_unlock(&p->mutex);
    for (unsigned i = 0; i < p->thread_count; i++)
        pthread_join(p->threads[i], NULL);
    for (size_t i = 0; p->jobs && i < p->job_count; i++)
        free_job(&p->jobs[i]);
    free(p->jobs);
    free(p->threads);
    pthread_cond_destroy(&p->work);
    pthread_cond_destroy(&p->done);
    pthread_mutex_destroy(&p->mutex);
    free(p);
}
