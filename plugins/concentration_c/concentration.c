/* A plugin in C: one function that the built-ins lack. Copy this folder to begin; ../sdk/ABI.md explains it all. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "regulars.h"

/* ---- The manual: from it come the word in scripts, help, completion and the check of options ---- */

static const char MANUALS[] =
    "[{\"name\": \"concentration\", \"family\": \"value\", \"tables\": [\"transactions\"],"
    "\"summary\": \"Tells how much the revenue hangs on few customers: Herfindahl index and effective number.\","
    "\"description\": \"The Herfindahl-Hirschman index is the sum of the squared shares of the customers: 1 where one "
    "brings everything, 1/n where n bring the same. Its inverse is the effective number: so many equal customers "
    "would be as concentrated as these are.\","
    "\"choices\": \"Customers whose amounts add up to nothing or less (more returned than bought) have no share; a "
    "note counts them. Customers with equal sums stand in the order in which they first appear.\","
    "\"source\": \"A. O. Hirschman (1945), National Power and the Structure of Foreign Trade; O. C. Herfindahl "
    "(1950), Concentration in the Steel Industry. Effective number: M. A. Adelman (1969), Review of Economics and "
    "Statistics 51, 99-101.\","
    "\"examples\": [{\"code\": \"let orders = frame(#{\\n"
    "    customer: [\\\"ann\\\", \\\"bob\\\", \\\"cyd\\\", \\\"ann\\\"],\\n"
    "    date: [\\\"1997-01-01\\\", \\\"1997-01-02\\\", \\\"1997-01-03\\\", \\\"1997-01-04\\\"],\\n"
    "    amount: [30, 25, 25, 20],\\n"
    "});\\n"
    "orders.transactions().concentration().hhi\", \"shows\": \"0.375\"}],"
    "\"options\": [{\"name\": \"top\", \"meaning\": \"How many of the largest customers the table shows.\","
    "\"kind\": {\"integer\": {\"min\": 1, \"max\": 1000}}, \"nullable\": false, \"default\": 10}],"
    "\"columns\": ["
    "{\"name\": \"rank\", \"meaning\": \"Place, the largest is 1.\", \"holds\": \"integer\"},"
    "{\"name\": \"customer\", \"meaning\": \"Who.\", \"holds\": \"any\"},"
    "{\"name\": \"amount\", \"meaning\": \"Sum of the amounts.\", \"unit\": \"money\", \"holds\": \"number\"},"
    "{\"name\": \"share\", \"meaning\": \"Share of the revenue.\", \"unit\": \"share\", \"holds\": \"number\"},"
    "{\"name\": \"cumulative_share\", \"meaning\": \"Share of this customer and all larger ones.\","
    " \"unit\": \"share\", \"holds\": \"number\"}],"
    "\"figures\": ["
    "{\"name\": \"hhi\", \"meaning\": \"Herfindahl-Hirschman index, from 0 to 1.\", \"holds\": \"number\"},"
    "{\"name\": \"effective_customers\", \"meaning\": \"How many equal customers are as concentrated.\","
    " \"unit\": \"customers\", \"holds\": \"number\"},"
    "{\"name\": \"largest_share\", \"meaning\": \"Share of the largest customer.\","
    " \"unit\": \"share\", \"holds\": \"number\"},"
    "{\"name\": \"top_share\", \"meaning\": \"Share of those whom the table shows.\","
    " \"unit\": \"share\", \"holds\": \"number\"},"
    "{\"name\": \"customers\", \"meaning\": \"Customers who have a share.\","
    " \"unit\": \"customers\", \"holds\": \"integer\"},"
    "{\"name\": \"revenue\", \"meaning\": \"What they paid.\", \"unit\": \"money\", \"holds\": \"number\"}],"
    "\"related\": [\"pareto_share\"],"
    "\"chart\": {\"mark\": \"bar\", \"x\": \"customer\", \"y\": \"share\","
    " \"title\": \"Shares of the largest customers\"}}]";

/* ---- Failures: what was found, then what to do. They are constants, so nobody has to free them ---- */

#define FAILURE(message, help) "{\"message\": \"" message "\", \"help\": [\"" help "\"]}"

