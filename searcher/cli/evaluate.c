#include "searcher/cli/evaluate.h"

#include "common/cli/cli.h"

#include <errno.h>
#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { NDCG_DEPTH = 10, PRECISION_DEPTH = 10, RECALL_DEPTH = 100 };

enum measure { MAP, NDCG, PRECISION, RECALL, RECIPROCAL_RANK, MEASURE_COUNT };

static const char *const measure_names[MEASURE_COUNT] = {
    [MAP] = "map",      [NDCG] = "ndcg_10",        [PRECISION] = "p_10",
    [RECALL] = "r_100", [RECIPROCAL_RANK] = "mrr",
};

struct judgement {
    char *qid, *id; /* in one allocation: qid's */
    int grade;
};

struct judged_query {
    const struct judgement *judgements; /* in order of their ids */
    size_t count, relevant;
    double measures[MEASURE_COUNT];
};

struct evaluation {
    struct judgement *judgements; /* in order of qid, then id */
    size_t count, capacity;
    struct judged_query *queries; /* in order of qid */
    size_t query_count;
};

void evaluation_free(struct evaluation *e)
{
    if (!e)
        return;
    for (size_t i = 0; i < e->count; i++)
        free(e->judgements[i].qid);
    free(e->judgements);
    free(e->queries);
    free(e);
}

/* --- judgements --- */

static void add_judgement(struct evaluation *e, const char *qid, const char *id,
                          int grade)
{
    if (e->count == e->capacity) {
        e->capacity = e->capacity ? e->capacity * 2 : 1024;
        e->judgements =
            cli_check_memory(realloc(e->judgements, e->capacity * sizeof *e->judgements));
    }
    size_t qid_size = strlen(qid) + 1, id_size = strlen(id) + 1;
    char *copy = cli_check_memory(malloc(qid_size + id_size));
    memcpy(copy, qid, qid_size);
    memcpy(copy + qid_size, id, id_size);
    e->judgements[e->count++] = (struct judgement){copy, copy + qid_size, grade};
}

/* The next word of a line, cut off in place; NULL when there are no more. */
static char *next_word(char **at)
{
    char *word = *at + strspn(*at, " \t\r\n");
    if (*word == '\0')
        return NULL;
    char *end = word + strcspn(word, " \t\r\n");
    *at = *end ? end + 1 : end;
    *end = '\0';
    return word;
}

static bool read_line(struct evaluation *e, char *line)
{
    char *at = line, *end;
    char *qid = next_word(&at);
    char *iteration = qid ? next_word(&at) : NULL;
    char *id = iteration ? next_word(&at) : NULL;
    char *grade = id ? next_word(&at) : NULL;
    if (!qid)
        return true;
    if (!grade || next_word(&at))
        return false;
    long number = strtol(grade, &end, 10);
    if (*end != '\0' || number < -1000 || number > 1000)
        return false;
    add_judgement(e, qid, id, (int)number);
    return true;
}

static int compare(const void *x, const void *y)
{
    const struct judgement *a = x, *b = y;
    int order = strcmp(a->qid, b->qid);
    return order ? order : strcmp(a->id, b->id);
}

/* Queries without a relevant article are left out. */
static void find_queries(struct evaluation *e)
{
    e->queries = cli_check_memory(calloc(e->count + 1, sizeof *e->queries));
    for (size_t i = 0, end; i < e->count; i = end) {
        struct judged_query q = {.judgements = &e->judgements[i]};
        for (end = i;
             end < e->count && strcmp(e->judgements[end].qid, e->judgements[i].qid) == 0;
             end++)
            q.relevant += e->judgements[end].grade > 0;
        q.count = end - i;
        if (q.relevant > 0)
            e->queries[e->query_count++] = q;
    }
}

struct evaluation *evaluation_read(const char *program, const char *path)
{
    FILE *in = fopen(path, "r");
    if (!in) {
        cli_fail(program, "cannot read '%s': %s", path, strerror(errno));
        return NULL;
    }
    struct evaluation *e = cli_check_memory(calloc(1, sizeof *e));
    char *line = NULL;
    size_t capacity = 0, number = 0;
    bool good = true;
    while (good && getline(&line, &capacity, in) >= 0) {
        number++;
        good = read_line(e, line);
    }
    if (!good)
        cli_fail(program, "'%s', line %zu: not `qid iteration id grade`", path, number);
    else if (ferror(in))
        cli_fail(program, "cannot read '%s': %s", path, strerror(errno));
    good = good && !ferror(in);
    free(line);
    fclose(in);
    if (good && e->count > 0)
        qsort(e->judgements, e->count, sizeof *e->judgements, compare);
    if (good)
        find_queries(e);
    if (good && e->query_count == 0) {
        cli_fail(program, "'%s' judges no article relevant", path);
        good = false;
    }
    if (good)
        return e;
    evaluation_free(e);
    return NULL;
}

