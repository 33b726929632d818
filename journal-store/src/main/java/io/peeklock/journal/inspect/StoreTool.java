/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.journal.inspect;

import io.peeklock.journal.BackupProgress;
import io.peeklock.journal.BackupReport;
import io.peeklock.journal.JournalException;
import io.peeklock.journal.JournalException.Reason;
import io.peeklock.journal.artemis.BackupVerifier;
import io.peeklock.journal.artemis.StoreRestore;
import io.peeklock.journal.directory.BackupManifest;
import io.peeklock.journal.directory.ClosedStore;
import io.peeklock.journal.directory.StoreOptions;
import io.peeklock.journal.directory.StoreUpgrade;
import io.peeklock.journal.disk.Disk;
import io.peeklock.journal.disk.FileSystemDisk;
import io.peeklock.journal.inspect.InspectorOptions.UsageException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Consumer;

/**
 * The command-line program that backs up closed stores, verifies backups, restores them and upgrades stores. What only looks
 * is the {@link Inspector}.
 *
 * <p>Owned by one thread.
 */
public final class StoreTool {

    static final int DONE = 0;
    static final int USAGE = 1;
    static final int DAMAGED = 2;
    static final int FAILED = 3;

    static final String USAGE_TEXT = """
            usage: java -cp <class path> io.peeklock.journal.inspect.StoreTool <command>

              backup <store> <backup>      back up a store that is not in use (one that is: namespace().backup(...))
              verify <backup>              read a backup and say whether it is whole
              restore <backup> <store>     make a store of a backup; its directory is to be empty or not there
                --same-identity            with the UUID of the store that was backed up, which it replaces
                --partition <n>=<dir>      with partition n in this directory
              upgrade <store> [<copy>]     upgrade a store of an older format, and put the copy that is made first here

            exit code: 0 done, 1 wrong usage, 2 damage found, 3 it could not be done
            """;

    private final Disk disk;
    private final Clock clock;
    private final PrintStream out;
    private final PrintStream err;

    StoreTool(Disk disk, Clock clock, PrintStream out, PrintStream err) {
        this.disk = disk;
        this.clock = clock;
        this.out = out;
        this.err = err;
    }

    /** The program; see {@code --help}. */
    public static void main(String[] arguments) {
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        System.exit(new StoreTool(new FileSystemDisk(), Clock.systemUTC(), out, System.err).run(List.of(arguments)));
    }

    /** Runs with these arguments and returns the exit code. */
    int run(List<String> arguments) {
        if (arguments.contains("--help")) {
            out.print(USAGE_TEXT);
            return DONE;
        }
        try {
            return run(arguments.isEmpty() ? "" : arguments.get(0), new ArrayList<>(arguments));
        } catch (UsageException e) {
            err.println(e.getMessage());
            err.println();
            err.print(USAGE_TEXT);
            return USAGE;
        } catch (JournalException e) {
            err.println(RecordNames.printable(String.valueOf(e.getMessage())));
            return e.reason() == Reason.CORRUPT ? DAMAGED : FAILED;
        }
    }

    private int run(String command, List<String> arguments) throws UsageException, JournalException {
        switch (command) {
            case "backup" -> {
                List<Path> paths = paths(arguments, 2, 2);
                BackupManifest manifest = ClosedStore.backup(paths.get(0), paths.get(1), disk, clock, percents());
                out.println(manifest.files().size() + " files, " + manifest.bytes() + " bytes in " + paths.get(1));
            }
            case "verify" -> {
                BackupReport report =
                        BackupVerifier.verify(paths(arguments, 1, 1).get(0), disk, percents());
                out.println("whole: the state of " + report.at() + ", " + report.liveRecords() + " records, "
                        + report.files() + " files, " + report.bytes() + " bytes");
            }
            case "restore" -> restore(arguments);
            case "upgrade" -> {
                List<Path> paths = paths(arguments, 1, 2);
                Optional<Path> copy = paths.size() == 2 ? Optional.of(paths.get(1)) : Optional.empty();
                boolean done = StoreUpgrade.upgrade(paths.get(0), copy, disk, clock);
                out.println(done ? "upgraded" : "nothing to do: the store has the present format");
            }
            default ->
                throw new UsageException(
                        command.isEmpty()
                                ? "a command is missing"
                                : "unknown command " + RecordNames.printable(command));
        }
        return DONE;
    }

    private void restore(List<String> arguments) throws UsageException, JournalException {
        boolean same = arguments.remove("--same-identity");
        Map<Integer, Path> elsewhere = new TreeMap<>();
        for (int at = arguments.indexOf("--partition"); at >= 0; at = arguments.indexOf("--partition")) {
            arguments.remove(at);
            String text = at < arguments.size() ? arguments.remove(at) : "";
            if (!text.matches("[0-9]{1,3}=.+")) {
                throw new UsageException("--partition needs a number, = and a directory");
            }
            int equals = text.indexOf('=');
            int partition = Integer.parseInt(text.substring(0, equals));
            if (elsewhere.put(partition, InspectorOptions.path(text.substring(equals + 1))) != null) {
                throw new UsageException("partition " + partition + " is given twice");
            }
        }
        try {
            StoreOptions.builder().partitionDirectories(elsewhere).build();
        } catch (IllegalArgumentException e) {
            throw new UsageException(RecordNames.printable(String.valueOf(e.getMessage())));
        }
        List<Path> paths = paths(arguments, 2, 2);
        UUID id = new StoreRestore(paths.get(0), same, elsewhere).into(paths.get(1), disk, clock, percents());
        out.println("store " + id + " in " + paths.get(1));
    }

    private static List<Path> paths(List<String> arguments, int least, int most) throws UsageException {
        List<Path> paths = new ArrayList<>();
        for (String argument : arguments.subList(1, arguments.size())) {
            if (argument.startsWith("--")) {
                throw new UsageException("unknown option " + RecordNames.printable(argument));
            }
            paths.add(InspectorOptions.path(argument));
        }
        if (paths.size() < least || paths.size() > most) {
            throw new UsageException(
                    arguments.get(0) + " takes " + (least == most ? "" : "at least ") + least + " directories");
        }
        return paths;
    }

    /** Says each tenth once. */
    private Consumer<BackupProgress> percents() {
        int[] last = {-1};
        return progress -> {
            int tenth = progress.bytesTotal() == 0 ? 0 : (int) (progress.bytesDone() * 10 / progress.bytesTotal());
            if (tenth != last[0]) {
                last[0] = tenth;
                err.println(progress.phase() + " " + tenth * 10 + " %");
            }
        };
    }
}