static const char INTERRUPTED[] = "{\"message\": \"interrupted\", \"cancelled\": true}";
static const char NO_MEMORY[] = FAILURE("there is not enough memory for so many customers", "filter the orders first");
static const char UNREADABLE[] = FAILURE("the orders cannot be read", "run it again, and report it if it stays");
static const char NO_COLUMNS[] =
    FAILURE("the orders lack `customer` (text or whole numbers) or `amount` (numbers)", "declare them as transactions");
static const char NO_REVENUE[] =
    FAILURE("no customer paid more than came back: there are no shares", "look at `amount`, or at the filters before");

/* ---- Customers, found by the bytes of their key: text, or the eight bytes of a whole number ---- */

struct customer {
    size_t start, length; /* of the key, in `keys` */
    double amount;
};

struct customers {
    struct customer *all;
    char *keys;
    size_t *slots; /* an index plus 1, or 0; a power of two, never more than half full */
    size_t count, room, key_bytes, key_room, slot_count;
    uint64_t rows, left_out;
    int keys_are_text;
};

static void free_customers(struct customers *customers)
{
    free(customers->all);
    free(customers->keys);
    free(customers->slots);
}

static size_t slot_of(const struct customers *customers, const char *key, size_t length)
{
    uint64_t hash = 1469598103934665603u; /* FNV-1a */
    for (size_t at = 0; at < length; at++)
        hash = (hash ^ (unsigned char)key[at]) * 1099511628211u;
    size_t slot = (size_t)(hash ^ hash >> 32) & (customers->slot_count - 1);
    for (; customers->slots[slot]; slot = (slot + 1) & (customers->slot_count - 1)) {
        const struct customer *other = &customers->all[customers->slots[slot] - 1];
        if (other->length == length && memcmp(customers->keys + other->start, key, length) == 0)
            break;
    }
    return slot;
}

/* Room for one customer more with a key of that length; 0 where there is no memory. */
static int make_room(struct customers *customers, size_t length)
{
    if (customers->count == customers->room) {
        size_t room = customers->room ? 2 * customers->room : 512;
        struct customer *all = realloc(customers->all, room * sizeof *all);
        if (!all)
            return 0;
        customers->all = all;
        customers->room = room;
        size_t *slots = calloc(2 * room, sizeof *slots);
        if (!slots)
            return 0;
        free(customers->slots);
        customers->slots = slots;
        customers->slot_count = 2 * room;
        for (size_t at = 0; at < customers->count; at++)
            slots[slot_of(customers, customers->keys + all[at].start, all[at].length)] = at + 1;
    }
    if (customers->key_bytes + length >= customers->key_room) {
        size_t room = 2 * (customers->key_bytes + length) + 4096;
        char *keys = realloc(customers->keys, room);
        if (!keys)
            return 0;
        customers->keys = keys;
        customers->key_room = room;
    }
    return 1;
}

static int add(struct customers *customers, const char *key, size_t length, double amount)
{
    if (!make_room(customers, length))
        return 0;
    size_t slot = slot_of(customers, key, length);
    if (!customers->slots[slot]) {
        customers->all[customers->count] = (struct customer){customers->key_bytes, length, 0.0};
        memcpy(customers->keys + customers->key_bytes, key, length);
        customers->key_bytes += length;
        customers->slots[slot] = ++customers->count;
    }
    customers->all[customers->slots[slot] - 1].amount += amount;
    return 1;
}

/* ---- Reading the orders: batch after batch, each released as soon as it is read ---- */

static int is_missing(const struct ArrowArray *column, int64_t at)
{
    const unsigned char *present = column->null_count == 0 ? NULL : column->buffers[0];
    return present && !(present[at / 8] >> (at % 8) & 1);
}

static const char *text_at(const struct ArrowArray *column, int64_t at, size_t *length)
{
    const char *view = (const char *)column->buffers[1] + 16 * at;
    int32_t parts[4]; /* length, first four bytes, number of the buffer, place in it */
    memcpy(parts, view, sizeof parts);
    *length = (size_t)parts[0];
    return parts[0] <= 12 ? view + 4 : (const char *)column->buffers[2 + parts[2]] + parts[3];
}

