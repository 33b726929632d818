/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.namespace;

import static org.assertj.core.api.Assertions.assertThat;

import io.peeklock.broker.BulkOperation;
import io.peeklock.broker.BulkProgress;
import io.peeklock.broker.MessageSelection;
import io.peeklock.broker.NamespaceConfig.Profile;
import io.peeklock.broker.entity.EntityPath;
import io.peeklock.broker.entity.QueueDescription;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Whoever comes while an administrator does something with very many messages has his turn between any two of its commands. */
class LongSweepTest {
    private static final EntityPath MANY = EntityPath.queue("many");
    private static final int COUNT = 100_000;
    private static final int PER_COMMAND = 500;

    private final TestBus bus = TestBus.simulated(1, TestBus.config(Profile.JMS));

    @AfterEach
    void close() {
        bus.close();
    }

    /** What comes with the sync of a round is answered by it, while the operation has done no more than one command. */
    private void withOthers(BulkOperation operation) {
        int rounds = 0;
        while (!operation.result().isDone()) {
            long before = operation.progress().done();
            CompletableFuture<?> send =
                    bus.namespace.send(TestBus.ORDERS, TestBus.text("m").build());
            CompletableFuture<?> peek = bus.namespace.peek(TestBus.ORDERS, 0, 1);
            bus.runtime.runUntilIdle();
            bus.store().sync();
            bus.runtime.runUntilIdle();
            assertThat(send).isCompleted();
            assertThat(peek).isCompleted();
            assertThat(operation.progress().done() - before).isLessThanOrEqualTo(PER_COMMAND);
            rounds++;
        }
        assertThat(rounds).isGreaterThanOrEqualTo(COUNT / PER_COMMAND);
        assertThat(operation.result().join()).isEqualTo(new BulkProgress(COUNT, 0, 0, 0, null, 0));
    }

    @Test
    void aReDriveAndAPurge() {
        bus.create(QueueDescription.builder("orders"));
        bus.create(QueueDescription.builder("many").deadLetterOnExpiry(true));
        for (int i = 0; i < COUNT; i++) {
            bus.namespace.send(MANY, TestBus.text("m").timeToLiveMs(3_600_000).build());
            if (i % 1000 == 0) {
                bus.run();
            }
        }
        bus.advance(Duration.ofHours(2));
        assertThat(bus.get(bus.namespace.counters(MANY)).deadLettered()).isEqualTo(COUNT);
        bus.syncs(false);
        withOthers(bus.namespace.redriveMessages(MANY.deadLetterQueue(), MessageSelection.ALL));
        withOthers(bus.namespace.purgeMessages(MANY, MessageSelection.ALL));
    }
}
