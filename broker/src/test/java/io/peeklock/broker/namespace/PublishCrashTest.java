/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.namespace;

import static org.assertj.core.api.Assertions.assertThat;

import io.peeklock.broker.NamespaceConfig.Profile;
import io.peeklock.broker.OutgoingMessage;
import io.peeklock.broker.PartitionCommit;
import io.peeklock.broker.entity.EntityPath;
import io.peeklock.broker.entity.QueueDescription;
import io.peeklock.broker.message.Message;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * A publish in a power cut: every subscription has its copy, or none has.
 *
 * <p>The seed is printed, and {@code -Dpeeklock.seed} repeats it. One thread.
 */
@Tag("R1")
class PublishCrashTest extends TopicFixture {
    private static final int ROUNDS = 60;
    private static final int SUBSCRIPTIONS = 5;

    @Test
    void leavesACopyInEachSubscriptionOrInNone() {
        long seed = Long.getLong("peeklock.seed", System.nanoTime());
        System.out.println("PublishCrashTest: -Dpeeklock.seed=" + seed);
        Random random = new Random(seed);
        for (int i = 0; i < SUBSCRIPTIONS; i++) {
            subscribe("s" + i);
        }
        bus.create(QueueDescription.builder("orders"));
        for (int round = 0; round < ROUNDS; round++) {
            bus.syncs(false);
            for (int i = 0; i < 3; i++) {
                Message message = message(round + "-" + i, random);
                if (random.nextBoolean()) {
                    bus.namespace.send(NEWS, message);
                } else {
                    bus.namespace.commit(new PartitionCommit(
                            0,
                            List.of(new OutgoingMessage(NEWS, message), new OutgoingMessage(TestBus.ORDERS, message)),
                            List.of()));
                }
                bus.run();
            }
            bus.runtime.crash();
            bus = new TestBus(bus.store().crash(random), TestBus.config(Profile.JMS), bus.runtime.after());
            List<String> expected = textsOf(EntityPath.subscription("news", "s0"));
            for (int i = 1; i < SUBSCRIPTIONS; i++) {
                assertThat(textsOf(EntityPath.subscription("news", "s" + i)))
                        .as("s%d after round %d, seed %d", i, round, seed)
                        .isEqualTo(expected);
            }
            assertThat(expected).as("seed %d", seed).containsAll(textsOf(TestBus.ORDERS));
        }
        assertThat(textsOf(EntityPath.subscription("news", "s0")))
                .as("seed %d", seed)
                .isNotEmpty();
    }

    /** Some are so large that each copy is several records. */
    private static Message message(String text, Random random) {
        return TestBus.text(random.nextInt(4) > 0 ? text : text + " ".repeat(150_000))
                .build();
    }
}
