/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.systemtests.xa;

import static org.assertj.core.api.Assertions.assertThat;

import io.peeklock.systemtests.Seed;
import io.peeklock.systemtests.xa.FaultyResource.Fault;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Processes with transactions over two namespaces and a database are killed before and after every step, and at random moments.
 *
 * <p>Not thread safe. {@code -Dpeeklock.xa.kills=80} makes so many random kills in each world, {@code -Dpeeklock.xa.each=true} a
 * process for each step; see docs/testing.md.
 */
@Tag("X5")
final class KilledTransactionCrashTest {

    private static final int RANDOM_KILLS = Integer.getInteger("peeklock.xa.kills", 3);
    private static final boolean EACH = Boolean.getBoolean("peeklock.xa.each");
    // Then all is begun anew, or the tests would be about large stores.
    private static final int KILLS_OF_A_STORE = 20;

    @TempDir
    Path directory;

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "TABLES")
    void allPlacesHaveTheEffectOrNoneAtEveryStep(XaWorld world) throws Exception {
        XaKills kills = new XaKills(directory, world, Fault.NONE);

        kills.stopTogether(Plan.ALL);
        kills.haltInRecovery("SHIPMENTS.rollback.after");
        kills.haltInRecovery("ROWS.commit.before");
        kills.end();

        assertThat(kills.ledger().contradictions()).isEmpty();
        // Or it would all be true of places in which nothing happens.
        assertThat(kills.ledger().noted()).as("noted").isGreaterThan(50);
    }

    @ParameterizedTest
    @MethodSource("worldsOfSingleSteps")
    void allPlacesHaveTheEffectOrNoneWithNothingElseInTheProcess(XaWorld world) throws Exception {
        XaKills kills = new XaKills(directory, world, Fault.NONE);

        for (Plan plan : singleSteps()) {
            kills.halt(plan);
        }
        kills.end();

        assertThat(kills.ledger().contradictions()).isEmpty();
    }

    private static List<XaWorld> worldsOfSingleSteps() {
        return EACH
                ? List.of(XaWorld.ONE_PARTITION, XaWorld.PARTITIONED, XaWorld.OVER_PARTITIONS)
                : List.of(XaWorld.OVER_PARTITIONS);
    }

    private static List<Plan> singleSteps() {
        List<Role> order = List.of(Role.SHIPMENTS, Role.ROWS, Role.ORDERS);
        List<String> few = List.of("prepare.after", "write.before", "write.after", "commit.before", "commit.after");
        return Plan.ALL.stream()
                .filter(plan ->
                        EACH || plan.order().equals(order) && few.stream().anyMatch(plan.stop()::endsWith))
                .toList();
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "TABLES")
    void allPlacesHaveTheEffectOrNoneAtRandomMoments(XaWorld world) throws Exception {
        long seed = Seed.next();
        System.out.println("KilledTransactionCrashTest " + Seed.describe(seed));
        Random random = new Random(seed);
        int killed = 0;

        for (int store = 0; killed < RANDOM_KILLS; store++) {
            XaKills kills = new XaKills(directory.resolve("store" + store), world, Fault.NONE);
            for (int i = 0; i < KILLS_OF_A_STORE && killed < RANDOM_KILLS; i++) {
                kills.killAtRandom(random);
                killed++;
            }
            kills.end();
            assertThat(kills.ledger().contradictions()).as(Seed.describe(seed)).isEmpty();
            assertThat(kills.ledger().noted()).as("noted").isPositive();
            System.out.println(world + ": " + killed + " kills, " + kills.ledger());
        }
    }
}
