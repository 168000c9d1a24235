#include "indexer/input/json_parser.h"

#include "common/text/utf8.h"

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <new>
#include <simdjson.h>

namespace dom = simdjson::dom;

static_assert(JSON_PADDING >= simdjson::SIMDJSON_PADDING, "padding of simdjson");

struct json_parser {
    dom::parser parser;
    struct buffer repaired;
    char numbers[64]; /* the text of the last number */
};

struct json_parser *json_parser_new(void)
{
    json_parser *p = new (std::nothrow) json_parser;
    if (p)
        buffer_init(&p->repaired, 1ull << 32);
    return p;
}

void json_parser_free(struct json_parser *p)
{
    if (p)
        buffer_free(&p->repaired);
    delete p;
}

static slice slice_of_view(std::string_view v)
{
    return {v.data(), v.size()};
}

static bool scalar_text(json_parser *p, dom::element e, slice *out)
{
    switch (e.type()) {
    case dom::element_type::STRING:
        *out = slice_of_view(e.get_string().value_unsafe());
        return true;
    case dom::element_type::INT64:
        std::snprintf(p->numbers, sizeof p->numbers, "%lld",
                      (long long)e.get_int64().value_unsafe());
        break;
    case dom::element_type::UINT64:
        std::snprintf(p->numbers, sizeof p->numbers, "%llu",
                      (unsigned long long)e.get_uint64().value_unsafe());
        break;
    case dom::element_type::DOUBLE:
        std::snprintf(p->numbers, sizeof p->numbers, "%.17g",
                      e.get_double().value_unsafe());
        break;
    case dom::element_type::BOOL:
        std::snprintf(p->numbers, sizeof p->numbers, "%s",
                      e.get_bool().value_unsafe() ? "true" : "false");
        break;
    default:
        return false;
    }
    *out = {p->numbers, std::strlen(p->numbers)};
    return true;
}

static bool is_one_of(std::string_view key, std::initializer_list<std::string_view> names)
{
    for (std::string_view name : names)
        if (key == name)
            return true;
    return false;
}

static bool object_value(dom::object object, json_value *out)
{
    *out = {};
    for (dom::key_value_pair field : object) {
        std::string_view text;
        if (field.value.get(text))
            continue;
        if (!out->text.data &&
            is_one_of(field.key, {"name", "title", "headline", "text"}))
            out->text = slice_of_view(text);
        else if (!out->url.data && is_one_of(field.key, {"url", "link"}))
            out->url = slice_of_view(text);
    }
    if (!out->text.data)
        out->text = out->url;
    return out->text.data != nullptr;
}

static enum status visit_element(json_parser *p, const json_visitor *v, slice key,
                                 dom::element e)
{
    json_value value = {};
    dom::object object;
    bool found =
        e.get(object) ? scalar_text(p, e, &value.text) : object_value(object, &value);
    if (found)
        return v->value(v->context, key, value);
    return STATUS_OK;
}

static enum status visit_object(json_parser *p, const json_visitor *v, dom::object object)
{
    for (dom::key_value_pair field : object) {
        slice key = slice_of_view(field.key);
        if (!v->wants(v->context, key))
            continue;
        dom::array array;
        if (field.value.get(array)) {
            if (enum status status = visit_element(p, v, key, field.value))
                return status;
            continue;
        }
        for (dom::element e : array)
            if (enum status status = visit_element(p, v, key, e))
                return status;
    }
    return STATUS_OK;
}

static bool is_hex4(const char *at, const char *end, unsigned *value)
{
    *value = 0;
    if (end - at < 4)
        return false;
    for (int i = 0; i < 4; i++) {
        char c = at[i];
        unsigned digit = c >= '0' && c <= '9' ? (unsigned)(c - '0')
                         : (c | 0x20) >= 'a' && (c | 0x20) <= 'f'
                             ? (unsigned)((c | 0x20) - 'a' + 10)
                             : 16u;
        if (digit == 16)
            return false;
        *value = *value * 16 + digit;
    }
    return true;
}

/* The text with U+FFFD for bad bytes and for escaped surrogates that have no partner. */
static enum status repair(json_parser *p, slice text, uint64_t *bad)
{
    buffer_clear(&p->repaired);
    if (utf8_append_repaired(&p->repaired, text, bad))
        return p->repaired.failed;
    char *at = p->repaired.data;
    char *end = at + p->repaired.size;
    while (at < end) {
        unsigned code, low;
        if (*at != '\\') {
            at++;
        } else if (end - at < 6 || at[1] != 'u' || !is_hex4(at + 2, end, &code)) {
            at += 2;
        } else if (code >= 0xD800 && code < 0xDC00 && end - at >= 12 && at[6] == '\\' &&
                   at[7] == 'u' && is_hex4(at + 8, end, &low) && low >= 0xDC00 &&
                   low < 0xE000) {
            at += 12;
        } else {
            if (code >= 0xD800 && code < 0xE000) {
                std::memcpy(at + 2, "FFFD", 4);
                (*bad)++;
            }
            at += 6;
        }
    }
    char *padding = buffer_reserve(&p->repaired, JSON_PADDING);
    if (padding)
        std::memset(padding, 0, JSON_PADDING);
    return p->repaired.failed;
}

static simdjson::error_code parse(json_parser *p, slice text, dom::element *root)
{
    return p->parser.parse(text.data, text.size, false).get(*root);
}

static const char *reason_of(simdjson::error_code code)
{
    switch (code) {
    case simdjson::CAPACITY:
        return "the text is too large";
    case simdjson::DEPTH_ERROR:
        return "nested more than 1,024 levels deep";
    case simdjson::EMPTY:
        return "there is nothing";
    case simdjson::UNCLOSED_STRING:
        return "a string is not closed";
    case simdjson::STRING_ERROR:
        return "a string has a bad escape";
    case simdjson::UNESCAPED_CHARS:
        return "a string has a control character that is not escaped";
    case simdjson::NUMBER_ERROR:
        return "a number is malformed";
    case simdjson::INCOMPLETE_ARRAY_OR_OBJECT:
        return "an object or array is not closed";
    default:
        return "the syntax is wrong";
    }
}

enum status json_parse(struct json_parser *p, struct slice text,
                       const struct json_visitor *visitor, uint64_t *bad_bytes,
                       struct status_error *err)
{
    dom::element root;
    *bad_bytes = 0;
    simdjson::error_code error = parse(p, text, &root);
    if (error == simdjson::UTF8_ERROR || error == simdjson::STRING_ERROR) {
        if (enum status status = repair(p, text, bad_bytes))
            return status_set(err, status, "%s", status_text(status));
        error = parse(p, {p->repaired.data, p->repaired.size}, &root);
    }
    if (error == simdjson::MEMALLOC)
        return status_no_memory(err);
    if (error)
        return status_set(err, STATUS_INVALID, "invalid JSON: %s", reason_of(error));
    dom::object object;
    if (root.get(object))
        return status_set(err, STATUS_INVALID, "not a JSON object");
    enum status status = visit_object(p, visitor, object);
    return status ? status_set(err, status, "%s", status_text(status)) : STATUS_OK;
}
