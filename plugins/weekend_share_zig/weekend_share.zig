//! A plugin in Zig: figures without a table, the least that a plugin can be. Copy this folder to begin; ../sdk/ABI.md
//! explains it all, and ../concentration_c shows how a table is answered.
const std = @import("std");
const c = @import("regulars"); // regulars.h, as `zig translate-c` reads it

const manuals =
    \\[{"name": "weekend_share", "family": "value", "tables": ["transactions"],
    \\"summary": "Tells which share of the revenue falls on Saturdays and Sundays.",
    \\"choices": "A time of day is cut off; where the column has a time zone, days are those of UTC.",
    \\"source": "Custom of the trade.",
    \\"examples": [{"code":
    \\"let orders = frame(#{customer: [1, 1, 2], date: [\"1997-01-03\", \"1997-01-04\", \"1997-01-06\"], amount: [5, 3, 2]});\norders.transactions().weekend_share().share",
    \\"shows": "0.3"}],
    \\"figures": [
    \\{"name": "share", "meaning": "Share of the revenue.", "unit": "share", "holds": "number"},
    \\{"name": "weekend", "meaning": "Revenue of Saturdays and Sundays.", "unit": "money", "holds": "number"},
    \\{"name": "revenue", "meaning": "Revenue of all days.", "unit": "money", "holds": "number"}]}]
;

const Trouble = error{ Unreadable, Interrupted, NoColumns, NoRevenue, TooLong };

/// What was found, then what to do.
fn words(trouble: Trouble) [:0]const u8 {
    return switch (trouble) {
        error.Interrupted => "{\"message\": \"interrupted\", \"cancelled\": true}",
        error.Unreadable => "{\"message\": \"the orders cannot be read\", \"help\": [\"run it again\"]}",
        error.NoColumns => "{\"message\": \"the orders lack `date` or `amount`\", \"help\": [\"declare them as transactions\"]}",
        error.NoRevenue => "{\"message\": \"there is no revenue to divide\", \"help\": [\"look at `amount`, or at the filters before\"]}",
        error.TooLong => "{\"message\": \"the answer is too long\"}",
    };
}

const Kind = enum { days, microseconds, whole, numbers };

/// A column of a batch; `at` counts from the first row of the batch.
const Column = struct {
    array: *const c.struct_ArrowArray,
    kind: Kind,
    outer: i64,

    fn values(self: Column, comptime Value: type) [*]const Value {
        return @ptrCast(@alignCast(self.array.buffers[1].?));
    }

    fn place(self: Column, at: i64) usize {
        return @intCast(self.outer + self.array.offset + at);
    }

    fn isMissing(self: Column, at: i64) bool {
        if (self.array.null_count == 0) return false;
        const present: [*]const u8 = @ptrCast(self.array.buffers[0] orelse return false);
        const place_of = self.place(at);
        return present[place_of / 8] >> @intCast(place_of % 8) & 1 == 0;
    }

    fn number(self: Column, at: i64) f64 {
        return switch (self.kind) {
            .whole => @floatFromInt(self.values(i64)[self.place(at)]),
            else => self.values(f64)[self.place(at)],
        };
    }

    fn day(self: Column, at: i64) i64 {
        return switch (self.kind) {
            .days => self.values(i32)[self.place(at)],
            else => @divFloor(self.values(i64)[self.place(at)], 86_400_000_000),
        };
    }
};

const Sums = struct { weekend: f64 = 0, revenue: f64 = 0 };

fn read(orders: *c.struct_ArrowArrayStream, context: *const c.struct_RegularsContext) Trouble!Sums {
    var schema: c.struct_ArrowSchema = undefined;
    if (orders.get_schema.?(orders, &schema) != 0) return error.Unreadable;
    var date: ?struct { usize, Kind } = null;
    var amount: ?struct { usize, Kind } = null;
    for (0..@intCast(schema.n_children)) |at| {
        const child = schema.children[at];
        const name = std.mem.span(child.*.name);
        const format = std.mem.span(child.*.format);
        if (std.mem.eql(u8, name, "date")) {
            date = .{ at, if (std.mem.eql(u8, format, "tdD")) .days else .microseconds };
        } else if (std.mem.eql(u8, name, "amount")) {
            amount = .{ at, if (std.mem.eql(u8, format, "l")) .whole else .numbers };
        }
    }
    schema.release.?(&schema);
    const when = date orelse return error.NoColumns;
    const paid = amount orelse return error.NoColumns;

    var sums = Sums{};
    while (true) {
        if (context.is_cancelled.?(context.host) != 0) return error.Interrupted;
        var batch: c.struct_ArrowArray = undefined;
        if (orders.get_next.?(orders, &batch) != 0) return error.Unreadable;
        const give_back = batch.release orelse return sums;
        defer give_back(&batch);
        const dates = Column{ .array = batch.children[when[0]], .kind = when[1], .outer = batch.offset };
        const amounts = Column{ .array = batch.children[paid[0]], .kind = paid[1], .outer = batch.offset };
        var at: i64 = 0;
        while (at < batch.length) : (at += 1) {
            if (dates.isMissing(at) or amounts.isMissing(at)) continue;
            sums.revenue += amounts.number(at);
            // 1970-01-01 was a Thursday.
            if (@mod(dates.day(at) + 3, 7) >= 5) sums.weekend += amounts.number(at);
        }
    }
}

fn answer(request: *c.struct_RegularsRequest, text: []u8) Trouble!void {
    var orders = request.tables[0];
    request.tables[0].release = null; // Taken: ours to release.
    defer orders.release.?(&orders);
    const sums = try read(&orders, request.context);
    if (!(sums.revenue > 0)) return error.NoRevenue;
    _ = std.fmt.bufPrint(text, "{{\"figures\": {{\"share\": {d}, \"weekend\": {d}, \"revenue\": {d}}}}}\x00", .{
        sums.weekend / sums.revenue, sums.weekend, sums.revenue,
    }) catch return error.TooLong;
}

const room = 4096;
const heap = std.heap.c_allocator;

fn release(given: [*c]c.struct_RegularsAnswer) callconv(.c) void {
    const text: *[room]u8 = @ptrCast(@alignCast(given.*.private_data.?));
    heap.destroy(text);
    given.*.release = null;
}

fn call(_: ?*const anyopaque, request: [*c]c.struct_RegularsRequest, given: [*c]c.struct_RegularsAnswer) callconv(.c) c_int {
    const text = heap.create([room]u8) catch {
        given.*.text = "{\"message\": \"there is not enough memory\"}";
        return 1;
    };
    given.*.private_data = text;
    given.*.release = release;
    given.*.text = text;
    answer(request, text) catch |trouble| {
        given.*.text = words(trouble).ptr;
        return 1;
    };
    return 0;
}

const plugin = c.struct_RegularsPlugin{
    .abi = c.REGULARS_ABI,
    .size = @sizeOf(c.struct_RegularsPlugin),
    .name = "weekend_share_zig",
    .version = "0.1.0",
    .manuals = manuals,
    .state = null,
    .call = call,
};

export fn regulars_plugin_entry(host_abi: u32) ?*const c.struct_RegularsPlugin {
    return if (host_abi == c.REGULARS_ABI) &plugin else null;
}
