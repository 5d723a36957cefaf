/* The border between Regulars and its plugins, ABI 1. ABI.md describes it; src/abi.rs is the same in Rust. */
#ifndef REGULARS_H
#define REGULARS_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define REGULARS_ABI 1

/* The Arrow C data and stream interfaces, as their specification lays them out. */
#ifndef ARROW_C_DATA_INTERFACE
#define ARROW_C_DATA_INTERFACE

#define ARROW_FLAG_DICTIONARY_ORDERED 1
#define ARROW_FLAG_NULLABLE 2
#define ARROW_FLAG_MAP_KEYS_SORTED 4

struct ArrowSchema {
    const char *format;
    const char *name;
    const char *metadata;
    int64_t flags;
    int64_t n_children;
    struct ArrowSchema **children;
    struct ArrowSchema *dictionary;
    void (*release)(struct ArrowSchema *);
    void *private_data;
};

struct ArrowArray {
    int64_t length;
    int64_t null_count;
    int64_t offset;
    int64_t n_buffers;
    int64_t n_children;
    const void **buffers;
    struct ArrowArray **children;
    struct ArrowArray *dictionary;
    void (*release)(struct ArrowArray *);
    void *private_data;
};

#endif

#ifndef ARROW_C_STREAM_INTERFACE
#define ARROW_C_STREAM_INTERFACE

struct ArrowArrayStream {
    int (*get_schema)(struct ArrowArrayStream *, struct ArrowSchema *out);
    int (*get_next)(struct ArrowArrayStream *, struct ArrowArray *out);
    const char *(*get_last_error)(struct ArrowArrayStream *);
    void (*release)(struct ArrowArrayStream *);
    void *private_data;
};

#endif

/* What a function may ask its host while it works. Valid during the call, from any thread. */
struct RegularsContext {
    uint32_t size;
    int32_t today; /* days since 1970-01-01 */
    uint64_t seed;
    const void *host; /* given back to the three functions */
    int (*is_cancelled)(const void *host);
    void (*progress)(const void *host, uint64_t done, uint64_t total, const char *what);
    void (*warn)(const void *host, const char *text);
};

/* What a function is asked. Valid during the call. */
struct RegularsRequest {
    uint32_t size;
    uint32_t function; /* the place of its manual */
    int32_t method;    /* the place of a method in that manual, or -1 for the function itself */
    uint32_t table_count;
    struct ArrowArrayStream *tables;      /* what the plugin takes, it moves out */
    struct ArrowArrayStream *model_table; /* for a method: the model's own table; null where there is none */
    const char *model;                    /* for a method: JSON, as the function's answer gave it; otherwise null */
    const char *options;                  /* JSON */
    const struct RegularsContext *context;
};

/* What a function answers. Comes with its size and otherwise zeroed; the plugin fills it in. */
struct RegularsAnswer {
    uint32_t size;
    uint32_t table_count;
    struct ArrowArrayStream *tables; /* in the manual's order; one without release is not there */
    const char *text;                /* JSON */
    void *private_data;
    void (*release)(struct RegularsAnswer *); /* frees text, tables, and those tables that were not taken */
};

/* Answers a request: 0 and an answer, or anything else and a failure in the answer's text. */
typedef int (*RegularsCall)(const void *state, struct RegularsRequest *request, struct RegularsAnswer *answer);

/* What a plugin is. */
struct RegularsPlugin {
    uint32_t abi;  /* REGULARS_ABI */
    uint32_t size; /* sizeof(struct RegularsPlugin) */
    const char *name;
    const char *version;
    const char *manuals; /* JSON: an array; the place of a manual is the number of its function */
    const void *state;   /* given back to call */
    RegularsCall call;
};

/* The one symbol that a plugin exports. */
#if defined(_WIN32)
__declspec(dllexport)
#elif defined(__GNUC__)
__attribute__((visibility("default")))
#endif
const struct RegularsPlugin *regulars_plugin_entry(uint32_t host_abi);

#ifdef __cplusplus
}
#endif

#endif