/* --- measures --- */

struct answer {
    double score;
    const char *id;
};

static int by_score(const void *x, const void *y)
{
    const struct answer *a = x, *b = y;
    if (a->score != b->score)
        return a->score < b->score ? 1 : -1;
    return -strcmp(a->id, b->id);
}

static struct judged_query *find_query(const struct evaluation *e, const char *qid)
{
    size_t low = 0, high = e->query_count;
    while (low < high) {
        size_t middle = (low + high) / 2;
        int order = strcmp(e->queries[middle].judgements->qid, qid);
        if (order == 0)
            return &e->queries[middle];
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return NULL;
}

/* What is not judged is not relevant. */
static int grade_of(const struct judged_query *q, const char *id)
{
    size_t low = 0, high = q->count;
    while (low < high) {
        size_t middle = (low + high) / 2;
        int order = strcmp(q->judgements[middle].id, id);
        if (order == 0)
            return q->judgements[middle].grade > 0 ? q->judgements[middle].grade : 0;
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return 0;
}

static double gain(int grade, size_t rank)
{
    return grade / log2((double)rank + 1);
}

static int descending(const void *x, const void *y)
{
    int a = *(const int *)x, b = *(const int *)y;
    return (a < b) - (a > b);
}

static double ideal_gain(const struct judged_query *q)
{
    int *grades = cli_check_memory(malloc(q->count * sizeof *grades));
    double sum = 0;
    for (size_t i = 0; i < q->count; i++)
        grades[i] = q->judgements[i].grade;
    qsort(grades, q->count, sizeof *grades, descending);
    for (size_t i = 0; i < q->count && i < NDCG_DEPTH && grades[i] > 0; i++)
        sum += gain(grades[i], i + 1);
    free(grades);
    return sum;
}

static void measure(struct judged_query *q, const struct answer *answers, size_t count)
{
    double *m = q->measures;
    size_t found = 0;
    memset(q->measures, 0, sizeof q->measures);
    for (size_t rank = 1; rank <= count; rank++) {
        int grade = grade_of(q, answers[rank - 1].id);
        if (grade == 0)
            continue;
        found++;
        m[MAP] += (double)found / (double)rank;
        if (found == 1)
            m[RECIPROCAL_RANK] = 1.0 / (double)rank;
        if (rank <= NDCG_DEPTH)
            m[NDCG] += gain(grade, rank);
        if (rank <= PRECISION_DEPTH)
            m[PRECISION] += 1.0 / PRECISION_DEPTH;
        if (rank <= RECALL_DEPTH)
            m[RECALL] += 1.0 / (double)q->relevant;
    }
    m[MAP] /= (double)q->relevant;
    m[NDCG] /= ideal_gain(q);
}

void evaluation_add(struct evaluation *e, const char *qid,
                    const struct pressmark_results *results)
{
    struct judged_query *q = find_query(e, qid);
    size_t count = pressmark_results_count(results);
    if (!q)
        return;
    struct answer *answers = cli_check_memory(malloc((count + 1) * sizeof *answers));
    for (size_t i = 0; i < count; i++)
        answers[i] = (struct answer){round(pressmark_hit_score(results, i) * 1e6) / 1e6,
                                     pressmark_hit_text(results, i, PRESSMARK_ID)};
    qsort(answers, count, sizeof *answers, by_score);
    measure(q, answers, count);
    free(answers);
}

void evaluation_print(const struct evaluation *e, bool json, FILE *out)
{
    json_t *object = json_object();
    json_object_set_new(object, "format_version", json_integer(1));
    json_object_set_new(object, "queries", json_integer((json_int_t)e->query_count));
    if (!json)
        fprintf(out, "%-8s %zu\n", "queries", e->query_count);
    for (int m = 0; m < MEASURE_COUNT; m++) {
        double sum = 0;
        for (size_t i = 0; i < e->query_count; i++)
            sum += e->queries[i].measures[m];
        double mean = sum / (double)e->query_count;
        json_object_set_new(object, measure_names[m], json_real(mean));
        if (!json)
            fprintf(out, "%-8s %.4f\n", measure_names[m], mean);
    }
    if (json) {
        json_dumpf(object, out, JSON_COMPACT | JSON_REAL_PRECISION(6));
        fputc('\n', out);
    }
    json_decref(object);
}
