/* Calls the plugin of plugins/concentration_c with streams made by hand, every way out of it, and looks at what comes back
   and at what is given back. Run under valgrind, which sees every byte. Usage: drive LIBRARY; 0 where all is well.
   With numbers behind it, calls these functions of any plugin, with whole streams and with broken ones, and counts. */
#include <dlfcn.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "regulars.h"

static int made, released, cancelled_after = -1, asked, warned;
static char progress_word[64];

#define CHECK(what)                                                                                                    \
    do {                                                                                                               \
        if (!(what)) {                                                                                                 \
            printf("line %d: %s\n", __LINE__, #what);                                                                  \
            exit(1);                                                                                                   \
        }                                                                                                              \
    } while (0)

/* ---- The host's side of a call ---- */

static int is_cancelled(const void *host)
{
    (void)host;
    return cancelled_after >= 0 && asked++ >= cancelled_after;
}

static void progress(const void *host, uint64_t done, uint64_t total, const char *what)
{
    (void)host, (void)done, (void)total;
    snprintf(progress_word, sizeof progress_word, "%s", what);
}

static void warn(const void *host, const char *text)
{
    (void)host, (void)text;
    warned++;
}

/* ---- A stream of two columns, each value of which is written down below ---- */

struct batch {
    int64_t rows, outer, key_offset, amount_offset; /* offsets: of the struct, of its columns */
    const void *keys[6], *amounts[2];
    int64_t key_buffers, keys_missing, amounts_missing;
};

struct orders {
    const char *names[2], *formats[2];
    const struct batch *batches;
    int count, next, breaks_at;
};

struct lent {
    struct ArrowArray columns[2], *children[2];
    const void *none[1];
};

static void release_array(struct ArrowArray *array)
{
    /* What a reader must not touch any more is really gone. */
    free(array->private_data);
    array->release = NULL;
    released++;
}

static void release_schema(struct ArrowSchema *schema)
{
    free(schema->private_data);
    schema->release = NULL;
    released++;
}

static void release_stream(struct ArrowArrayStream *stream)
{
    free(stream->private_data);
    stream->release = NULL;
    released++;
}

static int get_schema(struct ArrowArrayStream *stream, struct ArrowSchema *out)
{
    struct orders *orders = stream->private_data;
    struct parts {
        struct ArrowSchema columns[2], *children[2];
    } *parts = calloc(1, sizeof *parts);
    for (int at = 0; at < 2; at++) {
        parts->columns[at] = (struct ArrowSchema){.format = orders->formats[at], .name = orders->names[at]};
        parts->children[at] = &parts->columns[at];
    }
    *out = (struct ArrowSchema){.format = "+s", .name = "", .n_children = 2, .children = parts->children,
                                .release = release_schema, .private_data = parts};
    made++;
    return 0;
}

static int get_next(struct ArrowArrayStream *stream, struct ArrowArray *out)
{
    struct orders *orders = stream->private_data;
    *out = (struct ArrowArray){0};
    if (orders->next == orders->breaks_at)
        return 5;
    if (orders->next == orders->count)
        return 0;
    const struct batch *batch = &orders->batches[orders->next++];
    struct lent *lent = calloc(1, sizeof *lent);
    int64_t length = batch->outer + batch->rows;
    lent->columns[0] =
        (struct ArrowArray){.length = length, .null_count = batch->keys_missing, .offset = batch->key_offset,
                            .n_buffers = batch->key_buffers, .buffers = (const void **)(uintptr_t)batch->keys};
    lent->columns[1] =
        (struct ArrowArray){.length = length, .null_count = batch->amounts_missing, .offset = batch->amount_offset,
                            .n_buffers = 2, .buffers = (const void **)(uintptr_t)batch->amounts};
    lent->children[0] = &lent->columns[0];
    lent->children[1] = &lent->columns[1];
    *out = (struct ArrowArray){.length = batch->rows, .offset = batch->outer, .n_buffers = 1, .buffers = lent->none,
                               .n_children = 2, .children = lent->children, .release = release_array,
                               .private_data = lent};
    made++;
    return 0;
}

static const char *get_last_error(struct ArrowArrayStream *stream)
{
    (void)stream;
    return "the disk is full";
}

static struct ArrowArrayStream stream_of(struct orders orders)
{
    struct orders *kept = malloc(sizeof *kept);
    *kept = orders;
    made++;
    return (struct ArrowArrayStream){get_schema, get_next, get_last_error, release_stream, kept};
}

/* ---- The values ---- */

struct view {
    int32_t length;
    union {
        char text[12];
        struct {
            char prefix[4];
            int32_t buffer, start;
        } far;
    } is;
};

static const char FIRST[] = "..a customer whose name is long", SECOND[] = "another one, of the second buffer";
static const int64_t LENGTHS[] = {sizeof FIRST - 1, sizeof SECOND - 1};

/* Rows 0 and 1 lie before the batch. Then bob 10, a long name 40, another 20, (missing) 99, bob (missing), bob 5. */
static const struct view VIEWS[] = {
    {3, {"cut"}},      {3, {"cut"}}, {3, {"bob"}}, {29, {.far = {"a cu", 0, 2}}}, {33, {.far = {"anot", 1, 0}}},
    {0, {.text = ""}}, {3, {"bob"}}, {3, {"bob"}},
};
static const double AMOUNTS[] = {1e9, 10, 40, 20, 99, 7, 5};
static const unsigned char KEYS_PRESENT[] = {0xdf}, AMOUNTS_PRESENT[] = {0xdf};
/* The second batch has no offset and nothing missing: the long name 5, dan -3. */
static const struct view MORE_VIEWS[] = {{29, {.far = {"a cu", 0, 2}}}, {3, {"dan"}}};
static const double MORE_AMOUNTS[] = {5, -3};

static const struct batch TEXTS[] = {
    {6, 1, 1, 0, {KEYS_PRESENT, VIEWS, FIRST, SECOND, LENGTHS}, {AMOUNTS_PRESENT, AMOUNTS}, 5, -1, 1},
    {2, 0, 0, 0, {NULL, MORE_VIEWS, FIRST, SECOND, LENGTHS}, {NULL, MORE_AMOUNTS}, 5, 0, 0},
};

static const int64_t WHOLE_KEYS[] = {7, -7, 7, 1}, WHOLE_AMOUNTS[] = {1, 2, 1, 0};
static const struct batch WHOLE[] = {{4, 0, 0, 0, {NULL, WHOLE_KEYS}, {NULL, WHOLE_AMOUNTS}, 2, 0, 0}};

/* ---- Calls ---- */

static const struct RegularsPlugin *plugin;

static uint32_t function;

static int call(struct orders orders, const char *options, struct RegularsAnswer *answer)
{
    struct RegularsContext context = {sizeof context, 0, 0, NULL, is_cancelled, progress, warn};
    struct ArrowArrayStream table = stream_of(orders);
    struct RegularsRequest request = {.size = sizeof request, .function = function, .method = -1, .table_count = 1,
                                      .tables = &table, .options = options, .context = &context};
    *answer = (struct RegularsAnswer){.size = sizeof *answer};
    int code = plugin->call(plugin->state, &request, answer);
    CHECK(table.release == NULL); /* it was taken */
    return code;
}

static void finish(struct RegularsAnswer *answer)
{
    if (answer->release)
        answer->release(answer);
    CHECK(answer->release == NULL);
    CHECK(made == released);
}

static void refused(struct orders orders, const char *words)
{
    struct RegularsAnswer answer;
    CHECK(call(orders, "{}", &answer) != 0);
    CHECK(strstr(answer.text, words));
    finish(&answer);
}

static double figure(const struct RegularsAnswer *answer, const char *name)
{
    char quoted[64];
    snprintf(quoted, sizeof quoted, "\"%s\": ", name);
    const char *found = strstr(answer->text, quoted);
    CHECK(found);
    return strtod(found + strlen(quoted), NULL);
}

int main(int count, char **arguments)
{
    CHECK(count >= 2);
    void *library = dlopen(arguments[1], RTLD_NOW);
    if (!library)
        printf("%s\n", dlerror());
    CHECK(library);
    const struct RegularsPlugin *(*entry)(uint32_t);
    *(void **)&entry = dlsym(library, "regulars_plugin_entry");
    CHECK(entry);
    plugin = entry(REGULARS_ABI);
    CHECK(plugin && plugin->abi == REGULARS_ABI && plugin->size >= sizeof *plugin);

    const struct orders texts = {{"customer", "amount"}, {"vu", "g"}, TEXTS, 2, 0, -1};
    struct RegularsAnswer answer;
    for (int at = 2; at < count; at++) {
        function = (uint32_t)strtoul(arguments[at], NULL, 10);
        for (int breaks_at = -1; breaks_at < 2; breaks_at++) {
            struct orders orders = texts;
            orders.breaks_at = breaks_at;
            int code = call(orders, "{}", &answer);
            CHECK(answer.text && (breaks_at < 0 || code != 0));
            finish(&answer);
        }
    }
    if (count > 2)
        return 0;
    CHECK(entry(REGULARS_ABI + 1) == NULL);

    /* 45, 20, 15 of 80: the values of every batch, whichever way it is cut; the table outlives stream and answer. */
    CHECK(call(texts, "{\"top\":2}", &answer) == 0);
    double hhi = (45.0 * 45 + 20.0 * 20 + 15.0 * 15) / (80.0 * 80);
    CHECK(fabs(figure(&answer, "hhi") - hhi) < 1e-15);
    CHECK(fabs(figure(&answer, "effective_customers") - 1 / hhi) < 1e-12);
    CHECK(figure(&answer, "largest_share") == 0.5625 && figure(&answer, "top_share") == 0.8125);
    CHECK(figure(&answer, "customers") == 3 && figure(&answer, "revenue") == 80);
    CHECK(strstr(answer.text, "2 rows were left out") && strstr(answer.text, "1 customers have no share"));
    CHECK(strcmp(progress_word, "reading orders") == 0);
    struct ArrowArrayStream table = answer.tables[0];
    answer.tables[0].release = NULL;
    finish(&answer);
    struct ArrowSchema schema;
    CHECK(table.get_schema(&table, &schema) == 0);
    CHECK(schema.n_children == 5 && strcmp(schema.children[1]->format, "U") == 0);
    schema.release(&schema);
    CHECK(schema.release == NULL);
    struct ArrowArray rows, end;
    CHECK(table.get_next(&table, &rows) == 0 && rows.release);
    CHECK(table.get_next(&table, &end) == 0 && !end.release);
    table.release(&table);
    CHECK(table.release == NULL && rows.length == 2 && rows.n_children == 5);
    const int64_t *ends = rows.children[1]->buffers[1];
    const char *names = rows.children[1]->buffers[2];
    CHECK(ends[0] == 0 && ends[1] == 29 && ends[2] == 62);
    CHECK(memcmp(names, FIRST + 2, 29) == 0 && memcmp(names + 29, SECOND, 33) == 0);
    CHECK(((const double *)rows.children[2]->buffers[1])[0] == 45);
    CHECK(((const double *)rows.children[4]->buffers[1])[1] == 0.8125);
    rows.release(&rows);
    CHECK(rows.release == NULL);

    /* Whole numbers; and a table that nobody takes is freed with the answer. */
    CHECK(call((struct orders){{"customer", "amount"}, {"l", "l"}, WHOLE, 1, 0, -1}, "{}", &answer) == 0);
    CHECK(figure(&answer, "hhi") == 0.5 && figure(&answer, "customers") == 2);
    CHECK(answer.tables[0].release != NULL);
    finish(&answer);

    /* One that was opened and not read to its end. */
    CHECK(call((struct orders){{"customer", "amount"}, {"l", "l"}, WHOLE, 1, 0, -1}, "{}", &answer) == 0);
    CHECK(answer.tables[0].get_schema(&answer.tables[0], &schema) == 0);
    CHECK(strcmp(schema.children[1]->format, "l") == 0);
    schema.release(&schema);
    finish(&answer);

    /* Every way to fail gives everything back. */
    refused((struct orders){{"customer", "amount"}, {"vu", "g"}, TEXTS, 0, 0, -1}, "no customer paid");
    refused((struct orders){{"customer", "paid"}, {"vu", "g"}, TEXTS, 2, 0, -1}, "lack `customer`");
    refused((struct orders){{"customer", "amount"}, {"tdD", "g"}, TEXTS, 2, 0, -1}, "lack `customer`");
    refused((struct orders){{"customer", "amount"}, {"vu", "g"}, TEXTS, 2, 0, 1}, "cannot be read");
    cancelled_after = 0;
    refused(texts, "\"cancelled\": true");
    cancelled_after = -1;

    /* More customers than the first tables of the plugin hold. */
    enum { MANY = 5000 };
    static int64_t many[MANY];
    static double each[MANY];
    for (int at = 0; at < MANY; at++)
        many[at] = at % 2500, each[at] = 1;
    const struct batch crowd = {MANY, 0, 0, 0, {NULL, many}, {NULL, each}, 2, 0, 0};
    CHECK(call((struct orders){{"customer", "amount"}, {"l", "g"}, &crowd, 1, 0, -1}, "{\"top\":1000}", &answer) == 0);
    CHECK(figure(&answer, "customers") == 2500 && fabs(figure(&answer, "effective_customers") - 2500) < 1e-6);
    CHECK(fabs(figure(&answer, "top_share") - 0.4) < 1e-12);
    finish(&answer);
    CHECK(warned == 0);
    printf("all is well: %d streams, schemas and batches were lent and given back\n", made);
    return 0;
}