static const char *read_batch(const struct ArrowArray *batch, int64_t customer, int64_t amount, int amounts_are_whole,
                              struct customers *customers, const struct RegularsContext *context)
{
    const struct ArrowArray *keys = batch->children[customer], *amounts = batch->children[amount];
    for (int64_t row = 0; row < batch->length; row++, customers->rows++) {
        if (customers->rows % 65536 == 0) {
            context->progress(context->host, customers->rows, 0, "reading orders");
            if (context->is_cancelled(context->host))
                return INTERRUPTED;
        }
        /* The host may cut with the offset of the batch, of the column, or of both. */
        int64_t key_at = batch->offset + keys->offset + row, amount_at = batch->offset + amounts->offset + row;
        double paid = NAN;
        if (!is_missing(amounts, amount_at))
            paid = amounts_are_whole ? (double)((const int64_t *)amounts->buffers[1])[amount_at]
                                     : ((const double *)amounts->buffers[1])[amount_at];
        /* Orders come without gaps, the host sees to it; a function of any `frame` has to look. */
        if (!isfinite(paid) || is_missing(keys, key_at)) {
            customers->left_out++;
            continue;
        }
        size_t length = sizeof(int64_t);
        const char *key = customers->keys_are_text ? text_at(keys, key_at, &length)
                                                   : (const char *)((const int64_t *)keys->buffers[1] + key_at);
        if (!add(customers, key, length, paid))
            return NO_MEMORY;
    }
    return NULL;
}

static const char *read_orders(struct ArrowArrayStream *orders, struct customers *customers,
                               const struct RegularsContext *context)
{
    struct ArrowSchema schema;
    if (orders->get_schema(orders, &schema) != 0)
        return UNREADABLE;
    int64_t customer = -1, amount = -1;
    int amounts_are_whole = 0;
    for (int64_t at = 0; at < schema.n_children; at++) {
        const char *name = schema.children[at]->name, *format = schema.children[at]->format;
        if (strcmp(name, "customer") == 0 && (strcmp(format, "vu") == 0 || strcmp(format, "l") == 0)) {
            customer = at;
            customers->keys_are_text = format[0] == 'v';
        } else if (strcmp(name, "amount") == 0 && (strcmp(format, "g") == 0 || strcmp(format, "l") == 0)) {
            amount = at;
            amounts_are_whole = format[0] == 'l';
        }
    }
    schema.release(&schema);
    if (customer < 0 || amount < 0)
        return NO_COLUMNS;
    for (;;) {
        struct ArrowArray batch;
        if (orders->get_next(orders, &batch) != 0)
            return UNREADABLE;
        if (!batch.release) /* the end */
            return NULL;
        const char *trouble = read_batch(&batch, customer, amount, amounts_are_whole, customers, context);
        batch.release(&batch);
        if (trouble)
            return trouble;
    }
}

/* ---- The table of the answer: a stream of one batch. What is made here is freed here ---- */

enum { RANK, CUSTOMER, AMOUNT, SHARE, CUMULATIVE, COLUMNS };
enum { MOST = 1000, USUAL = 10 }; /* bound and default of `top`, as the manual says */

/* The values and the Arrow structures that lead to them, in one piece of memory. */
struct sheet {
    struct ArrowArray columns[COLUMNS], *children[COLUMNS];
    const void *buffers[COLUMNS][3], *no_buffer[1];
    int64_t ranks[MOST], keys[MOST + 1]; /* keys: whole numbers, or where the texts end */
    double numbers[COLUMNS][MOST];
    int64_t rows;
    int keys_are_text;
    char texts[];
};

/* What the stream keeps: the values until they are handed out, the kind of the keys for as long as it lives. */
struct source {
    struct sheet *sheet;
    int keys_are_text;
};

struct schema {
    struct ArrowSchema columns[COLUMNS], *children[COLUMNS];
};

/* Children are freed with their parent. */
static void release_child(struct ArrowArray *column) { column->release = NULL; }

static void release_child_schema(struct ArrowSchema *column) { column->release = NULL; }

