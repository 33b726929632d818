/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.administration;

import io.peeklock.broker.BranchOutcome;
import io.peeklock.broker.BranchXid;
import io.peeklock.broker.Namespace;
import io.peeklock.broker.NamespaceConfig;
import io.peeklock.broker.OpenedNamespace;
import io.peeklock.broker.PreparedBranch;
import io.peeklock.broker.TransactionInDoubt;
import io.peeklock.broker.error.BrokerException;
import io.peeklock.broker.namespace.LocalNamespace;
import io.peeklock.journal.JournalException;
import io.peeklock.journal.artemis.ArtemisJournalStore;
import io.peeklock.journal.directory.StoreOptions;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/**
 * The command-line program that lists the prepared branches of a store which no program has open, and ends them by hand (rule
 * X5). A program that has it open does the same by {@code preparedBranches}, {@code commitPrepared} and their like.
 *
 * <p>Owned by one thread.
 */
public final class BranchTool {
    static final int DONE = 0;
    static final int USAGE = 1;
    static final int NOT_DONE = 2;
    static final int FAILED = 3;

    private static final int MAX_TRANSFERS = 1000;

    static final String USAGE_TEXT = """
            usage: java -cp <class path> io.peeklock.administration.BranchTool <command>

              list <store>                 the prepared branches, each with its state and age, the oldest first, and what
                                           is not ended between partitions (forwards and moves)
              commit <store> <branch>      commit a prepared branch by hand; its transaction manager hears of it
              rollback <store> <branch>    roll one back by hand; its transaction manager hears of it
              forget <store> <branch>      forget one that was ended by hand, if its transaction manager never asks again
                --partition <n>=<dir>      where partition n lies, if it lies elsewhere; after the other words

            The store must not be in use. It is opened as a program would open it. A branch is written as it is listed.

            exit code: 0 done, 1 wrong usage, 2 no such branch or it has ended otherwise, 3 it could not be done
            """;

    /** The arguments are wrong. */
    private static final class UsageException extends Exception {
        private static final long serialVersionUID = 1;

        UsageException(String message) {
            super(message);
        }
    }

    private final Clock clock;
    private final PrintStream out;
    private final PrintStream err;

    BranchTool(Clock clock, PrintStream out, PrintStream err) {
        this.clock = clock;
        this.out = out;
        this.err = err;
    }

    /** The program; see {@code --help}. */
    public static void main(String[] arguments) {
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        System.exit(new BranchTool(Clock.systemUTC(), out, System.err).run(List.of(arguments)));
    }

    /** Runs with these arguments and returns the exit code. */
    int run(List<String> arguments) {
        if (arguments.contains("--help")) {
            out.print(USAGE_TEXT);
            return DONE;
        }
        try {
            return run(new ArrayList<>(arguments), new TreeMap<>());
        } catch (UsageException e) {
            err.println(e.getMessage());
            err.println();
            err.print(USAGE_TEXT);
            return USAGE;
        } catch (JournalException | BrokerException e) {
            err.println(e.getMessage());
            return FAILED;
        }
    }

    private int run(List<String> words, Map<Integer, Path> elsewhere) throws UsageException, JournalException {
        for (int at = words.indexOf("--partition"); at >= 0; at = words.indexOf("--partition")) {
            words.remove(at);
            String text = at < words.size() ? words.remove(at) : "";
            if (!text.matches("[0-9]{1,3}=.+")) {
                throw new UsageException("--partition needs a number, = and a directory");
            }
            int equals = text.indexOf('=');
            elsewhere.put(Integer.parseInt(text.substring(0, equals)), path(text.substring(equals + 1)));
        }
        String command = words.isEmpty() ? "" : words.get(0);
        int expected = command.equals("list") ? 2 : 3;
        if (!List.of("list", "commit", "rollback", "forget").contains(command) || words.size() != expected) {
            throw new UsageException(
                    "a command is list with a store, or commit, rollback or forget with a store and a branch");
        }
        BranchXid xid = expected == 2 ? null : branch(words.get(2));
        try (OpenedNamespace bus = open(path(words.get(1)), elsewhere)) {
            return xid == null ? list(bus) : end(command, bus, xid);
        }
    }

    private static Path path(String text) throws UsageException {
        try {
            return Path.of(text);
        } catch (InvalidPathException e) {
            throw new UsageException("'" + text + "' is no path: " + e.getReason());
        }
    }

    private static BranchXid branch(String text) throws UsageException {
        try {
            return BranchXid.parse(text);
        } catch (IllegalArgumentException e) {
            throw new UsageException(
                    "'" + text + "' is no branch: write it as it is listed, format:globalId:qualifier");
        }
    }

    private static OpenedNamespace open(Path store, Map<Integer, Path> elsewhere)
            throws UsageException, JournalException {
        if (!Files.exists(store.resolve("store.properties"))) {
            // One that is not there would be created.
            throw new UsageException("there is no store in " + store);
        }
        StoreOptions options = StoreOptions.builder()
                .partitionDirectories(elsewhere)
                .holder("the branch tool")
                .build();
        return LocalNamespace.open(ArtemisJournalStore.open(store, options), NamespaceConfig.defaults());
    }

    private int list(Namespace bus) {
        for (PreparedBranch one : joined(bus.preparedBranches())) {
            Duration age = Duration.between(one.preparedAt(), clock.instant()).truncatedTo(ChronoUnit.SECONDS);
            out.println(one.xid() + " " + one.state() + " since " + one.preparedAt() + " (" + age + "), in partitions "
                    + one.partitions() + ", decided in " + one.coordinator() + ": " + one.sends() + " to send, "
                    + one.messages() + " locked");
        }
        for (TransactionInDoubt one : joined(bus.transactionsInDoubt(MAX_TRANSFERS))) {
            out.println("on the way since " + one.since() + ", by itself when partition " + one.destinationPartition()
                    + " serves: " + one.messages() + " messages from " + one.source() + " to " + one.destination());
        }
        return DONE;
    }

    private int end(String command, Namespace bus, BranchXid xid) {
        BranchOutcome outcome = joined(
                switch (command) {
                    case "commit" -> bus.commitPrepared(xid);
                    case "rollback" -> bus.rollbackPrepared(xid);
                    default -> bus.forgetBranch(xid);
                });
        out.println(xid + " " + outcome);
        return outcome == BranchOutcome.DONE ? DONE : NOT_DONE;
    }

    private static <T> T joined(CompletableFuture<T> future) {
        try {
            return future.join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof BrokerException broker ? broker : e;
        }
    }
}
