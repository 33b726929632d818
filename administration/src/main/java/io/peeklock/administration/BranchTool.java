/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.administration;

import io.peeklock.broker.BranchOutcome;
import io.peeklock.broker.BranchXid;
import io.peeklock.broker.Namespace;
import io.peeklock.broker.NamespaceConfig;
import io.peeklock.broker.NarayanaOrigin;
import io.peeklock.broker.OpenedNamespace;
import io.peeklock.broker.PartInDoubt;
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
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/**
 * The command-line program that lists the prepared branches of a store which no program has open, and what of transactions is in
 * doubt between its partitions, and ends them by hand (rules X4, X5). A program that has it open does the same by {@code
 * preparedBranches}, {@code commitPrepared}, {@code partsInDoubt}, {@code commitPart} and their like.
 *
 * <p>Owned by one thread.
 */
public final class BranchTool {
    static final int DONE = 0;
    static final int USAGE = 1;
    static final int NOT_DONE = 2;
    static final int FAILED = 3;

    private static final int MAX_TRANSFERS = 1000;

    private static final String FORGET_LOG = "forget-log";

    /** How many words each command has, itself included. */
    private static final Map<String, Integer> WORDS = Map.of(
            "list",
            2,
            "commit",
            3,
            "rollback",
            3,
            "forget",
            3,
            "commit-part",
            4,
            "rollback-part",
            4,
            "forget-part",
            4,
            FORGET_LOG,
            3);

    static final String USAGE_TEXT = """
            usage: java -cp <class path> io.peeklock.administration.BranchTool <command>

              list <store>                 the prepared branches, each with its state and age, the oldest first; Narayana's
                                           with the node id of the transaction manager they wait for; and what is not
                                           ended between partitions (parts of transactions, forwards, moves)
                                           and the logs of transaction managers that the store knows, by their node ids
              commit <store> <branch>      commit a prepared branch by hand; its transaction manager hears of it
              rollback <store> <branch>    roll one back by hand; its transaction manager hears of it
              forget <store> <branch>      forget one that was ended by hand, if its transaction manager never asks again
              commit-part <store> <n> <id>    commit by hand what a transaction has in partition n, if the partition that
                                              decides it is out or has lost it
              rollback-part <store> <n> <id>  roll that back by hand
              forget-part <store> <n> <id>    forget one that was ended by hand
              forget-log <store> <node>    forget which log the transaction manager of a node id has: the next one that comes
                                           may roll back what it does not know
                --partition <n>=<dir>      where partition n lies, if it lies elsewhere; after the other words

            The store must not be in use. It is opened as a program would open it. A branch, and an id, is written as it is
            listed.

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
        int expected = WORDS.getOrDefault(command, -1);
        if (words.size() != expected) {
            throw new UsageException(
                    "a command is list with a store; commit, rollback or forget with a store and a branch;"
                            + " forget-log with a store and a node id; or commit-part, rollback-part or forget-part with a store, a partition and an id");
        }
        boolean ofLog = command.equals(FORGET_LOG);
        BranchXid xid = expected == 3 && !ofLog ? branch(words.get(2)) : null;
        int partition = expected == 4 ? partition(words.get(2)) : 0;
        UUID id = expected == 4 ? id(words.get(3)) : null;
        try (OpenedNamespace bus = open(path(words.get(1)), elsewhere)) {
            if (ofLog) {
                return forgetLog(bus, words.get(2));
            }
            if (xid != null) {
                return ended(xid, end(command, bus, xid));
            }
            return id == null ? list(bus) : ended(id, end(command, bus, partition, id));
        }
    }

    private static int partition(String text) throws UsageException {
        if (!text.matches("[0-9]{1,3}")) {
            throw new UsageException("'" + text + "' is no partition: write its number");
        }
        return Integer.parseInt(text);
    }

    private static UUID id(String text) throws UsageException {
        try {
            return UUID.fromString(text);
        } catch (IllegalArgumentException e) {
            throw new UsageException("'" + text + "' is no id of a part: write it as it is listed");
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

    /** Parts are listed although branches are not: they are why. */
    private int list(Namespace bus) {
        int status = listBranches(bus);
        for (PartInDoubt one : joined(bus.partsInDoubt(MAX_TRANSFERS))) {
            out.println("part " + one.id() + " in partition " + one.partition() + " " + one.state() + " since "
                    + one.preparedAt() + " (" + age(one.preparedAt()) + "), of "
                    + (one.xid() == null ? "a local transaction" : "branch " + named(one.xid())) + ", decided in "
                    + one.coordinator() + ", " + one.reason() + ": " + one.sends() + " to send, " + one.messages()
                    + " locked");
        }
        for (TransactionInDoubt one : joined(bus.transactionsInDoubt(MAX_TRANSFERS))) {
            out.println("on the way since " + one.since() + ", by itself when partition " + one.destinationPartition()
                    + " serves: " + one.messages() + " messages from " + one.source() + " to " + one.destination());
        }
        bus.transactionLogs().forEach((node, log) -> out.println("transaction manager " + node + " has log " + log));
        return status;
    }

    private int forgetLog(Namespace bus, String node) {
        boolean known = joined(bus.forgetTransactionLog(node));
        out.println(node + " " + (known ? BranchOutcome.DONE : BranchOutcome.NOT_FOUND));
        return known ? DONE : NOT_DONE;
    }

    private int listBranches(Namespace bus) {
        List<PreparedBranch> branches;
        try {
            branches = joined(bus.preparedBranches());
        } catch (BrokerException e) {
            err.println(e.getMessage());
            return FAILED;
        }
        for (PreparedBranch one : branches) {
            out.println(named(one.xid()) + " " + one.state() + " since " + one.preparedAt() + " ("
                    + age(one.preparedAt()) + "), in partitions " + one.partitions() + ", decided in "
                    + one.coordinator() + ": " + one.sends()
                    + " to send, " + one.messages() + " locked");
        }
        return DONE;
    }

    /** A branch, and which transaction manager it waits for as far as its name tells. */
    private static String named(BranchXid xid) {
        return xid
                + NarayanaOrigin.of(xid)
                        .map(origin -> " of the node id " + origin.nodeId())
                        .orElse("");
    }

    private Duration age(Instant since) {
        return Duration.between(since, clock.instant()).truncatedTo(ChronoUnit.SECONDS);
    }

    private static BranchOutcome end(String command, Namespace bus, BranchXid xid) {
        return joined(
                switch (command) {
                    case "commit" -> bus.commitPrepared(xid);
                    case "rollback" -> bus.rollbackPrepared(xid);
                    default -> bus.forgetBranch(xid);
                });
    }

    private static BranchOutcome end(String command, Namespace bus, int partition, UUID id) {
        return joined(
                switch (command) {
                    case "commit-part" -> bus.commitPart(partition, id);
                    case "rollback-part" -> bus.rollbackPart(partition, id);
                    default -> bus.forgetPart(partition, id);
                });
    }

    private int ended(Object what, BranchOutcome outcome) {
        out.println(what + " " + outcome);
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
