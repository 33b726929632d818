/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.journal.inspect;

import io.peeklock.journal.JournalException;
import io.peeklock.journal.LoadReport;
import io.peeklock.journal.artemis.JournalReader;
import io.peeklock.journal.artemis.ReadRecord;
import io.peeklock.journal.directory.StoreHeader;
import io.peeklock.journal.directory.StoreView;
import io.peeklock.journal.disk.Disk;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Prints the records of one journal, what is wrong with them, and totals.
 *
 * <p>Owned by one thread; for one journal.
 */
final class JournalListing {

    private static final String ROW = "  %-20s %10s %-10s %-14s %20s %14s %14s %9s  %s%n";

    private final InspectorOptions options;
    private final RecordNames names;
    private final PrintStream out;
    private final Map<ReadRecord.State, Total> byState = new EnumMap<>(ReadRecord.State.class);
    private final Map<Integer, Total> liveByKind = new TreeMap<>();
    private final Set<String> files = new LinkedHashSet<>();
    private long listed;
    private long liveRecords;
    private boolean healthy;

    private static final class Total {
        /** In the files: a record may have several. */
        private long rows;

        private long bytes;

        void add(long size) {
            rows++;
            bytes += size;
        }
    }

    JournalListing(InspectorOptions options, RecordNames names, PrintStream out) {
        this.options = options;
        this.names = names;
        this.out = out;
    }

    /** Whether nothing wrong was found. */
    boolean isHealthy() {
        return healthy;
    }

    /** Records that the next load gives. */
    long liveRecords() {
        return liveRecords;
    }

    void show(Disk disk, StoreView store, int journal) throws JournalException, IOException {
        StoreHeader header = store.header();
        Path directory = store.directoryOf(journal);
        if (options.records()) {
            out.printf(ROW, "file", "position", "what", "kind", "id", "sequence", "batch", "bytes", "state");
        }
        LoadReport report = JournalReader.read(directory, disk, header.maskingKey(), header.id(), journal, this::row);
        healthy = report.isHealthy();
        if (listed > options.limit()) {
            out.println("  ... and " + count(listed - options.limit(), "more row"));
        }
        for (LoadReport.Finding finding : report.findings()) {
            out.println("  " + finding.damage() + (finding.recordId() == 0 ? "" : " record " + finding.recordId())
                    + " (" + RecordNames.printable(finding.where()) + "): "
                    + RecordNames.printable(finding.description()));
        }
        showTotals(report);
        int setAside = disk.list(directory.resolve("quarantine")).size();
        if (setAside > 0) {
            out.println("  " + count(setAside, "file") + " set aside earlier in " + directory.resolve("quarantine"));
        }
    }

    private void row(ReadRecord record) {
        int body = record.body().remaining();
        files.add(record.file());
        byState.computeIfAbsent(record.state(), state -> new Total()).add(body);
        if (record.state() == ReadRecord.State.LIVE) {
            liveByKind.computeIfAbsent(record.kind(), kind -> new Total()).add(body);
        }
        if (!options.records()) {
            return;
        }
        listed++;
        if (listed > options.limit()) {
            return;
        }
        boolean ofCaller = record.kind() != 0;
        out.printf(
                ROW,
                record.file(),
                record.position(),
                lower(record.what()),
                ofCaller ? names.kind(record.kind()) : "-",
                // Bookkeeping has ids of its own that tell nobody anything.
                ofCaller || record.what() == ReadRecord.What.DELETE || record.what() == ReadRecord.What.UNKNOWN
                        ? record.id()
                        : "-",
                record.sequence() == 0 ? "-" : record.sequence(),
                record.batch() == 0 ? "-" : record.batch(),
                body,
                lower(record.state()));
        if (options.bodies() && ofCaller) {
            out.println("    " + names.body(record.kind(), record.body(), options.hex()));
        }
    }

    private void showTotals(LoadReport report) {
        liveRecords = report.liveRecords();
        out.println("  " + count(liveRecords, "live record") + ", highest id " + report.maxRecordId() + ", in "
                + count(files.size(), "file") + ", " + (report.cleanlyClosed() ? "closed" : "not closed") + ", "
                + (healthy ? "healthy" : count(report.findings().size(), "finding")));
        byState.forEach((state, total) -> showTotal(lower(state), total));
        liveByKind.forEach((kind, total) -> showTotal("live of kind " + names.kind(kind), total));
        Total live = byState.get(ReadRecord.State.LIVE);
        if (live != null && live.rows > liveRecords) {
            out.println("    live rows that are newest states of other live rows: " + (live.rows - liveRecords));
        }
    }

    private void showTotal(String what, Total total) {
        out.printf("    %-32s %12s %20s%n", what, count(total.rows, "row"), count(total.bytes, "byte"));
    }

    /** So many of something, in words that fit the number. */
    static String count(long number, String what) {
        return number + " " + what + (number == 1 ? "" : "s");
    }

    private static String lower(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }
}
