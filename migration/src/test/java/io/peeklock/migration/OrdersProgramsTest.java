/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.migration;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Runs the programs of docs/migration.md before and after, and compares what they say. The one for Service Bus is run after
 * only: there is none here.
 *
 * <p>Not thread safe.
 */
@Timeout(120)
final class OrdersProgramsTest {

    private static final List<String> WORK = List.of(
            "3 orders wait",
            "made: one espresso, delivery 1",
            "failed: a drink that nobody knows, delivery 1",
            "failed: a drink that nobody knows, delivery 2",
            "failed: a drink that nobody knows, delivery 3",
            "made: two teas, delivery 1");
    private static final String DEAD_LETTER = "dead letter of orders: a drink that nobody knows";
    private static final String REASON = "reason: MaxDeliveryCountExceeded";
    private static final List<String> PRICES = List.of("screens: 2 prices", "ledger: TEA 12.50");
    private static final List<String> LATER = List.of("a table for six, in time", "a table for two, in time");
    private static final List<String> BASKETS = List.of("basket, redelivered: false", "basket, redelivered: true");
    private static final String ANSWER = "question 1: 12.50";
    private static final List<String> TABLES_MIXED =
            List.of("table A soup", "table B soup", "table A cake", "table B cake");
    private static final List<String> TABLES_BY_TABLE =
            List.of("table A soup", "table A cake", "table B soup", "table B cake");
    private static final String LEFT = "left: parcel 1";

    @TempDir
    Path directory;

    @Test
    @Tag("L12")
    @Tag("D2")
    @Tag("G2")
    void fromEmbeddedArtemis() throws Exception {
        CompletableFuture<List<String>> before =
                running(log -> io.peeklock.migration.artemis.before.Orders.run(directory.resolve("artemis"), log));
        Path bus = Files.createDirectory(directory.resolve("bus"));
        Files.copy(Path.of("src/main/config/artemis/Config.json"), bus.resolve("Config.json"));
        CompletableFuture<List<String>> after =
                running(log -> io.peeklock.migration.artemis.after.Orders.run(bus, log));

        // What Artemis takes back comes again first or not, as its threads have it.
        assertThat(before.join().subList(0, WORK.size())).containsExactlyInAnyOrderElementsOf(WORK);
        assertThat(before.join().subList(WORK.size(), before.join().size()))
                .isEqualTo(concat(
                        DEAD_LETTER, PRICES, LATER, BASKETS, "bills: 1", ANSWER, TABLES_MIXED, "payments: 1", LEFT));
        assertThat(after.join())
                .isEqualTo(concat(
                        WORK,
                        DEAD_LETTER,
                        REASON,
                        PRICES,
                        LATER,
                        BASKETS,
                        "bills: 1",
                        ANSWER,
                        TABLES_BY_TABLE,
                        "payments: 1",
                        LEFT));
    }

    @Test
    @Tag("L12")
    @Tag("D2")
    @Tag("G2")
    void fromEmbeddedActiveMq() {
        CompletableFuture<List<String>> before =
                running(log -> io.peeklock.migration.activemq.before.Orders.run(directory.resolve("activemq"), log));
        CompletableFuture<List<String>> after =
                running(log -> io.peeklock.migration.activemq.after.Orders.run(directory.resolve("bus"), log));

        assertThat(before.join())
                .isEqualTo(concat(
                        WORK,
                        DEAD_LETTER,
                        PRICES,
                        LATER,
                        BASKETS,
                        "bills: 1",
                        "archive: 1",
                        ANSWER,
                        TABLES_MIXED,
                        LEFT));
        assertThat(after.join())
                .isEqualTo(concat(
                        WORK,
                        DEAD_LETTER,
                        REASON,
                        PRICES,
                        LATER,
                        BASKETS,
                        "bills: 1",
                        "archive: 1",
                        ANSWER,
                        TABLES_BY_TABLE,
                        LEFT));
    }

    @Test
    @Tag("L12")
    @Tag("D2")
    void fromServiceBus() {
        Path config = Path.of("src/main/config/azure/Config.json").toAbsolutePath();
        String url = "peeklock:file:" + directory.resolve("bus").toUri().getRawPath() + "?profile=azure&configFile="
                + config.toUri().getRawPath();
        assertThat(running(log -> io.peeklock.migration.azure.after.Orders.run(url, log))
                        .join())
                .isEqualTo(concat(
                        "made: one espresso",
                        "failed: a drink that nobody knows, delivery 1",
                        "failed: a drink that nobody knows, delivery 2",
                        "failed: a drink that nobody knows, delivery 3",
                        "unreadable",
                        "made: two teas",
                        "dead letter: a drink that nobody knows, reason: MaxDeliveryCountExceeded",
                        "dead letter: ???, reason: null",
                        PRICES,
                        LATER,
                        BASKETS,
                        "bills: 1",
                        ANSWER,
                        LEFT));
    }

    private static CompletableFuture<List<String>> running(Program program) {
        return CompletableFuture.supplyAsync(() -> {
            List<String> log = Collections.synchronizedList(new ArrayList<>());
            try {
                program.run(log::add);
            } catch (Exception e) {
                throw new CompletionException("after " + log, e);
            }
            return log;
        });
    }

    private static List<String> concat(Object... parts) {
        List<String> all = new ArrayList<>();
        for (Object part : parts) {
            if (part instanceof List<?> list) {
                list.forEach(line -> all.add((String) line));
            } else {
                all.add((String) part);
            }
        }
        return all;
    }

    @FunctionalInterface
    private interface Program {
        void run(Consumer<String> log) throws Exception;
    }
}