static void release_batch(struct ArrowArray *batch)
{
    free(batch->private_data);
    batch->release = NULL;
}

static void release_schema(struct ArrowSchema *schema)
{
    free(schema->private_data);
    schema->release = NULL;
}

static int get_schema(struct ArrowArrayStream *stream, struct ArrowSchema *out)
{
    static const char *const NAMES[COLUMNS] = {"rank", "customer", "amount", "share", "cumulative_share"};
    const struct source *source = stream->private_data;
    struct schema *schema = calloc(1, sizeof *schema);
    if (!schema)
        return 12; /* ENOMEM */
    for (int at = 0; at < COLUMNS; at++) {
        const char *format = at == RANK ? "l" : at == CUSTOMER ? (source->keys_are_text ? "U" : "l") : "g";
        schema->columns[at] = (struct ArrowSchema){
            .format = format, .name = NAMES[at], .flags = ARROW_FLAG_NULLABLE, .release = release_child_schema};
        schema->children[at] = &schema->columns[at];
    }
    *out = (struct ArrowSchema){.format = "+s", .name = "", .n_children = COLUMNS, .children = schema->children,
                                .release = release_schema, .private_data = schema};
    return 0;
}

static int get_next(struct ArrowArrayStream *stream, struct ArrowArray *out)
{
    struct source *source = stream->private_data;
    struct sheet *sheet = source->sheet;
    *out = (struct ArrowArray){0};
    if (!sheet)
        return 0; /* the end: no release */
    for (int at = 0; at < COLUMNS; at++) {
        int is_text = at == CUSTOMER && sheet->keys_are_text;
        const void *numbers = sheet->numbers[at];
        sheet->buffers[at][1] = at == RANK ? sheet->ranks : at == CUSTOMER ? sheet->keys : numbers;
        sheet->buffers[at][2] = is_text ? sheet->texts : NULL;
        sheet->columns[at] = (struct ArrowArray){.length = sheet->rows, .n_buffers = is_text ? 3 : 2,
                                                 .buffers = sheet->buffers[at], .release = release_child};
        sheet->children[at] = &sheet->columns[at];
    }
    *out = (struct ArrowArray){.length = sheet->rows, .n_buffers = 1, .buffers = sheet->no_buffer,
                               .n_children = COLUMNS, .children = sheet->children, .release = release_batch,
                               .private_data = sheet};
    source->sheet = NULL; /* it belongs to the batch now, which may outlive the stream */
    return 0;
}

static const char *get_last_error(struct ArrowArrayStream *stream)
{
    (void)stream;
    return "there is not enough memory";
}

static void release_stream(struct ArrowArrayStream *stream)
{
    struct source *source = stream->private_data;
    free(source->sheet);
    free(source);
    stream->release = NULL;
}

/* ---- The answer ---- */

struct reply {
    struct ArrowArrayStream table;
    char text[1024];
};

static void release_answer(struct RegularsAnswer *answer)
{
    struct reply *reply = answer->private_data;
    if (reply->table.release) /* the host did not take it */
        reply->table.release(&reply->table);
    free(reply);
    answer->release = NULL;
}

static int by_amount(const void *left, const void *right)
{
    const struct customer *one = left, *other = right;
    if (one->amount != other->amount)
        return one->amount < other->amount ? 1 : -1;
    if (one->start != other->start) /* first come, first served */
        return one->start < other->start ? -1 : 1;
    return one->length < other->length ? -1 : one->length > other->length; /* an empty key takes no bytes */
}

