/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.journal.inspect;

import io.peeklock.journal.JournalException;
import io.peeklock.journal.JournalException.Reason;
import io.peeklock.journal.JournalStore;
import io.peeklock.journal.directory.StoreHeader;
import io.peeklock.journal.directory.StoreView;
import io.peeklock.journal.disk.Disk;
import io.peeklock.journal.disk.FileSystemDisk;
import io.peeklock.journal.disk.ReadOnlyDisk;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * The command-line program that shows what is in a store, whatever state it is in, and changes nothing.
 *
 * <p>Owned by one thread.
 */
public final class Inspector {

    static final int HEALTHY = 0;
    static final int USAGE = 1;
    static final int DAMAGED = 2;
    static final int UNREADABLE = 3;

    private final Disk disk;
    private final RecordNames names;
    private final PrintStream out;
    private final PrintStream err;
    private long liveRecords;

    Inspector(Disk disk, RecordNames names, PrintStream out, PrintStream err) {
        // Whatever goes wrong here, nothing is written.
        this.disk = new ReadOnlyDisk(disk);
        this.names = names;
        this.out = out;
        this.err = err;
    }

    /** The program; see {@code --help}. */
    public static void main(String[] arguments) {
        PrintStream out = new PrintStream(System.out, false, StandardCharsets.UTF_8);
        int exitCode;
        try {
            exitCode =
                    new Inspector(new FileSystemDisk(), RecordNames.found(), out, System.err).run(List.of(arguments));
        } finally {
            out.flush();
        }
        System.exit(exitCode);
    }

    /** Runs with these arguments and returns the exit code. */
    int run(List<String> arguments) {
        if (arguments.contains("--help")) {
            out.print(InspectorOptions.USAGE);
            return HEALTHY;
        }
        InspectorOptions options;
        try {
            options = InspectorOptions.parse(arguments);
        } catch (InspectorOptions.UsageException e) {
            err.println(e.getMessage());
            err.println();
            err.print(InspectorOptions.USAGE);
            return USAGE;
        }
        try {
            StoreView store = StoreView.of(options.store(), disk);
            if (options.journal().orElse(0) >= store.header().partitions()) {
                err.println("the store has partitions 0 to " + (store.header().partitions() - 1));
                return USAGE;
            }
            return show(store, options);
        } catch (JournalException e) {
            err.println(RecordNames.printable(String.valueOf(e.getMessage())));
            return e.reason() == Reason.CORRUPT ? DAMAGED : UNREADABLE;
        }
    }

    private int show(StoreView store, InspectorOptions options) {
        if (options.bodies()) {
            err.println("Bodies are shown: they may be secret. Mind where this goes.");
        }
        boolean wasClosed = store.isClosed();
        showHeader(store, wasClosed);
        int worst = store.headerProblems().isEmpty() ? HEALTHY : DAMAGED;
        List<Integer> journals = journals(store, options);
        for (int journal : journals) {
            worst = Math.max(worst, show(store, journal, options));
        }
        showResult(journals.size(), worst);
        if (worst == DAMAGED && !wasClosed) {
            out.println();
            out.println("The store is in use, or was not closed. If it is in use, a finding may be what was just being"
                    + " written: look again.");
        }
        return worst;
    }

    /** Whoever looks at a store with many partitions wants to know at the end whether it is well. */
    private void showResult(int journals, int worst) {
        String result = switch (worst) {
            case HEALTHY -> "healthy";
            case DAMAGED -> "DAMAGED, see above";
            default -> "NOT ALL OF IT CAN BE READ, see above";
        };
        out.println();
        line(
                "result",
                result + ": " + JournalListing.count(liveRecords, "live record") + " in "
                        + JournalListing.count(journals, "journal"));
    }

    private static List<Integer> journals(StoreView store, InspectorOptions options) {
        if (options.journal().isPresent()) {
            return List.of(options.journal().getAsInt());
        }
        List<Integer> all = new ArrayList<>(store.header().journals());
        store.header().partitionDirectories().keySet().stream()
                .filter(journal -> !all.contains(journal))
                .forEach(all::add);
        all.sort(null);
        return all;
    }

    private void showHeader(StoreView store, boolean wasClosed) {
        StoreHeader header = store.header();
        line("store", store.path());
        line("id", header.id());
        line("format", header.format());
        line("created", header.created());
        line(
                "partitions",
                header.partitions() + ", of which "
                        + header.journals().stream()
                                .filter(journal -> journal >= 0)
                                .count() + " were ever written");
        line("state", wasClosed ? "closed" : "in use, or not closed by its last user");
        line(
                wasClosed ? "last user" : "user",
                store.lastHolder().map(RecordNames::printable).orElse("not known"));
        store.headerProblems().forEach(problem -> line("header", "DAMAGED: " + problem));
    }

    private void line(String name, Object value) {
        out.printf("%-12s%s%n", name, value);
    }

    private int show(StoreView store, int journal, InspectorOptions options) {
        out.println();
        String name = journal == JournalStore.DEFINITIONS ? "definitions" : "partition " + journal;
        out.println(name + " in " + store.directoryOf(journal));
        if (!store.header().journals().contains(journal)
                && !store.header().partitionDirectories().containsKey(journal)) {
            out.println("  was never written");
            return HEALTHY;
        }
        JournalListing listing = new JournalListing(options, names.in(journal), out);
        try {
            store.verifyDirectoryOf(journal);
            listing.show(disk, store, journal);
            liveRecords += listing.liveRecords();
            return listing.isHealthy() ? HEALTHY : DAMAGED;
        } catch (JournalException e) {
            out.println("  CANNOT BE READ: " + RecordNames.printable(String.valueOf(e.getMessage())));
            return e.reason() == Reason.CORRUPT ? DAMAGED : UNREADABLE;
        } catch (IOException e) {
            out.println("  CANNOT BE READ: " + RecordNames.printable(e.toString()));
            return UNREADABLE;
        }
    }
}
