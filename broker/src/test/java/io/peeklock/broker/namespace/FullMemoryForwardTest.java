/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.namespace;

import static org.assertj.core.api.Assertions.assertThat;

import io.peeklock.broker.DeadLetterProperties;
import io.peeklock.broker.Delivery;
import io.peeklock.broker.MessageSelection;
import io.peeklock.broker.NamespaceConfig;
import io.peeklock.broker.NamespaceConfig.Profile;
import io.peeklock.broker.Settlement;
import io.peeklock.broker.entity.EntityPath;
import io.peeklock.broker.entity.EntityStatus;
import io.peeklock.broker.entity.QueueDescription;
import io.peeklock.broker.entity.SubscriptionDescription;
import io.peeklock.broker.entity.TopicDescription;
import io.peeklock.broker.error.ErrorCode;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The memory is full of messages that are to go on to another entity: they go all the same, since nothing else makes room. */
@Tag("W1")
@Tag("Q3")
class FullMemoryForwardTest {
    private static final long INDEX_BYTES = 100_000;
    private static final EntityPath FILLED = EntityPath.queue("filled");

    private TestBus bus = TestBus.simulated(
            4, new NamespaceConfig(Profile.JMS, Duration.ofSeconds(60), true, false, 64L << 20, INDEX_BYTES));

    @AfterEach
    void close() {
        bus.close();
    }

    /** How many it took. */
    private int fill() {
        int sent = 0;
        CompletableFuture<Long> send = sending(sent);
        while (!send.isCompletedExceptionally()) {
            sent++;
            send = sending(sent);
        }
        assertThat(bus.errorOf(send)).isEqualTo(ErrorCode.QuotaExceeded);
        assertThat(sent).isGreaterThan(100);
        return sent;
    }

    private CompletableFuture<Long> sending(int number) {
        CompletableFuture<Long> send =
                bus.namespace.send(FILLED, TestBus.text("m" + number).build());
        bus.run();
        return send;
    }

    private void createFilled(String forwardTo) {
        bus.create(QueueDescription.builder("filled").forwardTo(forwardTo).status(EntityStatus.RECEIVE_DISABLED));
    }

    private void letItForward(String forwardTo) {
        bus.get(bus.namespace.updateQueue(
                QueueDescription.builder("filled").forwardTo(forwardTo).build()));
    }

    private void receiveAll(EntityPath path, int count) {
        for (int i = 0; i < count; i++) {
            bus.advance(Duration.ofSeconds(10));
            Delivery next = bus.take(path);
            assertThat(TestBus.textOf(next)).isEqualTo("m" + i);
            bus.settle(next, Settlement.COMPLETE);
        }
    }

    @Test
    void toAnotherPartition() {
        bus.create(QueueDescription.builder("far").homePartition(1));
        createFilled("far");
        int sent = fill();
        letItForward("far");
        receiveAll(EntityPath.queue("far"), sent);
    }

    @Test
    void toAnotherPartitionAfterARestart() {
        bus.create(QueueDescription.builder("far").homePartition(1));
        createFilled("far");
        int sent = fill();
        bus = bus.crashed();
        letItForward("far");
        receiveAll(EntityPath.queue("far"), sent);
    }

    @Test
    void toATopicBesideIt() {
        bus.get(bus.namespace.createTopic(TopicDescription.builder("near").build()));
        bus.get(bus.namespace.createSubscription(
                SubscriptionDescription.builder("near", "all").build()));
        createFilled("near");
        int sent = fill();
        letItForward("near");
        receiveAll(EntityPath.subscription("near", "all"), sent);
    }

    @Test
    void byAnAdministratorWhoMovesThem() {
        bus.create(QueueDescription.builder("far").homePartition(1));
        bus.create(QueueDescription.builder("filled"));
        int sent = fill();
        bus.get(bus.namespace
                .moveMessages(FILLED, EntityPath.queue("far"), MessageSelection.ALL, DeadLetterProperties.KEEP)
                .result());
        receiveAll(EntityPath.queue("far"), sent);
    }

    /** What goes on does not make room for those who send. */
    @Test
    void andSendersStillHaveToWait() {
        bus.create(QueueDescription.builder("far").homePartition(1));
        createFilled("far");
        fill();
        letItForward("far");
        bus.advance(Duration.ofMinutes(1));
        assertThat(bus.errorOf(sending(0))).isEqualTo(ErrorCode.QuotaExceeded);
    }
}