static const char *conclude(struct customers *customers, size_t top, struct RegularsAnswer *answer)
{
    size_t paying = 0, shown, text_bytes = 0;
    double revenue = 0.0, hhi = 0.0, cumulative = 0.0;
    if (customers->count > 0)
        qsort(customers->all, customers->count, sizeof *customers->all, by_amount);
    while (paying < customers->count && customers->all[paying].amount > 0.0)
        revenue += customers->all[paying++].amount;
    if (paying == 0 || !isfinite(revenue))
        return NO_REVENUE;
    for (size_t at = 0; at < paying; at++) {
        double share = customers->all[at].amount / revenue;
        hhi += share * share;
    }
    shown = top < paying ? top : paying;
    for (size_t at = 0; at < shown; at++)
        text_bytes += customers->all[at].length;

    struct reply *reply = calloc(1, sizeof *reply);
    struct source *source = calloc(1, sizeof *source);
    struct sheet *sheet = calloc(1, sizeof *sheet + text_bytes);
    if (!reply || !source || !sheet) {
        free(reply);
        free(source);
        free(sheet);
        return NO_MEMORY;
    }
    sheet->rows = (int64_t)shown;
    sheet->keys_are_text = customers->keys_are_text;
    for (size_t at = 0, end = 0; at < shown; at++) {
        const struct customer *one = &customers->all[at];
        cumulative += one->amount / revenue;
        sheet->ranks[at] = (int64_t)at + 1;
        sheet->numbers[AMOUNT][at] = one->amount;
        sheet->numbers[SHARE][at] = one->amount / revenue;
        sheet->numbers[CUMULATIVE][at] = cumulative;
        const char *key = customers->keys + one->start;
        memcpy(sheet->keys_are_text ? sheet->texts + end : (char *)&sheet->keys[at], key, one->length);
        end += one->length;
        if (sheet->keys_are_text)
            sheet->keys[at + 1] = (int64_t)end;
    }
    int said = snprintf(reply->text, sizeof reply->text,
                        "{\"figures\": {\"hhi\": %.17g, \"effective_customers\": %.17g, \"largest_share\": %.17g, "
                        "\"top_share\": %.17g, \"customers\": %zu, \"revenue\": %.17g}, \"notes\": [",
                        hhi, 1.0 / hhi, customers->all[0].amount / revenue, cumulative, paying, revenue);
    size_t used = (size_t)said, unpaying = customers->count - paying;
    if (customers->left_out > 0)
        used += (size_t)snprintf(reply->text + used, sizeof reply->text - used,
                                 "\"%llu rows were left out: they lack a customer or an amount\"%s",
                                 (unsigned long long)customers->left_out, unpaying > 0 ? ", " : "");
    if (unpaying > 0)
        used += (size_t)snprintf(reply->text + used, sizeof reply->text - used,
                                 "\"%zu customers have no share: their amounts add up to nothing or less\"", unpaying);
    snprintf(reply->text + used, sizeof reply->text - used, "]}");

    *source = (struct source){sheet, customers->keys_are_text};
    reply->table = (struct ArrowArrayStream){get_schema, get_next, get_last_error, release_stream, source};
    answer->table_count = 1;
    answer->tables = &reply->table;
    answer->text = reply->text;
    answer->private_data = reply;
    answer->release = release_answer;
    return NULL;
}

/* The host has checked the options: `top` is a whole number within its bounds, or it is not there. */
static size_t top_of(const char *options)
{
    const char *found = strstr(options, "\"top\"");
    found = found ? strchr(found, ':') : NULL;
    size_t top = found ? (size_t)strtoul(found + 1, NULL, 10) : USUAL;
    return top < MOST ? top : MOST;
}

static int call(const void *state, struct RegularsRequest *request, struct RegularsAnswer *answer)
{
    (void)state; /* there is one function, and it keeps nothing between calls: any thread may call it */
    struct ArrowArrayStream orders = request->tables[0];
    request->tables[0].release = NULL; /* taken: ours to release */
    struct customers customers = {0};
    const char *trouble = read_orders(&orders, &customers, request->context);
    orders.release(&orders);
    if (!trouble)
        trouble = conclude(&customers, top_of(request->options), answer);
    free_customers(&customers);
    if (trouble)
        answer->text = trouble;
    return trouble != NULL;
}

const struct RegularsPlugin *regulars_plugin_entry(uint32_t host_abi)
{
    static const struct RegularsPlugin PLUGIN = {.abi = REGULARS_ABI, .size = sizeof PLUGIN, .name = "concentration_c",
                                                 .version = "0.1.0", .manuals = MANUALS, .call = call};
    return host_abi == REGULARS_ABI ? &PLUGIN : NULL;
}
