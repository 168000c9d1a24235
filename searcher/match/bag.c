/* The preference for articles that have all the words, and have them close together. */
#include "searcher/match/node.h"

/* More words than this are not looked at for closeness: long queries are descriptions. */
enum { PROXIMITY_WORDS_MAX = 8 };

/* The term that stands for a child: its own, or that of the first part that matches. */
static struct match_node *word_of(struct match_node *child, uint32_t docid)
{
    while (child && child->plan->kind != PLAN_TERM) {
        struct match_node *found = NULL;
        for (size_t i = 0; i < child->child_count && !found; i++)
            if (child->children[i]->docid == docid)
                found = child->children[i];
        if (child->plan->kind == PLAN_PHRASE)
            return found;
        child = found;
    }
    return child;
}

/* The least distance between a position of each list. */
static uint32_t least_distance(const struct segment_positions *a,
                               const struct segment_positions *b)
{
    uint32_t least = UINT32_MAX;
    for (size_t i = 0, k = 0; i < a->count && k < b->count;) {
        uint32_t x = a->items[i], y = b->items[k];
        uint32_t distance = x < y ? y - x : x - y;
        if (distance > 0 && distance < least)
            least = distance;
        if (x < y)
            i++;
        else
            k++;
    }
    return least;
}

/* 1 for neighbours, falling with the distance of words that follow each other in the
 * query: the mean of 1/distance over the pairs. 0 as soon as it cannot be `least`. */
static double closeness(struct match_node *bag, double least)
{
    double sum = 0, pairs = (double)(bag->child_count - 1);
    struct match_node *before = NULL;
    if (bag->child_count > PROXIMITY_WORDS_MAX)
        return 0;
    for (size_t i = 0; i < bag->child_count; i++) {
        struct match_node *word = word_of(bag->children[i], bag->docid);
        if (!word || (word->term && word->term->filter))
            return 0;
        match_positions(word);
        if (before) {
            uint32_t distance = least_distance(&before->positions, &word->positions);
            sum += distance == UINT32_MAX ? 0 : 1.0 / distance;
            if (sum + (double)(bag->child_count - 1 - i) < least * pairs)
                return 0;
        }
        before = word;
    }
    return sum / pairs;
}

double match_bag_bonus(struct match_node *bag, double score, double *all_words,
                       double *proximity)
{
    const struct score_parameters *p = &bag->context->plan->parameters;
    *all_words = *proximity = 0;
    for (size_t i = 0; i < bag->child_count; i++)
        if (bag->children[i]->docid != bag->docid)
            return 0;
    *all_words = p->all_words * bag->plan->words_weight;
    double most = p->proximity * bag->plan->words_weight;
    double lacking = bag->floor - (score + *all_words) * BOUND_SLACK;
    if (most > 0 && lacking < most * BOUND_SLACK)
        *proximity = most * closeness(bag, lacking / most / BOUND_SLACK);
    return *all_words + *proximity;
}
